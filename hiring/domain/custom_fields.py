"""Custom fields: values that an organization keeps with a resource by keys of its own."""

import re
from typing import Annotated, Self

from msgspec import Meta

from hiring.domain.findings import Unfit
from hiring.domain.vocabulary import Text

MAXIMUM_CUSTOM_FIELDS = 500
MAXIMUM_NUMBER = 10**15


class CustomFieldKey(Text):
    """The key of a custom field, such as `t_shirt_size`."""

    __slots__ = ()
    schema = {"type": "string", "maxLength": 64, "pattern": "^[a-z][a-z0-9_]*$"}

    @classmethod
    def parse(cls, text: str) -> Self:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", cls.measured(text)):
            raise Unfit("Expected a lower-case letter, then lower-case letters, digits and _, such as t_shirt_size.")
        return cls(text)


CustomFieldText = Annotated[str, Meta(min_length=1, max_length=10_000, extra_json_schema={"pattern": r"^[^\x00]*$"})]
"""Its pattern is for the document alone: msgspec 0.22 crashes at one in a union with a list, and NUL is refused all the
same."""
CustomFieldNumber = (
    Annotated[int, Meta(ge=-MAXIMUM_NUMBER, le=MAXIMUM_NUMBER)]
    | Annotated[float, Meta(ge=-MAXIMUM_NUMBER, le=MAXIMUM_NUMBER)]
)
CustomFieldTexts = Annotated[list[CustomFieldText], Meta(max_length=100)]
CustomFieldValue = bool | CustomFieldNumber | CustomFieldText | CustomFieldTexts

_CUSTOM_FIELDS = Meta(max_length=MAXIMUM_CUSTOM_FIELDS, extra_json_schema={"propertyNames": CustomFieldKey.schema})
CustomFields = Annotated[dict[CustomFieldKey, CustomFieldValue], _CUSTOM_FIELDS]
CustomFieldsPatch = Annotated[dict[CustomFieldKey, CustomFieldValue | None], _CUSTOM_FIELDS]

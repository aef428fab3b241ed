"""Custom fields: values that an organization keeps with a resource by keys of its own."""

import re
from typing import Annotated, Literal, Self

from msgspec import Meta

from hiring.domain.conversion import boolean_of, date_of, uuid_of
from hiring.domain.findings import Unfit
from hiring.domain.vocabulary import Text

AppliesTo = Literal["candidate", "application", "job"]
CustomFieldType = Literal[
    "short_text", "long_text", "boolean", "number", "date", "single_select", "multi_select", "url"
]  # fmt: skip
SELECTS = ("single_select", "multi_select")
MAXIMUM_CUSTOM_FIELDS = 500
MAXIMUM_FIELD_OPTIONS = 200
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
CustomFieldTexts = Annotated[list[CustomFieldText], Meta(max_length=MAXIMUM_FIELD_OPTIONS)]
CustomFieldValue = bool | CustomFieldNumber | CustomFieldText | CustomFieldTexts

_CUSTOM_FIELDS = Meta(max_length=MAXIMUM_CUSTOM_FIELDS, extra_json_schema={"propertyNames": CustomFieldKey.schema})
CustomFields = Annotated[dict[CustomFieldKey, CustomFieldValue], _CUSTOM_FIELDS]
CustomFieldsPatch = Annotated[dict[CustomFieldKey, CustomFieldValue | None], _CUSTOM_FIELDS]

CustomFilter = dict[CustomFieldKey, Annotated[str, Meta(min_length=1, max_length=200)]]
"""A key, and the text of the value that is looked for."""
NUMBER_FORM = re.compile(r"-?(0|[1-9][0-9]{0,15})(\.[0-9]{1,30})?")


def sought(field_type: str, text: str) -> str:
    """The text that `custom_values` has of a value, which a query gives as a text, too. Raises: Unfit. Rules: S14."""
    match field_type:
        case "short_text":
            return text
        case "boolean":
            boolean_of(text)
            return text
        case "number":
            return number_text(text)
        case "date":
            return date_of(text).isoformat()
        case "single_select" | "multi_select":
            return str(uuid_of(text))
    raise Unfit("Long texts and addresses are for reading: nothing is found by them.", "unexpected")


def number_text(text: str) -> str:
    """A number without needless zeros, as PostgreSQL's trim_scale makes it. Raises: Unfit."""
    if not NUMBER_FORM.fullmatch(text):
        raise Unfit("Expected a number, such as 7.5.", "type")
    shortest = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if shortest == "-0" else shortest

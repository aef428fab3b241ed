"""Places of work: their postal codes, and regions that are of their countries."""

import re
from collections.abc import Iterator
from typing import Any, Self

from hiring.domain.findings import Unfit
from hiring.domain.vocabulary import BLANKS, Text
from hiring.errors import FieldError

POSTAL_CODE = "[A-Za-z0-9]+([ -][A-Za-z0-9]+)*"


class PostalCode(Text):
    """A postal code: letters, digits, spaces and hyphens; countries differ in the rest."""

    __slots__ = ()
    schema = {"type": "string", "minLength": 2, "maxLength": 12, "pattern": rf"^\s*{POSTAL_CODE}\s*$"}

    @classmethod
    def parse(cls, text: str) -> Self:
        trimmed = cls.measured(text.strip(BLANKS))
        if not re.fullmatch(POSTAL_CODE, trimmed):
            raise Unfit("Expected a postal code, such as 10115 or M5V 3L9.")
        return cls(trimmed.upper())


def region_problems(region: Any, country: Any) -> Iterator[FieldError]:
    """Yields a finding where a region is one of another country; what is absent contradicts nothing. Rules: S3."""
    if isinstance(region, str) and isinstance(country, str) and region[:2] != country:
        yield FieldError("/region", "contradiction", f"{region} is no region of the country {country}.")

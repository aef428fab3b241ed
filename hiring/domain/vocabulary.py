"""Typed words of requests: texts that have one right form each, checked and brought into it while a body is decoded.

A type is a `str` with a `parse` (raises Unfit) and a `schema` (JSON Schema, for OpenAPI). A struct that has more to say
about its fields together has a method `problems()`, whose pointers begin at the struct.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal, Self
from urllib.parse import urlsplit

import babel
import babel.core
import msgspec
from email_validator import EmailNotValidError, validate_email

from hiring.domain.codes import countries, currencies, regions, time_zones
from hiring.domain.findings import Unfit, wrong_length
from hiring.domain.visible import is_visible
from hiring.errors import FieldError

CONTROLS = r"\x00-\x1f\x7f-\x9f"
"""Characters that a line of text has no use for."""
CONTROL = re.compile(f"[{CONTROLS}]")
BLANKS = "\t\n\v\f\r \xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
"""What may stand around a text. Python's own `strip` takes five control characters besides, which no text has."""
NOT_OF_ADDRESSES = CONTROLS + r'\s<>"\\^`{|}'
"""Characters that a web address has only in an encoded form."""
HOST = rf"(\[[0-9A-Fa-f:.]+\]|[^/?#@:\[\]{NOT_OF_ADDRESSES}]+)(:([1-9][0-9]{{0,4}})?)?"
"""The host of a web address, and its port."""
MAXIMUM_MINOR = 10**15
EMAIL_PATTERN = r"""^\s*[^\s@"]+@([^\s@".\[\]]+\.)+[^\s@".\[\]0-9][^\s@".\[\]]*\s*$"""
"""An address with a domain of several labels, of which the last begins with no digit."""
YEARS = range(1900, 2200)
"""Years of dates in requests: others are slips of the pen, or cannot be kept."""

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
"""A date and time with its offset from UTC."""


class Text(str):
    """A text with a rule of its own."""

    __slots__ = ()
    schema: ClassVar[dict[str, Any]] = {"type": "string"}

    @classmethod
    def read(cls, text: str) -> Self:
        """The text in its right form; one that is too long costs no more than its length. Raises: Unfit."""
        if why := wrong_length(len(text), None, cls.schema.get("maxLength"), "character"):
            raise why
        return cls.parse(text)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The text in its right form; `read` has bounded its length. Raises: Unfit."""
        return cls(text)

    @classmethod
    def measured(cls, text: str) -> str:
        """The text, where it is as long as the schema says. Raises: Unfit."""
        if why := wrong_length(len(text), cls.schema.get("minLength"), cls.schema.get("maxLength"), "character"):
            raise why
        return text


class ShortText(Text):
    """A line of text: trimmed, 1 to 200 characters, something to see, no control characters."""

    __slots__ = ()
    schema = {
        "type": "string", "minLength": 1, "maxLength": 200,
        "pattern": rf"^\s*[^\s{CONTROLS}]([^{CONTROLS}]*[^\s{CONTROLS}])?\s*$",
    }  # fmt: skip

    @classmethod
    def parse(cls, text: str) -> Self:
        trimmed = cls.measured(text.strip(BLANKS))
        if CONTROL.search(trimmed):
            raise Unfit("Expected one line without control characters.")
        if not is_visible(trimmed):
            raise Unfit("Expected a character that can be seen.")
        return cls(trimmed)


class LongText(Text):
    """A text of up to 100,000 characters, kept as it is."""

    __slots__ = ()
    schema = {"type": "string", "minLength": 1, "maxLength": 100_000, "pattern": r"^[^\x00]*$"}

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(cls.measured(text))


class ExternalId(Text):
    """An id of another system: 1 to 200 characters, kept as it is."""

    __slots__ = ()
    schema = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": f"^[^{CONTROLS}]*$"}

    @classmethod
    def parse(cls, text: str) -> Self:
        if CONTROL.search(cls.measured(text)):
            raise Unfit("Expected one line without control characters.")
        return cls(text)


class Email(Text):
    """An e-mail address (RFC 5321, RFC 6531), lower-cased: the form in which people are matched."""

    __slots__ = ()
    schema = {"type": "string", "format": "idn-email", "pattern": EMAIL_PATTERN, "maxLength": 254}

    @classmethod
    def parse(cls, text: str) -> Self:
        # the domain test, which RFC 2606 keeps free for trials, is like any other
        try:
            found = validate_email(text.strip(BLANKS), check_deliverability=False, test_environment=True)
        except EmailNotValidError as error:
            raise Unfit(f"Expected an e-mail address, such as ada@example.com. {error}") from None
        return cls(found.normalized.lower())


class Phone(Text):
    """A telephone number as it was typed: digits and the usual separators."""

    __slots__ = ()
    schema = {"type": "string", "minLength": 3, "maxLength": 40, "pattern": rf"^\s*[^{CONTROLS}]*\d[^{CONTROLS}]*\s*$"}

    @classmethod
    def parse(cls, text: str) -> Self:
        trimmed = cls.measured(text.strip(BLANKS))
        if CONTROL.search(trimmed) or not any(each.isdigit() for each in trimmed):
            raise Unfit("Expected a telephone number, such as +49 30 123456.")
        return cls(trimmed)


class Url(Text):
    """An http or https address."""

    __slots__ = ()
    schemes: ClassVar[str] = "http or https"
    schema = {
        "type": "string", "maxLength": 2000,
        "pattern": f"^[Hh][Tt][Tt][Pp][Ss]?://([^/?#{NOT_OF_ADDRESSES}]*@)?{HOST}([/?#][^{NOT_OF_ADDRESSES}]*)?$",
    }  # fmt: skip

    @classmethod
    def parse(cls, text: str) -> Self:
        if not (is_web_address(cls.measured(text)) and re.fullmatch(cls.schema["pattern"], text)):
            raise Unfit(f"Expected an {cls.schemes} address, such as https://example.com/ada.")
        return cls(text)


class HttpsUrl(Url):
    """An https address. Rules: L2."""

    __slots__ = ()
    schemes = "https"
    schema = Url.schema | {"pattern": Url.schema["pattern"].replace("[Ss]?", "[Ss]", 1)}


class Origin(Text):
    """Where pages come from (RFC 6454): scheme, host and port of an http or https address, lower-cased."""

    __slots__ = ()
    schema = {"type": "string", "pattern": f"^[Hh][Tt][Tt][Pp][Ss]?://{HOST}$", "maxLength": 300}

    @classmethod
    def parse(cls, text: str) -> Self:
        parts = urlsplit(text) if is_web_address(cls.measured(text)) else None
        if parts is None or not re.fullmatch(cls.schema["pattern"], text):
            raise Unfit("Expected scheme and host without a path, such as https://careers.example.com.")
        return cls(text.lower().removesuffix(":443" if parts.scheme == "https" else ":80"))


class Slug(Text):
    """A name for addresses: lower-case letters, digits and hyphens."""

    __slots__ = ()
    schema = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 80}

    @classmethod
    def parse(cls, text: str) -> Self:
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", cls.measured(text)):
            raise Unfit("Expected lower-case letters, digits and single hyphens, such as careers-2.")
        return cls(text)


class Country(Text):
    """A country (ISO 3166-1 alpha-2)."""

    __slots__ = ()
    schema = {"type": "string", "pattern": "^[A-Z]{2}$"}

    @classmethod
    def parse(cls, text: str) -> Self:
        if text not in countries():
            raise Unfit("Expected a country code of ISO 3166-1, such as CA.")
        return cls(text)


class Region(Text):
    """A part of a country (ISO 3166-2)."""

    __slots__ = ()
    schema = {"type": "string", "pattern": "^[A-Z]{2}-[A-Z0-9]{1,3}$"}

    @classmethod
    def parse(cls, text: str) -> Self:
        if text not in regions():
            raise Unfit("Expected a region code of ISO 3166-2, such as CA-ON.")
        return cls(text)


class Territory(Text):
    """A country (ISO 3166-1) or a part of one (ISO 3166-2)."""

    __slots__ = ()
    schema = {"type": "string", "pattern": "^[A-Z]{2}(-[A-Z0-9]{1,3})?$"}

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(Region.parse(text) if "-" in text else Country.parse(text))


class Language(Text):
    """A language (BCP 47) that the Common Locale Data Repository knows, by its code and in its letter case there."""

    __slots__ = ()
    schema = {"type": "string", "pattern": "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", "maxLength": 35}

    @classmethod
    def parse(cls, text: str) -> Self:
        try:
            if not re.fullmatch(cls.schema["pattern"], text):
                raise ValueError(text)
            code, *others = text.split("-")
            current = babel.core.get_global("language_aliases").get(code.lower(), code)  # fra is fr, iw is he
            canonical = "_".join((current, *others))
            babel.Locale.parse(canonical)
            language, territory, script, variant = babel.core.parse_locale(canonical)[:4]
        except (ValueError, babel.UnknownLocaleError):
            raise Unfit("Expected a language tag of BCP 47, such as en or fr-CA.") from None
        return cls("-".join(part for part in (language, script, territory, variant and variant.lower()) if part))


class Currency(Text):
    """A currency (ISO 4217)."""

    __slots__ = ()
    schema = {"type": "string", "pattern": "^[A-Z]{3}$"}

    @classmethod
    def parse(cls, text: str) -> Self:
        if text not in currencies():
            raise Unfit("Expected a currency code of ISO 4217, such as EUR.")
        return cls(text)


class TimeZone(Text):
    """A time zone (IANA)."""

    __slots__ = ()
    schema = {"type": "string", "maxLength": 64, "pattern": "^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$"}

    @classmethod
    def parse(cls, text: str) -> Self:
        if text not in time_zones():
            raise Unfit("Expected a time zone of the IANA database, such as Europe/Berlin.")
        return cls(text)


# -- texts of answers, whose form the document tells -------------------------------------------------------------------

CountryCode = Annotated[str, msgspec.Meta(extra_json_schema={"pattern": Country.schema["pattern"]})]
RegionCode = Annotated[str, msgspec.Meta(extra_json_schema={"pattern": Region.schema["pattern"]})]
TerritoryCode = Annotated[str, msgspec.Meta(extra_json_schema={"pattern": Territory.schema["pattern"]})]
LanguageTag = Annotated[str, msgspec.Meta(extra_json_schema={"pattern": Language.schema["pattern"]})]
CurrencyCode = Annotated[str, msgspec.Meta(extra_json_schema={"pattern": Currency.schema["pattern"]})]
TimeZoneName = Annotated[str, msgspec.Meta(extra_json_schema={"pattern": TimeZone.schema["pattern"]})]
EmailAddress = Annotated[str, msgspec.Meta(extra_json_schema={"format": "idn-email"})]
Sha256 = Annotated[str, msgspec.Meta(extra_json_schema={"pattern": "^[0-9a-f]{64}$"})]
WebAddress = Annotated[str, msgspec.Meta(extra_json_schema={"pattern": Url.schema["pattern"]})]
"""Of `http` or `https`. It may have letters that RFC 3986 does not know, as people type them: no `format: uri`."""
OwnAddress = Annotated[str, msgspec.Meta(extra_json_schema={"format": "uri"})]
"""Of this service."""

# -- money ------------------------------------------------------------------------------------------------------------

Amount = Annotated[int, msgspec.Meta(ge=0, le=MAXIMUM_MINOR)]
Period = Literal["hour", "day", "week", "month", "year"]


class PayRangeInput(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A range of pay."""

    min_minor: Amount
    """The lowest pay for one `period`, in minor units of `currency`: 5000000 in `EUR` is 50,000.00 euros."""
    max_minor: Amount
    """The highest pay for one `period`, in minor units of `currency`; at least `min_minor`."""
    currency: Currency
    """The currency of both amounts."""
    period: Period
    """The stretch of work that both amounts pay for."""

    def problems(self) -> Iterator[FieldError]:
        """The range goes upwards. Rules: J4."""
        if self.min_minor > self.max_minor:
            yield FieldError("/max_minor", "range", "The maximum is below the minimum.")


def is_web_address(text: str) -> bool:
    """Whether a text is an http or https address with a host and, if any, a port that can be."""
    try:
        parts = urlsplit(text)
        is_reachable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    is_clean = not re.search(f"[{NOT_OF_ADDRESSES}]", text)
    return is_clean and is_reachable and text.lower().startswith(("http://", "https://"))


def decoded(kind: type, value: Any) -> Any:
    """msgspec's hook for the types above. Raises: Unfit."""
    if not issubclass(kind, Text):
        raise NotImplementedError(f"no rule for {kind}")
    if not isinstance(value, str):
        raise Unfit("Expected a string.", "type")
    return kind.read(value)


def schema_of(kind: type) -> dict[str, Any]:
    """msgspec's hook for the JSON Schema of the types above."""
    if not issubclass(kind, Text):
        raise NotImplementedError(f"no schema for {kind}")
    return dict(kind.schema)

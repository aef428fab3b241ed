"""What a JSON Schema of `/openapi.json` forbids, and what it allows: as texts of parameters and as values of bodies."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from hiring.openapi.changes import resolved
from tests.client import DESCRIBED

ID = "01903f5e-8c3a-7b62-9f10-5d2c4b6a7e8f"
NOTHING = ("null", "NULL", "Null", "none", "undefined", "")
NUMBERS = ("0", "-1", "1e3", "1.5", "1795933000.5", "NaN", "Infinity")
FORBIDDEN_TEXTS: dict[str, tuple[str, ...]] = {
    "uuid": (
        *NOTHING, *NUMBERS, ID.replace("-", ""), f"{{{ID}}}", f"urn:uuid:{ID}", f" {ID}", f"{ID} ", f"+{ID}", f"{ID}\n",
        ID[:-1], f"{ID}0", ID.replace("0", "g"), ID.replace("0", "０"), ID.replace("1", "١"), ID.replace("-", "_"),
        ID.replace("-", "–"), f'"{ID}"', "me",
    ),
    "date-time": (
        *NOTHING, *NUMBERS, "2026-06-01", "2026-06-01T10:00:00", "2026-06-01 10:00:00Z", "2026-06-01T10:00Z",
        "2026-06-01T10:00:00+0200", "2026-06-01T10:00:00+02", "2026-06-01T10:00:00 02:00", "2026-02-30T10:00:00Z",
        "2026-06-01T24:00:00Z", "2026-06-01T10:00:60Z", "0000-06-01T10:00:00Z", "10000-06-01T10:00:00Z",
        "2026-06-01T10:00:00,5Z", "2026-06-01T10:00:00.Z", "２０２６-06-01T10:00:00Z", " 2026-06-01T10:00:00Z",
        "2026-06-01T10:00:00Z ", "20260601T100000Z", "2026-6-1T10:00:00Z", "now", "infinity", "-infinity", "yesterday",
        "2026-W23-1T10:00:00Z", "2026-06-01T10:00:00+25:00", "2026-06-01T10:00:00 UTC", "0001-01-01T00:00:00Z",
    ),
    "date": (
        *NOTHING, *NUMBERS, "2026-02-30", "20260601", "2026-6-1", "2026-06-01T00:00:00Z", " 2026-06-01", "2026-06-01 ",
        "０026-06-01", "0000-01-01", "10000-01-01", "2026-06", "today", "2026-152",
    ),
    "integer": (
        *NOTHING, "1e1", "1.5", "+5", " 5", "5 ", "٥", "５", "0x10", "5_0", "true", "1,0", "05", "--1", "-", "½", "NaN",
    ),
    "boolean": (*NOTHING, *NUMBERS, "1", "yes", "no", "on", "off", "True", "TRUE", "False", " true", "true ", "t"),
    "enum": (*NOTHING, *NUMBERS, "odd", "*", "all"),
    "email": (*NOTHING, *NUMBERS, "kim", "kim@", "@example.com", "kim@example", "k im@example.com", "a@b@example.com"),
}  # fmt: skip
"""Kind of a schema to texts that are none of it."""
ALLOWED_TEXTS = {
    "uuid": (ID, ID.upper()),
    "date-time": (
        "2026-06-01T10:00:00Z", "2026-06-01t10:00:00z", "2026-06-01T10:00:00.5-00:00", "2199-12-31T23:59:59+15:59",
        "1900-01-01T00:00:00.123456789-09:30",
    ),
    "date": ("2026-06-01", "2024-02-29", "1900-01-01", "2199-12-31"), "boolean": ("true", "false"),
    "email": ("kim+tag@example.com",),
}  # fmt: skip


def kind_of(schema: dict[str, Any]) -> str:
    """What a schema describes, in one word."""
    if "enum" in schema:
        return "enum"
    return str(schema.get("format", schema["type"]))


def forbidden_texts(schema: dict[str, Any]) -> list[str]:
    """Texts that a parameter's schema forbids."""
    if schema.get("type") == "array":
        inner, maximum = forbidden_texts(schema["items"]), schema.get("maxItems", 0)
        right = allowed_texts(schema["items"])[0]
        many = [",".join(str(UUID(int=number)) for number in range(maximum + 1))] if maximum else []
        return [*inner, f"{right},", f",{right}", f"{right},,{right}", f"{right}, {right}", f"{right};{right}", *many]
    texts = list(FORBIDDEN_TEXTS.get(kind_of(schema), ()))
    texts += [word.upper() for word in schema.get("enum", ())] + [f"{word} " for word in schema.get("enum", ())]
    texts += [str(schema["minimum"] - 1)] if "minimum" in schema else []
    texts += [str(schema["maximum"] + 1)] if "maximum" in schema else []
    texts += ["x" * (schema["maxLength"] + 1)] if "maxLength" in schema else []
    texts += ["x" * (schema["minLength"] - 1)] if schema.get("minLength") else []
    return texts


def allowed_texts(schema: dict[str, Any]) -> list[str]:
    """Texts that a parameter's schema allows."""
    if schema.get("type") == "array":
        return [text for each in allowed_texts(schema["items"]) for text in (each, f"{each},{each}")]
    if "enum" in schema:
        return list(schema["enum"])
    bounds = [str(schema[bound]) for bound in ("minimum", "maximum") if bound in schema]
    return [*bounds, *ALLOWED_TEXTS.get(kind_of(schema), ())]


def forbidden_values(schema: dict[str, Any]) -> Iterator[Any]:
    """JSON values that a field's schema forbids; null only where it does."""
    found = resolved(schema, DESCRIBED)
    choices = [resolved(each, DESCRIBED) for each in found.get("anyOf", [found])]
    kinds = {kind_of(each) for each in choices if "type" in each or "enum" in each}
    if "null" not in kinds:
        yield None
    for kind in kinds & {"uuid", "date-time", "date", "email"}:
        yield from (text for text in FORBIDDEN_TEXTS[kind] if text or kind != "email")
        yield from (0, 1795933000, 1795933000.5, True)
    if "integer" in kinds:
        yield from ("1", "", True, 1.5, 1e300, -(10**30), 2**53 + 0.0)
    if "boolean" in kinds:
        yield from ("true", "", 0, 1, 1.0)
    if "enum" in kinds:
        yield from ("null", "", "Odd", 0)

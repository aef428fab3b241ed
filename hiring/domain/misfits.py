"""Why a JSON value is not of a type: each field and item by itself, with a code of `FINDINGS` and a sentence.

msgspec decides what fits and stops at the first thing that does not; its sentences name types of Python. Here the type
and the value tell what is wrong, in the words of JSON.
"""

from collections.abc import Iterator, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec import inspect

from hiring.domain.conversion import CONVERTED, converter, flaws
from hiring.domain.findings import Unfit, escaped, wrong_length
from hiring.domain.vocabulary import Text, decoded
from hiring.errors import FieldError

WORDS: dict[type, str] = {
    str: "a string", int: "a number", float: "a number", bool: "true or false", list: "an array", dict: "an object",
    NoneType: "null",
}  # fmt: skip
"""The types of JSON values, in JSON's words."""
GIVEN = WORDS | {bool: "a boolean"}
JSON_TYPES: dict[type[inspect.Type], type] = {
    inspect.StrType: str, inspect.LiteralType: str, inspect.UUIDType: str, inspect.DateType: str,
    inspect.DateTimeType: str, inspect.CustomType: str, inspect.IntType: int, inspect.FloatType: float,
    inspect.BoolType: bool, inspect.ListType: list, inspect.VarTupleType: list, inspect.DictType: dict,
    inspect.StructType: dict, inspect.NoneType: NoneType,
}  # fmt: skip
"""What msgspec tells of a type → the JSON type of its values. Every list of choices is one of texts."""
LISTS = (inspect.ListType, inspect.VarTupleType)
FEW = 50
"""Items of a list or an object that are looked at before its length."""


def misfits(value: Any, kind: Any, pointer: str = "") -> Iterator[FieldError]:
    """Yields where a JSON value is not of a type."""
    if members(kind) == [Any]:
        for path, flaw in flaws(value):
            yield FieldError("".join((pointer, *(f"/{escaped(token)}" for token in path))), flaw.code, str(flaw))
        return
    if isinstance(value, list | dict) and len(value) > FEW and (why := overlong(value, kind)):
        yield FieldError(pointer, why.code, str(why))
        return
    is_sound = True
    for found in misnamed(value, kind, pointer):
        is_sound = False
        yield found
    for token, part, part_kind in parts(value, kind):
        for found in misfits(part, part_kind, f"{pointer}/{escaped(token)}"):
            is_sound = False
            yield found
    if is_sound and (why := misfit(value, kind)):
        yield FieldError(pointer, why.code, str(why))


def overlong(value: list[Any] | dict[str, Any], kind: Any) -> Unfit | None:
    """What is wrong with a list or an object that is too long for its type; then its items do not matter."""
    kinds = LISTS if isinstance(value, list) else (inspect.DictType,)
    found = next((each for each in choices_of(inspect.type_info(kind)) if isinstance(each, kinds)), None)
    return None if found is None else wrong_length(len(value), None, found.max_length, "item")


def misnamed(value: Any, kind: Any, pointer: str) -> Iterator[FieldError]:
    """Yields the fields of an object that its struct does not know, and those that it misses. Rules: R2."""
    if (struct := struct_of(kind)) is None or not isinstance(value, dict):
        return
    fields = {field.encode_name: field for field in msgspec.structs.fields(struct)}
    if struct.__struct_config__.forbid_unknown_fields:
        for name in value:
            if name not in fields:
                yield FieldError(f"{pointer}/{escaped(name)}", "unknown_field", "There is no such field.")
    for name, field in fields.items():
        if field.required and name not in value:
            yield FieldError(f"{pointer}/{escaped(name)}", "required", "The field is required.")


def parts(value: Any, kind: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yields the fields, names or items of an object or a list: reference token, value, type."""
    if isinstance(value, dict) and (struct := struct_of(kind)) is not None:
        for field in msgspec.structs.fields(struct):
            if field.encode_name in value:
                yield field.encode_name, value[field.encode_name], field.type
    elif isinstance(value, dict | list):
        for member in members(kind):
            if isinstance(value, dict) and get_origin(member) is dict:
                name_kind, part_kind = get_args(member)
                for name, each in value.items():
                    yield name, name, name_kind
                    yield name, each, part_kind
                return
            if isinstance(value, list) and get_origin(member) in (list, tuple):
                yield from ((str(place), each, get_args(member)[0]) for place, each in enumerate(value))
                return


def struct_of(kind: Any) -> type[msgspec.Struct] | None:
    """The struct of a type, also where null or nothing would do as well."""
    return next((each for each in members(kind) if isinstance(each, type) and issubclass(each, msgspec.Struct)), None)


def members(kind: Any) -> list[Any]:
    """The types that a type stands for: those of a union, without the limits that come with them."""
    if get_origin(kind) is Annotated:
        return members(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return [member for each in get_args(kind) for member in members(each)]
    return [kind]


def struct_within(kind: Any) -> bool:
    """Whether a type is a struct, or a list of structs."""
    within = [each for member in members(kind) if get_origin(member) in (list, tuple) for each in get_args(member)]
    return struct_of(kind) is not None or any(struct_of(each) is not None for each in within)


def misfit(value: Any, kind: Any) -> Unfit | None:
    """Why a value whose parts are sound is not of a type, None where it is."""
    try:
        msgspec.convert(converter(kind)(value), kind, builtin_types=CONVERTED, dec_hook=decoded)
    except Unfit as why:
        return why
    except msgspec.ValidationError:
        return unfit(value, kind)
    return None


def unfit(value: Any, kind: Any) -> Unfit:
    """Why msgspec refuses a value whose parts are sound."""
    choices = choices_of(inspect.type_info(kind))
    types = [JSON_TYPES[type(each)] for each in choices]
    is_alike = [WORDS[each] == WORDS[type(value)] for each in types]
    if True in is_alike and (why := reason(value, choices[is_alike.index(True)], kind)):
        return why
    expected = listed(list(dict.fromkeys(WORDS[each] for each in types)))
    return Unfit(f"Expected {expected}, but this is {GIVEN[type(value)]}.", "type")


def choices_of(found: inspect.Type) -> list[inspect.Type]:
    """What a value may be: the members of a union, without what is said about them."""
    if isinstance(found, inspect.Metadata):
        return choices_of(found.type)
    if isinstance(found, inspect.UnionType):
        return [each for one in found.types for each in choices_of(one)]
    return [found]


def reason(value: Any, found: inspect.Type, kind: Any) -> Unfit | None:
    """Why a value of the right JSON type is wrong all the same; `kind` has its choices in their order."""
    match found:
        case inspect.StrType() | inspect.ListType() | inspect.VarTupleType():
            noun = "character" if isinstance(value, str) else "item"
            return wrong_length(len(value), found.min_length, found.max_length, noun)
        case inspect.IntType() | inspect.FloatType():
            return wrong_number(value, found)
        case inspect.LiteralType():
            words = [word for member in members(kind) if get_origin(member) is Literal for word in get_args(member)]
            return Unfit(f"Expected one of {', '.join(words)}.", "enum")
        case inspect.CustomType() if issubclass(found.cls, Text):
            return wrong_text(value, found.cls)
    return None


def wrong_number(value: float, found: inspect.IntType | inspect.FloatType) -> Unfit | None:
    """Why a number is wrong."""
    least, most = found.ge, found.le
    if (least is not None and value < least) or (most is not None and value > most):
        bounds = [f"{word} {each:,}" for word, each in (("from", least), ("to", most)) if each is not None]
        return Unfit(f"Expected a number {' '.join(bounds)}.", "range")
    if isinstance(found, inspect.IntType):
        return Unfit("Expected a whole number, but this one has a fraction.", "type")
    return None


def wrong_text(text: str, kind: type[Text]) -> Unfit | None:
    """Why a text is not of its kind."""
    try:
        kind.read(text)
    except Unfit as why:
        return why
    return None


def listed(words: Sequence[str]) -> str:
    """Choices in a sentence."""
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last

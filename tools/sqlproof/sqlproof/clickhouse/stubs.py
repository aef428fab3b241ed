"""Typing stubs of the statements for ClickHouse. A parameter or a column may be None where its type is Nullable."""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from sqlproof.clickhouse.described import Described
from sqlproof.types.stubs import TypeUnknown, camel, method

TYPES = {
    "UUID": "UUID", "String": "str", "FixedString": "str", "Enum8": "str", "Enum16": "str", "Bool": "bool",
    "Float32": "float", "Float64": "float", "Decimal": "Decimal", "Date": "date", "Date32": "date",
    "DateTime": "datetime", "DateTime64": "datetime",
}  # fmt: skip
"""ClickHouse's type, without what stands in its parentheses → Python's."""
INTEGER = re.compile(r"U?Int\d+")


def analytics_stubs(described: Sequence[Described], folder: str) -> str:
    """The classes of a folder's statements, to stand at the end of the stub file. Raises: TypeUnknown."""
    classes, nouns = [], []
    for noun, of_file in groupby(described, lambda each: each.statement.path.stem):
        methods: list[str] = []
        for each in of_file:
            row, line = _stub(each)
            classes.extend([row] if row else [])
            methods.append(line)
        classes.append("\n".join([f"class {camel(folder, noun)}:", *methods, ""]))
        nouns.append(f"    {noun}: {camel(folder, noun)}")
    return "\n".join(["", *classes, f"class {camel(folder)}:", *nouns, ""]) if nouns else ""


def _stub(each: Described) -> tuple[str, str]:
    """The class of a statement's row, empty where it gives a value or a text, and its method."""
    statement = each.statement
    taken = [f"{name}: {_type(each, name, each.parameters[name], 'Array')}" for name in statement.parameters]
    if "Streamed" in statement.labels:
        return "", method(statement.verb, taken, "AsyncGenerator[bytes]", is_streamed=True)
    types = {name: _type(each, name, type_, "Rows") for name, type_ in each.columns}
    if statement.suffix == "$":
        value = next(iter(types.values()))
        is_value = each.is_some or value.endswith("None")
        return "", method(statement.verb, taken, value if is_value else f"{value} | None")
    name = f"{camel(statement.path.parent.name, statement.path.stem, statement.verb)}Row"
    row = "\n".join([f"class {name}(TypedDict):", *_members(types.items()), ""])
    if statement.suffix == "^":
        return row, method(statement.verb, taken, name if each.is_some else f"{name} | None")
    return row, method(statement.verb, taken, f"Rows[{name}]")


def _members(types: Iterable[tuple[str, str]]) -> Iterable[str]:
    return (f"    {name}: {type_}" for name, type_ in types)


def _type(each: Described, name: str, type_: str, array: str) -> str:
    """Python's type. Raises: TypeUnknown."""
    base, _, inner = type_.removesuffix(")").partition("(")
    if base == "LowCardinality":
        return _type(each, name, inner, array)
    if base == "Nullable":
        return f"{_type(each, name, inner, array)} | None"
    if base == "Array":
        return f"{array}[{_type(each, name, inner, array)}]"
    if INTEGER.fullmatch(base):
        return "int"
    if base not in TYPES:
        raise TypeUnknown(each.statement.finding(f"{name} is {type_}, which has no type of Python: cast it to another"))
    return TYPES[base]

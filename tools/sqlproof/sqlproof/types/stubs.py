"""Typing stubs of the statements: what `db.commands.*` and `db.queries.*` take and give, for mypy.

A parameter may be None, as every value in SQL; a column may unless `nulls.py` proves that it is not. The types are
those that `connectors/postgres_values.py` sends and psycopg2 gives back.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, zip_longest
from pathlib import Path

from sqlproof.findings import Finding
from sqlproof.reading.statements import Statement, read_files
from sqlproof.schema.catalog import Catalog
from sqlproof.schema.describe import Column, Description, Parameter
from sqlproof.schema.facts import describe
from sqlproof.types.nulls import rows_of

STUBS = "statements.pyi"
"""The stub file's name in the package."""
HEAD = '''"""The statements of sql/ as mypy sees them. Not edited by hand: `hiring sql stubs` writes this."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, TypeAlias, TypedDict, TypeVar
from uuid import UUID

from hiring.connectors.postgres_values import JsonText

T = TypeVar("T")
Array: TypeAlias = list[T] | tuple[T, ...]
Document: TypeAlias = dict[str, Any] | JsonText
Moment: TypeAlias = datetime | Literal["-infinity", "infinity"]
Rows: TypeAlias = list[T]
'''
TAKEN: Mapping[str, str] = {
    "uuid": "UUID", "text": "str", "boolean": "bool", "smallint": "int", "integer": "int", "bigint": "int",
    "numeric": "Decimal | int", "double precision": "float", "date": "date", "timestamp with time zone": "Moment",
    "jsonb": "Document", "uuid[]": "Array[UUID]", "text[]": "Array[str]",
}  # fmt: skip
"""PostgreSQL's type → what a parameter of it takes. A text has the type `str` alone: ids are parsed at the edge."""
GIVEN: Mapping[str, str] = {
    "uuid": "UUID", "text": "str", "boolean": "bool", "smallint": "int", "integer": "int", "bigint": "int",
    "numeric": "Decimal", "double precision": "float", "date": "date", "timestamp with time zone": "datetime",
    "jsonb": "Any", "json": "Any", "uuid[]": "Rows[UUID]", "text[]": "Rows[str]", "void": "object",
}  # fmt: skip
"""PostgreSQL's type → what comes back for a column of it."""
MAXIMUM_LINE = 120


class TypeUnknown(Exception):
    """A type of PostgreSQL that has no type of Python yet; the finding says where."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding


def stubs_of(statements: Sequence[Statement], descriptions: Mapping[str, Description], catalog: Catalog) -> str:
    """The text of the stub file. Raises: TypeUnknown."""
    classes, folders = [], []
    for folder, of_folder in groupby(statements, lambda each: each.path.parent.name):
        nouns = []
        for noun, of_file in groupby(of_folder, lambda each: each.path.stem):
            name = _camel(folder, noun)
            methods: list[str] = []
            for statement in of_file:
                row, method = _stub(statement, descriptions[statement.name], catalog)
                classes.extend([row] if row else [])
                methods.append(method)
            classes.append("\n".join([f"class {name}:", *methods, ""]))
            nouns.append(f"    {noun}: {name}")
        folders.append("\n".join([f"class {_camel(folder)}:", *nouns, ""]))
    return "\n".join([HEAD, *classes, *folders])


def write_stubs(sql_folder: Path, migrations: Path, package: Path) -> list[Finding]:
    """Asks a scratch server and writes the stub file, unless there are findings. Raises: as `describe`."""
    files = list(read_files(sql_folder))
    statements = [statement for _, found, _ in files for statement in found]
    if findings := [finding for _, _, problems in files for finding in problems]:
        return findings
    descriptions, catalog, refused = describe(statements, migrations)
    if refused:
        return refused
    try:
        text = stubs_of(statements, descriptions, catalog)
    except TypeUnknown as error:
        return [error.finding]
    (package / STUBS).write_text(text, encoding="utf-8")
    return []


def check_stubs(
    path: Path, statements: Sequence[Statement], descriptions: Mapping[str, Description], catalog: Catalog
) -> Iterator[Finding]:
    """A finding at the first line of the stub file that is another than what the statements are by now."""
    try:
        wanted = stubs_of(statements, descriptions, catalog).splitlines()
    except TypeUnknown as error:
        yield error.finding
        return
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    for number, (line, right) in enumerate(zip_longest(lines, wanted), 1):
        if line != right:
            yield Finding(path, number, "", "the types are others by now; write them again: hiring sql stubs")
            return


def _stub(statement: Statement, description: Description, catalog: Catalog) -> tuple[str, str]:
    """The class of a statement's row, empty where it gives a value, and its method."""
    rows = rows_of(statement.tree, catalog)
    types = [
        _given(statement, column, is_never_null=is_never_null)
        for column, is_never_null in zip(description.columns, rows.never_null, strict=True)
    ]
    if statement.suffix == "$":
        is_value = rows.is_some or types[0].endswith("None")
        return "", _method(statement, description, types[0] if is_value else f"{types[0]} | None")
    name = f"{_camel(statement.path.parent.name, statement.path.stem, statement.verb)}Row"
    columns = [f"    {column.name}: {type_}" for column, type_ in zip(description.columns, types, strict=True)]
    row = "\n".join([f"class {name}(TypedDict):", *columns, ""])
    if statement.suffix == "^":
        return row, _method(statement, description, name if rows.is_some else f"{name} | None")
    return row, _method(statement, description, f"Rows[{name}]")


def _method(statement: Statement, description: Description, given: str) -> str:
    parameters = [f"{each.name}: {_type(statement, each, TAKEN)} | None" for each in description.parameters]
    words = ["self", "*", *parameters] if parameters else ["self"]
    line = f"    async def {statement.verb}({', '.join(words)}) -> {given}: ..."
    if len(line) <= MAXIMUM_LINE:
        return line
    lines = [f"        {word}," for word in words]
    return "\n".join([f"    async def {statement.verb}(", *lines, f"    ) -> {given}: ..."])


def _given(statement: Statement, column: Column, *, is_never_null: bool) -> str:
    found = _type(statement, column, GIVEN)
    return found if is_never_null or found in ("Any", "object") else f"{found} | None"


def _type(statement: Statement, of: Column | Parameter, types: Mapping[str, str]) -> str:
    if of.type not in types:
        sentence = f"{of.name} is {of.type}, which has no type of Python: give it one in sqlproof/types/stubs.py"
        raise TypeUnknown(statement.finding(sentence))
    return types[of.type]


def _camel(*names: str) -> str:
    return "".join(word.capitalize() for name in names for word in name.split("_"))

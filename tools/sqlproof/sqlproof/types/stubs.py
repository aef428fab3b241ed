"""Typing stubs of the statements: what `db.commands.*` and `db.queries.*` take and give, for mypy.

A parameter may be None, as every value in SQL; a column may be, unless `nulls.py` proves that it is not. A project
names types of its own in its rules.
"""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, zip_longest
from typing import Any, NamedTuple

import psycopg
from psycopg import pq

from sqlproof.configuration import Project
from sqlproof.findings import Finding
from sqlproof.reading.statements import Statement
from sqlproof.schema.model import Schema
from sqlproof.types.nulls import rows_of

TYPE_NAMES = "SELECT oid, oid::regtype::text FROM pg_type"
NOT_NULL = "SELECT attrelid, attnum FROM pg_attribute WHERE attnotnull AND attnum > 0"


class Parameter(NamedTuple):
    """A parameter and its type, as PostgreSQL names it: `uuid`, `timestamp with time zone`, `text[]`."""

    name: str
    type: str


class Column(NamedTuple):
    """A column of the answer. `is_of_table`: it is a table's own column that is never null there."""

    name: str
    type: str
    is_of_table: bool


class Description(NamedTuple):
    """What goes in and what comes out."""

    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]


class Describer:
    """Prepares statements in a session and reads what the server knows of them."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self.types: Mapping[int, str] = dict(connection.execute(TYPE_NAMES).fetchall())
        self.not_null = frozenset(connection.execute(NOT_NULL).fetchall())

    def all(self, statements: Sequence[Statement]) -> tuple[dict[str, Description], list[Finding]]:
        """Descriptions by name, and a finding for each statement that the schema refuses."""
        described: dict[str, Description] = {}
        findings: list[Finding] = []
        for statement in statements:
            found = self.one(statement)
            if isinstance(found, Finding):
                findings.append(found)
            else:
                described[statement.name] = found
        return described, findings

    def one(self, statement: Statement) -> Description | Finding:
        """Prepares one statement under its name, and leaves it prepared for plans."""
        session = self.connection.pgconn
        prepared = session.prepare(statement.name.encode(), statement.text.encode())
        if prepared.status != pq.ExecStatus.COMMAND_OK:
            return statement.finding(*_refusal(statement, prepared))
        result = session.describe_prepared(statement.name.encode())
        types = [self.types[result.param_type(number)] for number in range(result.nparams)]
        return Description(
            tuple(Parameter(*each) for each in zip(statement.parameters, types, strict=True)),
            tuple(self._columns(result)),
        )

    def _columns(self, result: pq.abc.PGresult) -> Iterator[Column]:
        for place in range(result.nfields):
            is_of_table = (result.ftable(place), result.ftablecol(place)) in self.not_null
            yield Column((result.fname(place) or b"").decode(), self.types[result.ftype(place)], is_of_table)


def _refusal(statement: Statement, prepared: pq.abc.PGresult) -> tuple[str, int]:
    """The server's sentence about a statement, and the line that it means."""

    def told(field: pq.DiagnosticField) -> str:
        return (prepared.error_field(field) or b"").decode()

    place = int(told(pq.DiagnosticField.STATEMENT_POSITION) or 1) - 1
    hint = told(pq.DiagnosticField.MESSAGE_HINT)
    sentence = f"the migrated schema refuses it: {told(pq.DiagnosticField.MESSAGE_PRIMARY)}{hint and f' ({hint})'}"
    return sentence, statement.first_line + statement.text[:place].count("\n")


HEAD = '''"""The statements of {folder}/ as mypy sees them. Not edited by hand: `sqlproof stubs` writes this."""

# fmt: off
from collections.abc import AsyncGenerator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, TypeAlias, TypedDict, TypeVar
from uuid import UUID
{imports}
T = TypeVar("T")
Array: TypeAlias = list[T] | tuple[T, ...]
Moment: TypeAlias = datetime | Literal["-infinity", "infinity"]
Rows: TypeAlias = list[T]
{aliases}'''
TAKEN: Mapping[str, str] = {
    "uuid": "UUID", "text": "str", "boolean": "bool", "smallint": "int", "integer": "int", "bigint": "int",
    "numeric": "Decimal | int", "double precision": "float", "date": "date", "timestamp with time zone": "Moment",
    "json": "str", "jsonb": "str", "bytea": "bytes", "uuid[]": "Array[UUID]", "text[]": "Array[str]",
    "integer[]": "Array[int]",
}  # fmt: skip
"""PostgreSQL's type → what a parameter of it takes. A text has the type `str` alone: ids are parsed at the edge."""
GIVEN: Mapping[str, str] = {
    "uuid": "UUID", "text": "str", "boolean": "bool", "smallint": "int", "integer": "int", "bigint": "int",
    "numeric": "Decimal", "double precision": "float", "date": "date", "timestamp with time zone": "datetime",
    "jsonb": "Any", "json": "Any", "bytea": "bytes", "uuid[]": "Rows[UUID]", "text[]": "Rows[str]",
    "integer[]": "Rows[int]", "void": "object",
}  # fmt: skip
"""PostgreSQL's type → what comes back for a column of it."""
MAXIMUM_LINE = 120
INDENT = " " * 8
GLUE = "\x00"
"""Stands for the blanks within a parameter while lines are broken."""


class TypeUnknown(Exception):
    """A type of PostgreSQL that has no type of Python yet; the finding says where."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding


def stubs_of(
    statements: Sequence[Statement], descriptions: Mapping[str, Description], schema: Schema, *, beside: str = ""
) -> str:
    """The text of the stub file; `beside` are classes of statements for another server. Raises: TypeUnknown."""
    classes, folders = [], []
    for folder, of_folder in groupby(statements, lambda each: each.path.parent.name):
        nouns = []
        for noun, of_file in groupby(of_folder, lambda each: each.path.stem):
            name = camel(folder, noun)
            methods: list[str] = []
            for statement in of_file:
                row, method = _stub(statement, descriptions[statement.name], schema)
                classes.extend([row] if row else [])
                methods.append(method)
            classes.append("\n".join([f"class {name}:", *methods, ""]))
            nouns.append(f"    {noun}: {name}")
        folders.append("\n".join([f"class {camel(folder)}:", *nouns, ""]))
    return "\n".join([_head(schema.project), *classes, *folders]) + beside


def _head(project: Project) -> str:
    """What stands above the classes: imports, the types of the tool, and those of the project."""
    imports = "".join(f"\n{line}" for line in project.stubs.imports)
    aliases = "".join(f"{name}: TypeAlias = {meaning}\n" for name, meaning in project.stubs.aliases.items())
    return HEAD.format(folder=project.sql.name, imports=f"{imports}\n" if imports else "", aliases=aliases)


def check_stubs(
    project: Project,
    statements: Sequence[Statement],
    descriptions: Mapping[str, Description],
    schema: Schema,
    *,
    beside: str = "",
) -> Iterator[Finding]:
    """A finding at the first line of the stub file that is another than what the statements are by now."""
    try:
        wanted = stubs_of(statements, descriptions, schema, beside=beside).splitlines()
    except TypeUnknown as error:
        yield error.finding
        return
    path = project.root / project.stubs.file
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    for number, (line, right) in enumerate(zip_longest(lines, wanted), 1):
        if line != right:
            yield Finding(path, number, "", "the types are out of date: run `sqlproof stubs`")
            return


def _stub(statement: Statement, description: Description, schema: Schema) -> tuple[str, str]:
    """The class of a statement's row, empty where it gives a value, and its method."""
    rows, stubs = rows_of(statement.tree, schema), schema.project.stubs
    given, taken = {**GIVEN, **stubs.given}, {**TAKEN, **stubs.taken}
    types = [
        _given(_type(statement, column, given), is_never_null=is_never_null)
        for column, is_never_null in zip(description.columns, rows.never_null, strict=True)
    ]
    if statement.suffix == "$":
        is_value = rows.is_some or types[0].endswith("None")
        return "", _method(statement, description, taken, types[0] if is_value else f"{types[0]} | None")
    name = f"{camel(statement.path.parent.name, statement.path.stem, statement.verb)}Row"
    columns = [f"    {column.name}: {type_}" for column, type_ in zip(description.columns, types, strict=True)]
    row = "\n".join([f"class {name}(TypedDict):", *columns, ""])
    if statement.suffix == "^":
        return row, _method(statement, description, taken, name if rows.is_some else f"{name} | None")
    return row, _method(statement, description, taken, f"Rows[{name}]")


def _method(statement: Statement, description: Description, taken: Mapping[str, str], given: str) -> str:
    parameters = [f"{each.name}: {_type(statement, each, taken)} | None" for each in description.parameters]
    return method(statement.verb, parameters, given)


def method(verb: str, parameters: Sequence[str], given: str, *, is_streamed: bool = False) -> str:
    """A method of a stub; `parameters` are names with their types. A streamed one is told the format of its text."""
    first = ["self", "output_format: str"] if is_streamed else ["self"]
    words = [*first, "*", *parameters] if parameters else first
    opening = f"    {'def' if is_streamed else 'async def'} {verb}("
    line = f"{opening}{', '.join(words)}) -> {given}: ..."
    if len(line) <= MAXIMUM_LINE:
        return line
    lines = textwrap.wrap(", ".join(word.replace(" ", GLUE) for word in words) + ",", MAXIMUM_LINE - len(INDENT))
    told = [INDENT + line.replace(GLUE, " ") for line in lines]
    return "\n".join([opening, *told, f"    ) -> {given}: ..."])


def _given(found: str, *, is_never_null: bool) -> str:
    return found if is_never_null or found in ("Any", "object") else f"{found} | None"


def _type(statement: Statement, of: Column | Parameter, types: Mapping[str, str]) -> str:
    if of.type not in types:
        sentence = f"{of.name} is {of.type}, which has no type of Python: give it one under [stubs] in the rules"
        raise TypeUnknown(statement.finding(sentence))
    return types[of.type]


def camel(*names: str) -> str:
    """The name of a class."""
    return "".join(word.capitalize() for name in names for word in name.split("_"))

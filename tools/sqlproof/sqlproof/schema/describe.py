"""What PostgreSQL itself says of a statement: the types of its parameters and columns, and which may be null."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import psycopg
from psycopg import pq

from sqlproof.findings import Finding
from sqlproof.reading.statements import Statement

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

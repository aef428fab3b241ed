"""The schema, as the server that has it describes it: the only model of it that rules, types and catalogue know."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import psycopg
from pglast import ast, parse_sql
from psycopg.rows import class_row

from sqlproof.configuration import Project
from sqlproof.reading.inlining import Inlined, inline
from sqlproof.reading.statements import Statement
from sqlproof.reading.trees import nodes, texts
from sqlproof.schema.effects import Functions, read_functions

ASKED = Path(__file__).resolve().parent / "asked"
"""The questions to a server, a file each."""


class Column(NamedTuple):
    """A column; `default_value` is an expression, `options` are the planner's, such as `n_distinct=2`."""

    table_name: str
    name: str
    type: str
    is_required: bool
    default_value: str
    comment: str
    options: list[str]


class Index(NamedTuple):
    """An index; `definition` is its method, its columns and its condition, which `predicate` repeats."""

    table_name: str
    name: str
    is_unique: bool
    is_primary: bool
    columns: list[str]
    predicate: str
    definition: str
    bytes: int
    comment: str

    @property
    def where(self) -> ast.Node | None:
        """The condition of a partial index."""
        return _condition(self.predicate)

    @property
    def touched(self) -> frozenset[str]:
        """The columns whose change may break a unique index, or make room in it."""
        read = (texts(column.fields)[-1] for column in nodes(self.where, ast.ColumnRef))
        return frozenset([*self.columns, *read])


@cache
def _condition(predicate: str) -> ast.Node | None:
    found: ast.Node | None = parse_sql(f"SELECT WHERE {predicate}")[0].stmt.whereClause if predicate else None
    return found


class Constraint(NamedTuple):
    """A constraint; `kind` is pg_constraint's letter, `target` the table that a foreign key leads to."""

    table_name: str
    name: str
    kind: str
    definition: str
    target: str | None
    columns: list[str]
    comment: str


class Policy(NamedTuple):
    """A row policy: for whom, for which command, which rows are seen and which may be written."""

    table_name: str
    name: str
    is_permissive: bool
    roles: str
    command: str
    condition: str
    check_condition: str


class Grant(NamedTuple):
    """What a role may do with a table."""

    table_name: str
    role: str
    rights: str


class Relation(NamedTuple):
    """What the server says of a table itself; rows are those that ANALYZE has counted."""

    name: str
    is_view: bool
    is_partitioned: bool
    comment: str
    row_count: int
    table_bytes: int
    index_bytes: int
    has_policies: bool


class Table(NamedTuple):
    """A table or a view with everything that belongs to it."""

    relation: Relation
    columns: Mapping[str, Column]
    indexes: list[Index]
    constraints: list[Constraint]
    policies: list[Policy]
    grants: list[Grant]

    @property
    def name(self) -> str:
        return self.relation.name

    @property
    def index_count(self) -> int:
        return len(self.indexes)

    @property
    def keys(self) -> list[Constraint]:
        """Its foreign keys."""
        return [each for each in self.constraints if each.kind == "f"]

    @property
    def uniques(self) -> list[Index]:
        return [each for each in self.indexes if each.is_unique]

    @property
    def primary_key(self) -> tuple[str, ...]:
        """The columns of the primary key; `id` of a table without one."""
        return next((tuple(each.columns) for each in self.indexes if each.is_primary), ("id",))

    def type_of(self, column: str) -> str:
        """The type of a column, empty where there is no such column."""
        return self.columns[column].type if column in self.columns else ""


class Schema(NamedTuple):
    """Tables and views; those with a tenant; those that stay small; what functions do; the order of locks.

    `queries` are the bodies of functions by name: several where one is overloaded, None for a body that is more than a
    query. `inlined` are those that PostgreSQL puts into the statements that read from them.
    """

    project: Project
    tables: Mapping[str, Table]
    tenant_tables: frozenset[str]
    small_tables: frozenset[str]
    functions: Functions
    queries: Mapping[str, tuple[Any, ...]]
    inlined: Mapping[str, Inlined]
    aggregates: frozenset[str]
    lock_order: Mapping[str, int]

    @property
    def tenant(self) -> str:
        """The column and the parameter that name the tenant."""
        return self.project.tenants.column

    def seen_through(self, statement: Statement) -> Statement:
        """A statement with the queries of the functions that it reads from in its tree."""
        if statement.tree is None:
            return statement
        columns = {name: list(table.columns) for name, table in self.tables.items()}
        tree = parse_sql(statement.text)[0].stmt
        return statement._replace(tree=inline(tree, self.inlined, columns), written=statement.tree)

    def place(self, table: str) -> int | None:
        """Where a table is in the order of locks, by its name in the singular or the plural."""
        return next((self.lock_order[name] for name in (table, table[:-1]) if name in self.lock_order), None)

    @property
    def indexes(self) -> dict[str, str]:
        """The table of each index."""
        return {index.name: table.name for table in self.tables.values() for index in table.indexes}


class _Function(NamedTuple):
    name: str
    definition: str
    query: str
    is_view: bool


class _Aggregate(NamedTuple):
    name: str


def read_schema(connection: psycopg.Connection[Any], project: Project) -> Schema:
    """Asks a server that has the schema. What a view shows has a tenant until somebody proves otherwise.

    Raises: psycopg.Error.
    """
    tables = read_tables(connection)
    column = project.tenants.column
    with_tenant = {name for name, table in tables.items() if column in table.columns or table.relation.is_view}
    functions = ask(connection, ASKED / "functions.sql", _Function)
    definitions = [(each, parse_sql(each.definition)[0].stmt) for each in functions]
    queries: dict[str, tuple[Any, ...]] = {}
    inlined: dict[str, Inlined] = {}
    for each, definition in definitions:
        is_query = re.match(r"SELECT\s", each.query) is not None
        queries[each.name] = (*queries.get(each.name, ()), parse_sql(each.query)[0].stmt if is_query else None)
        if is_query and (found := Inlined.of(definition, each.query)) is not None:
            inlined[each.name] = found
    return Schema(
        project,
        tables,
        frozenset(with_tenant.difference(project.tenants.tables_without)),
        frozenset(project.small_tables),
        read_functions((each.name, each.is_view, definition) for each, definition in definitions),
        queries,
        inlined,
        frozenset(each.name for each in ask(connection, ASKED / "aggregates.sql", _Aggregate)),
        {noun: place for place, noun in enumerate(project.locks.order)},
    )


PartT = TypeVar("PartT", Column, Index, Constraint, Policy, Grant)


def read_tables(connection: psycopg.Connection[Any]) -> dict[str, Table]:
    """Every table and view by name. Raises: psycopg.Error."""

    def parts(name: str, kind: type[PartT]) -> Mapping[str, list[PartT]]:
        found: dict[str, list[PartT]] = defaultdict(list)
        for row in ask(connection, ASKED / f"{name}.sql", kind):
            found[row.table_name].append(row)
        return found

    columns, indexes, constraints = parts("columns", Column), parts("indexes", Index), parts("constraints", Constraint)
    policies, grants = parts("policies", Policy), parts("grants", Grant)
    return {
        each.name: Table(
            each, {column.name: column for column in columns[each.name]}, indexes[each.name], constraints[each.name],
            policies[each.name], grants[each.name],
        )
        for each in ask(connection, ASKED / "tables.sql", Relation)
    }  # fmt: skip


RowT = TypeVar("RowT")


def ask(
    connection: psycopg.Connection[Any], question: Path, kind: type[RowT], values: Iterable[Any] = ()
) -> list[RowT]:
    """The answer to a file's question, a row each. Raises: psycopg.Error."""
    text = question.read_text(encoding="utf-8")
    with psycopg.RawCursor(connection, row_factory=class_row(kind)) as cursor:
        return cursor.execute(text.encode(), list(values)).fetchall()

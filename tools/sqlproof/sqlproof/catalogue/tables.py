"""What the migrated schema says of its tables: columns, indexes, constraints, policies, rights, sizes, comments."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import psycopg
from pglast import ast, parse_sql
from psycopg.rows import class_row

from sqlproof.reading.trees import nodes

ASKED = Path(__file__).resolve().parent / "asked"
"""The questions to a server, a file each."""
AREAS = ("accounts", "structure", "jobs", "candidates", "applications", "machinery")
"""The parts of the schema, as a reader meets them; each is what the migration `create_<area>` makes."""
MACHINERY = AREAS[-1]
ROOT = "organizations"
"""Almost every table leads to it: a key to it says nothing about an area."""


class Column(NamedTuple):
    """A column; `default_value` is an expression."""

    table_name: str
    name: str
    type: str
    is_required: bool
    default_value: str
    comment: str


class Index(NamedTuple):
    """An index; `definition` is its method, its columns and its condition."""

    table_name: str
    name: str
    is_unique: bool
    is_primary: bool
    definition: str
    bytes: int
    comment: str


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
    """What the server says of a table itself; rows and bytes are those of the volume."""

    name: str
    is_view: bool
    comment: str
    row_count: int
    table_bytes: int
    index_bytes: int
    has_policies: bool


class Table(NamedTuple):
    """A table with everything that is its."""

    relation: Relation
    area: str
    columns: list[Column]
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


type_of_part = TypeVar("type_of_part", Column, Index, Constraint, Policy, Grant)


def read_tables(connection: psycopg.Connection[Any], migrations: Path) -> list[Table]:
    """Asks the scratch database for every table, area by area. Raises: psycopg.Error."""
    relations = ask(connection, "tables", Relation)
    columns, indexes = _by_table(ask(connection, "columns", Column)), _by_table(ask(connection, "indexes", Index))
    constraints, policies = ask(connection, "constraints", Constraint), ask(connection, "policies", Policy)
    by_table, grants = _by_table(constraints), _by_table(ask(connection, "grants", Grant))
    areas = _areas(migrations, by_table)
    tables = [
        Table(
            each, areas.get(each.name, MACHINERY), columns[each.name], indexes[each.name], by_table[each.name],
            _by_table(policies)[each.name], grants[each.name],
        )
        for each in relations
    ]  # fmt: skip
    return sorted(tables, key=lambda table: (AREAS.index(table.area), table.name))


type_of_row = TypeVar("type_of_row")


def ask(
    connection: psycopg.Connection[Any], name: str, kind: type[type_of_row], values: Iterable[Any] = ()
) -> list[type_of_row]:
    """The answer to a file's question, a row each. Raises: psycopg.Error."""
    text = (ASKED / f"{name}.sql").read_text(encoding="utf-8")
    with psycopg.RawCursor(connection, row_factory=class_row(kind)) as cursor:
        return cursor.execute(text.encode(), list(values)).fetchall()


def _by_table(rows: Iterable[type_of_part]) -> Mapping[str, list[type_of_part]]:
    found: dict[str, list[type_of_part]] = defaultdict(list)
    for row in rows:
        found[row.table_name].append(row)
    return found


def _areas(migrations: Path, constraints: Mapping[str, list[Constraint]]) -> dict[str, str]:
    """The area of each table: its migration's, else that of the first table that it leads to, else the machinery."""
    made: dict[str, str] = {}
    for path in sorted(migrations.glob("*_create_*.sql")):
        area = path.stem.partition("_create_")[2]
        for statement in parse_sql(path.read_text(encoding="utf-8")):
            made |= {each.relation.relname: area for each in nodes(statement.stmt, ast.CreateStmt)}
    areas = {name: area for name, area in made.items() if area in AREAS}
    for name in made:
        targets = [each.target for each in constraints[name] if each.kind == "f" and each.target not in (None, ROOT)]
        areas.setdefault(name, next((areas[each] for each in targets if each in areas), MACHINERY))
    return areas

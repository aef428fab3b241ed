"""Values for a statement's parameters where none are given: such as a large organization would send.

The first rule that fits decides:

1. What the project fixes by its name, such as the first page of 25. All that is yes or no is yes.
2. An optional filter (the plan asks whether it IS NULL) is not given.
3. What the plan compares with a column is the column's most common value by PostgreSQL's statistics; for an id
   the one that most rows of another table refer to: the largest organization, a job with many applications. Without
   statistics the newest row's. An array of ids has the newest five. Known values of the same table narrow the choice.
4. `<noun>_id` is an id of the table `<noun>s`, chosen likewise.
   Where the statement adds to that table, or the project says that a function does, it is a new id.
5. What is called like a column of a table that the statement reads or writes is the newest row's.
6. The rest is made up by its type.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, Protocol
from uuid import uuid4

from sqlproof.configuration import Project
from sqlproof.explain.plans import Node

MADE_UP: Mapping[str, str] = {
    "json": "{}", "jsonb": "{}", "text": "text", "bytea": r"\x00", "date": "today", "timestamp with time zone": "now",
    "interval": "1 minute",
}  # fmt: skip
"""By type; a number is 1."""
COMPARED = re.compile(r"\((?:\w+\.)?(\w+) = (?:ANY \()?\$(\d+)\b")
OPTIONAL = re.compile(r"\(\$(\d+) IS NULL\)")
OF_THE_PLAN = re.compile(r"\breturns (\$[\d,$]+)")
"""What a plan hands on to itself looks like a parameter, too, and may have its number; it is compared, not optional."""

BINARY = r"\x"
"""Before a hash's hexadecimal digits, which are what a statement takes."""

COLUMNS = """
SELECT c.relname, c.reltuples, array_agg(a.attname::text) FROM pg_class AS c
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relname = ANY (%(tables)s::text[]) AND c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
GROUP BY c.oid
"""
REFERRING = """
SELECT t.relname, a.attname FROM pg_constraint AS c
JOIN unnest(c.conkey, c.confkey) AS k (ours, theirs) ON true
JOIN pg_attribute AS f ON f.attrelid = c.confrelid AND f.attnum = k.theirs AND f.attname = %(column)s
JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = k.ours
JOIN pg_class AS t ON t.oid = c.conrelid
WHERE c.contype = 'f' AND c.confrelid = to_regclass(%(table)s)
ORDER BY t.reltuples DESC, t.relname, a.attname
"""
MOST_COMMON = """
SELECT m.value FROM pg_stats AS s, unnest(s.most_common_vals::text::text[]) WITH ORDINALITY AS m (value, place)
WHERE s.schemaname = 'public' AND s.tablename = %(table)s AND s.attname = %(column)s
ORDER BY m.place LIMIT 20
"""


class Refused(Exception):
    """The server refused what it was sent; the text is its sentence."""


class Session(Protocol):
    """A connection that is handed in, of the role that a statement is explained as.

    Values are named in the text as `%(name)s`. Each text is a transaction, unless it opens or ends one itself.
    """

    async def rows(
        self, text: str, values: Mapping[str, Any] | None = None, *, timeout_ms: int | None = None
    ) -> Sequence[Sequence[Any]]:
        """The rows of the answer; none for what gives none. Raises: Refused."""
        ...


class Place(NamedTuple):
    """A column of a table."""

    table: str
    column: str


class Value(NamedTuple):
    """A parameter, its type, its value as text (None is NULL), and where it comes from."""

    name: str
    type: str
    text: str | None
    origin: str


class Table(NamedTuple):
    """A table's rows, by the statistics, and its columns."""

    row_count: float
    columns: frozenset[str]


def compared(plan: Node, names: Sequence[str]) -> tuple[dict[str, list[Place]], set[str]]:
    """The columns that each parameter is compared with, and the parameters that are optional filters."""
    heads = " ".join(str(node.told.get("Subplan Name", "")) for node in plan.all())
    own = {number for numbers in OF_THE_PLAN.findall(heads) for number in re.findall(r"\d+", numbers)}
    places: dict[str, list[Place]] = {}
    optional: set[str] = set()

    def named(number: str) -> str | None:
        return names[int(number) - 1] if 0 < int(number) <= len(names) else None

    for node in plan.all():
        for condition in node.conditions.values():
            optional |= {name for number in OPTIONAL.findall(condition) if (name := named(number))}
            for column, number in COMPARED.findall(condition):
                if node.relation and number not in own and (name := named(number)):
                    places.setdefault(name, []).append(Place(node.relation, column))
    return places, optional


class Chooser:
    """Chooses values over a connection of the role that the statement is explained as."""

    def __init__(
        self,
        session: Session,
        project: Project,
        plan: Node,
        tables: Mapping[str, Table],
        places: Mapping[str, list[Place]],
    ) -> None:
        self._session, self._tables, self._places = session, tables, places
        self._tenants, self._values = project.tenants, project.values
        self._added_to = {node.relation for node in plan.all() if node.told.get("Operation") == "Insert"}
        self._chosen: dict[str, Value] = {}

    async def choose(self, name: str, kind: str, given: Mapping[str, str], *, is_optional: bool) -> Value:
        """The value of one parameter; those before it narrow the choice."""
        if name in given:
            value = Value(name, kind, given[name], "given")
        elif kind == "boolean" or (name in self._values.fixed and name not in self._places):
            value = Value(name, kind, self._values.fixed.get(name, "true") or None, "fixed")
        elif is_optional:
            value = Value(name, kind, None, "an optional filter")
        else:
            value = await self._from_data(name, kind) or self._made_up(name, kind)
        self._chosen[name] = value
        return value

    async def _from_data(self, name: str, kind: str) -> Value | None:
        noun = f"{name.removesuffix('_id')}s"
        nouns = (
            [Place(noun, name if name == self._tenants.column else "id")]
            if name.endswith("_id") and noun not in self._added_to and name not in self._values.new_ids
            else []
        )
        places = sorted(self._places.get(name, ()), key=lambda place: -self._rows(place)) or nouns
        for table, column in dict.fromkeys(place for place in places if place.table in self._tables):
            with suppress(Refused):  # a table that this role may not read
                if text := await self._of_column(Place(table, column), kind, name):
                    return Value(name, kind, *text)
        if kind.endswith("[]") or name in self._places or name.endswith("_id"):
            return None
        for table, told in self._tables.items():
            if name in told.columns:
                with suppress(Refused):
                    if newest := await self._newest(Place(table, name), name):
                        return Value(name, kind, newest.removeprefix(BINARY), f"newest in {table}")
        return None

    async def _of_column(self, place: Place, kind: str, name: str) -> tuple[str, str] | None:
        if kind.endswith("[]"):
            newest = await self._all(_newest_of(place, self._known(place.table, name), "t", 5))
            return ("{" + ",".join(text for (text,) in newest) + "}", f"newest in {place.table}") if newest else None
        is_key = place.column == "id" or place.table == self._tenants.table
        referring = await self._all(REFERRING, table=place.table, column=place.column) if is_key else []
        for table, column in [Place(*each) for each in referring] or [place]:
            common = [text for (text,) in await self._all(MOST_COMMON, table=table, column=column)]
            condition = f"t.{place.column} = m.value::{kind}{self._known(place.table, name)}"
            text = (
                f"SELECT m.value FROM unnest(%(common)s::text[]) WITH ORDINALITY AS m (value, place) WHERE EXISTS"  # noqa: S608  # names are PostgreSQL's own
                f" (SELECT FROM {place.table} AS t WHERE {condition}) ORDER BY m.place LIMIT 1"
            )
            if common and (found := await self._all(text, common=common)):
                return found[0][0], f"most common in {table}"
        found_newest = await self._newest(place, name)
        return None if found_newest is None else (found_newest, f"newest in {place.table}")

    async def _newest(self, place: Place, name: str) -> str | None:
        order = "t" if "id" in self._tables[place.table].columns else ""
        rows = await self._all(_newest_of(place, self._known(place.table, name), order, 1))
        return rows[0][0] if rows else None

    def _known(self, table: str, name: str) -> str:
        """Conditions for what is known of a row of a table already."""
        known = {
            place.column: each
            for each in self._chosen.values()
            for place in self._places.get(each.name, ())
            if place.table == table and each.text is not None and not each.type.endswith("[]") and each.name != name
        }
        column = self._tenants.column
        if column in self._tables[table].columns and (tenant := self._chosen.get(column)) and tenant.text:
            known[column] = tenant
        return "".join(f" AND t.{column} = %({each.name})s::{each.type}" for column, each in known.items())

    def _rows(self, place: Place) -> float:
        return self._tables[place.table].row_count if place.table in self._tables else -1

    async def _all(self, text: str, **values: Any) -> Sequence[Sequence[Any]]:
        known = {name: value.text for name, value in self._chosen.items()}
        return await self._session.rows(text, known | values)

    def _made_up(self, name: str, kind: str) -> Value:
        if kind == "uuid":
            return Value(name, kind, str(uuid4()), "a new id")
        if kind.endswith("[]"):
            return Value(name, kind, f"{{{uuid4()}}}" if kind == "uuid[]" else "{}", "made up")
        if name.endswith("_hash"):
            return Value(name, kind, "00", "made up")
        if kind in ("json", "jsonb") and name.endswith("s") and name not in self._values.documents:
            return Value(name, kind, "[]", "made up")
        return Value(name, kind, MADE_UP.get(kind, "1"), "made up")


async def read_tables(session: Session, names: Sequence[str]) -> dict[str, Table]:
    """What the server's catalogue says of tables. Raises: Refused."""
    rows = await session.rows(COLUMNS, {"tables": list(names)})
    return {name: Table(row_count, frozenset(columns)) for name, row_count, columns in rows}


async def choose(
    session: Session, project: Project, plan: Node, types: Mapping[str, str], given: Mapping[str, str]
) -> list[Value]:
    """Values for a statement's parameters, by the rules above. Raises: Refused."""
    places, optional = compared(plan, list(types))
    nouns = [f"{name.removesuffix('_id')}s" for name in types if name.endswith("_id")]
    tables = await read_tables(session, [*(node.relation for node in plan.all() if node.relation), *nouns])
    chooser = Chooser(session, project, plan, tables, places)
    return [await chooser.choose(name, kind, given, is_optional=name in optional) for name, kind in types.items()]


def _newest_of(place: Place, known: str, order: str, count: int) -> str:
    ending = f" ORDER BY {order}.id DESC" if order else ""
    return (
        f"SELECT t.{place.column}::text FROM {place.table} AS t WHERE t.{place.column} IS NOT NULL{known}"  # noqa: S608  # names are PostgreSQL's own
        f"{ending} LIMIT {count}"
    )

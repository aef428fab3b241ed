"""Brings together what is known of every statement and table, and what leads from one to the other."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import psycopg
from markupsafe import Markup, escape
from pglast import ast

from sqlproof.catalogue.drawing import Drawn, body_of, drawn, highlighted
from sqlproof.catalogue.reached import Caller, Entry, read_callers, read_entries
from sqlproof.check import Facts, fill
from sqlproof.check import ask as ask_server
from sqlproof.clickhouse.described import Described
from sqlproof.clickhouse.proof import prove
from sqlproof.configuration import Project
from sqlproof.explain.plans import Node
from sqlproof.findings import Finding
from sqlproof.migrations.changes import read_changes
from sqlproof.reading.statements import Statement, first_names, pool_of, read_files
from sqlproof.reading.trees import nodes
from sqlproof.schema.model import Table, ask, read_schema
from sqlproof.schema.scratch_server import scratch_database
from sqlproof.types.stubs import Column, Description, Parameter

ASKED = Path(__file__).resolve().parent / "asked"
CONNECT_TIMEOUT_S = 3
STATEMENT_TIMEOUT_MS = 10_000


class Usage(NamedTuple):
    """What a statement has cost one server: times in milliseconds, pages of 8 KiB, its share of all time as a part."""

    name: str
    calls: int
    total_ms: float
    mean_ms: float
    deviation_ms: float
    max_ms: float
    row_count: int
    hit_count: int
    read_count: int
    share: float


class Since(NamedTuple):
    """When a server began to count, and how often it has forgotten the rarest statements."""

    since: str
    forgotten_count: int


class Server(NamedTuple):
    """A server and what it told by the names of statements; or `refusal`, why it told nothing."""

    label: str
    address: str
    since: Since | None
    usages: Mapping[str, Usage]
    refusal: str = ""


def read_statistics(project: Project) -> list[Server]:
    """Asks every server that the project's hooks name. Raises: what the hooks raise."""
    return [_read(*each) for each in project.hook_module.statistics_servers()]


def _read(label: str, login: Mapping[str, Any], database: str) -> Server:
    where = f"{login['host']}:{login['port']}"
    try:
        with psycopg.connect(
            **login, connect_timeout=CONNECT_TIMEOUT_S, options=f"-c statement_timeout={STATEMENT_TIMEOUT_MS}",
            application_name="sqlproof catalogue",
        ) as connection:  # fmt: skip
            since = next(iter(ask(connection, ASKED / "statistics_since.sql", Since)), None)
            usages = ask(connection, ASKED / "statistics.sql", Usage, (database,))
            return Server(label, where, since, {usage.name: usage for usage in usages})
    except psycopg.Error as error:
        return Server(label, where, None, {}, str(error).strip().split("\n")[0].rpartition(" failed: ")[2])


RETURNS = {"": "rows", "^": "one row or none", "$": "one value or none"}
WRITES = {"InsertStmt": "inserts", "UpdateStmt": "updates", "DeleteStmt": "deletes"}


class Used(NamedTuple):
    """A table and what a statement does there: `reads`, `locks`, `updates`."""

    table: str
    deeds: tuple[str, ...]


class Told(NamedTuple):
    """A statement with everything that is known of it. It has no plan where each call has one of its own.

    One for ClickHouse has neither role, tables nor plan. `locks` are the names of the statements that go before it.
    """

    statement: Statement
    pool: str
    role: str
    text: Markup
    plain: str
    described: Description
    plan: Drawn | None
    used: list[Used]
    indexes: list[str]
    locks: list[str]
    callers: list[Caller]
    entries: list[Entry]
    usages: list[tuple[Server, Usage]]

    @property
    def name(self) -> str:
        return self.statement.name

    @property
    def cost(self) -> float:
        """What the planner expects; nothing where it plans each call."""
        return self.plan.cost if self.plan else 0.0

    @property
    def purpose(self) -> str:
        return self.statement.header[0].text if self.statement.header else ""

    @property
    def returns(self) -> str:
        return RETURNS[self.statement.suffix]

    @property
    def labels(self) -> dict[str, str]:
        """What its header says besides its purpose."""
        labels: dict[str, str] = {}
        for line in self.statement.header[1:]:
            label, _, text = line.text.partition(": ")
            labels[label] = f"{labels[label]} {text}" if label in labels else text
        return labels


class Source(NamedTuple):
    """A file of statements with its three opening lines."""

    path: str
    title: str
    pool: str
    know_first: str
    statements: list[Told]


class Catalog(NamedTuple):
    """Everything that the page shows."""

    sources: list[Source]
    tables: list[Table]
    areas: Mapping[str, str]
    entries: list[Entry]
    servers: list[Server]
    silence: str
    server_version: str
    made_at: datetime

    @property
    def statements(self) -> list[Told]:
        return [told for source in self.sources for told in source.statements]

    @property
    def by_area(self) -> dict[str, list[Table]]:
        """The tables of each area, in the order of both."""
        found: dict[str, list[Table]] = {}
        for table in self.tables:
            found.setdefault(self.areas[table.name], []).append(table)
        return found


class UnsoundStatements(Exception):
    """The migrated schema refuses statements: there is nothing true to be said of them."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(map(str, findings)))


def gather(project: Project, *, servers: Sequence[Server], silence: str, made_at: datetime) -> Catalog:
    """Asks a scratch server about the files. `silence`: why no server told statistics.

    Raises: UnsoundStatements, ServerMissing, EngineMissing, MigrationFailed, OSError.
    """
    files = {path: (found, problems) for path, found, problems in read_files(project)}
    statements = [each for found, _ in files.values() for each in found]
    problems = [each for _, found in files.values() for each in found]
    if problems:
        raise UnsoundStatements(problems)
    proven = prove(project)
    with scratch_database(project) as connection:
        unfilled = fill(connection, project)
        facts, refused = ask_server(connection, statements)
        schema, version = read_schema(connection, project), connection.info.server_version // 10_000
    refused += [*proven.refused, *([unfilled] if unfilled is not None else [])]
    if refused:
        raise UnsoundStatements(refused)
    tables = schema.tables
    areas, order = _areas(project, tables), project.catalogue.areas
    in_order = sorted(tables.values(), key=lambda table: (order.index(areas[table.name]), table.name))
    callers = read_callers([*statements, *(each.statement for each in proven.described)], project)
    entries = read_entries(callers, project)
    telling = _Telling(project, facts, in_order, callers, entries, servers)
    seen = {path: [schema.seen_through(each) for each in found] for path, (found, _) in files.items()}
    sources = [_source(path, found, telling.told, project.root) for path, found in seen.items()]
    for path, of_file in groupby(proven.described, lambda each: each.statement.path):
        sources.append(_source(path, list(of_file), telling.told_of_clickhouse, project.root))
    return Catalog(sources, in_order, areas, entries, list(servers), silence, str(version), made_at)


class _Telling(NamedTuple):
    """What statements are joined with."""

    project: Project
    facts: Facts
    tables: Sequence[Table]
    callers: Mapping[str, list[Caller]]
    entries: Sequence[Entry]
    servers: Sequence[Server]

    def told(self, statement: Statement, pool: str) -> Told:
        name, plan = statement.name, self.facts.plans.get(statement.name)
        described, text = self.facts.descriptions[name], body_of(statement)
        types = {each.name: each.type for each in described.parameters}
        role = self.project.pools[pool_of(self.project, statement)].role
        return Told(
            statement=statement, pool=pool, role=role, plain=text,
            text=highlighted(text, types, {table.name for table in self.tables}), described=described,
            plan=drawn(plan, statement.parameters) if plan else None, used=_used(statement, plan, self.tables),
            indexes=sorted({node.index_name for node in plan.all() if node.index_name is not None}) if plan else [],
            locks=first_names(statement, self.callers, self.project), callers=self.callers[name],
            entries=[entry for entry in self.entries if name in entry.statements],
            usages=[(server, server.usages[name]) for server in self.servers if name in server.usages],
        )  # fmt: skip

    def told_of_clickhouse(self, asked: Described, pool: str) -> Told:
        name, text = asked.statement.name, body_of(asked.statement)
        parameters = tuple(Parameter(each, asked.parameters[each]) for each in asked.statement.parameters)
        columns = tuple(Column(*each, is_of_table=False) for each in asked.columns)
        return Told(
            statement=asked.statement, pool=pool, role="", plain=text, text=escape(text),
            described=Description(parameters, columns), plan=None, used=[], indexes=[], locks=[], usages=[],
            callers=self.callers[name], entries=[entry for entry in self.entries if name in entry.statements],
        )  # fmt: skip


StatementT = TypeVar("StatementT", Statement, Described)


def _source(
    path: Path, statements: Sequence[StatementT], tell: Callable[[StatementT, str], Told], root: Path
) -> Source:
    opening = [line.removeprefix("-- ") for line in path.read_text(encoding="utf-8").splitlines()[:3]]
    title, where, know_first = opening[0], opening[1].partition(": ")[2], opening[2].removeprefix("Know first: ")
    told = [tell(statement, where.removesuffix(".")) for statement in statements]
    return Source(path.relative_to(root).as_posix(), title, where.removesuffix("."), know_first, told)


def _areas(project: Project, tables: Mapping[str, Table]) -> dict[str, str]:
    """The area of each table: its migration's, `create_<area>`; that of the first table that it leads to; the rest."""
    known, rest = project.catalogue.areas, project.catalogue.rest
    changes, _ = read_changes(project.root / project.migrations.folder)
    areas = {
        step.tree.relation.relname: area
        for change in changes
        if (area := change.name.removeprefix("create_")) in known
        for step in change.up
        if isinstance(step.tree, ast.CreateStmt)
    }
    for name, table in tables.items():
        targets = [each.target for each in table.keys if each.target not in (None, project.tenants.table)]
        areas.setdefault(name, next((areas[each] for each in targets if each in areas), rest))
    return areas


def _used(statement: Statement, plan: Node | None, tables: Sequence[Table]) -> list[Used]:
    """The tables that the text names, with the functions that it reads from, and that the plan names."""
    deeds: dict[str, list[str]] = {}
    known = {table.name for table in tables}
    read = (
        (node.relation for node in plan.all())
        if plan
        else (each.relname for each in nodes(statement.tree, ast.RangeVar))
    )
    for name, deed in [*_written(statement), *((table, "reads") for table in read)]:
        if name in known and deed not in deeds.setdefault(str(name), []):
            deeds[str(name)].append(deed)
    return [Used(name, tuple(deeds[name])) for name in sorted(deeds)]


def _written(statement: Statement) -> Iterator[tuple[str, str]]:
    """What is written and locked, as the text says it."""
    for kind in (ast.InsertStmt, ast.UpdateStmt, ast.DeleteStmt):
        yield from ((node.relation.relname, WRITES[kind.__name__]) for node in nodes(statement.tree, kind))
    for select in nodes(statement.tree, ast.SelectStmt):
        for clause in select.lockingClause or ():
            named = {each.relname for each in clause.lockedRels or ()}
            for table in nodes(select.fromClause, ast.RangeVar):
                if not named or (table.alias.aliasname if table.alias else table.relname) in named:
                    yield table.relname, "locks"

"""Brings together what is known of every statement and table, and what leads from one to the other."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup
from pglast import ast

from sqlproof.catalogue.entries import Caller, Entry, read_callers, read_entries
from sqlproof.catalogue.highlighting import body_of, highlighted
from sqlproof.catalogue.plan_drawing import Drawn, drawn
from sqlproof.catalogue.statistics import Server, Usage
from sqlproof.catalogue.tables import Table, read_tables
from sqlproof.explain.plans import Node
from sqlproof.findings import Finding
from sqlproof.reading.statements import Statement, read_files
from sqlproof.reading.trees import nodes
from sqlproof.schema.describe import Description
from sqlproof.schema.facts import Facts, ask, fill
from sqlproof.schema.scratch import scratch_database

RETURNS = {"": "rows", "^": "one row or none", "$": "one value or none"}
OWN_ROLES = {"the relay's": "hiring_relay", "the worker's": "hiring_worker"}
COMMANDS_ROLE, QUERIES_ROLE = "hiring_command", "hiring_query"
WRITES = {"InsertStmt": "inserts", "UpdateStmt": "updates", "DeleteStmt": "deletes"}


class Used(NamedTuple):
    """A table and what a statement does there: `reads`, `locks`, `updates`."""

    table: str
    deeds: tuple[str, ...]


class Told(NamedTuple):
    """A statement with everything that is known of it. `locks`: what goes before it in its message."""

    statement: Statement
    pool: str
    role: str
    text: Markup
    plain: str
    described: Description
    plan: Drawn
    used: list[Used]
    indexes: list[str]
    callers: list[Caller]
    entries: list[Entry]
    usages: list[tuple[Server, Usage]]

    @property
    def name(self) -> str:
        return self.statement.name

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
    entries: list[Entry]
    servers: list[Server]
    silence: str
    server_version: str
    made_at: datetime

    @property
    def statements(self) -> list[Told]:
        return [told for source in self.sources for told in source.statements]


class Refused(Exception):
    """The migrated schema refuses statements: there is nothing true to be said of them."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(map(str, findings)))


def gather(
    *, sql_folder: Path, migrations: Path, package: Path, volume: Path, servers: Sequence[Server], silence: str,
    made_at: datetime,
) -> Catalog:  # fmt: skip
    """Asks a scratch server about the files. `silence`: why no server told statistics.

    Raises: Refused, ServerMissing, MigrationError, OSError.
    """
    files = {path: (found, problems) for path, found, problems in read_files(sql_folder)}
    statements = [each for found, _ in files.values() for each in found]
    problems = [each for _, found in files.values() for each in found]
    if problems:
        raise Refused(problems)
    with scratch_database(migrations) as connection:
        unfilled = fill(connection, volume)
        facts, refused = ask(connection, statements)
        tables, version = read_tables(connection, migrations), connection.info.server_version // 10_000
    if unfilled is not None:
        refused.append(unfilled)
    if refused:
        raise Refused(refused)
    callers = read_callers(statements, package)
    entries = read_entries(callers, package)
    telling = _Telling(facts, tables, callers, entries, servers)
    sources = [_source(path, found, telling) for path, (found, _) in files.items()]
    return Catalog(sources, tables, entries, list(servers), silence, str(version), made_at)


class _Telling(NamedTuple):
    """What statements are joined with."""

    facts: Facts
    tables: Sequence[Table]
    callers: Mapping[str, list[Caller]]
    entries: Sequence[Entry]
    servers: Sequence[Server]

    def told(self, statement: Statement, pool: str) -> Told:
        name, plan = statement.name, self.facts.plans[statement.name]
        described, text = self.facts.descriptions[name], body_of(statement)
        types = {each.name: each.type for each in described.parameters}
        return Told(
            statement=statement, pool=pool, role=_role(statement, pool), plain=text,
            text=highlighted(text, types, {table.name for table in self.tables}), described=described,
            plan=drawn(plan, statement.parameters), used=_used(statement, plan, self.tables),
            indexes=sorted({node.index_name for node in plan.all() if node.index_name is not None}),
            callers=self.callers[name], entries=[entry for entry in self.entries if name in entry.statements],
            usages=[(server, server.usages[name]) for server in self.servers if name in server.usages],
        )  # fmt: skip


def _source(path: Path, statements: Sequence[Statement], telling: _Telling) -> Source:
    opening = [line.removeprefix("-- ") for line in path.read_text(encoding="utf-8").splitlines()[:3]]
    title, pool, know_first = (line.removeprefix("Pool: ").removeprefix("Know first: ") for line in opening)
    where = pool.removesuffix(".")
    found = [telling.told(statement, where) for statement in statements]
    return Source(f"sql/{path.parent.name}/{path.name}", title, where, know_first, found)


def _role(statement: Statement, pool: str) -> str:
    """Who runs a statement: a file's second line names the pools that are not everybody's."""
    if statement.is_query:
        return QUERIES_ROLE
    return next((role for words, role in OWN_ROLES.items() if words in pool), COMMANDS_ROLE)


def _used(statement: Statement, plan: Node, tables: Sequence[Table]) -> list[Used]:
    """The tables that the text and the plan name: functions that the planner inlines read some of their own."""
    deeds: dict[str, list[str]] = {}
    known = {table.name for table in tables}
    for name, deed in [*_written(statement), *((node.relation, "reads") for node in plan.all())]:
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

"""Loads the SQL files and binds them to pools: `db.commands.applications.move(...)`. The only importer of aiosql.

A call is one message of prepared statements, `EXECUTE "commands/applications.move"(...)`, with those that must go first
before it: a freshness proof, a claim, a lock.
"""

import re
import tomllib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import aiosql
from aiosql.types import SQLOperationType
from aiosql.utils import VAR_REF

from hiring.config import Settings
from hiring.connectors.postgres_claim import claimed_on
from hiring.connectors.postgres_servers import Mechanism, PoolRole, Servers
from hiring.connectors.postgres_session import Call, Returns, Statement
from hiring.errors import DatabaseUnavailable

if TYPE_CHECKING:
    from hiring.statements import Commands, Queries

SQL_FOLDER = Path(__file__).resolve().parent.parent / "sql"
MAXIMUM_NAME_BYTES = 63
NAME_LINE = re.compile(r"^-- name: (\w+)", re.MULTILINE)
TAKES = re.compile(r"^Takes: ((?:.+,\n)*.+)$", re.MULTILINE)
SHARED_LOCKS = "locks"
"""The file whose statements `Locks first` may name in every file of its folder."""
LOCKS_FIRST = re.compile(r"^Locks first: (.+)$", re.MULTILINE)
PLANNED_EACH_TIME = re.compile(r"^Plan: custom\b", re.MULTILINE)
RETURNS = {
    SQLOperationType.SELECT: Returns.ROWS,
    SQLOperationType.SELECT_ONE: Returns.ROW,
    SQLOperationType.SELECT_VALUE: Returns.VALUE,
}

StatementFile = dict[str, Statement]
StatementFolder = Mapping[str, StatementFile]
Send = Callable[[Sequence[Call]], Awaitable[Any]]


class _NoDriver:
    """aiosql only parses here; sending is ours."""

    def process_sql(self, query_name: str, op_type: SQLOperationType, sql: str) -> str:
        return sql


def load_file(path: Path, shared_locks: StatementFile | None = None) -> StatementFile:
    """The statements of one SQL file, by their names; `shared_locks` are those that every file may name.

    Raises: ValueError or aiosql's own, for what breaks the format of `sql/README.md`.
    """
    parsed = aiosql.from_path(path, cast(Any, _NoDriver), encoding="utf-8", mandatory_parameters=False)
    statements: StatementFile = {}
    for verb in NAME_LINE.findall(path.read_text(encoding="utf-8")):
        query = getattr(parsed, verb)
        name = f"{path.parent.name}/{path.stem}.{verb}"
        if len(name.encode()) > MAXIMUM_NAME_BYTES:
            raise ValueError(
                f"{name}: longer than {MAXIMUM_NAME_BYTES} bytes, which is all that PostgreSQL keeps of a name"
            )
        if query.operation not in RETURNS:
            raise ValueError(f"{name}: ends in a suffix other than ^, $ or none")
        header = query.__doc__ or ""
        parameters = taken(header)
        if used_in(query.sql) != set(parameters):
            raise ValueError(f"{name}: uses {sorted(used_in(query.sql))}, and its header takes {sorted(parameters)}")
        arguments = ", ".join(f"%({parameter})s" for parameter in parameters)
        statement = Statement(
            name=name,
            parameters=frozenset(parameters),
            returns=RETURNS[query.operation],
            prepare=f'PREPARE "{name}" AS /* {name} */ {numbered(query.sql, parameters)}',
            execute=f'EXECUTE "{name}"({arguments})' if arguments else f'EXECUTE "{name}"',
            is_planned_each_time=PLANNED_EACH_TIME.search(header) is not None,
        )
        statements[verb] = replace(statement, locks=_locks(header, statement, {**(shared_locks or {}), **statements}))
    return statements


@cache
def load_folder(folder: Path) -> StatementFolder:
    """The statements of a folder: by file, then by verb. Read once per process: aiosql takes 10 ms for a statement."""
    path = folder / f"{SHARED_LOCKS}.sql"
    locks = load_file(path) if path.exists() else {}
    return {path.stem: load_file(path, locks) for path in sorted(folder.glob("*.sql"))}


def taken(header: str) -> tuple[str, ...]:
    """The parameters that `Takes` names, in its order; groups are written out. Takes nothing where it is missing."""
    declared = TAKES.search(header)
    words, groups = re.split(r",\s*", declared[1]) if declared else [], parameter_groups()
    return tuple(parameter for word in words for parameter in groups.get(word, (word,)))


@cache
def parameter_groups() -> Mapping[str, Sequence[str]]:
    """What `Takes` calls parameters that many statements share, as `sql/rules.toml` says."""
    rules = tomllib.loads((SQL_FOLDER / "rules.toml").read_text(encoding="utf-8"))
    groups: Mapping[str, Sequence[str]] = rules["statements"]["parameter_groups"]
    return groups


def used_in(sql: str) -> set[str]:
    """The parameters that a statement uses."""
    return {match["var_name"] for match in VAR_REF.finditer(sql) if match["var_name"]}


def numbered(sql: str, parameters: Sequence[str]) -> str:
    """`:name` becomes `$n`, n being its place in the signature; quoted text stays. Raises: ValueError (not in it)."""
    return VAR_REF.sub(lambda m: f"{m['lead']}${parameters.index(m['var_name']) + 1}" if m["var_name"] else m[0], sql)


def _locks(header: str, statement: Statement, known: StatementFile) -> tuple[Statement, ...]:
    """The lock statements that a header names, in its order: of those above it, or shared ones."""
    named = LOCKS_FIRST.search(header)
    locks = []
    for verb in re.split(r",\s*", named[1]) if named else ():
        lock = known.get(verb)
        if lock is None:
            raise ValueError(f"{statement.name}: there is no {verb} above it, nor in {SHARED_LOCKS}.sql")
        if not lock.parameters <= statement.parameters:
            raise ValueError(f"{statement.name}: {verb} takes {sorted(lock.parameters - statement.parameters)} too")
        locks.append(lock)
    return tuple(locks)


def calls_of(statement: Statement, values: Mapping[str, Any]) -> list[Call]:
    """A statement behind its locks, as a message. Raises: TypeError for a value that is missing or too much."""
    if values.keys() != statement.parameters:
        missing, unknown = statement.parameters - values.keys(), values.keys() - statement.parameters
        raise TypeError(f"{statement.name}: missing {sorted(missing)}, unknown {sorted(unknown)}")
    return [*((lock, values) for lock in statement.locks), (statement, values)]


class Bound:
    """`bound.noun.verb(**values)`: leads to a statement, and sends it the way that it was bound."""

    __slots__ = ("_send", "_tree")

    def __init__(self, tree: Mapping[str, Any], send: Send) -> None:
        self._tree, self._send = tree, send

    def __getattr__(self, name: str) -> Any:
        found = self._tree.get(name)
        if found is None:
            raise AttributeError(f"there is no {name} among {', '.join(sorted(self._tree))}")
        return partial(self._call, found) if isinstance(found, Statement) else Bound(found, self._send)

    async def _call(self, statement: Statement, /, **values: Any) -> Any:
        return await self._send(calls_of(statement, values))


class Database:
    """Commands and queries by their names, both on the primary; or a view that sends them another way.

    A replica answers only the queries of a view made by `on_replica`, so a command never decides from what a replica
    lacks. A view costs two objects and no connection: make one for each request.
    """

    __slots__ = ("_folders", "_read", "_servers", "_write", "commands", "queries")

    def __init__(self, servers: Servers, folders: Mapping[str, StatementFolder], write: Send, read: Send) -> None:
        self._servers, self._folders, self._write, self._read = servers, folders, write, read
        self.commands: Commands = Bound(folders, write).commands
        self.queries: Queries = Bound(folders, read).queries

    @staticmethod
    async def open(settings: Settings, *, role: PoolRole, sql_folder: Path | None = None) -> "Database":
        """Connects as `role` for commands, read-only for queries; `sql_folder` adds nouns to the service's own.

        Raises: DatabaseUnavailable (no primary), SettingsError, ValueError (a file breaks the rules).
        """
        commands, queries = load_folder(SQL_FOLDER / "commands"), load_folder(SQL_FOLDER / "queries")
        mechanism = Mechanism(
            find_health=queries["replication"]["find_health"],
            require_visible=queries["events"]["require_visible"],
            beat=commands["heartbeats"]["beat"],
        )
        if sql_folder is not None:
            commands = {**commands, **load_folder(sql_folder / "commands")}
            queries = {**queries, **load_folder(sql_folder / "queries")}
        servers = Servers(settings.postgres, role, mechanism)
        try:
            await servers.open()
        except BaseException:
            await servers.close()
            raise
        folders = {"commands": commands, "queries": queries}
        return Database(servers, folders, lambda calls: servers.primary.run(*calls), servers.read_primary)

    async def close(self) -> None:
        """Closes all connections; who waits for an answer gets DatabaseUnavailable."""
        await self._servers.close()

    @property
    def servers(self) -> Servers:
        """Pools, replicas and their statistics, for measuring."""
        return self._servers

    def on_replica(self, event_ids: Sequence[UUID | str] = (), *, reports_lost: bool = True) -> "Database":
        """A view for requests that only read: a replica answers, from a snapshot that contains these events.

        The primary answers where no replica can. `reports_lost`: whether an event that the primary lacks, too, is
        reported as lost in a failover.
        Its queries raise: ServiceBusy when the read-only pool of the primary is full.
        """
        read = partial(self._servers.read, event_ids=tuple(event_ids), reports_lost=reports_lost)
        return Database(self._servers, self._folders, self._write, read)

    def of_boards(self, organization_id: UUID, state: str) -> "Database":
        """A view for requests that only read: what the boards of an organization show in this state, or later."""
        return self._in_state(self._folders["queries"]["boards"]["require_state"], organization_id, state)

    def of_vocabularies(self, organization_id: UUID, state: str) -> "Database":
        """A view for requests that only read: the words of an organization in this state, or later."""
        return self._in_state(self._folders["queries"]["vocabularies"]["require_state"], organization_id, state)

    def _in_state(self, require: Statement, organization_id: UUID, state: str) -> "Database":
        proof = calls_of(require, {"organization_id": organization_id, "state": state})
        return Database(self._servers, self._folders, self._write, partial(self._servers.read, proofs=proof))

    def on_watch(self) -> "Database":
        """A view whose queries are answered by the primary, over a connection that no request can take away."""
        return Database(self._servers, self._folders, self._write, lambda calls: self._servers.watch.run(*calls))

    @asynccontextmanager
    async def once(
        self, *, principal: str, key: str, fingerprint: str, organization_id: UUID | None
    ) -> AsyncIterator["Once"]:
        """A view whose commands share a transaction with the claim of an idempotency key.

        The claim travels with the first command. Set `answer`, and `event_id` where there is an event, before leaving:
        they are stored, with the effect where there is one, and an exception undoes both. Be quick: from the first
        command on it holds a connection to the primary.

        Raises: KeyRunning, KeyReused and KeyAnswered (`idempotency_keys.find_answer` on the primary has the answer)
        from the first command, or at the end; DatabaseUnavailable at the end when nobody knows whether the COMMIT
        arrived.
        """
        keys = self._folders["commands"]["idempotency_keys"]
        identity = {"principal": principal, "key": key, "fingerprint": fingerprint}
        async with claimed_on(
            self._servers.primary, (keys["claim"], identity), organization_id=organization_id
        ) as claimed:
            once = Once(self._servers, self._folders, claimed.send, self._read)
            yield once
            if once.answer is None:
                raise RuntimeError("a request with an idempotency key has no answer to store")
            if not claimed.has_begun:
                await claimed.begin()
            facts = {"organization_id": organization_id, "answer": once.answer, "event_id": once.event_id}
            await claimed.commit((keys["record"], identity | facts))

    @asynccontextmanager
    async def inbox(self, *, consumer: str, message_id: UUID, organization_id: UUID) -> AsyncIterator["Database"]:
        """A view whose commands share a transaction with the claim of a message; leaving it records the message.

        The message is claimed on entry. An exception undoes everything. Be quick: it holds a connection to the primary;
        what waits for anybody else is queued inside and done later, as mails are.

        Raises: MessageRunning, MessageDone on entry; DatabaseUnavailable as `once`.
        """
        inbox = self._folders["commands"]["inbox"]
        identity = {"consumer": consumer, "message_id": message_id}
        async with claimed_on(
            self._servers.primary, (inbox["claim"], identity), organization_id=organization_id
        ) as claimed:
            await claimed.begin()
            yield Database(self._servers, self._folders, claimed.send, self._read)
            await claimed.commit((inbox["record"], identity | {"organization_id": organization_id}))

    async def check_primary(self) -> None:
        """Asks the primary for a sign of life. Raises: as a query."""
        await self.queries.replication.find_health()

    async def check_replicas(self) -> None:
        """Raises: DatabaseUnavailable when a replica does not serve."""
        for replica in self._servers.replicas:
            if not replica.health.is_serving:
                address = replica.pool.address
                raise DatabaseUnavailable(f"The replica {address.host}:{address.port} does not serve.")


class Once(Database):
    """What `Database.once` gives; `answer` and `event_id` are stored with the effect."""

    __slots__ = ("answer", "event_id")
    answer: str | None
    event_id: UUID | None

    def __init__(self, servers: Servers, folders: Mapping[str, StatementFolder], write: Send, read: Send) -> None:
        super().__init__(servers, folders, write, read)
        self.answer = self.event_id = None

"""The statements, bound to the servers that answer them: `db.commands.applications.move(...)`.

A call is one message of prepared statements with those that must go first before it: a freshness proof, a claim, a
lock. `db.analytics` asks ClickHouse.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from hiring.config import Settings
from hiring.connectors.clickhouse import ClickHouse
from hiring.connectors.postgres_claim import claimed_on
from hiring.connectors.postgres_servers import Mechanism, PoolRole, Servers
from hiring.connectors.postgres_session import Call, Returns, Statement
from hiring.connectors.postgres_values import JsonText
from hiring.errors import DatabaseUnavailable
from hiring.statement_files import (
    SQL_FOLDER,
    Analysis,
    StatementFolder,
    calls_of,
    check_values,
    load_analytics,
    load_folder,
)

if TYPE_CHECKING:
    from hiring.statements import Analytics, Commands, Queries

Send = Callable[[Sequence[Call]], Awaitable[Any]]


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


class BoundAnalytics:
    """`analytics.noun.verb(**values)`: sends a statement of `sql/analytics` to ClickHouse.

    A streamed one, `analytics.noun.verb(output_format, **values)`, gives its text as it arrives.
    """

    __slots__ = ("_clickhouse", "_tree")

    def __init__(self, tree: Mapping[str, Any], clickhouse: ClickHouse) -> None:
        self._tree, self._clickhouse = tree, clickhouse

    def __getattr__(self, name: str) -> Any:
        found = self._tree.get(name)
        if found is None:
            raise AttributeError(f"there is no {name} among {', '.join(sorted(self._tree))}")
        if not isinstance(found, Analysis):
            return BoundAnalytics(found, self._clickhouse)
        return partial(self._stream if found.is_streamed else self._call, found)

    def _stream(self, statement: Analysis, output_format: str, /, **values: Any) -> AsyncGenerator[bytes]:
        check_values(statement, values)
        return self._clickhouse.stream(statement.sql, values, output_format)

    async def _call(self, statement: Analysis, /, **values: Any) -> Any:
        check_values(statement, values)
        rows = await self._clickhouse.query(statement.sql, values)
        if statement.returns is Returns.ROWS:
            return rows
        row = rows[0] if rows else None
        return row if row is None or statement.returns is Returns.ROW else next(iter(row.values()))


class Common(NamedTuple):
    """What all views of a database have in common."""

    servers: Servers
    folders: Mapping[str, StatementFolder]
    clickhouse: ClickHouse
    analytics: "Analytics"


class Database:
    """Commands and queries by their names, both on the primary; or a view that sends them another way.

    A replica answers only the queries of a view made by `on_replica`, so a command never decides from what a replica
    lacks. A view costs two objects and no connection: make one for each request.
    """

    __slots__ = ("_common", "_folders", "_read", "_servers", "_write", "analytics", "clickhouse", "commands", "queries")

    def __init__(self, common: Common, write: Send, read: Send) -> None:
        self._common, self._write, self._read = common, write, read
        self._servers, self._folders, self.clickhouse, self.analytics = common
        self.commands: Commands = Bound(common.folders, write).commands
        self.queries: Queries = Bound(common.folders, read).queries

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
        clickhouse = ClickHouse.open(settings.clickhouse)
        analytics = BoundAnalytics({"analytics": load_analytics(SQL_FOLDER / "analytics")}, clickhouse).analytics
        common = Common(servers, {"commands": commands, "queries": queries}, clickhouse, analytics)
        return Database(common, lambda calls: servers.primary.run(*calls), servers.read_primary)

    async def close(self) -> None:
        """Closes all connections; who waits for an answer gets DatabaseUnavailable."""
        await self._servers.close()
        await self.clickhouse.close()

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
        return Database(self._common, self._write, read)

    def of_boards(self, organization_id: UUID, state: str) -> "Database":
        """A view for requests that only read: what the boards of an organization show in this state, or later."""
        return self._in_state(self._folders["queries"]["boards"]["require_state"], organization_id, state)

    def of_vocabularies(self, organization_id: UUID, state: str) -> "Database":
        """A view for requests that only read: the words of an organization in this state, or later."""
        return self._in_state(self._folders["queries"]["vocabularies"]["require_state"], organization_id, state)

    def _in_state(self, require: Statement, organization_id: UUID, state: str) -> "Database":
        proof = calls_of(require, {"organization_id": organization_id, "state": state})
        return Database(self._common, self._write, partial(self._servers.read, proofs=proof))

    def on_watch(self) -> "Database":
        """A view whose queries are answered by the primary, over a connection that no request can take away."""
        return Database(self._common, self._write, lambda calls: self._servers.watch.run(*calls))

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
            once = Once(self._common, claimed.send, self._read)
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
            yield Database(self._common, claimed.send, self._read)
            await claimed.commit((inbox["record"], identity | {"organization_id": organization_id}))

    @asynccontextmanager
    async def bulk_operation_item(
        self, *, organization_id: UUID | None, bulk_operation_id: UUID, due_event_id: UUID, item_id: UUID
    ) -> AsyncIterator["ClaimedItem"]:
        """A view whose commands share a transaction with the claim of an item of a bulk operation.

        The claim travels with the first command. Set `outcome`, and `error` with it, before leaving: they are stored
        with the effect, or, where `is_undone` is set, without it. An exception undoes everything.

        Raises: MessageDone from the first command, or at the end; DatabaseUnavailable as `once`.
        """
        operations = self._folders["commands"]["bulk_operations"]
        identity = {"organization_id": organization_id, "bulk_operation_id": bulk_operation_id, "item_id": item_id}
        claim = (operations["claim_item"], identity | {"due_event_id": due_event_id})
        async with claimed_on(self._servers.primary, claim, organization_id=organization_id) as claimed:
            item = ClaimedItem(self._common, claimed.send, self._read)
            yield item
            record = (operations["record_item"], identity | {"outcome": item.outcome, "error": item.error})
            if not item.is_undone:
                if not claimed.has_begun:
                    await claimed.begin()
                await claimed.commit(record)
                return
            await claimed.undo()
        async with claimed_on(self._servers.primary, claim, organization_id=organization_id) as claimed:
            await claimed.begin()
            await claimed.commit(record)

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

    def __init__(self, common: Common, write: Send, read: Send) -> None:
        super().__init__(common, write, read)
        self.answer = self.event_id = None


class ClaimedItem(Database):
    """What `Database.bulk_operation_item` gives; `outcome` and `error` are stored with the effect, or without it."""

    __slots__ = ("error", "is_undone", "outcome")
    outcome: str
    error: JsonText | None
    is_undone: bool

    def __init__(self, common: Common, write: Send, read: Send) -> None:
        super().__init__(common, write, read)
        self.error, self.is_undone = None, False

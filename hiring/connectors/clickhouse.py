"""ClickHouse: queries, rows that are written, results that are streamed. The only importer of its driver.

The driver is the optional extra `analytics`. Without it, or without a host in the settings, every call raises
AnalyticsDisabled, and the service works on. It is imported where it is needed: that takes half a second and 27 MB.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any, Self

from hiring import config
from hiring.errors import AnalyticsDisabled, AnalyticsUnavailable, ApiError, Internal

if TYPE_CHECKING:
    from clickhouse_connect.driver.asyncclient import AsyncClient

UNAVAILABLE = frozenset({
    159,  # TIMEOUT_EXCEEDED: max_execution_time
    192, 193, 194, 516,  # the login is refused
    202,  # TOO_MANY_SIMULTANEOUS_QUERIES
    236, 394,  # ABORTED, QUERY_WAS_CANCELLED: the server stops, or an operator has stopped the query
    241,  # MEMORY_LIMIT_EXCEEDED
    243,  # NOT_ENOUGH_SPACE
    252,  # TOO_MANY_PARTS: inserts are faster than merges
})  # fmt: skip
"""Codes of ClickHouse that say nothing about the statement: later it may pass."""
PARTITIONED = {"do_not_merge_across_partitions_select_final": 1, "max_partitions_per_insert_block": 0}
"""All rows of one key lie in one partition, so FINAL need not look at the others; rows of many may come at once."""
STREAMED = {
    "date_time_output_format": "iso", "format_csv_null_representation": "", "wait_end_of_query": 1,
}  # fmt: skip
"""The result is there before its first byte is sent: no failure comes behind one, and a slow reader keeps no query."""
STREAMS_OF_POOL = 4
"""One connection of so many, and one at least, may be busy with streams: their readers take their time."""
CLOSE_TIMEOUT_S = 2.0


class StatementRefused(Internal):
    """ClickHouse refused the statement; `number` and `name` are its code for that, such as 60 and UNKNOWN_TABLE."""

    def __init__(self, number: int, name: str) -> None:
        super().__init__()
        self.number, self.name = number, name


class ClickHouse:
    """One database. Connections are made when they are first needed, and replaced when they are broken."""

    def __init__(self, settings: config.ClickHouse, disabled: str | None) -> None:
        self._settings, self._disabled = settings, disabled
        self._opening = asyncio.Lock()
        self._streams = asyncio.Semaphore(max(1, settings.pool_size // STREAMS_OF_POOL))
        self._client: AsyncClient | None = None

    @classmethod
    def open(cls, settings: config.ClickHouse) -> Self:
        """Asks nothing of the server, which may be down."""
        return cls(settings, why_disabled(settings))

    async def query(self, sql: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The rows of a query, whose `{name:Type}` the parameters fill. Asked again once where a connection was broken.

        Raises: AnalyticsDisabled, AnalyticsUnavailable, StatementRefused.
        """
        async with self._limited(self._settings.query_timeout_ms) as client:
            found = await client.query(sql, dict(parameters), settings=limits(self._settings.query_timeout_ms))
            return [dict(row) for row in found.named_results()]

    async def run(self, sql: str, parameters: Mapping[str, Any] | None = None) -> None:
        """A statement without rows, such as one that makes a table.

        Raises: AnalyticsDisabled, AnalyticsUnavailable (it may have run), StatementRefused.
        """
        async with self._limited(self._settings.query_timeout_ms) as client:
            await client.command(sql, dict(parameters or {}))

    async def insert(self, table: str, lines: bytes) -> None:
        """Writes rows, each a line of JSON, in one message. It is never sent twice.

        Raises: AnalyticsDisabled, AnalyticsUnavailable (the rows may be there), StatementRefused.
        """
        timeout_ms = self._settings.insert_timeout_ms
        async with self._limited(timeout_ms) as client:
            # The driver sends bytes again when a connection breaks, and a file never.
            await client.raw_insert(table, insert_block=BytesIO(lines), fmt="JSONEachRow", settings=limits(timeout_ms))

    async def stream(self, sql: str, parameters: Mapping[str, Any], output_format: str) -> AsyncGenerator[bytes]:
        """The text of a result in a format of ClickHouse, such as CSVWithNames, ArrowStream or Parquet, as it arrives.

        In a text, instants are as in JSON, and NULL is an empty cell. Each part has the time of a query.
        Few streams go on at once; another waits for its turn, no longer than that.

        Raises: AnalyticsDisabled, AnalyticsUnavailable, StatementRefused.
        """
        timeout_ms = self._settings.query_timeout_ms
        async with AsyncExitStack() as stack:
            async with self._limited(timeout_ms) as client:
                await stack.enter_async_context(self._streams)
                source = await client.raw_stream(
                    sql, dict(parameters), fmt=output_format, settings=STREAMED | limits(timeout_ms)
                )
                parts = aiter(await stack.enter_async_context(source))
            while True:
                async with self._limited(timeout_ms):
                    part = await anext(parts, None)
                if part is None:
                    return
                yield part

    async def ping(self) -> None:
        """Asks whether the server answers and takes the login. Raises: AnalyticsDisabled, AnalyticsUnavailable."""
        timeout_ms = self._settings.query_timeout_ms
        async with self._limited(timeout_ms) as client:
            if not await client.ping(timeout_ms / 1000):
                raise AnalyticsUnavailable

    async def close(self) -> None:
        """Closes every connection."""
        if self._client is not None:
            client, self._client = self._client, None
            with failures_told():
                async with asyncio.timeout(CLOSE_TIMEOUT_S):
                    await client.close()

    @asynccontextmanager
    async def _limited(self, timeout_ms: int) -> AsyncIterator["AsyncClient"]:
        """The client, for what must not take longer."""
        with failures_told():
            async with asyncio.timeout(timeout_ms / 1000):
                yield self._client or await self._connected()

    async def _connected(self) -> "AsyncClient":
        """The client, which has asked the server who it is; only the first call waits for that."""
        if self._disabled:
            raise AnalyticsDisabled(self._disabled)
        from clickhouse_connect import get_async_client

        settings = self._settings
        async with self._opening:
            if self._client is None:
                self._client = await get_async_client(
                    host=settings.host, port=settings.port, database=settings.database, username=settings.user,
                    password=settings.password or "", connector_limit=settings.pool_size,
                    connector_limit_per_host=settings.pool_size, connect_timeout=settings.connect_timeout_ms / 1000,
                    send_receive_timeout=max(settings.query_timeout_ms, settings.insert_timeout_ms) / 1000,
                    compress=False, autogenerate_session_id=False, tz_mode="aware", tz_source="server",
                )  # fmt: skip
            return self._client


def limits(timeout_ms: int) -> dict[str, Any]:
    """The settings of every statement; the server stops one that nobody waits for any more."""
    return PARTITIONED | {"max_execution_time": timeout_ms / 1000}


def why_disabled(settings: config.ClickHouse) -> str | None:
    """What to switch on; None where reports can be made. It imports the driver where that will be needed."""
    if settings.host is None:
        return "This deployment makes no reports: `clickhouse.host` is not set."
    try:
        import clickhouse_connect.driver.asyncclient  # noqa: F401
    except ImportError:
        return "This deployment makes no reports: the extra `analytics` is not installed."
    return None


@contextmanager
def failures_told() -> Iterator[None]:
    """Turns what the driver raises into errors of ours. The text of its own, which stays behind, may quote values."""
    try:
        yield
    except ApiError:
        raise
    except Exception as error:
        raise told(error) from error


def told(error: Exception) -> Exception:
    """What an error of the driver means; any other stays what it is."""
    from aiohttp import ClientError
    from clickhouse_connect.driver.exceptions import DataError, Error, ProgrammingError

    if isinstance(error, ClientError | OSError | TimeoutError):
        return AnalyticsUnavailable()
    if not isinstance(error, Error):
        return error
    if isinstance(error, DataError | ProgrammingError) or error.code not in {None, *UNAVAILABLE}:
        return StatementRefused(error.code or 0, error.name or "")
    return AnalyticsUnavailable()

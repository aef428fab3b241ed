"""The connector of ClickHouse on a real server: values, rows, streams, limits, and what a lost connection means."""

import asyncio
import json
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from msgspec.structs import replace

from hiring import config
from hiring.config import Settings
from hiring.connectors.clickhouse import ClickHouse, StatementRefused
from hiring.errors import AnalyticsDisabled, AnalyticsUnavailable
from tests.services.clickhouse_process import ClickHouseProcess

ODD_TEXTS = [
    "", "'", '"', "\\", "\\'", "\\N", "NULL", "\t\n\r\0\b\f", "a'); DROP TABLE x; --", "{name:String}", "ünïcödé 👩‍💻",
    "%s", "--\r\n\r\n", "x" * 100_000,
]  # fmt: skip
SILENT_MS = 300


@pytest.fixture
async def own_server(tmp_path: Path) -> AsyncIterator[ClickHouseProcess]:
    async with ClickHouseProcess.running(tmp_path / "clickhouse") as process:
        yield process


def line(**values: object) -> bytes:
    return json.dumps(values).encode() + b"\n"


@pytest.mark.parametrize("text", ODD_TEXTS, ids=lambda text: repr(text)[:20])
async def test_text_comes_back_when_it_is_a_parameter(clickhouse: ClickHouse, text: str) -> None:
    """Whatever is in it: a value never becomes a part of the statement."""
    sql = "SELECT {text:String} AS text, {texts:Array(String)} AS texts, length({text:String}) AS size"
    [row] = await clickhouse.query(sql, {"text": text, "texts": [text, "x", text]})
    assert row == {"text": text, "texts": [text, "x", text], "size": len(text.encode())}


async def test_values_have_their_types_when_they_come_back(clickhouse: ClickHouse) -> None:
    """Moments know their zone, ids are UUIDs, and None is null."""
    values = {
        "id": UUID("0197a8c0-0000-7000-8000-000000000001"), "day": date(2026, 2, 28), "count": 2**63,
        "at": datetime(2026, 2, 28, 23, 59, 59, 123456, UTC), "nothing": None,
    }  # fmt: skip
    sql = """SELECT {id:UUID} AS id, {day:Date} AS day, {count:UInt64} AS count, {at:DateTime64(6, 'UTC')} AS at,
        {nothing:Nullable(String)} AS nothing"""
    assert await clickhouse.query(sql, values) == [values]


async def test_rows_are_read_when_they_were_inserted(clickhouse: ClickHouse) -> None:
    """At once, in the order that the query asks for; a member that is missing has its default."""
    await clickhouse.run("CREATE TABLE rows (id UInt32, name String DEFAULT 'none') ENGINE = MergeTree ORDER BY id")
    await clickhouse.insert("rows", line(id=2, name="b'\\\n") + line(id=1))
    assert await clickhouse.query("SELECT * FROM rows ORDER BY id", {}) == [
        {"id": 1, "name": "none"}, {"id": 2, "name": "b'\\\n"},
    ]  # fmt: skip
    await clickhouse.run("DROP TABLE rows")


async def test_no_row_is_written_when_one_of_a_message_is_wrong(clickhouse: ClickHouse) -> None:
    """The error names ClickHouse's code, and no value."""
    await clickhouse.run("CREATE TABLE whole (id UInt32) ENGINE = MergeTree ORDER BY id")
    with pytest.raises(StatementRefused) as refused:
        await clickhouse.insert("whole", line(id=1) + line(id="a secret"))
    assert "secret" not in f"{refused.value}{refused.value.detail}"
    assert await clickhouse.query("SELECT count() AS count FROM whole", {}) == [{"count": 0}]
    await clickhouse.run("DROP TABLE whole")


async def test_refusal_has_a_name_when_a_table_is_missing(clickhouse: ClickHouse) -> None:
    """So that a caller can tell it from others."""
    with pytest.raises(StatementRefused) as refused:
        await clickhouse.query("SELECT * FROM nowhere", {})
    assert (refused.value.number, refused.value.name) == (60, "UNKNOWN_TABLE")


@pytest.mark.parametrize(
    ("name", "begins"), [("CSVWithNames", b'"number"\n0\n'), ("Parquet", b"PAR1"), ("ArrowStream", b"\xff")]
)
async def test_result_arrives_in_parts_when_it_is_streamed(clickhouse: ClickHouse, name: str, begins: bytes) -> None:
    """In the format that is asked for, which begins and ends once."""
    sql = "SELECT number FROM system.numbers LIMIT {count:UInt32}"
    parts = [part async for part in clickhouse.stream(sql, {"count": 300_000}, name)]
    whole = b"".join(parts)
    assert len(parts) > 1 and whole.startswith(begins)
    if name == "CSVWithNames":
        assert whole.decode().splitlines()[1:] == [str(number) for number in range(300_000)]
    if name == "Parquet":
        assert whole.endswith(b"PAR1")


async def test_stream_is_refused_before_its_first_part_when_the_query_fails(clickhouse: ClickHouse) -> None:
    """A client never takes the beginning of a result for all of it."""
    sql = "SELECT throwIf(number = 200000) FROM system.numbers LIMIT 300000"
    with pytest.raises(StatementRefused):
        await anext(aiter(clickhouse.stream(sql, {}, "CSV")))


async def test_connection_is_free_when_a_stream_is_left(clickhouse_settings: config.ClickHouse) -> None:
    """A client that goes away in the middle holds nothing."""
    client = ClickHouse.open(replace(clickhouse_settings, pool_size=1))
    for _ in range(3):
        stream = client.stream("SELECT number FROM system.numbers LIMIT 2000000", {}, "CSV")
        await anext(aiter(stream))
        await stream.aclose()
    assert await client.query("SELECT 1 AS one", {}) == [{"one": 1}]
    await client.close()


async def test_reports_are_made_when_slow_readers_hold_every_stream(clickhouse_settings: config.ClickHouse) -> None:
    """A quarter of the connections is for streams; one more is refused in its time, and has its turn when one ends."""
    client = ClickHouse.open(replace(clickhouse_settings, pool_size=8, query_timeout_ms=2_000))
    sql = "SELECT number FROM system.numbers LIMIT 2000000"
    held = [client.stream(sql, {}, "CSV") for _ in range(2)]
    for each in held:
        await anext(each)
    with pytest.raises(AnalyticsUnavailable):
        await anext(client.stream(sql, {}, "CSV"))
    assert await client.query("SELECT 1 AS one", {}) == [{"one": 1}]
    await held[0].aclose()
    late = client.stream(sql, {}, "CSV")
    assert await anext(late)
    for each in (held[1], late):
        await each.aclose()
    await client.close()


async def test_queries_wait_for_a_connection_when_there_are_more(clickhouse_settings: config.ClickHouse) -> None:
    """A burst is no failure, and each gets its own answer."""
    client = ClickHouse.open(replace(clickhouse_settings, pool_size=4))
    asked = (client.query("SELECT {n:UInt32} AS n, sleep(0.01) AS slept", {"n": n}) for n in range(50))
    assert [row["n"] for [row] in await asyncio.gather(*asked)] == list(range(50))
    await client.close()


async def test_server_stops_a_query_when_its_time_is_over(clickhouse_settings: config.ClickHouse) -> None:
    """The caller hears it in time, and nothing runs on."""
    client = ClickHouse.open(clickhouse_settings)
    await client.ping()
    hasty = ClickHouse.open(replace(clickhouse_settings, query_timeout_ms=1000))
    await hasty.ping()
    began = time.monotonic()
    with pytest.raises(AnalyticsUnavailable):
        await hasty.query("SELECT count() FROM system.numbers WHERE sipHash64(number) = 0", {})
    assert time.monotonic() - began < 5
    running = (
        "SELECT count() AS count FROM system.processes WHERE query LIKE '%sipHash64%' AND query NOT LIKE '%processes%'"
    )
    async with asyncio.timeout(20):
        while await client.query(running, {}) != [{"count": 0}]:  # noqa: ASYNC110  # the server tells nobody
            await asyncio.sleep(0.05)
    await hasty.close()
    await client.close()


@pytest.mark.parametrize(
    "others", [{"port": 1}, {"password": "wrong"}, {"user": "nobody"}, {"password": None}], ids=str
)
async def test_reports_are_unavailable_when_the_server_refuses(
    clickhouse_settings: config.ClickHouse, others: dict[str, object]
) -> None:
    """Nothing fails before it is asked, and the error tells a client when to come back."""
    client = ClickHouse.open(replace(clickhouse_settings, **others))
    calls = (
        lambda: client.query("SELECT 1", {}), lambda: client.run("SELECT 1"), lambda: client.insert("t", b""),
        client.ping, lambda: anext(aiter(client.stream("SELECT 1", {}, "CSV"))),
    )  # fmt: skip
    for call in calls:
        with pytest.raises(AnalyticsUnavailable) as refused:
            await call()
        assert refused.value.retry_after_s is not None
    await client.close()


async def test_call_ends_in_time_when_the_server_is_silent(clickhouse_settings: config.ClickHouse) -> None:
    """It takes the connection and says nothing."""

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    limits = {"connect_timeout_ms": SILENT_MS, "query_timeout_ms": SILENT_MS, "insert_timeout_ms": SILENT_MS}
    async with await asyncio.start_server(listen, "127.0.0.1", 0) as silent:
        port = silent.sockets[0].getsockname()[1]
        client = ClickHouse.open(replace(clickhouse_settings, port=port, **limits))
        began = time.monotonic()
        for call in (lambda: client.query("SELECT 1", {}), lambda: client.insert("t", line(a=1)), client.ping):
            with pytest.raises(AnalyticsUnavailable):
                await call()
        assert time.monotonic() - began < 10 * SILENT_MS / 1000
        await client.close()


async def test_reports_are_disabled_when_no_host_is_set(clickhouse_settings: config.ClickHouse) -> None:
    """The error says what to switch on."""
    client = ClickHouse.open(replace(clickhouse_settings, host=None))
    with pytest.raises(AnalyticsDisabled) as refused:
        await client.query("SELECT 1", {})
    assert "`clickhouse.host`" in refused.value.detail
    await client.close()


def test_service_runs_when_the_extra_is_not_installed(settings: Settings) -> None:
    """Everything is imported, and a report says which extra is missing."""
    program = """
import asyncio, sys
sys.modules["clickhouse_connect"] = sys.modules["aiohttp"] = None
import hiring.api, hiring.worker
from hiring.config import load_settings
from hiring.connectors.clickhouse import ClickHouse
from hiring.errors import AnalyticsDisabled
try:
    asyncio.run(ClickHouse.open(load_settings().clickhouse).query("", {}))
except AnalyticsDisabled as error:
    print(error.detail)
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert "`analytics`" in run.stdout


async def test_queries_go_on_when_the_server_was_restarted(own_server: ClickHouseProcess, settings: Settings) -> None:
    """Connections of before are replaced without an error, also when the server was killed; rows are still there."""
    client = ClickHouse.open(own_server.settings(settings.clickhouse))
    await client.run("CREATE TABLE kept (id UInt32) ENGINE = MergeTree ORDER BY id")
    await client.insert("kept", line(id=1))
    for how in (signal.SIGTERM, signal.SIGKILL):
        asked = (client.query("SELECT id FROM kept WHERE sleep(0.01) = 0", {}) for _ in range(8))
        assert all(rows == [{"id": 1}] for rows in await asyncio.gather(*asked))
        await own_server.end(how)
        with pytest.raises(AnalyticsUnavailable):
            await client.query("SELECT 1", {})
        await own_server.start()
        asked = (client.query("SELECT id FROM kept", {}) for _ in range(8))
        assert all(rows == [{"id": 1}] for rows in await asyncio.gather(*asked))
    await client.close()


async def test_insert_is_sent_once_when_its_connection_breaks(clickhouse_settings: config.ClickHouse) -> None:
    """The server may have the rows: the caller decides. A query is asked again."""
    seen: list[bytes] = []

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Everything, until a request names the table that breaks the connection."""
        try:
            while data := await reader.read(65_536):
                if b"breaking" in data:
                    seen.append(data)
                    break
                writer.write(data)
        finally:
            writer.transport.abort()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onward_reader, onward_writer = await asyncio.open_connection("127.0.0.1", clickhouse_settings.port)
        await asyncio.gather(carry(reader, onward_writer), carry(onward_reader, writer), return_exceptions=True)

    async with await asyncio.start_server(accept, "127.0.0.1", 0) as link:
        client = ClickHouse.open(replace(clickhouse_settings, port=link.sockets[0].getsockname()[1]))
        await client.ping()
        with pytest.raises(AnalyticsUnavailable):
            await client.insert("breaking", line(a=1))
        assert len(seen) == 1
        with pytest.raises(AnalyticsUnavailable):
            await client.query("SELECT * FROM breaking", {})
        await client.close()
    assert len(seen) > 2

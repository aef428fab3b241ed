"""The native ClickHouse stops without losing an answer, and is killed without losing a row that it acknowledged."""

import asyncio
import http.client
import os
import signal
import socket
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.background import until
from tests.infrastructure.native_clickhouse import INTO, LOGIN, SLOW, Answer, asked, runs
from tests.services.clickhouse_process import ClickHouseProcess


@pytest.fixture
async def own_server(tmp_path: Path) -> AsyncIterator[ClickHouseProcess]:
    """One that the test may kill."""
    async with ClickHouseProcess.running(tmp_path / "clickhouse") as process:
        yield process


class Writer(threading.Thread):
    """Inserts three rows at a time until the server is gone, each three with a number of its own."""

    def __init__(self, server: ClickHouseProcess, first: int) -> None:
        super().__init__()
        self._server, self.tried = server, first
        self.acknowledged: list[int] = []
        self.has_enough = threading.Event()

    def run(self) -> None:
        while True:
            self.tried += 1
            rows = b"".join(b'{"a":%d,"b":"%d"}\n' % (self.tried, part) for part in range(3))
            try:
                answer = asked(self._server, rows, query=INTO)
            except (OSError, http.client.HTTPException):
                return
            assert answer.status == 200
            self.acknowledged.append(self.tried)
            if len(self.acknowledged) == 40:
                self.has_enough.set()


async def test_every_acknowledged_row_is_there_when_the_server_was_killed(own_server: ClickHouseProcess) -> None:
    """`kill -9` in the middle of inserts, three times. What was not acknowledged is there whole or not at all."""
    assert asked(own_server, "CREATE TABLE t (a UInt64, b String) ENGINE = MergeTree ORDER BY a").status == 200
    acknowledged: set[str] = set()
    tried = 0
    for _ in range(3):
        writer = Writer(own_server, tried)
        writer.start()
        assert await asyncio.to_thread(writer.has_enough.wait, 60)
        await own_server.end(signal.SIGKILL)
        writer.join(60)
        acknowledged |= {str(number) for number in writer.acknowledged}
        tried = writer.tried
        await own_server.start()
    counts = dict(
        line.split("\t") for line in asked(own_server, "SELECT a, count() FROM t GROUP BY a").text.splitlines()
    )
    assert set(counts.values()) == {"3"}
    assert acknowledged <= counts.keys()
    assert len(counts) <= tried


async def test_running_query_ends_when_the_server_is_told_to_stop(own_server: ClickHouseProcess) -> None:
    """TERM waits for it, takes no new one, and ends well, sent twice too; the folder can be opened again."""
    assert asked(own_server, "CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a").status == 200
    found: list[Answer] = []

    async def takes_no_connection() -> bool:
        return not await own_server.listens()

    sql = "INSERT INTO t SELECT number + sleepEachRow(0.1) FROM numbers(20) SETTINGS max_block_size = 1"
    thread = threading.Thread(target=lambda: found.append(asked(own_server, sql)))
    thread.start()
    await until(lambda: runs(own_server, "INSERT%", count=1))
    os.kill(own_server.pid, signal.SIGTERM)
    await until(takes_no_connection)
    assert await own_server.end() == 0
    thread.join(10)
    assert [answer.status for answer in found] == [200]
    assert found[0].headers["Connection"] == "close"
    await own_server.start()
    assert asked(own_server, "SELECT count() FROM t").text == "20\n"


async def test_server_ends_at_once_when_clients_are_idle(own_server: ClickHouseProcess) -> None:
    """An open connection that asks for nothing holds nobody up."""
    with socket.create_connection(("127.0.0.1", own_server.port)):
        began = time.monotonic()
        assert await own_server.end() == 0
        assert time.monotonic() - began < 10


async def test_query_does_not_run_on_when_its_client_cannot_wait(own_server: ClickHouseProcess) -> None:
    """The time limit of the query ends it."""
    connection = http.client.HTTPConnection("127.0.0.1", own_server.port)
    connection.request("POST", "/?max_execution_time=1", SLOW, LOGIN)
    connection.close()
    await until(lambda: runs(own_server, f"{SLOW}%", count=0))

"""What the tests of the native ClickHouse ask it, by requests of their own making."""

import http.client
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from tests.services.clickhouse_process import PASSWORD, USER, ClickHouseProcess

LOGIN = {"X-ClickHouse-User": USER, "X-ClickHouse-Key": PASSWORD.encode().decode("latin-1")}
SLOW = "SELECT count() FROM system.numbers WHERE sipHash64(number) = 0"
INTO = "INSERT INTO t FORMAT JSONEachRow"


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def code(self) -> str | None:
        return self.headers["X-ClickHouse-Exception-Code"]


def asked(
    server: ClickHouseProcess, body: bytes | str | Iterator[bytes] = b"", *, method: str = "POST", path: str = "/",
    headers: dict[str, str] | None = None, **parameters: str,
) -> Answer:  # fmt: skip
    """One request over a connection of its own."""
    address = f"{path}?{urlencode(parameters)}" if parameters else path
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection:
        connection.request(method, address, body, LOGIN if headers is None else headers)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read().decode())


async def runs(server: ClickHouseProcess, pattern: str, *, count: int) -> bool:
    """Whether so many queries are running whose text is like the pattern."""
    sql = "SELECT count() FROM system.processes WHERE query LIKE {pattern:String}"
    return asked(server, sql, param_pattern=pattern).text == f"{count}\n"


def memory_kib(server: ClickHouseProcess, name: str) -> int:
    """`VmRSS` or `VmHWM` of the process."""
    lines = Path(f"/proc/{server.pid}/status").read_text("ascii").splitlines()
    [line] = [line for line in lines if line.startswith(f"{name}:")]
    return int(line.split()[1])

"""The native ClickHouse speaks as a server does: logins, statuses, parameters, bodies and limits."""

import base64
import gzip
import http.client
import json
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.background import wait_until
from tests.infrastructure.native_clickhouse import INTO, LOGIN, asked, memory_kib
from tests.services.clickhouse_process import PASSWORD, USER, ClickHouseProcess

FIELD_BYTES = 16 * 1024 * 1024


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ClickHouseProcess]:
    async with ClickHouseProcess.running(tmp_path_factory.mktemp("clickhouse")) as process:
        yield process


@pytest.mark.parametrize(
    ("login", "status", "code"),
    [
        ({"headers": {}}, 401, "194"),
        ({"headers": {"X-ClickHouse-User": USER, "X-ClickHouse-Key": "wrong"}}, 403, "516"),
        (
            {"headers": {"X-ClickHouse-User": "default", "X-ClickHouse-Key": PASSWORD.encode().decode("latin-1")}},
            403,
            "516",
        ),
        ({"headers": {}, "user": USER, "password": "wrong"}, 403, "516"),
        ({"headers": {"Authorization": "Basic !"}}, 401, "194"),
        ({"headers": {}, "user": USER, "password": PASSWORD}, 200, None),
        (
            {"headers": {"Authorization": "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()}},
            200,
            None,
        ),
        ({}, 200, None),
    ],
)
def test_login_decides_when_it_is_given_in_any_way(
    server: ClickHouseProcess, login: dict[str, Any], status: int, code: str | None
) -> None:
    """Headers of ClickHouse, Basic, parameters of the address. Without any the answer asks for one."""
    answer = asked(server, "SELECT 1", **login)
    assert (answer.status, answer.code) == (status, code)
    assert ("WWW-Authenticate" in answer.headers) is (status == 401)


def test_ping_needs_no_login(server: ClickHouseProcess) -> None:
    """As health checks ask."""
    answer = asked(server, method="GET", path="/ping", headers={})
    assert (answer.status, answer.text) == (200, "Ok.\n")


@pytest.mark.parametrize(
    ("sql", "parameters", "status", "code"),
    [
        ("SELEC 1", {}, 400, "62"), ("", {}, 400, "62"), ("SELECT 1; SELECT 2", {}, 400, "62"),
        ("SELECT * FROM nowhere", {}, 404, "60"), ("SELECT nothing", {}, 404, "47"),
        ("SELECT no_function()", {}, 404, "46"),
        ("SELECT 1", {"database": "no`where"}, 404, "81"), ("SELECT 1", {"no_setting": "1"}, 404, "115"),
        ("SELECT 1 FORMAT NoFormat", {}, 404, "73"), ("SELECT throwIf(1)", {}, 500, "395"),
        ("SELECT {a:String}", {}, 500, "456"), ("SELECT sleep(3)", {"max_execution_time": "1"}, 408, "159"),
        ("SELECT 1", {"compress": "1"}, 501, "48"),
        ("SELECT length(groupArray(number)) FROM numbers(100000000)", {}, 500, "241"),
    ],
)  # fmt: skip
def test_refusal_has_the_status_and_code_of_a_server(
    server: ClickHouseProcess, sql: str, parameters: dict[str, Any], status: int, code: str
) -> None:
    """Also by the limits of the profile; the connection and the server go on."""
    answer = asked(server, sql, **parameters)
    assert (answer.status, answer.code) == (status, code), answer.text
    assert answer.text.startswith(f"Code: {code}. DB::Exception: ")
    assert "(version " in answer.text


def test_get_changes_nothing(server: ClickHouseProcess) -> None:
    """It reads, and a statement that writes is refused."""
    assert asked(server, method="GET", query="SELECT 2").text == "2\n"
    assert asked(server, method="GET", query="CREATE TABLE by_get (a Int8) ENGINE = Memory").code == "164"


def test_settings_and_parameters_end_with_their_request(server: ClickHouseProcess) -> None:
    """Each has a session of its own."""
    value = "SELECT value FROM system.settings WHERE name = 'max_threads'"
    assert asked(server, value, max_threads="3").text == "3\n"
    assert asked(server, value).text == "4\n"  # of the profile
    assert asked(server, "SELECT {a:String}", param_a="x").text == "x\n"
    assert asked(server, "SELECT {a:String}").code == "456"


def test_answer_tells_what_a_client_reads(server: ClickHouseProcess) -> None:
    """The format that is asked for, in the three ways, with its media type; counts, zone, the id of the query."""
    asking: list[tuple[str, dict[str, Any]]] = [
        ("SELECT 1 AS a FORMAT JSONEachRow", {}), ("SELECT 1 AS a", {"default_format": "JSONEachRow"}),
    ]  # fmt: skip
    for sql, parameters in asking:
        answer = asked(server, sql, query_id="of-the-client", **parameters)
        assert json.loads(answer.text) == {"a": 1}
        assert answer.headers["X-ClickHouse-Format"] == "JSONEachRow"
        assert answer.headers["Content-Type"].startswith("application/x-ndjson")
        assert answer.headers["X-ClickHouse-Query-Id"] == "of-the-client"
        assert answer.headers["X-ClickHouse-Timezone"] == "Etc/UTC"
    assert asked(server, "SELECT 1 AS a", headers=LOGIN | {"X-ClickHouse-Format": "CSVWithNames"}).text == '"a"\n1\n'
    summary = json.loads(asked(server, "SELECT * FROM numbers(10)").headers["X-ClickHouse-Summary"])
    assert (summary["read_rows"], summary["result_rows"]) == ("10", "10")


@pytest.fixture
def table(server: ClickHouseProcess, request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty table."""
    assert asked(server, "CREATE TABLE t (a UInt64, b String) ENGINE = MergeTree ORDER BY a").status == 200
    yield "t"
    asked(server, "DROP TABLE t SYNC")


ROWS = b'{"a":1,"b":"x"}\n{"a":2,"b":"y"}\n'


@pytest.mark.parametrize(
    ("body", "parameters", "headers"),
    [
        (ROWS, {"query": INTO}, {}),
        (f"{INTO}\n".encode() + ROWS, {}, {}),
        (b"/* a comment */ insert into t (a, b) settings max_threads=1 format JSONEachRow\n" + ROWS, {}, {}),
        ("(1, 'x'), (2, 'y')", {"query": "INSERT INTO t VALUES"}, {}),
        ("INSERT INTO t VALUES (1, 'x'), (2, 'y')", {}, {}),
        (b"1,x\n2,y\n", {"query": "INSERT INTO t (a, b) SETTINGS max_threads=1 FORMAT CSV"}, {}),
        (gzip.compress(ROWS), {"query": INTO}, {"Content-Encoding": "gzip"}),
        (iter([ROWS[:5], ROWS[5:20], ROWS[20:]]), {"query": INTO}, {}),
        ("", {"query": "INSERT INTO t SELECT number + 1, ['x', 'y'][number + 1] FROM numbers(2)"}, {}),
    ],
)
def test_rows_are_there_when_they_were_sent_in_any_way(
    server: ClickHouseProcess, table: str, body: bytes | str, parameters: dict[str, str], headers: dict[str, str]
) -> None:
    """Behind the statement or apart from it, whole or in chunks, compressed or not."""
    answer = asked(server, body, headers=LOGIN | headers, **parameters)
    assert answer.status == 200, answer.text
    assert json.loads(answer.headers["X-ClickHouse-Summary"])["written_rows"] == "2"
    assert asked(server, f"SELECT * FROM {table} ORDER BY a").text == "1\tx\n2\ty\n"


def test_field_of_a_form_is_refused_when_the_servers_own_would_not_take_it(server: ClickHouseProcess) -> None:
    """So that a list of ids that works here works in production, too."""
    for size, status in ((FIELD_BYTES, 200), (FIELD_BYTES + 1, 500)):
        field = "x" * size
        form = (
            '--b\r\nContent-Disposition: form-data; name="query"\r\n\r\nSELECT length({a:String})\r\n'
            f'--b\r\nContent-Disposition: form-data; name="param_a"\r\n\r\n{field}\r\n--b--\r\n'
        )
        headers = LOGIN | {"Content-Type": "multipart/form-data; boundary=b"}
        answer = asked(server, form, headers=headers)
        assert answer.status == status and (answer.text == f"{size}\n" or "too long" in answer.text)


def test_large_insert_is_not_held_in_memory(server: ClickHouseProcess) -> None:
    """100 MB in chunks: they go through a file. Afterwards the folder of files is empty."""
    asked(server, "CREATE TABLE swallows (a UInt64, b String) ENGINE = Null")
    line = b'{"a":7,"b":"' + b"z" * 980 + b'"}\n'
    before = memory_kib(server, "VmRSS")
    Path(f"/proc/{server.pid}/clear_refs").write_text("5", "ascii")  # VmHWM begins anew
    answer = asked(
        server, (line * 100 for _ in range(1000)), query="INSERT INTO swallows FORMAT JSONEachRow",
        max_insert_block_size="1000", min_insert_block_size_rows="1000", min_insert_block_size_bytes="1000000",
        input_format_parallel_parsing="0",
    )  # fmt: skip
    assert answer.status == 200, answer.text
    assert json.loads(answer.headers["X-ClickHouse-Summary"])["written_rows"] == "100000"
    assert memory_kib(server, "VmHWM") - before < 64 * 1024
    wait_until(lambda: not list((server.folder / "temporary").iterdir()))  # the answer is there a moment earlier


def test_large_result_is_not_held_in_memory(server: ClickHouseProcess) -> None:
    """100 MB of text, written to a file by the engine and sent from there."""
    before = memory_kib(server, "VmRSS")
    Path(f"/proc/{server.pid}/clear_refs").write_text("5", "ascii")
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request(
        "POST",
        "/?max_block_size=1000&output_format_parallel_formatting=0",
        "SELECT repeat('x', 1000) FROM numbers(100000) FORMAT CSV",
        LOGIN,
    )
    answer, size = connection.getresponse(), 0
    while part := answer.read(1_000_000):
        size += len(part)
    connection.close()
    assert size == 100_000 * 1003  # with its quotes and the end of the line
    assert memory_kib(server, "VmHWM") - before < 64 * 1024


def test_connection_is_used_again_when_a_body_was_refused(server: ClickHouseProcess) -> None:
    """The rest of the body is no next request."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    for headers, status in ((LOGIN, 404), ({}, 401), (LOGIN, 404)):
        connection.request("POST", "/?query=INSERT+INTO+nowhere+FORMAT+CSV", b"1\n" * 500_000, headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == status
    connection.close()


def test_fifty_queries_are_answered_when_they_come_at_once(server: ClickHouseProcess) -> None:
    """Each with its own result; more than run at once wait."""
    found: dict[int, str] = {}

    def ask(number: int) -> None:
        found[number] = asked(server, "SELECT {n:UInt32}, sleep(0.05)", param_n=str(number)).text

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == {number: f"{number}\t0\n" for number in range(50)}

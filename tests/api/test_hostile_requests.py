"""Heads of requests that no honest client sends: tokens, headers, paths, methods. Each is refused precisely."""

import asyncio
from collections.abc import AsyncIterator, Callable
from urllib.parse import quote_from_bytes
from uuid import uuid4

import httpx
import hypothesis
import pytest
from hypothesis import strategies as st

from hiring.http.cross_origin import METHODS
from hiring.http.forms import ENVELOPE_BYTES
from tests.api.conftest import Serve
from tests.api.probe import endpoints, filled
from tests.api.worlds import made_up, seen, world_of
from tests.client import Client

DEPARTMENTS = "/api/v1/departments"
Forge = Callable[..., str]
NO_IDS = ("x", "0", "%00", "%0d%0aSet-Cookie:%20a=b", "..%2f..", "%27%20OR%201=1--", "%F0%9F%92%A9", "a" * 5_000)
NO_UTF8 = ("%ff", "%ed%a0%80", "%c0%af", "a%80")
UNKNOWN_PATHS = (
    "//api/v1/jobs", "/api/v1/jobs/", "/API/v1/jobs", "/api/v1/j%6fbs", "/api/v2/jobs", "/api/v1/%2e%2e/livez", "/%ff",
    "/api/v1/jobs;a=b", "/docs/assets/..%2f..%2fsetup.cfg", "/docs/assets/%00", f"/docs/assets/{'a' * 300}",
)  # fmt: skip
BROKEN_HEADS = (
    "Content-Length: 1000000000000", "Content-Length: abc", "Content-Length: -5", "Content-Length: +5",
    "Content-Length: 5\r\nContent-Length: 6", "Content-Length: ", "Transfer-Encoding: gzip", "Bad Header: a", ": a",
    "Transfer-Encoding: chunked\r\nContent-Length: 5", "Content-Length: \xb2", "X: a\0b",
)  # fmt: skip


@pytest.fixture
async def raw(ada: Client) -> AsyncIterator[httpx.AsyncClient]:
    """Ada's client, which sends what it is told and checks nothing."""
    async with httpx.AsyncClient(base_url=ada.address, headers=ada.headers, timeout=10) as client:
        yield client


@pytest.mark.parametrize(
    ("name", "values", "statuses"),
    [
        ("Idempotency-Key", (b"", b"x" * 256, b"\xe9", b"a\tb", "ключ".encode()), {422}),
        ("On-Behalf-Of", (b"x", b"", b"\xff", str(uuid4()).encode()), {403}),
    ],
)
async def test_header_is_refused_when_its_value_is_wrong(
    ada: Client, raw: httpx.AsyncClient, name: str, values: tuple[bytes, ...], statuses: set[int]
) -> None:
    """And nothing is done."""
    made = await ada.made("/departments", {"name": "A"})
    for value in values:
        answer = await raw.post(DEPARTMENTS, json={"name": "B"}, headers={name.encode(): value})
        assert answer.status_code in statuses, (value, answer.text)
    assert (await ada.read("/departments"))["items"] == [made]


async def test_merge_patch_is_refused_when_nothing_is_patched(ada: Client, raw: httpx.AsyncClient) -> None:
    """A PATCH takes both media types, a POST plain JSON alone, and says so."""
    made = await ada.made("/departments", {"name": "A"})
    patch = {"Content-Type": "application/merge-patch+json"}
    refused = await raw.post(DEPARTMENTS, content=b'{"name": "B"}', headers=patch)
    assert (refused.status_code, refused.json()["detail"]) == (415, "This endpoint takes application/json.")
    assert (await ada.read("/departments"))["items"] == [made]
    for headers in (patch, {"Content-Type": "application/json"}):
        changed = await raw.patch(f"{DEPARTMENTS}/{made['id']}", content=b'{"name": "C"}', headers=headers)
        assert changed.status_code == 200 and changed.json()["name"] == "C"


async def test_header_is_refused_or_passed_over_when_a_read_carries_it(ada: Client, raw: httpx.AsyncClient) -> None:
    """A wrong consistency token is a 400; what we do not negotiate changes nothing, and no origin is let in."""
    made = await ada.made("/departments", {"name": "A"})
    path = f"{DEPARTMENTS}/{made['id']}"
    for value in (b"x", b"\xe9", b"a," * 17, b"A" * 44, b"A" * 9_000, b"-", str(uuid4()).encode()):
        answer = await raw.get(path, headers={b"Consistency-Token": value})
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed"), (value, answer.text)
    passed_over = {
        "Accept": (b"text/html", b"\xff", b"*/*;q=x", b"application/xml;q=1, */*;q=0"), "Range": (b"bytes=0-1",),
        "If-None-Match": (b"x", b"\xff", b'"', b'"9" "1"', b"," * 900), "X-HTTP-Method-Override": (b"DELETE",),
        "X-Forwarded-For": (b"x", b"\xff", b"," * 900, b"::1, 127.0.0.1"), "Idempotency-Key": (b"\xff",),
        "Content-Type": (b"\xff",), "Cookie": (b"\xff=;" * 90,), "Accept-Encoding": (b"x",), "Host": (b"evil.example",),
    }  # fmt: skip
    for name, values in passed_over.items():
        for value in values:
            answer = await raw.get(path, headers={name.encode(): value})
            assert (answer.status_code, answer.json()) == (200, made), (name, value, answer.text)
    for origin in (b"null", b"https://evil.example", b"\xff", b"*", b"https://a.example%0d%0aX-A: b"):
        for method in ("GET", "OPTIONS"):
            answer = await raw.request(method, path, headers={b"Origin": origin})
            assert "Access-Control-Allow-Origin" not in answer.headers, (origin, method)


async def test_path_is_404_or_400_when_its_ids_are_none(ada: Client, anybody: Client, raw: httpx.AsyncClient) -> None:
    """In every parameter of every operation; 400 where a text is not UTF-8 or cannot be kept; nothing has changed."""
    ids = await world_of(ada, anybody)
    before = await seen(ada, ids)
    for endpoint in endpoints():
        for name in endpoint.parameters:
            for wrong in (*NO_IDS, *NO_UTF8):
                path = filled(endpoint.path, ids | {name: wrong})
                answer = await raw.request(endpoint.method, path, **endpoint.options(ids | made_up()))
                expected = {400} if wrong in NO_UTF8 else {404}
                expected |= {400, 422} if endpoint.operation.parameters.get(name) is str else set()
                assert answer.status_code in expected, (endpoint.name, wrong, answer.text)
                assert "Set-Cookie" not in answer.headers
    for path in UNKNOWN_PATHS:
        for method in METHODS:
            answer = await raw.request(method, path)
            is_known_place = path.startswith("/docs/assets/") and method != "GET"
            assert answer.status_code == (405 if is_known_place else 404), (method, path, answer.text)
    assert await seen(ada, ids) == before


async def test_method_is_405_when_a_path_does_not_know_it(ada: Client, raw: httpx.AsyncClient) -> None:
    """With the methods that it knows; invented methods too, and HEAD where there is nothing to GET."""
    known: dict[str, list[str]] = {}
    for endpoint in endpoints():
        known.setdefault(endpoint.path, []).append(endpoint.method)
    ids = dict.fromkeys({name for endpoint in endpoints() for name in endpoint.parameters}, str(uuid4()))
    for path, methods in known.items():
        answered = {*methods, "HEAD"} if "GET" in methods else set(methods)
        for method in {*METHODS, "HEAD", "TRACE", "CONNECT", "FOO", "PROPFIND", "A" * 500} - answered:
            answer = await raw.request(method, filled(path, ids))
            assert answer.status_code == 405, (method, path, answer.text)
            assert answer.headers["Allow"].split(", ") == [each for each in METHODS if each in methods]
            assert answer.headers["Content-Type"] == "application/problem+json"


async def test_answer_has_no_headers_of_the_clients_when_texts_hold_line_breaks(ada: Client, anybody: Client) -> None:
    """The name of a file and whatever else comes back in a header."""
    injected = "a\r\nSet-Cookie: a=b\r\n\r\n<html>.txt"
    candidate = await ada.made("/candidates", {"first_name": "Kim"})
    sent = await ada.post(
        "/api/v1/uploads", params={"file_name": injected}, content=b"A", headers={"Content-Type": "text/plain"}
    )
    assert sent.status_code == 201, sent.text
    made = await ada.made(f"/candidates/{candidate['id']}/attachments", {"upload_id": sent.json()["id"]})
    content = await ada.get(f"/api/v1/attachments/{made['id']}/content")
    assert content.content == b"A" and "Set-Cookie" not in content.headers
    assert content.headers["Content-Disposition"].startswith("attachment;")
    answer = await anybody.get("/api/v1/boards/a%0d%0aSet-Cookie:%20a=b")
    assert answer.status_code == 404 and "Set-Cookie" not in answer.headers


async def test_connection_goes_on_when_a_request_is_refused(ada: Client) -> None:
    """Refused by its head alone, with a body behind it or without: the next request over it is answered."""
    host, port = ada.address.removeprefix("http://").split(":")
    refused = {
        "GET /api/v1/me HTTP/1.1": 401, "GET /api/v1/nowhere HTTP/1.1": 401, "OPTIONS /nowhere HTTP/1.1": 404,
        "HEAD /api/v1/me HTTP/1.1": 401, "PATCH /livez HTTP/1.1": 405,
        "POST /api/v1/jobs HTTP/1.1\r\nContent-Length: 3\r\n\r\n{}": 401,
    }  # fmt: skip
    reader, writer = await asyncio.open_connection(host, int(port))
    for line, status in refused.items():
        head, _, body = line.partition("\r\n\r\n")
        writer.write(f"{head}\r\nHost: a\r\n\r\n{body + ' ' if body else ''}".encode())
        writer.write(b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
        async with asyncio.timeout(5):
            first = await reader.readuntil(b"\r\n\r\n")
            assert first.startswith(f"HTTP/1.1 {status} ".encode()) and b"Connection: close" not in first, (line, first)
            assert b"Request-Id: " in first and await reader.readuntil(b"HTTP/1.1 200 OK\r\n"), line
            await reader.readuntil(b'"}')
    writer.close()


async def test_refusal_comes_at_once_when_the_sender_waits_with_its_body(ada: Client) -> None:
    """`Expect: 100-continue` without a token: 401 instead of 100, and the connection's end is told."""
    host, port = ada.address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /api/v1/jobs HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n")
    async with asyncio.timeout(5):
        told = await reader.read()
    writer.close()
    assert told.startswith(b"HTTP/1.1 401 ") and b"Connection: close" in told and told.count(b"HTTP/1.1") == 1


@pytest.mark.parametrize(
    ("request_line", "header", "told"),
    [
        ("PATCH /api/v1/jobs/none", "", b"404"), ("POST /api/v1/jobs?x=1", "", b"422"),
        ("POST /api/v1/jobs", "Idempotency-Key: \r\n", b"422"), ("PATCH /api/v1/organization", "", b"403"),
        ("POST /api/v1/jobs", "", b"100"), ("PATCH /api/v1/jobs/01900000-0000-7000-8000-000000000000", "", b"100"),
    ],
)  # fmt: skip
async def test_body_is_not_asked_for_when_the_head_tells_enough_to_refuse(
    ada: Client, request_line: str, header: str, told: bytes
) -> None:
    """By the permission, the query, the path and the key; what only the database tells comes behind the body."""
    robot = await ada.made("/users", {"first_name": "Robot", "type": "service"})
    permissions = {"jobs.read": "all", "jobs.write": "all"}
    key = await ada.made("/api-keys", {"user_id": robot["id"], "name": "k", "permissions": permissions})
    host, port = ada.address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"{request_line} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key['secret']}\r\n{header}"
    writer.write(f"{head}Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n".encode())
    async with asyncio.timeout(5):
        assert (await reader.readline()).startswith(b"HTTP/1.1 " + told)
    writer.close()


@pytest.mark.parametrize(
    ("path", "media_type", "limit"),
    [
        (DEPARTMENTS, "application/json", 20_000), ("/api/v1/uploads?file_name=a.txt", "text/plain", 50_000),
        ("/api/v1/uploads", "multipart/form-data; boundary=b", 50_000 + ENVELOPE_BYTES),
    ],
)  # fmt: skip
async def test_body_is_asked_for_when_it_is_not_announced_too_large(
    ada: Client, serve: Serve, path: str, media_type: str, limit: int
) -> None:
    """To the byte: its sender need not send what is refused anyway."""
    token = f"Authorization: {ada.headers['Authorization']}"
    head = f"POST {path} HTTP/1.1\r\nHost: a\r\n{token}\r\nContent-Type: {media_type}"
    async with serve(max_body_bytes=20_000, max_upload_bytes=50_000) as address:
        host, port = address.removeprefix("http://").split(":")
        for size, told in ((limit, b"HTTP/1.1 100 "), (limit + 1, b"HTTP/1.1 413 ")):
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(f"{head}\r\nExpect: 100-continue\r\nContent-Length: {size}\r\n\r\n".encode())
            async with asyncio.timeout(30):
                assert (await reader.readline()).startswith(told)
            writer.close()


async def test_connection_is_ended_when_the_head_is_broken(ada: Client) -> None:
    """At once: 400, and the body behind it is not taken for another request."""
    host, port = ada.address.removeprefix("http://").split(":")
    first = f"POST {DEPARTMENTS} HTTP/1.1\r\nHost: a\r\nAuthorization: {ada.headers['Authorization']}\r\n"
    smuggled = "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"
    for head in BROKEN_HEADS:
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(f"{first}Content-Type: application/json\r\n{head}\r\n\r\n{smuggled}".encode("latin-1"))
        async with asyncio.timeout(5):
            told = await reader.read()
        status = b"413" if head == "Content-Length: 1000000000000" else b"400"
        assert told.startswith(b"HTTP/1.1 " + status) and told.count(b"HTTP/1.1") == 1, (head, told)
        writer.close()
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"{first}X: {'a' * 70_000}\r\n\r\n".encode())
    async with asyncio.timeout(5):
        assert b"200" not in await reader.read()
    writer.close()
    assert (await ada.read("/departments"))["items"] == []


@hypothesis.given(text=st.binary(min_size=1, max_size=40))
@hypothesis.settings(
    max_examples=150, deadline=None, suppress_health_check=list(hypothesis.HealthCheck), database=None, derandomize=True
)
async def test_path_is_refused_when_it_is_anything(raw: httpx.AsyncClient, text: bytes) -> None:
    """Any bytes where an id or a name belongs, but for dots, which clients resolve."""
    hypothesis.assume(text not in {b".", b".."})
    for path in (
        f"/api/v1/jobs/{quote_from_bytes(text, safe='')}",
        f"/api/v1/boards/{quote_from_bytes(text, safe='')}",
    ):
        answer = await raw.get(path)
        assert answer.status_code in (400, 404), (path, answer.text)

"""What the service says about itself: alive, ready, keys, description, documentation, errors, event types."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import jwt
import msgspec
import pytest
from structlog.testing import capture_logs
from tornado.netutil import bind_sockets

from hiring.api import drain, http_server
from hiring.domain.event_types import EVENT_TYPES
from hiring.domain.findings import FINDINGS
from hiring.errors import Taken, Unseen, declared
from hiring.handlers.routes import OPERATIONS
from hiring.http.dependencies import Dependencies, Traffic
from hiring.services.readiness import Check, Readiness
from tests.background import until
from tests.client import Client

PARTS = {"postgres_primary", "postgres_replica", "redis_sessions", "redis_cache", "rabbitmq", "files"}


@asynccontextmanager
async def served(dependencies: Dependencies) -> AsyncIterator[Client]:
    """A client of another API that works with these."""
    server = http_server(dependencies)
    [socket] = bind_sockets(0, "127.0.0.1")
    server.add_sockets([socket])
    async with Client(f"http://127.0.0.1:{socket.getsockname()[1]}") as client:
        yield client
    server.stop()
    await server.close_all_connections()


async def test_process_is_alive_when_asked_without_a_token(anybody: Client) -> None:
    """Nothing is looked up for it."""
    answer = await anybody.get("/livez")
    assert answer.status_code == 200 and answer.json() == {"status": "alive"}


async def test_service_is_ready_when_every_dependency_answers(anybody: Client) -> None:
    """Each is named with its latency."""
    answer = await anybody.get("/readyz")
    body = answer.json()
    assert answer.status_code == 200 and body["status"] == "ready", body
    assert {each["name"] for each in body["dependencies"]} == PARTS
    for each in body["dependencies"]:
        assert (each["status"], each["detail"]) == ("ok", None) and 0 < each["latency_ms"] < 2_000
        assert each["is_required"] is (each["name"] == "postgres_primary")


async def test_readiness_names_the_dependency_when_it_fails(dependencies: Dependencies) -> None:
    """One that is not required degrades the service, a required one makes it unready; the reason is a kind, no text."""

    async def failing() -> None:
        raise ConnectionRefusedError("password=secret")

    for is_required, status, word in ((False, 200, "degraded"), (True, 503, "unready")):
        checks: list[Check] = [("cellar", is_required, failing)]
        async with served(replace(dependencies, readiness=Readiness(partial(list, checks)))) as client:
            answer = await client.get("/readyz")
        [cellar] = answer.json()["dependencies"]
        assert (answer.status_code, answer.json()["status"]) == (status, word)
        assert answer.headers.get("Retry-After") == ("1" if status == 503 else None)
        assert (cellar["name"], cellar["status"], cellar["detail"]) == ("cellar", "failing", "ConnectionRefusedError")


async def test_clients_are_sent_elsewhere_when_the_process_stops(dependencies: Dependencies) -> None:
    """It is alive and not ready, and each answer says that its connection ends."""
    traffic = Traffic(is_stopping=True)
    async with served(replace(dependencies, traffic=traffic)) as client:
        ready, alive = await client.get("/readyz"), await client.get("/livez")
    assert (ready.status_code, ready.json()["status"], ready.headers["Retry-After"]) == (503, "stopping", "1")
    assert (alive.status_code, alive.headers["Connection"], ready.headers["Connection"]) == (200, "close", "close")
    assert traffic.running_count == 0 and traffic.begun_count == 2


async def test_client_is_answered_when_it_goes_on_asking_while_the_process_stops(dependencies: Dependencies) -> None:
    """Over each connection that it has: none is closed before it had the time for its next request."""
    given = replace(dependencies, traffic=Traffic())
    server = http_server(given)
    [socket] = bind_sockets(0, "127.0.0.1")
    server.add_sockets([socket])
    opened = [await asyncio.open_connection(*socket.getsockname()[:2]) for _ in range(3)]

    async def ask() -> list[bytes]:
        for _, writer in opened:
            writer.write(b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
        return [await reader.readuntil(b'"}') for reader, _ in opened]

    async with asyncio.timeout(20):
        assert all(b"200 OK" in answer and b"Connection: close" not in answer for answer in await ask())
        draining = asyncio.create_task(drain(server, given))
        assert all(b"200 OK" in answer and b"Connection: close" in answer for answer in await ask())
        assert [await reader.read() for reader, _ in opened] == [b""] * len(opened)
        await draining
    for _, writer in opened:
        writer.close()


@pytest.mark.parametrize("running_count", [0, 2])
async def test_requests_that_a_stop_cuts_are_told_by_their_number(
    dependencies: Dependencies, running_count: int
) -> None:
    """How many were not answered within the grace; nothing is told where none was left."""
    api = msgspec.structs.replace(dependencies.settings.api, stop_grace_ms=100)
    settings = msgspec.structs.replace(dependencies.settings, api=api)
    given = replace(dependencies, traffic=Traffic(), settings=settings)
    server = http_server(given)
    [socket] = bind_sockets(0, "127.0.0.1")
    server.add_sockets([socket])
    opened = [await asyncio.open_connection(*socket.getsockname()[:2]) for _ in range(running_count)]
    for _, writer in opened:
        writer.write(b"POST /api/v1/login HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{")
    await until(lambda: asyncio.sleep(0, given.traffic.running_count == running_count))
    with capture_logs() as lines:
        await drain(server, given)
    told = [line for line in lines if line["event"] == "api.requests_cut"]
    cut = {"event": "api.requests_cut", "log_level": "warning", "count": running_count}
    assert told == ([cut] if running_count else [])
    for _, writer in opened:
        writer.close()


async def test_access_token_is_verified_when_only_the_key_set_is_known(ada: Client, dependencies: Dependencies) -> None:
    """Another service needs nothing but the public keys, which hold no private part."""
    answer = await ada.get("/.well-known/jwks.json")
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "public, max-age=2"
    assert all(key.keys() == {"kty", "crv", "x", "kid", "use", "alg"} for key in answer.json()["keys"])
    token, settings = ada.headers["Authorization"].removeprefix("Bearer "), dependencies.settings.tokens
    key = jwt.PyJWKSet.from_dict(answer.json())[jwt.get_unverified_header(token)["kid"]]
    claims = jwt.decode(token, key, ["EdDSA"], audience=settings.audience, issuer=settings.issuer)
    assert claims["sub"] == ada.user["id"]


async def test_description_names_every_operation_when_read(anybody: Client) -> None:
    """Each path of the route table is in it, under a name that is used once."""
    described = (await anybody.get("/openapi.json")).json()
    assert described["openapi"] == "3.1.0" and described["info"]["license"]["identifier"] == "Apache-2.0"
    expected = {(each.path, each.method.lower()) for each in OPERATIONS}
    found = {(path, method): one for path, methods in described["paths"].items() for method, one in methods.items()}
    assert found.keys() == expected
    assert max(Counter(one["operationId"] for one in found.values()).values()) == 1
    parameters = [parameter for one in found.values() for parameter in one["parameters"]]
    assert all(each["summary"] for each in found.values())
    assert not [each for each in parameters if not each["description"].endswith(".")]
    references = set(re.findall(r'"#/components/schemas/([^"]+)"', httpx.Response(200, json=described).text))
    assert references <= described["components"]["schemas"].keys()


async def test_documentation_comes_from_the_service_alone_when_shown(anybody: Client) -> None:
    """Pages name no other host, every file that they name is served, and the policy lets nothing else in."""
    for path in ("/docs", "/docs/errors"):
        page = await anybody.get(path)
        assert page.status_code == 200 and page.headers["Content-Type"].startswith("text/html")
        assert "default-src 'self'" in page.headers["Content-Security-Policy"]
        assert "//" not in page.text
        for file in re.findall(r'(?:href|src)="([^"]+)"', page.text):
            served = await anybody.get(file)
            assert served.status_code == 200 and served.content, file
    assert "http" not in (await anybody.get("/docs/start.js")).text
    assert (await anybody.get("/docs/assets/nothing.js")).status_code == 404
    assert (await anybody.get("/docs/assets/..%2F__init__.py")).status_code == 404


async def test_sql_catalogue_is_served_when_the_caller_may_read_it(
    ada: Client, member: Any, dependencies: Dependencies, tmp_path: Path
) -> None:
    """The file as it is, to an administrator; the deployment without one, or whose file is gone, has no such page."""
    file, bob = tmp_path / "sql.html", await member("bob", {"jobs.read": "all", "events.read": "all"})
    settings = dependencies.settings
    for name, expected in ((None, 404), (str(file), 404), (str(tmp_path), 404)):
        api = msgspec.structs.replace(settings.api, sql_catalog_file=name)
        async with served(replace(dependencies, settings=msgspec.structs.replace(settings, api=api))) as client:
            answer = await client.get("/docs/sql", headers=ada.headers)
            assert answer.status_code == expected and answer.json()["code"] == "not_found"
    file.write_text("<p>é</p>" * 50_000)
    api = msgspec.structs.replace(settings.api, sql_catalog_file=str(file))
    async with served(replace(dependencies, settings=msgspec.structs.replace(settings, api=api))) as client:
        page = await client.get("/docs/sql", headers=ada.headers)
        assert page.status_code == 200 and page.text == file.read_text()
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "sandbox" in page.headers["Content-Security-Policy"] and "private" in page.headers["Cache-Control"]
        assert (await client.head("/docs/sql", headers=ada.headers)).headers["Content-Length"] == "450000"
        refused = await client.get("/docs/sql", headers=bob.headers)
        assert refused.status_code == 403 and "system.read" in refused.text
        assert (await client.get("/docs/sql")).status_code == 401


async def test_catalogue_lists_every_error_when_read(anybody: Client) -> None:
    """For programs and for people, each with the anchor that problem documents point to."""
    items, page = (await anybody.read("/errors"))["items"], await anybody.get("/docs/errors")
    seen = {error.code for error in declared() if not issubclass(error, Taken | Unseen)}
    assert {each["code"] for each in items} == seen | {f"{column}_taken" for column in Taken.columns}
    assert all(each["title"] and 400 <= each["status"] < 600 for each in items)
    assert all(f'id="{each["code"]}"' in page.text for each in items)
    problem = (await anybody.get("/api/v1/me")).json()
    assert problem["type"].removeprefix("/docs/errors#") in {each["code"] for each in items}


async def test_catalogue_lists_every_finding_when_read(anybody: Client) -> None:
    """Beside the errors, for programs and for people, each with what it means."""
    findings, page = (await anybody.read("/errors"))["findings"], await anybody.get("/docs/errors")
    assert {each["code"]: each["title"] for each in findings} == FINDINGS
    assert all(f"<code>{each['code']}</code>" in page.text for each in findings)


async def test_event_types_are_listed_when_asked_without_a_token(anybody: Client) -> None:
    """Each with a sentence."""
    items = (await anybody.read("/event-types"))["items"]
    assert {each["type"]: each["description"] for each in items} == EVENT_TYPES


async def test_odd_requests_are_refused_as_problems_when_tornado_finds_them(anybody: Client) -> None:
    """A method of no standard is 405 and told what is allowed; a path that is not UTF-8 is 400."""
    odd = await anybody.request("BREW", "/api/v1/departments")
    assert odd.status_code == 405 and odd.headers["Allow"] == "GET, POST" and odd.json()["code"] == "method_not_allowed"
    assert (await anybody.get("/api/v1/departments/%ff")).status_code == 400

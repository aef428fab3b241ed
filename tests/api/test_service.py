"""What the service says about itself: alive, ready, keys, description, documentation, errors, event types."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

import jsonschema_rs
import jwt
import msgspec
import pytest
from structlog.testing import capture_logs
from tornado.netutil import bind_sockets

from hiring.api import drain, http_server
from hiring.domain.event_types import EVENT_TYPES
from hiring.http.dependencies import Dependencies, Traffic
from hiring.services.readiness import Check, Readiness
from tests.background import until
from tests.client import Client

PARTS = {"postgres_primary", "postgres_replica", "redis_sessions", "redis_cache", "rabbitmq", "files", "clickhouse"}


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
        assert (each["status"], each["detail"]) == ("ok", None) and 0 <= each["latency_ms"] < 2_000
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


async def test_event_types_are_listed_when_asked_without_a_token(anybody: Client) -> None:
    """Each with a sentence and a schema."""
    items = (await anybody.read("/event-types"))["items"]
    assert {each["type"]: each["description"] for each in items} == {
        name: kind.__doc__ for name, kind in EVENT_TYPES.items()
    }
    assert all(jsonschema_rs.meta.is_valid(each["schema"]) for each in items)


async def test_odd_requests_are_refused_as_problems_when_tornado_finds_them(anybody: Client) -> None:
    """A method of no standard is 405 and told what is allowed; a path that is not UTF-8 is 400."""
    odd = await anybody.request("BREW", "/api/v1/departments")
    assert odd.status_code == 405 and odd.headers["Allow"] == "GET, POST" and odd.json()["code"] == "method_not_allowed"
    assert (await anybody.get("/api/v1/departments/%ff")).status_code == 400

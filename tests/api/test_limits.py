"""What the API does not let clients do: take long, open many connections, pretend to be elsewhere, ask too often."""

import asyncio

import httpx
import msgspec
import pytest

from hiring.config import Rate, RedisServer, Settings, SettingsError
from hiring.connectors.redis import RedisClient
from hiring.http.admission import networks
from hiring.services.request_state import RequestState
from tests.api.conftest import Serve
from tests.client import Client


async def test_request_is_ended_when_it_takes_too_long(ada: Client, serve: Serve) -> None:
    """503 with Retry-After; the connection pool is as good as before."""
    async with serve(request_timeout_ms=1) as address:
        token = ada.headers["Authorization"].removeprefix("Bearer ")
        async with Client(address, token) as client:
            for _ in range(20):
                answer = await client.post("/api/v1/departments", json={"name": "A"})
                assert answer.status_code in (201, 503)
                assert answer.status_code == 201 or answer.headers["Retry-After"]
    assert (await ada.get("/api/v1/departments")).status_code == 200


async def test_connection_is_closed_when_there_are_too_many(serve: Serve) -> None:
    """The third of two; when one is gone, another may come."""
    async with serve(max_connections=2) as address:
        host, port = address.removeprefix("http://").split(":")
        opened = [await asyncio.open_connection(host, int(port)) for _ in range(2)]
        await asyncio.sleep(0.05)
        reader, writer = await asyncio.open_connection(host, int(port))
        assert await asyncio.wait_for(reader.read(1), 2) == b""
        writer.close()
        opened[0][1].close()
        await asyncio.sleep(0.05)
        async with httpx.AsyncClient(base_url=address) as client:
            assert (await client.get("/livez")).status_code == 200
        opened[1][1].close()


async def test_address_is_believed_when_a_trusted_proxy_tells_it(serve: Serve, settings: Settings) -> None:
    """Another client behind the proxy has a limit of its own; who is no proxy cannot choose an address."""
    rate = Rate(rate_per_s=0.001, burst=1)
    limits = msgspec.structs.replace(settings.limits, enabled=True, principal=rate)

    async def statuses(address: str, forwarded: list[str]) -> list[int]:
        async with Client(address) as client:
            paths = ["/api/v1/boards/none"] * len(forwarded)
            return [
                (await client.get(path, headers={"X-Forwarded-For": each})).status_code
                for path, each in zip(paths, forwarded, strict=True)
            ]

    given = ["198.51.100.1", "198.51.100.1", "198.51.100.2", "203.0.113.9, 198.51.100.2"]
    for trusted, expected in (("127.0.0.0/8", [404, 429, 404, 429]), ("10.0.0.0/8", [404, 429, 429, 429])):
        nowhere = RedisServer(host="127.0.0.1", port=1, password="none")
        state = RequestState(RedisClient(nowhere, name="test", timeout_ms=500, pool_size=1), limits)
        async with serve({"trusted_proxies": networks([trusted]), "request_state": state}) as address:
            assert await statuses(address, given) == expected


def test_start_is_refused_when_a_proxy_is_no_network() -> None:
    """In one line that names the setting."""
    with pytest.raises(SettingsError, match=r"api\.trusted_proxies"):
        networks(["10.0.0.0/33"])

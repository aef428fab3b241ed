"""Every request is counted, whoever asks for whatever; and a refusal at the door is as complete as an answer."""

import itertools
import secrets
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
import msgspec
import pytest

from hiring.config import Rate, Settings
from hiring.http.admission import networks, source_of
from hiring.http.dependencies import Dependencies
from hiring.services.request_state import RequestState
from tests.api.conftest import Serve
from tests.api.journeys import open_job, published_post
from tests.client import Client

BURST = 4
ORIGIN = "https://careers.example.com"
BOARD = "/api/v1/boards/none"
ASKED = (
    "GET /livez", "GET /readyz", "GET /.well-known/jwks.json", "GET /openapi.json", "HEAD /openapi.json", "GET /docs",
    "GET /", "GET /docs/search.json", "GET /llms.txt",
    "GET /docs/assets/swagger-ui.css", "GET /docs/assets/none.js", "GET /docs/errors",
    "GET /docs/sql", "GET /api/v1", "GET /api/v1/errors", "GET /api/v1/event-types", "GET /nowhere", "GET /metrics",
    "OPTIONS /api/v1/jobs", f"OPTIONS {BOARD}", "OPTIONS /nowhere", "OPTIONS /livez", "PUT /livez", "DELETE /docs",
    "BREW /api/v1/jobs", "BREW /livez", "GET /api/v1/departments/%ff", f"POST {BOARD}", f"GET {BOARD}/posts",
    "GET /api/v1/departments", "PATCH /api/v1/me", "POST /api/v1/refresh",
)  # fmt: skip
TOKENS = ("Bearer {}", "Bearer hk_{}", "Basic {}", "Bearer", "Bearer eyJhbGciOiJub25lIn0.e30.{}")


def anywhere() -> str:
    """An address that no other test asks from: limits are kept longer than a test lasts."""
    return f"2001:db8:{secrets.token_hex(2)}:{secrets.token_hex(2)}::1"


@pytest.fixture
async def strict(serve: Serve, settings: Settings, dependencies: Dependencies) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an API that lets every address ask BURST times, behind a trusted proxy."""
    rate = Rate(rate_per_s=0.001, burst=BURST)
    limits = msgspec.structs.replace(settings.limits, enabled=True, principal=rate)
    other = {
        "trusted_proxies": networks(["127.0.0.0/8"]),
        "request_state": RequestState(dependencies.request_state._redis, limits),
    }
    async with serve(other, cors_origins=(ORIGIN,)) as address, httpx.AsyncClient(base_url=address) as client:
        yield client


async def asked(client: httpx.AsyncClient, request: str, headers: Mapping[str, str]) -> Any:
    """The answer to a request that is written as `GET /path`."""
    method, path = request.split(" ")
    return await client.request(method, path, headers=headers)


async def test_request_is_counted_by_address_when_nobody_is_known(strict: httpx.AsyncClient) -> None:
    """Whatever the path and the method: after BURST requests 429, with Retry-After and what is left."""
    for request in ASKED:
        headers = {"X-Forwarded-For": anywhere(), "Origin": ORIGIN}
        answers = [await asked(strict, request, headers) for _ in range(BURST + 1)]
        assert 429 not in [each.status_code for each in answers[:-1]], request
        last = answers[-1]
        assert last.status_code == 429, (request, last.status_code)
        assert int(last.headers["Retry-After"]) > 0 and last.headers["RateLimit"].startswith('"principal";r=0;'), (
            request
        )
        assert last.headers["Access-Control-Allow-Origin"] in (ORIGIN, "*"), request
        assert "Retry-After" in last.headers["Access-Control-Expose-Headers"], request
        assert last.headers["Request-Id"] and last.headers["X-Content-Type-Options"] == "nosniff", request
        assert last.headers["Cache-Control"] == "no-store", request


async def test_token_is_counted_by_address_when_it_is_made_up(strict: httpx.AsyncClient) -> None:
    """Another token each time does not help; neither does another address of the same network."""
    for token in TOKENS:
        network, statuses = anywhere().removesuffix("::1"), []
        for place in range(BURST + 2):
            headers = {
                "Authorization": token.format(secrets.token_hex(12)),
                "X-Forwarded-For": f"{network}:{place}:{place}:{place}:{place}",
            }
            statuses.append((await strict.get("/api/v1/jobs", headers=headers)).status_code)
        assert statuses == [401] * BURST + [429] * 2, (token, statuses)


async def test_made_up_key_asks_no_database_when_its_address_is_over_the_limit(
    strict: httpx.AsyncClient, dependencies: Dependencies
) -> None:
    """Each below the limit is looked up once, none above it."""
    pools = dependencies.db.servers.pools

    def sent_count() -> int:
        return sum(pool.statistics.message_count for pool in pools)

    headers = {"X-Forwarded-For": anywhere()}
    for _ in range(BURST):
        await strict.get("/api/v1/jobs", headers=headers | {"Authorization": f"Bearer hk_{secrets.token_hex(8)}"})
    before = sent_count()
    for _ in range(200):
        await strict.get("/api/v1/jobs", headers=headers | {"Authorization": f"Bearer hk_{secrets.token_hex(8)}"})
    assert sent_count() - before < 100


async def test_key_works_when_others_of_its_address_made_up_keys(
    ada: Client, strict: httpx.AsyncClient, dependencies: Dependencies
) -> None:
    """Once it is known: the address is counted before PostgreSQL is asked, and only then."""
    service = await ada.made("/users", {"type": "service", "first_name": "Sync"})
    key = await ada.made("/api-keys", {"user_id": service["id"], "name": "Sync", "permissions": {"jobs.read": "all"}})
    source = {"X-Forwarded-For": anywhere()}
    right = source | {"Authorization": f"Bearer {key['secret']}"}
    assert (await strict.get("/api/v1/jobs", headers=right)).status_code == 200
    for _ in range(BURST + 1):
        await strict.get("/api/v1/jobs", headers=source | {"Authorization": f"Bearer hk_{secrets.token_hex(8)}"})
    assert (await strict.get("/api/v1/jobs", headers=right)).status_code == 200
    assert (await strict.get("/api/v1/boards/none", headers=source)).status_code == 429


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("198.51.100.7", "198.51.100.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("::1", "::/64"),
        ("::ffff:198.51.100.7", "198.51.100.7"), ("fe80::1%eth0", "fe80::/64"),
    ],
)  # fmt: skip
def test_source_is_a_network_when_the_address_is_ipv6(address: str, source: str) -> None:
    """One client has a whole /64; an IPv4 address in IPv6's clothes is that address."""
    assert source_of(address) == source


async def test_refusal_is_readable_by_allowed_pages_when_nobody_is_known(strict: httpx.AsyncClient) -> None:
    """401, 404 and 405 as well as 429; pages of other origins read none of them."""
    for origin, expected in ((ORIGIN, ORIGIN), ("https://evil.example", None)):
        for request in ("GET /api/v1/jobs", "GET /nowhere", "BREW /api/v1/jobs", "OPTIONS /nowhere"):
            answer = await asked(strict, request, {"X-Forwarded-For": anywhere(), "Origin": origin})
            assert answer.headers.get("Access-Control-Allow-Origin") == expected, (request, answer.headers)


async def test_bytes_are_counted_by_address_when_it_uploads_to_a_board(
    ada: Client, serve: Serve, settings: Settings, dependencies: Dependencies
) -> None:
    """By what a body announces, before it is read; a body without a length counts as the largest."""
    board = (await published_post(ada, await open_job(ada))).split("/posts/")[0]
    often = Rate(rate_per_s=1_000, burst=1_000)
    limits = msgspec.structs.replace(
        settings.limits, enabled=True, upload=often, upload_kib=Rate(rate_per_s=0.001, burst=25)
    )
    other = {
        "trusted_proxies": networks(["127.0.0.0/8"]),
        "request_state": RequestState(dependencies.request_state._redis, limits),
    }
    source = {"X-Forwarded-For": anywhere()}

    async def unannounced() -> AsyncIterator[bytes]:
        yield b"text"

    async with serve(other) as address, httpx.AsyncClient(base_url=address, headers=source) as client:

        async def upload(content: bytes | AsyncIterator[bytes], **headers: str) -> httpx.Response:
            return await client.post(f"{board}/uploads?file_name=a.txt", content=content, headers=headers)

        assert [(await upload(b"x" * 10_240)).status_code for _ in range(2)] == [201, 201]
        refused = await upload(b"x" * 10_240)
        assert refused.status_code == 429 and int(refused.headers["Retry-After"]) >= 1
        assert (await upload(b"x" * 1_000)).status_code == 201
        assert (await upload(unannounced())).status_code == 429
        elsewhere = {"X-Forwarded-For": anywhere()}
        assert (await upload(b"x" * 10_240, **elsewhere)).status_code == 201


def test_addresses_differ_when_tests_ask_from_anywhere() -> None:
    """Else these tests would share their limits."""
    assert len({source_of(anywhere()) for _ in itertools.repeat(None, 50)}) == 50

"""Guessing passwords: what it costs whoever guesses, what it does not cost the owner, and what it does not tell."""

import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from statistics import median
from typing import Any

import msgspec
import pytest
from tornado.netutil import bind_sockets

from hiring.api import http_server
from hiring.config import Rate, Settings
from hiring.http.admission import networks
from hiring.http.dependencies import Dependencies, Traffic
from hiring.services.request_state import RequestState
from tests.client import PASSWORD, Client

Guarded = Callable[..., AbstractAsyncContextManager[Client]]

HERE, ANYWHERE = Rate(rate_per_s=0.001, burst=5), Rate(rate_per_s=0.001, burst=12)
GUESSES = 40
EVEN_MS = 100
TRIES = 20


@pytest.fixture
def guarded(dependencies: Dependencies, settings: Settings) -> Guarded:
    """The same API behind a trusted proxy, with limits and with other settings of passwords; gives a client of it."""

    @asynccontextmanager
    async def served(*, is_limited: bool = True, **passwords: Any) -> AsyncIterator[Client]:
        limits = msgspec.structs.replace(settings.limits, enabled=is_limited, login=HERE, account=ANYWHERE)
        changed = msgspec.structs.replace(
            settings, limits=limits, passwords=msgspec.structs.replace(settings.passwords, **passwords)
        )
        state = RequestState(dependencies.request_state._redis, limits)
        server = http_server(
            replace(
                dependencies, settings=changed, traffic=Traffic(), request_state=state,
                trusted_proxies=networks(["127.0.0.0/8"]),
            )
        )  # fmt: skip
        [socket] = bind_sockets(0, "127.0.0.1")
        server.add_sockets([socket])
        async with Client(f"http://127.0.0.1:{socket.getsockname()[1]}") as client:
            yield client
        server.stop()
        await server.close_all_connections()

    return served


def somewhere() -> str:
    """An address that no other test and no earlier run has used (RFC 2544): what Redis counts stays there."""
    return f"198.{random.choice((18, 19))}.{random.randrange(256)}.{random.randrange(256)}"


async def tried(client: Client, email: str, address: str, password: str = "a wrong password") -> int:
    """The status of a login."""
    body = {"email": email, "password": password}
    return (await client.post("/api/v1/login", json=body, headers={"X-Forwarded-For": address})).status_code


async def test_owner_logs_in_while_others_guess_from_many_addresses(ada: Client, guarded: Guarded) -> None:
    """From where they logged in before; elsewhere the account is guarded, so that few guesses are made in all."""
    email, home = ada.user["email"], somewhere()
    async with guarded() as client:
        assert await tried(client, email, home, PASSWORD) == 200
        guesses = [await tried(client, email, somewhere()) for _ in range(GUESSES)]
        assert guesses == [401] * ANYWHERE.burst + [429] * (GUESSES - ANYWHERE.burst)
        assert [await tried(client, email, home, PASSWORD) for _ in range(8)] == [200] * 8
        assert await tried(client, email, somewhere(), PASSWORD) == 429
        assert await tried(client, f"x{email}", somewhere()) == 401


async def test_owner_logs_in_from_another_address_of_a_known_ipv6_network(
    ada: Client, guarded: Guarded
) -> None:  # fmt: skip
    """A device takes a new address in its /64 each day; the next /64 is somebody else's."""
    email, network = ada.user["email"], f"2001:db8:{random.randrange(2**16):x}"
    async with guarded() as client:
        assert await tried(client, email, f"{network}:7::a1b2", PASSWORD) == 200
        assert [await tried(client, email, somewhere()) for _ in range(ANYWHERE.burst)] == [401] * ANYWHERE.burst
        assert await tried(client, email, f"{network}:7:52c8:44ff:fe9a:1", PASSWORD) == 200
        assert await tried(client, email, f"{network}:8::a1b2", PASSWORD) == 429
        assert await tried(client, email, "::ffff:198.51.100.7", PASSWORD) == 429


async def test_known_address_may_not_guess_more_than_others(ada: Client, guarded: Guarded) -> None:
    """Who shares the network of the owner has the tries of one address; other accounts there are not touched."""
    email, home = ada.user["email"], somewhere()
    async with guarded() as client:
        assert await tried(client, email, home, PASSWORD) == 200
        assert [await tried(client, email.upper(), home) for _ in range(7)] == [401] * 5 + [429] * 2


async def test_right_passwords_do_not_count_when_many_log_in_from_one_address(
    ada: Client, eve: Client, guarded: Guarded
) -> None:
    """An office in the morning; after it, one who guesses there is stopped as ever."""
    office = somewhere()
    async with guarded() as client:
        for _ in range(2 * HERE.burst):
            for user in (ada.user, eve.user):
                assert await tried(client, user["email"], office, PASSWORD) == 200
        assert [await tried(client, ada.user["email"], office) for _ in range(6)] == [401] * 5 + [429]


async def test_guesses_are_counted_alike_when_there_is_no_account(guarded: Guarded) -> None:
    """The limits do not tell who has one."""
    nobody = f"nobody-{random.randrange(10**12)}@example.com"
    async with guarded() as client:
        guesses = [await tried(client, nobody, somewhere()) for _ in range(ANYWHERE.burst + 2)]
        assert guesses == [401] * ANYWHERE.burst + [429] * 2


async def test_owner_asks_for_a_new_password_when_others_did_too_often(ada: Client, guarded: Guarded) -> None:
    """Each address has its own tries; guesses at the login take none of them."""
    email = ada.user["email"]

    async def asked(address: str) -> int:
        headers = {"X-Forwarded-For": address}
        return (await client.post("/api/v1/password-resets", json={"email": email}, headers=headers)).status_code

    async with guarded() as client:
        for _ in range(ANYWHERE.burst + 1):
            await tried(client, email, somewhere())
        noisy = somewhere()
        assert [await asked(noisy) for _ in range(7)] == [202] * 5 + [429] * 2
        assert [await asked(somewhere()) for _ in range(7)] == [202] * 7


async def seconds(client: Client, path: str, body: dict[str, str]) -> float:
    """How long an answer takes."""
    began = time.perf_counter()
    answer = await client.post(f"/api/v1{path}", json=body)
    assert answer.status_code in (202, 401), answer.text
    return time.perf_counter() - began


async def compared(client: Client, path: str, known: dict[str, str], unknown: dict[str, str]) -> tuple[float, float]:
    """In which share of the tries an account's answer took longer than nobody's, and the shortest time of all."""
    taken = [(await seconds(client, path, known), await seconds(client, path, unknown)) for _ in range(TRIES)]
    return sum(first > second for first, second in taken) / TRIES, min(map(min, taken))


async def test_time_does_not_tell_who_has_an_account(ada: Client, guarded: Guarded) -> None:
    """Asking for a new password, and logging in with a wrong one; answers of both kinds are held equally long.

    The control answers at once: then asking for a new password of an account takes longer.
    """
    known = {"email": ada.user["email"]}
    unknown = {"email": f"nobody-{ada.user['email']}"}
    wrong = {"password": "a wrong password"}
    async with guarded(is_limited=False, answer_after_ms=EVEN_MS) as client:
        for path, more in (("/password-resets", {}), ("/login", wrong)):
            share, shortest_s = await compared(client, path, known | more, unknown | more)
            assert 0.1 <= share <= 0.9, (path, share)
            assert shortest_s >= EVEN_MS / 1000 - 0.002
    async with guarded(is_limited=False, answer_after_ms=0) as client:
        times = [[await seconds(client, "/password-resets", body) for _ in range(TRIES)] for body in (known, unknown)]
        assert median(times[0]) > median(times[1])

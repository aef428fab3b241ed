"""Boards in two processes while their posts change all the time, the replica lags, and Redis fails."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Self

import httpx
import pytest

from hiring.config import Settings
from tests.api.journeys import open_job, published_post
from tests.client import Client
from tests.databases import Admin
from tests.faults.conftest import Record
from tests.faults.processes import Service
from tests.faults.test_own_writes import lagging
from tests.services.redis_process import RedisProcess

__all__ = ["lagging"]

BOARDS = 4
READERS = 3
"""Of each page of each board, in each process."""
WRITES_S = 4.0
ALLOWED_S = 1.0
WATCHED = ("posts", "jobs", "departments", "job_boards", "organizations")


@dataclass
class Seen:
    """What readers saw: how many answers, how long at most an older title was shown, how many missed a token."""

    count: int = 0
    latest_s: float = 0.0
    missed_count: int = 0
    old_count: int = 0


@dataclass
class Watched:
    """A post whose title counts its changes, who changes it, and the pages that show it."""

    ada: Client
    post_id: str
    pages: tuple[str, str]
    answered_at: list[float] = field(default_factory=lambda: [time.monotonic()])
    """When each change was answered, by its number."""
    token: str = ""

    @classmethod
    async def prepared(cls, address: str) -> Self:
        """An organization with such a post."""
        ada = await Client.register(address)
        path = await published_post(ada, await open_job(ada), title="0")
        return cls(ada, path.rpartition("/")[2], (path, path.rpartition("/")[0]))

    async def write(self, until_s: float) -> None:
        """Changes the title again and again."""
        while time.monotonic() < until_s:
            number = len(self.answered_at)
            answer = await self.ada.patch(f"/api/v1/posts/{self.post_id}", json={"title": str(number)})
            assert answer.is_success, answer.text
            self.answered_at.append(time.monotonic())
            self.token = answer.headers["Consistency-Token"]
            await asyncio.sleep(0.02 if number % 10 else 0.5)

    async def read(self, client: httpx.AsyncClient, page: str, until_s: float, seen: Seen) -> None:
        """Reads a page without a token and with the latest; notes how old a title was when the request was sent."""
        while time.monotonic() < until_s:
            for with_token in (False, True):
                token = self.token if with_token else ""
                latest, sent_at = len(self.answered_at) - 1, time.monotonic()
                answer = await client.get(page, headers={"Consistency-Token": token} if token else {})
                assert answer.status_code == 200, answer.text
                body, seen.count = answer.json(), seen.count + 1
                number = int((body["items"][0] if "items" in body else body)["title"])
                if number < latest and token:
                    seen.missed_count += 1
                elif number < latest:
                    seen.old_count += 1
                    seen.latest_s = max(seen.latest_s, sent_at - self.answered_at[number + 1])


@asynccontextmanager
async def boards(address: str) -> AsyncIterator[list[Watched]]:
    """Several of them."""
    watched = [await Watched.prepared(address) for _ in range(BOARDS)]
    yield watched
    for each in watched:
        await each.ada.aclose()


async def seen_at(watched: list[Watched], *addresses: str) -> Seen:
    """What readers at these addresses see while everything changes, and for two seconds afterwards."""
    seen, until_s = Seen(), time.monotonic() + WRITES_S
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as group:
        for each in watched:
            group.create_task(each.write(until_s))
        for address in addresses:
            client = await stack.enter_async_context(httpx.AsyncClient(base_url=address, timeout=20))
            for each in watched:
                for page in each.pages * READERS:
                    group.create_task(each.read(client, page, until_s + 2 * ALLOWED_S, seen))
    return seen


@pytest.mark.parametrize("fault", ["none", "killed", "frozen"])
async def test_no_board_is_older_than_a_second_when_posts_change_and_the_replica_lags(
    api: Service, api_port: int, other: str, own_redis: RedisProcess, lagging: None, record_property: Record, fault: str
) -> None:
    """And with the token of a change never; nothing of it depends on Redis."""
    first = f"http://127.0.0.1:{api_port}"
    async with boards(first) as watched:
        if fault == "killed":
            own_redis.kill()
        elif fault == "frozen":
            own_redis.pause()
        try:
            seen = await seen_at(watched, first, other)
        finally:
            if fault == "frozen":
                own_redis.resume()
            elif fault == "killed":
                own_redis.start()
    assert seen.count > 500 and seen.missed_count == 0 and seen.latest_s < ALLOWED_S, seen
    record_property("measured", f"{fault}: {seen}")


async def test_board_is_old_when_nobody_renews_its_version(
    api: Service, api_port: int, other: str, admin: Admin, settings: Settings, record_property: Record
) -> None:
    """The control: without the triggers a process goes on with what it has in memory. A token helps all the same."""
    first = f"http://127.0.0.1:{api_port}"
    async with boards(first) as watched:
        for table in WATCHED:
            await admin(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        try:
            seen = await seen_at(watched, first, other)
        finally:
            for table in WATCHED:
                await admin(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    assert seen.missed_count == 0 and seen.latest_s > ALLOWED_S, seen
    record_property("measured", str(seen))

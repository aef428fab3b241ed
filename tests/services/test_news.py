"""Two processes that tell one another over a Redis that is cut, frozen, full, emptied and restarted."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from uuid import uuid4

import pytest
from redis import Redis

import hiring.connectors.redis
import hiring.services.news
from hiring.api import principals_of
from hiring.config import Limits, Rate, Settings
from hiring.connectors.redis import RedisClient
from hiring.database import Database
from hiring.foundation.ids import new_id
from hiring.http.dependencies import Dependencies
from hiring.services.api_metrics import HEARS_NEWS
from hiring.services.news import CHANNEL, News, decode
from hiring.services.own_writes import MAXIMUM_EVENTS
from hiring.services.request_state import RequestRecord, RequestState
from tests.background import until
from tests.services.redis_process import PASSWORD, RedisProcess

OFTEN, SELDOM = Rate(rate_per_s=10_000, burst=80_000), Rate(rate_per_s=1, burst=5)
LIMITS = Limits(
    enabled=True, principal=OFTEN, login=SELDOM, account=SELDOM, apply=SELDOM, upload=SELDOM, upload_kib=SELDOM,
    board=OFTEN,
)  # fmt: skip
ANSWERED_S = 0.005
"""An answer takes longer to reach its client, and the next request to come; here both processes share a loop."""
ASKED = "return redis.call('INFO', 'commandstats')"


class Process:
    """What an API process has of this: its requests' state, and the news that it hears."""

    def __init__(self, redis: RedisClient, news: News, state: RequestState) -> None:
        self.redis, self.news, self.state = redis, news, state

    async def reads(self, principal: str) -> RequestRecord:
        """The beginning of a request of a principal."""
        return await self.state.read(caller=principal, principal=principal, limit="principal")

    async def hears(self) -> bool:
        return self.state.writes.is_listening

    async def is_deaf(self) -> bool:
        return not self.state.writes.is_listening


@pytest.fixture
def process(tmp_path: Path) -> Iterator[RedisProcess]:
    with RedisProcess.running(tmp_path) as process:
        yield process


@asynccontextmanager
async def listening(process: RedisProcess, db: Database, settings: Settings) -> AsyncIterator[Process]:
    """A process that hears."""
    redis = RedisClient(process.address, name="test", timeout_ms=300, pool_size=4)
    state = RequestState(redis, LIMITS)
    async with News(redis, state.writes, principals_of(db, settings)).heard() as news:
        one = Process(redis, news, state)
        await until(one.hears)
        yield one
    await redis.close()


@pytest.fixture
async def pair(
    process: RedisProcess, dependencies: Dependencies, settings: Settings
) -> AsyncIterator[tuple[Process, Process]]:
    async with AsyncExitStack() as stack:
        here, there = [await stack.enter_async_context(listening(process, dependencies.db, settings)) for _ in range(2)]
        yield here, there


def command(process: RedisProcess, text: str) -> None:
    """Sends a command that no script may call."""
    with Redis(port=process.port, password=PASSWORD) as client:
        client.execute_command(text)


async def script_count(redis: RedisClient) -> int:
    """How many scripts Redis has run."""
    statistics = (await redis.run(ASKED, (), ())).decode()
    return int(statistics.partition("cmdstat_evalsha:calls=")[2].partition(",")[0] or 0)


async def test_writes_of_others_are_known_when_nothing_fails(pair: tuple[Process, Process]) -> None:
    """As soon as whoever wrote is answered, one by one until they are too many."""
    here, there = pair
    principal = str(uuid4())
    assert (await there.reads(principal)).event_ids == ()
    event_ids = []
    for _ in range(MAXIMUM_EVENTS):
        event_ids.append(new_id())
        await here.state.remember_event(event_ids[-1], principal)
        assert here.state.writes._awaited == {}
        await asyncio.sleep(ANSWERED_S)
        assert (await here.reads(principal)).event_ids == tuple(event_ids)
        assert (await there.reads(principal)).event_ids == tuple(event_ids)
    await here.state.remember_event(new_id(), principal)
    await asyncio.sleep(ANSWERED_S)
    for each in pair:
        record = await each.reads(principal)
        assert record.must_read_primary and record.event_ids == ()


async def test_redis_is_not_asked_when_a_caller_is_known(pair: tuple[Process, Process]) -> None:
    """A thousand requests are told in a few messages, and a process that has just begun counts them, too."""
    here, there = pair
    principal = str(uuid4())
    record = await here.reads(principal)
    before = await script_count(here.redis)
    for _ in range(1000):
        record = await here.reads(principal)
    assert record.remaining >= OFTEN.burst - 1001
    await asyncio.sleep(0.1)
    assert await script_count(here.redis) - before < 50
    assert abs((await there.reads(principal)).reset_s - (await here.reads(principal)).reset_s) < 0.01


async def test_many_writes_are_told_in_few_messages(pair: tuple[Process, Process]) -> None:
    """Of those at once, each of its own principal; none is lost, also when one of those who wait goes away."""
    here, there = pair
    principals = [str(uuid4()) for _ in range(200)]
    for principal in principals:
        await there.reads(principal)
    before, event_id = await script_count(here.redis), new_id()
    tasks = [asyncio.create_task(here.state.remember_event(event_id, principal)) for principal in principals]
    await asyncio.sleep(0)
    tasks[0].cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert [each for each in ended if each is not None] == [ended[0]]
    await asyncio.sleep(ANSWERED_S)
    assert await script_count(here.redis) - before <= 10
    for principal in principals:
        assert (await there.reads(principal)).event_ids == (event_id,)


async def test_writes_are_known_again_when_the_subscription_was_cut(
    process: RedisProcess, pair: tuple[Process, Process]
) -> None:
    """Meanwhile Redis is asked at each request; afterwards it was asked once."""
    here, there = pair
    principal, event_id = str(uuid4()), new_id()
    await there.reads(principal)
    command(process, "CLIENT KILL TYPE pubsub")
    await until(there.is_deaf)
    await here.state.remember_event(event_id, principal)
    assert (await there.reads(principal)).event_ids == (event_id,)
    await until(there.hears)
    assert HEARS_NEWS._value.get() == 1
    second = new_id()
    await here.state.remember_event(second, principal)
    await asyncio.sleep(ANSWERED_S)
    assert (await there.reads(principal)).event_ids == (event_id, second)


async def test_no_connection_stays_open_when_the_subscription_is_cut_again_and_again(
    process: RedisProcess, pair: tuple[Process, Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where a sign of life is asked for at that very moment."""
    monkeypatch.setattr(hiring.connectors.redis, "SILENCE_S", 0.006)
    monkeypatch.setattr(hiring.services.news, "PAUSE_S", 0.01)
    with Redis(port=process.port, password=PASSWORD) as client:

        async def are_subscribed() -> bool:
            return bool(client.pubsub_numsub(CHANNEL) == [(CHANNEL.encode(), 2)])

        for _ in range(100):
            client.execute_command("CLIENT KILL TYPE pubsub")
            await until(are_subscribed)
        for each in pair:
            await until(each.hears)
        assert len(client.client_list()) == 3, "two that listen, and this one"


async def test_own_writes_are_known_when_redis_is_frozen(process: RedisProcess, pair: tuple[Process, Process]) -> None:
    """To whoever wrote, at once; the other process notices within a second, and is told when Redis is back."""
    here, there = pair
    principal, event_id = str(uuid4()), new_id()
    for each in pair:
        await each.reads(principal)
    process.pause()
    began_s = time.monotonic()
    await here.state.remember_event(event_id, principal)
    assert (await here.reads(principal)).event_ids == (event_id,)
    await until(there.is_deaf)
    assert time.monotonic() - began_s < 1.0
    process.resume()
    await until(there.hears)

    async def is_told() -> bool:
        return (await there.reads(principal)).event_ids == (event_id,)

    await until(is_told)


async def test_own_writes_are_known_when_redis_is_restarted(
    process: RedisProcess, pair: tuple[Process, Process]
) -> None:
    """It may have forgotten all; the process that wrote has not."""
    here, there = pair
    principal, before, meanwhile, after = str(uuid4()), new_id(), new_id(), new_id()
    await here.state.remember_event(before, principal)
    process.kill()
    await here.state.remember_event(meanwhile, principal)
    assert (await here.reads(principal)).event_ids == (before, meanwhile)
    process.start()
    for each in pair:
        await until(each.hears)

    async def is_told() -> bool:
        await here.state.remember_event(after, principal)
        return after in (await there.reads(principal)).event_ids

    await until(is_told)
    assert (await here.reads(principal)).event_ids == (before, meanwhile, after)


async def test_nobody_waits_when_redis_takes_no_write(process: RedisProcess, pair: tuple[Process, Process]) -> None:
    """Full: what this process wrote it knows; what it counts it counts alone."""
    here, _ = pair
    principal, event_id = str(uuid4()), new_id()
    command(process, "CONFIG SET maxmemory 1")
    await here.state.remember_event(event_id, principal)
    record = await here.reads(principal)
    assert record.event_ids == (event_id,) and record.remaining == OFTEN.burst - 1


@pytest.mark.parametrize("content", [b"{", b'{"writes": [["a", "b"]]}', b"\xff", b"[]"])
async def test_listening_begins_anew_when_a_message_is_none(pair: tuple[Process, Process], content: bytes) -> None:
    """What was missed with it is asked of Redis; a member that a later release adds is left alone."""
    here, there = pair
    await here.redis.run("return redis.call('PUBLISH', KEYS[1], ARGV[1])", (CHANNEL,), (content,))
    await until(there.is_deaf)
    await until(there.hears)
    assert not decode(b'{"later": 1}').has_changed_rights


class Deaf(RedisClient):
    """A driver that takes a cancellation for a timeout of its own, as redis-py may."""

    async def subscribed(self, channel: str) -> AsyncGenerator[bytes | None]:
        yield None
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        await asyncio.sleep(60)


async def test_listening_ends_when_the_driver_hides_that_it_was_cancelled(
    process: RedisProcess, dependencies: Dependencies, settings: Settings
) -> None:
    """Else a process would never stop."""
    redis = Deaf(process.address, name="test", timeout_ms=300, pool_size=4)
    news = News(redis, RequestState(redis, LIMITS).writes, principals_of(dependencies.db, settings))
    async with asyncio.timeout(5), news.heard():
        await asyncio.sleep(0.1)
    await redis.close()


async def test_rights_are_looked_at_when_another_process_has_changed_them(
    process: RedisProcess, dependencies: Dependencies, settings: Settings
) -> None:
    """At once, not at the next look; a hint that comes too early costs a look."""
    async with AsyncExitStack() as stack:
        here, there = [await stack.enter_async_context(listening(process, dependencies.db, settings)) for _ in range(2)]
        principals = await stack.enter_async_context(there.news._principals.watching())
        looked_count = 0
        for _ in range(20):
            looked_s = principals._looked_s
            await here.news.tell_changed_rights()
            await asyncio.sleep(0.03)
            looked_count += principals._looked_s != looked_s
    assert looked_count > 10, "by themselves they look every 0.2 s"

"""Answers in memory: which are used, how much they take, and who makes them; the clock is passed in."""

import asyncio
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from hiring.config import RedisServer
from hiring.connectors.redis import RedisClient
from hiring.errors import DatabaseUnavailable, NotFound
from hiring.services.kept_answers import (
    ASK_TIMEOUT_S,
    BELIEVED_S,
    JOINED_S,
    KEPT_S,
    PAUSE_AFTER_FAILURE_S,
    KeptAnswer,
    KeptAnswers,
)
from hiring.services.shared_answers import MAXIMUM_CHARACTERS, SharedAnswers
from tests.services.redis_process import RedisProcess

ORGANIZATION_ID = uuid4()


class Primary:
    """Tells a state, or does not answer; counts what it is asked. Its clock stands until a test says otherwise."""

    def __init__(self) -> None:
        self.state, self.now_s, self.asked_count, self.made_states = "a", 1000.0, 0, list[str | None]()
        self.is_down, self.is_silent, self.is_empty = False, False, False
        self.may_make = asyncio.Event()
        self.may_make.set()
        self.text = "{}"

    async def find_state(self, *, organization_id: UUID) -> str:
        self.asked_count += 1
        if self.is_down:
            raise DatabaseUnavailable
        if self.is_silent:
            await asyncio.Event().wait()
        return self.state

    async def make(self, state: str | None) -> KeptAnswer:
        self.made_states.append(state)
        await self.may_make.wait()
        if self.is_empty:
            raise NotFound
        return KeptAnswer.of(self.text)


@pytest.fixture
def primary() -> Primary:
    return Primary()


@pytest.fixture
def answers(primary: Primary) -> KeptAnswers:
    """Without a Redis: it would keep what a test lets go."""
    nowhere = RedisClient(
        RedisServer(host="127.0.0.1", port=1, password="none"), name="test", timeout_ms=500, pool_size=1
    )
    return KeptAnswers(
        "tests", primary.find_state, SharedAnswers(nowhere, "test"), maximum_bytes=10_000, clock=lambda: primary.now_s
    )


class Processes:
    """API processes that share a Redis; each has a memory of its own."""

    def __init__(self, redis: RedisClient) -> None:
        self.redis, self.release, self.primary = redis, uuid4().hex, Primary()

    async def ask(
        self, page: object = "page", *, release: str | None = None, about: str = "boards", of: UUID = ORGANIZATION_ID
    ) -> str:
        """What a process answers that has just started."""
        shared = SharedAnswers(self.redis, release or self.release)
        return (await recalled(KeptAnswers(about, self.primary.find_state, shared), self.primary, page, of)).body


async def recalled(
    answers: KeptAnswers, primary: Primary, page: object = "page", of: UUID = ORGANIZATION_ID
) -> KeptAnswer:
    return await answers.recall(of, page, primary.make)


async def test_answer_is_used_when_the_primary_told_its_state_a_moment_ago(
    answers: KeptAnswers, primary: Primary
) -> None:
    """Then it is asked again, and the answer is made again only if the state is another."""
    for _ in range(5):
        await recalled(answers, primary)
    assert (primary.asked_count, primary.made_states) == (1, ["a"])
    primary.state, primary.now_s = "b", primary.now_s + BELIEVED_S
    await recalled(answers, primary)
    assert (primary.asked_count, primary.made_states) == (1, ["a"])
    primary.now_s += 0.001
    await recalled(answers, primary)
    assert (primary.asked_count, primary.made_states) == (2, ["a", "b"])
    primary.now_s += BELIEVED_S + 0.001
    await recalled(answers, primary)
    assert (primary.asked_count, primary.made_states) == (3, ["a", "b"])


async def test_answer_is_made_anew_when_it_is_a_minute_old(answers: KeptAnswers, primary: Primary) -> None:
    """Its state may be the same: an SQL function may have another text."""
    await recalled(answers, primary)
    primary.now_s += KEPT_S
    await recalled(answers, primary)
    assert primary.made_states == ["a"]
    primary.now_s += 0.001
    await recalled(answers, primary)
    assert primary.made_states == ["a", "a"]


@pytest.mark.parametrize("fault", ["is_down", "is_silent"])
async def test_nothing_is_used_when_the_primary_does_not_answer(
    answers: KeptAnswers, primary: Primary, fault: str
) -> None:
    """Each request is read by itself, and the primary is left alone for a second; then memory is used again."""
    await recalled(answers, primary)
    setattr(primary, fault, True)
    primary.now_s += BELIEVED_S + 0.001
    async with asyncio.timeout(ASK_TIMEOUT_S + 1):
        for _ in range(3):
            await recalled(answers, primary)
    assert (primary.asked_count, primary.made_states) == (2, ["a", None, None, None])
    setattr(primary, fault, False)
    primary.now_s += PAUSE_AFTER_FAILURE_S
    for _ in range(3):
        await recalled(answers, primary)
    assert (primary.asked_count, primary.made_states[4:]) == (3, [])


async def test_memory_is_bounded_when_everything_is_asked_for(answers: KeptAnswers, primary: Primary) -> None:
    """What was not asked for the longest goes first; what is larger than all of it is not kept."""
    primary.text = "x" * 1_000
    for number in range(100):
        await recalled(answers, primary, number)
        await recalled(answers, primary, 0)
        assert 0 <= answers._kept_bytes <= 10_000
    assert {page for _, page in answers._kept} == {0, 97, 98, 99}
    assert len(primary.made_states) == 100
    primary.text = "x" * 20_000
    await recalled(answers, primary, "large")
    assert not answers._kept and answers._kept_bytes == 0


async def test_answer_is_made_once_when_many_ask(answers: KeptAnswers, primary: Primary) -> None:
    """Also if the first of them goes away. A reading that lasts is not shared with those who come late."""
    primary.may_make.clear()
    first, *others = [asyncio.create_task(recalled(answers, primary)) for _ in range(10)]
    await asyncio.sleep(0.01)
    first.cancel()
    primary.now_s += JOINED_S + 0.001
    late = asyncio.create_task(recalled(answers, primary))
    await asyncio.sleep(0.01)
    assert (primary.asked_count, primary.made_states) == (2, ["a", "a"])
    primary.may_make.set()
    assert len(set(await asyncio.gather(*others, late))) == 1
    assert not answers._making._flights and not answers._asking._flights


async def test_everybody_hears_of_it_when_the_reading_fails(answers: KeptAnswers, primary: Primary) -> None:
    """Nothing of it is kept."""
    primary.is_empty = True
    told = await asyncio.gather(*(recalled(answers, primary) for _ in range(3)), return_exceptions=True)
    assert {type(each) for each in told} == {NotFound} and not answers._kept
    assert not answers._making._flights


async def test_new_process_has_an_answer_when_another_has_made_it(shared_redis: RedisClient) -> None:
    """In the same state, of the same page, about the same, by the same release, and also with all that Unicode has."""
    processes = Processes(shared_redis)
    processes.primary.text = '{"title":"Zoë 李 💡"}'
    assert {await processes.ask() for _ in range(3)} == {'{"title":"Zoë 李 💡"}'}
    assert processes.primary.made_states == ["a"]
    await processes.ask("other page")
    await processes.ask(release="other")
    await processes.ask(about="vocabularies")
    assert processes.primary.made_states == ["a", "a", "a", "a"]
    processes.primary.state = "b"
    await processes.ask()
    assert processes.primary.made_states == ["a", "a", "a", "a", "b"]


async def test_answer_of_a_state_is_nobody_elses_when_another_organization_has_the_same(
    answers: KeptAnswers, primary: Primary, shared_redis: RedisClient
) -> None:
    """Organizations in which nothing has changed yet have the same state: none. In a process, and through Redis."""
    processes, other = Processes(shared_redis), uuid4()
    processes.primary.state = primary.state = ""
    processes.primary.text = primary.text = "mine"
    assert {await processes.ask(), (await recalled(answers, primary)).body} == {"mine"}
    processes.primary.text = primary.text = "theirs"
    assert {await processes.ask(of=other), (await recalled(answers, primary, of=other)).body} == {"theirs"}


async def test_large_answer_is_not_shared_when_it_would_push_out_many(shared_redis: RedisClient) -> None:
    """Each process makes it for itself."""
    processes = Processes(shared_redis)
    processes.primary.text = "x" * (MAXIMUM_CHARACTERS + 1)
    for _ in range(2):
        await processes.ask()
    assert processes.primary.made_states == ["a", "a"]


@pytest.mark.parametrize("fault", [RedisProcess.kill, RedisProcess.pause])
async def test_each_process_makes_an_answer_when_redis_fails(
    tmp_path_factory: pytest.TempPathFactory, fault: Callable[[RedisProcess], None]
) -> None:
    """Redis is waited for once, then left alone for a second."""
    with RedisProcess.running(tmp_path_factory.mktemp("redis")) as server:
        client = RedisClient(server.address, name="test", timeout_ms=200, pool_size=2)
        processes = Processes(client)
        await processes.ask()
        fault(server)
        for number in range(5):
            processes.primary.text = str(number)
            assert await processes.ask() == str(number)
        assert len(processes.primary.made_states) == 6
        await client.close()

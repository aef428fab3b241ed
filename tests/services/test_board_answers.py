"""Answers of boards in memory: which are used, how much they take, and who makes them; the clock is passed in."""

import asyncio
from uuid import UUID, uuid4

import pytest

from hiring.domain.board import Tenant
from hiring.errors import DatabaseUnavailable, NotFound
from hiring.services.board_answers import (
    ASK_TIMEOUT_S,
    BELIEVED_S,
    JOINED_S,
    KEPT_S,
    PAUSE_AFTER_FAILURE_S,
    BoardAnswer,
    BoardAnswers,
)

TENANT = Tenant(organization_id=uuid4(), job_board_id=uuid4())


class Primary:
    """Tells a state, or does not answer; counts what it is asked. Its clock stands until a test says otherwise."""

    def __init__(self) -> None:
        self.state, self.now_s, self.asked_count, self.made_states = "a", 1000.0, 0, list[str | None]()
        self.is_down, self.is_silent = False, False
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

    async def find_tenant(self, slug: str) -> Tenant:
        if slug == "nobody":
            raise NotFound
        return TENANT

    async def make(self, tenant: Tenant, state: str | None) -> BoardAnswer:
        self.made_states.append(state)
        await self.may_make.wait()
        return BoardAnswer.of(self.text)


@pytest.fixture
def primary() -> Primary:
    return Primary()


@pytest.fixture
def answers(primary: Primary) -> BoardAnswers:
    return BoardAnswers(primary.find_state, maximum_bytes=10_000, clock=lambda: primary.now_s)


async def recalled(answers: BoardAnswers, primary: Primary, key: object = "page", slug: str = "acme") -> BoardAnswer:
    return await answers.recall(slug, key, primary.find_tenant, primary.make)


async def test_answer_is_used_when_the_primary_told_its_state_a_moment_ago(
    answers: BoardAnswers, primary: Primary
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


async def test_answer_is_made_anew_when_it_is_a_minute_old(answers: BoardAnswers, primary: Primary) -> None:
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
    answers: BoardAnswers, primary: Primary, fault: str
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


async def test_memory_is_bounded_when_everything_is_asked_for(answers: BoardAnswers, primary: Primary) -> None:
    """What was not asked for the longest goes first; what is larger than all of it is not kept."""
    primary.text = "x" * 1_000
    for number in range(100):
        await recalled(answers, primary, number)
        await recalled(answers, primary, 0)
        assert 0 <= answers._kept_bytes <= 10_000
    assert set(answers._kept) == {0, 97, 98, 99}
    assert len(primary.made_states) == 100
    primary.text = "x" * 20_000
    await recalled(answers, primary, "large")
    assert "large" not in answers._kept and answers._kept_bytes == 0


async def test_answer_is_made_once_when_many_ask(answers: BoardAnswers, primary: Primary) -> None:
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


async def test_everybody_hears_of_it_when_the_reading_fails(answers: BoardAnswers, primary: Primary) -> None:
    """Nothing of it is kept."""
    told = await asyncio.gather(*(recalled(answers, primary, slug="nobody") for _ in range(3)), return_exceptions=True)
    assert {type(each) for each in told} == {NotFound} and not answers._kept
    assert not answers._making._flights

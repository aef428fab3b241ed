"""`hiring dlq drop`: what is deleted, what stays, and who is asked."""

from collections.abc import AsyncIterator
from uuid import uuid4

import msgspec
import pytest

from hiring.config import Settings
from hiring.connectors.rabbitmq import Broker, Letter, open_broker
from hiring.connectors.rabbitmq_topology import DEAD_EXCHANGE, dead_queue
from hiring.consumers import notifications
from hiring.consumers.runner import DETAIL, REASON, TRIES, topology_of
from hiring.dead_letters import DeadLetter, drop, find
from tests.background import drain
from tests.cli.command import hiring_beside

QUEUE = dead_queue(notifications.NAME)


@pytest.fixture
async def dead(broker: Broker, settings: Settings) -> AsyncIterator[list[str]]:
    """Three dead letters, by their ids, and nothing else in the queue."""
    await broker.declare([topology_of(notifications.CONSUMER, settings.rabbitmq)])
    await drain(broker, QUEUE)
    ids = [str(uuid4()) for _ in range(3)]
    await broker.publish(DEAD_EXCHANGE, [letter(each) for each in ids])
    yield ids
    await drain(broker, QUEUE)


def letter(message_id: str) -> Letter:
    headers = {TRIES: 6, REASON: "unavailable", DETAIL: "The database is away."}
    return Letter(routing_key=QUEUE, body=b"{}", message_id=message_id, type="message.due", headers=headers)


async def test_one_message_is_dropped_when_it_is_named(settings: Settings, dead: list[str]) -> None:
    """What was deleted is printed; the others stay."""
    dropped = await hiring_beside("dlq", "drop", notifications.NAME, dead[1], given="y\n")
    assert (dropped.returncode, dropped.stderr.endswith("1 dropped\n")) == (0, True), dropped.stderr
    printed = msgspec.json.decode(dropped.stdout)
    assert (printed["message_id"], printed["reason"], printed["tries"]) == (dead[1], "unavailable", 6)
    assert await ids_left(settings) == {dead[0], dead[2]}
    again = await hiring_beside("dlq", "drop", notifications.NAME, dead[1], "--yes")
    assert again.stderr == f"hiring dlq: notifications has no dead letter {dead[1]}\n" and again.returncode == 1


async def found(settings: Settings) -> list[DeadLetter]:
    """All dead letters; what they were lent by returns them at its end."""
    async with open_broker(settings.rabbitmq, name="hiring test") as other:
        return await find(other, notifications.NAME, None)


async def ids_left(settings: Settings) -> set[str | None]:
    return {each.message_id for each in await found(settings)}


@pytest.mark.parametrize("answer", ["n\n", ""])
async def test_nothing_is_dropped_when_the_answer_is_not_yes(settings: Settings, dead: list[str], answer: str) -> None:
    """Nor when nobody is there to answer."""
    refused = await hiring_beside("dlq", "drop", notifications.NAME, "--all", given=answer)
    assert refused.returncode == 1 and refused.stdout.strip() == ""
    assert "Delete 3 of the dead letters of notifications for good?" in refused.stderr
    assert refused.stderr.endswith("hiring dlq: nothing was dropped; answer yes, or say --yes\n")
    assert await ids_left(settings) == set(dead)


async def test_all_are_dropped_when_that_is_said(dead: list[str]) -> None:
    """Without a question when `--yes` is said; an empty queue has nothing to ask about."""
    dropped = await hiring_beside("dlq", "drop", notifications.NAME, "--all", "--yes")
    assert {msgspec.json.decode(line)["message_id"] for line in dropped.stdout.splitlines()} == set(dead)
    assert dropped.stderr == "3 dropped\n"
    empty = await hiring_beside("dlq", "drop", notifications.NAME, "--all")
    assert (empty.returncode, empty.stdout, empty.stderr) == (0, "", "0 dropped\n")


async def test_letter_that_comes_after_the_question_stays(settings: Settings, broker: Broker, dead: list[str]) -> None:
    """Only what was shown is deleted; what somebody else has replayed meanwhile is not counted."""
    shown = await found(settings)
    late = str(uuid4())
    await broker.publish(DEAD_EXCHANGE, [letter(late)])
    gone = msgspec.structs.replace(shown[0], message_id=str(uuid4()))
    async with open_broker(settings.rabbitmq, name="hiring test") as other:
        dropped = await drop(other, notifications.NAME, [*shown, gone])
    assert [each.message_id for each in dropped] == dead
    assert await ids_left(settings) == {late}

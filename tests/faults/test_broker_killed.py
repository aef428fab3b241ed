"""kill -9 of RabbitMQ: commands go on, and what happened meanwhile is told as soon as it is back."""

from collections.abc import AsyncIterator

import pytest

from tests.background import until
from tests.databases import Admin
from tests.faults.conftest import Record
from tests.faults.load import Load
from tests.faults.processes import Service
from tests.faults.proof import every_command_took_effect_once, every_mail_is_sent, mails_of, unpublished_count
from tests.mail_server import MailServer
from tests.relay.own_broker import OwnBroker

KILLS = 1
COMMANDS_WITHOUT_BROKER = 40


@pytest.fixture
async def mortal_broker(own_broker: OwnBroker) -> AsyncIterator[OwnBroker]:
    """Runs again for the next test, whatever happened in this one."""
    yield own_broker
    if not await own_broker._answers():
        own_broker.kill()
        await own_broker.start()


async def everything_is_published(admin: Admin) -> None:
    """Waits until the broker has confirmed all events."""

    async def all_published() -> bool:
        return await unpublished_count(admin) == 0

    await until(all_published)


async def test_nothing_is_lost_when_the_broker_is_killed(
    load: Load, admin: Admin, worker: Service, mail_server: MailServer, mortal_broker: OwnBroker,
    record_property: Record,
) -> None:  # fmt: skip
    """No command waits for it or fails; all mails of that time are sent within seconds of its return."""
    recoveries_s: list[float] = []
    async with load.running():
        for _ in range(KILLS):
            before = len(mail_server.taken)

            async def mails_flow(before: int = before) -> bool:
                return len(mail_server.taken) >= before + 10

            await until(mails_flow)
            failures_before, goal = worker.count("loop.failed"), load.command_count + COMMANDS_WITHOUT_BROKER
            mortal_broker.kill()

            async def commands_go_on(goal: int = goal) -> bool:
                return load.command_count >= goal

            await until(commands_go_on)
            assert await unpublished_count(admin) > COMMANDS_WITHOUT_BROKER / 2
            assert worker.count("loop.failed") > failures_before
            assert not await worker.says_ready("--worker")
            waiting = {mail[0] for mail in await mails_of(admin, load) if mail[2] != "sent"}
            assert waiting, "no mail waited for the broker"

            async def all_caught_up(waiting: set[str] = waiting) -> bool:
                return not any(mail[0] in waiting and mail[2] != "sent" for mail in await mails_of(admin, load))

            await mortal_broker.start()
            recoveries_s.append(await until(all_caught_up))
    assert load.failures == {} and load.retry_count == 0 and load.stale_count == 0
    mail_count, repeat_count = await every_mail_is_sent(admin, load, mail_server)
    await every_command_took_effect_once(admin, load)
    await everything_is_published(admin)
    assert await worker.says_ready("--worker", "--wait-s", "60")
    record_property("measured", f"{KILLS} kills, {load}, {mail_count} mails, {repeat_count} repeats, {recoveries_s} s")

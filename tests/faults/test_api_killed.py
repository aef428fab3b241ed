"""kill -9 of the API: clients repeat under their keys, and each command has happened once and whole."""

import asyncio

from tests.background import until
from tests.databases import Admin
from tests.faults.conftest import Record
from tests.faults.load import Load
from tests.faults.processes import Service
from tests.faults.proof import every_command_took_effect_once, every_mail_is_sent
from tests.mail_server import MailServer

LEAST_KILLS, MOST_KILLS = 4, 12
FROZEN_S = 0.1
"""So long a process that is to be killed does nothing: what it had sent to PostgreSQL happens, and nobody hears it."""


async def test_each_command_happens_once_when_the_api_is_killed(
    load: Load,
    admin: Admin,
    api: Service,
    worker: Service,
    mail_server: MailServer,
    record_property: Record,
) -> None:
    """Killed until a command had been committed that nobody was told of: its repeat gets the first answer."""
    kill_count = 0
    async with load.running():
        while kill_count < LEAST_KILLS or (load.replay_count == 0 and kill_count < MOST_KILLS):
            goal, cut_before = load.command_count + 25, load.cut_count

            async def goes_on(goal: int = goal) -> bool:
                return load.command_count >= goal

            await until(goes_on)
            api.freeze()
            await asyncio.sleep(FROZEN_S)
            assert load.running_count > 0, "nobody waited for an answer"
            api.kill()
            kill_count += 1
            await api.start()
            done = load.command_count

            async def answers(done: int = done) -> bool:
                return load.command_count > done

            await until(answers)
            assert load.cut_count > cut_before
    assert load.replay_count > 0, "no command was committed and not answered"
    assert load.retry_count >= kill_count
    assert load.failures == {} and load.stale_count == 0
    await every_command_took_effect_once(admin, load)
    mail_count, _ = await every_mail_is_sent(admin, load, mail_server)
    record_property("measured", f"{kill_count} kills, {load}, {mail_count} mails")

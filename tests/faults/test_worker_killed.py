"""kill -9 of the worker: the mail server said 250, and nobody was left to write it down or to acknowledge."""

import asyncio

from aiosmtpd.smtp import Envelope

from tests.background import until
from tests.databases import Admin
from tests.faults.conftest import Record
from tests.faults.load import Load
from tests.faults.processes import Service
from tests.faults.proof import by_id, every_command_took_effect_once, every_mail_is_sent, id_of, mails_of
from tests.mail_server import MailServer

KILLS = 2
HELD = 3
"""The new process's own start, and the lease of the relay that was killed."""


async def kill_between_publish_and_acknowledgement(worker: Service, mail_server: MailServer) -> set[str]:
    """Kills the worker while it holds HELD mails that the server takes, and returns their ids."""
    is_frozen, held = asyncio.Event(), 0
    before = len(mail_server.taken)

    async def freeze_and_take(envelope: Envelope) -> str:
        nonlocal held
        held += 1
        if held >= HELD and not is_frozen.is_set():
            worker.freeze()
            is_frozen.set()
        await is_frozen.wait()
        return "250 OK"

    async def all_taken() -> bool:
        return len(mail_server.taken) >= before + HELD

    mail_server.on_data = freeze_and_take
    async with asyncio.timeout(20):
        await is_frozen.wait()
    await until(all_taken)
    worker.kill()
    mail_server.on_data = mail_server.take
    return {id_of(caught) for caught in mail_server.taken[before:]}


async def test_every_mail_is_sent_when_the_worker_is_killed_before_it_acknowledges(
    load: Load,
    admin: Admin,
    worker: Service,
    mail_server: MailServer,
    record_property: Record,
) -> None:
    """Those that it held are sent again, byte by byte the same; none is missing, and no hand is needed."""
    interrupted: list[str] = []
    recoveries_s: list[float] = []
    async with load.running():
        for _ in range(KILLS):
            killed = await kill_between_publish_and_acknowledgement(worker, mail_server)
            mails = {mail[0]: mail[2] for mail in await mails_of(admin, load)}
            assert {mails[each] for each in killed} == {"sending"}, "the kill came too late"
            interrupted += killed
            before = len(mail_server.taken)

            async def sends_again(before: int = before) -> bool:
                return len(mail_server.taken) > before

            await worker.start()
            recoveries_s.append(await until(sends_again))
    mail_count, repeat_count = await every_mail_is_sent(admin, load, mail_server)
    await every_command_took_effect_once(admin, load)
    assert len(interrupted) >= KILLS * HELD
    assert all(len(by_id(mail_server)[each]) > 1 for each in interrupted)
    assert repeat_count >= len(interrupted)
    assert mail_count > 4 * len(interrupted)
    assert load.failures == {} and load.stale_count == 0
    measured = f"{KILLS} kills, {load}, {mail_count} mails, {repeat_count} repeats, {recoveries_s} s"
    record_property("measured", measured)

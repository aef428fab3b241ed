"""SIGTERM of API and worker under load: what has begun is brought to its end, then the process is gone."""

import asyncio
from uuid import UUID

import httpx
from aiosmtpd.smtp import Envelope

from hiring.config import Settings
from hiring.connectors import postgres
from tests.api.journeys import apply
from tests.background import until
from tests.client import Client
from tests.databases import Admin, superuser_session
from tests.faults.conftest import Record
from tests.faults.load import Load
from tests.faults.processes import Service
from tests.faults.proof import every_command_took_effect_once, every_mail_is_sent
from tests.mail_server import MailServer

STOPS = 3
HELD = 3
CONNECTED = 800
STOP_S = 9.0
"""Less than the grace that a stop may take: it does not wait for nothing."""
LOCK = "BEGIN; SELECT FROM applications WHERE organization_id = %(organization_id)s AND id = %(id)s FOR UPDATE"
WAITING = """
    SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%applications.move%'"""


async def test_no_request_is_cut_when_the_api_is_stopped(
    load: Load, admin: Admin, api: Service, record_property: Record
) -> None:
    """Whoever was connected is answered; whoever comes later finds nobody, until the next process listens."""
    stops_s: list[float] = []
    running_count = 0
    async with load.running():
        for _ in range(STOPS):
            goal = load.command_count + 20

            async def goes_on(goal: int = goal) -> bool:
                return load.command_count >= goal and load.running_count > 0

            await until(goes_on)
            running_count += load.running_count
            stops_s.append(await api.stop())
            await api.start()
    assert load.cut_count == 0, str(load)
    assert load.refused_count > 0, "nobody came while it was away"
    assert running_count >= STOPS, "nobody waited for an answer"
    assert load.failures == {} and load.replay_count == 0
    assert api.count("api.requests_cut") == 0
    assert max(stops_s) < STOP_S
    await every_command_took_effect_once(admin, load)
    record_property("measured", f"{STOPS} stops, {load}, {stops_s} s")


async def test_waiting_command_is_answered_when_the_api_is_stopped(
    load: Load, admin: Admin, api: Service, settings: Settings
) -> None:
    """It waits for a lock while nobody new is let in; then its answer says that the connection ends."""
    application = await apply(load.ada, load.job)
    given = {"organization_id": UUID(load.ada.organization["id"]), "id": UUID(application["id"])}

    async def waits() -> bool:
        return bool(await admin(WAITING))

    async def is_deaf() -> bool:
        async with Client(load.ada.address) as other:
            try:
                await other.get("/livez")
            except httpx.TransportError:
                return True
            return False

    async with superuser_session(settings) as other:
        await postgres.send(other, LOCK, given)
        body = {"to_stage_id": load.stages["screen"]}
        path = f"/api/v1/applications/{application['id']}/move"
        move = asyncio.create_task(load.ada.post(path, json=body))
        await until(waits)
        stop = asyncio.create_task(api.stop())
        await until(is_deaf)
        assert not move.done() and not stop.done()
        await postgres.send(other, "ROLLBACK")
        answer = await move
    assert answer.status_code == 200 and answer.json()["version"] == 2
    assert await stop < STOP_S
    assert answer.headers["Connection"] == "close"


async def test_connected_clients_are_answered_when_the_api_is_stopped_before_it_lets_them_in(
    api: Service, api_port: int
) -> None:
    """The kernel has connected more of them than a turn of the loop takes in, and each has sent its request."""
    api.freeze()
    streams = [await asyncio.open_connection("127.0.0.1", api_port) for _ in range(CONNECTED)]
    try:
        for _, writer in streams:
            writer.write(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
        stop = asyncio.create_task(api.stop())
        await asyncio.sleep(0.1)
        api.resume()
        answers = await asyncio.gather(*(reader.read() for reader, _ in streams), return_exceptions=True)
        await stop
    finally:
        for _, writer in streams:
            writer.close()
    answered = [each for each in answers if isinstance(each, bytes) and each.startswith(b"HTTP/1.1 200")]
    assert len(answered) == CONNECTED
    assert all(b"Connection: close" in each for each in answered)


async def test_no_mail_is_lost_or_repeated_when_the_worker_is_stopped(
    load: Load, admin: Admin, worker: Service, mail_server: MailServer, record_property: Record
) -> None:
    """What it holds is sent, written down and acknowledged before it goes; all else waits for the next process."""
    stops_s: list[float] = []
    async with load.running():
        for _ in range(STOPS):
            let_go, held = asyncio.Event(), list[Envelope]()

            async def hold_and_take(
                envelope: Envelope, let_go: asyncio.Event = let_go, held: list[Envelope] = held
            ) -> str:
                held.append(envelope)
                await let_go.wait()
                return "250 OK"

            async def holds(held: list[Envelope] = held) -> bool:
                return len(held) >= HELD

            before = len(mail_server.taken)
            mail_server.on_data = hold_and_take
            await until(holds)
            stop = asyncio.create_task(worker.stop())
            await asyncio.sleep(0.3)
            assert not stop.done() and len(mail_server.taken) == before, "nothing was under way"
            mail_server.on_data = mail_server.take
            let_go.set()
            stops_s.append(await stop)
            assert len(mail_server.taken) >= before + HELD
            await worker.start()
    mail_count, repeat_count = await every_mail_is_sent(admin, load, mail_server)
    assert repeat_count == 0
    assert worker.count("consumer.messages_cut") == 0
    assert load.failures == {} and load.cut_count == 0
    await every_command_took_effect_once(admin, load)
    record_property("measured", f"{STOPS} stops, {load}, {mail_count} mails, {repeat_count} repeats, {stops_s} s")

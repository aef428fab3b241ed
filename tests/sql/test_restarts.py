"""Real servers that crash and come back, under load."""

import asyncio
import os
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from hiring.database import Database
from hiring.errors import ApiError, KeyAnswered, KeyRunning, Unavailable

PG_CTL = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
STACK_FOLDER = os.environ.get("HIRING_STACK_FOLDER", "")

Crash = Callable[[str], Awaitable[None]]


@pytest.fixture
def crash() -> Crash:
    """Crashes a server of the tests' stack, primary or replica, and starts it again as the owner of its folder."""
    if not PG_CTL or not STACK_FOLDER:
        pytest.skip("needs the native stack: HIRING_STACK_FOLDER and PostgreSQL's own programs")

    def restart(name: str) -> None:
        folder = Path(STACK_FOLDER) / "postgres" / name
        log = Path(STACK_FOLDER) / "logs" / f"postgres-{name}.log"
        owner = folder.stat()
        is_ours = os.getuid() == owner.st_uid
        subprocess.run(
            [PG_CTL[-1], "restart", "-D", folder, "-m", "immediate", "-w", "-t", "30", "-s", "-l", log],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=40,
            check=True,
            user=None if is_ours else owner.st_uid,
            group=None if is_ours else owner.st_gid,
            extra_groups=None if is_ours else [],
        )

    async def crashed(name: str) -> None:
        await asyncio.to_thread(restart, name)

    return crashed


async def test_no_read_fails_when_the_replica_crashes(db: Database, crash: Crash, add_note: Any, until: Any) -> None:
    """Each is answered, by the primary meanwhile, and none is stale."""
    note = await add_note(db)
    failures: list[ApiError] = []
    stale_count, is_done = 0, False

    async def write_and_read() -> None:
        nonlocal stale_count
        while not is_done:
            event_id = uuid4()
            try:
                version = await db.commands.trial_notes.touch(event_id=event_id, **note)
                stale_count += await db.on_replica([event_id]).queries.trial_notes.find_version(**note) < version
                await db.queries.trial_notes.find_version(**note)
            except ApiError as error:
                failures.append(error)
            await asyncio.sleep(0.005)

    writers = [asyncio.create_task(write_and_read()) for _ in range(4)]
    await asyncio.sleep(0.2)
    await crash("replica")

    async def is_back() -> bool:
        return bool(db.servers.replicas[0].health.is_serving)

    await until(is_back, 10)
    is_done = True
    await asyncio.gather(*writers)
    assert failures == []
    assert stale_count == 0


async def test_no_acknowledged_command_is_lost_or_doubled_when_the_primary_crashes(
    db: Database, crash: Crash, add_note: Any, until: Any
) -> None:
    """Each request is repeated under its key until it is answered; then each has had exactly one effect."""
    notes = [await add_note(db) for _ in range(8)]
    effects: dict[UUID, int] = dict.fromkeys((note["note_id"] for note in notes), 0)
    is_done = False

    async def request(note: dict[str, UUID]) -> None:
        key = str(uuid4())
        while True:
            try:
                async with db.once(principal="p", key=key, fingerprint="f", organization_id=None) as once:
                    once.answer = str(await once.commands.trial_notes.touch(event_id=uuid4(), **note))
                return
            except KeyAnswered:
                return
            except (KeyRunning, Unavailable):
                await asyncio.sleep(0.05)

    async def client(note: dict[str, UUID]) -> None:
        while not is_done:
            await request(note)
            effects[note["note_id"]] += 1

    clients = [asyncio.create_task(client(note)) for note in notes]
    await asyncio.sleep(0.3)
    await crash("primary")
    done_before = sum(effects.values())

    async def goes_on() -> bool:
        return sum(effects.values()) >= done_before + 20

    await until(goes_on, 60)
    is_done = True
    await asyncio.gather(*clients)
    for note in notes:
        assert await db.queries.trial_notes.find_version(**note) == 1 + effects[note["note_id"]]

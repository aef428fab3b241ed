"""Two hires that fill a job's last two seats at once."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from hiring.database import Database

RACES = 60


async def count_wrong(db: Database, fill: Callable[..., Any], admin: Any) -> int:
    """Races two fills RACES times; returns how often the job stayed open although no seat was left."""
    wrong_count = 0
    for _ in range(RACES):
        organization_id, job_id, seats = uuid4(), uuid4(), [uuid4(), uuid4()]
        await db.commands.trial_seats.add(organization_id=organization_id, job_id=job_id, seat_ids=seats)
        rows = await asyncio.gather(
            *(fill(organization_id=organization_id, seat_id=seat, holder=str(uuid4())) for seat in seats)
        )
        assert all(row["id"] for row in rows)
        wrong_count += await admin("SELECT status FROM trial_jobs WHERE id = %(id)s", id=job_id) != [("closed",)]
    return wrong_count


async def test_last_hire_closes_the_job_when_two_race(db: Database, admin: Any) -> None:
    """The lock is a statement of its own, before the command in its message: what follows has a younger snapshot."""
    assert await count_wrong(db, db.commands.trial_seats.fill, admin) == 0


async def test_last_hire_closes_the_job_when_two_race_with_keys(db: Database, admin: Any) -> None:
    """Claim, lock, BEGIN, command: the lock is still taken before the command's snapshot."""

    async def fill(**values: Any) -> Any:
        async with db.once(principal="p", key=str(uuid4()), fingerprint="f", organization_id=None) as once:
            row = await once.commands.trial_seats.fill(**values)
            once.answer = "filled"
        return row

    assert await count_wrong(db, fill, admin) == 0


async def test_job_stays_open_when_the_lock_is_part_of_the_command(db: Database, admin: Any) -> None:
    """The control: one statement that locks the job first decides from a snapshot older than the lock."""
    assert await count_wrong(db, db.commands.trial_seats.fill_unlocked, admin) > 0

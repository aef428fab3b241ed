"""An application has the user of its candidate, also where both are written at once: lists hide by it."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID

import pytest

from hiring.config import Settings
from hiring.connectors import postgres
from tests.api.conftest import Rows
from tests.api.journeys import apply, make_internal, open_job
from tests.client import Client
from tests.databases import Admin, administered, superuser_session

WRITERS = 12
ROUNDS = 30
ADD = """
INSERT INTO applications (organization_id, id, candidate_id, job_id, stage_id, status, ended_at)
SELECT a.organization_id, gen_random_uuid(), a.candidate_id, a.job_id, a.stage_id, 'rejected', now()
FROM applications AS a WHERE a.id = %(application_id)s
"""
LINK = """
UPDATE candidates AS c SET user_id = CASE WHEN c.user_id IS NULL THEN %(user_id)s::uuid END
FROM applications AS a
WHERE a.id = %(application_id)s AND c.organization_id = a.organization_id AND c.id = a.candidate_id
"""
WRONG = """
SELECT count(*) FROM applications AS a
JOIN candidates AS c ON c.organization_id = a.organization_id AND c.id = a.candidate_id
WHERE a.candidate_user_id IS DISTINCT FROM c.user_id
"""
FUNCTION = "SELECT pg_get_functiondef('copy_user_of_candidate'::regproc)"


@pytest.fixture
async def admin(settings: Settings) -> AsyncIterator[Admin]:
    async with administered(settings) as admin:
        yield admin


@pytest.fixture
async def race(ada: Client, settings: Settings, admin: Admin) -> Callable[[], Awaitable[int]]:
    """Links a candidate to a user while others add applications, again and again; returns how many ended up wrong."""
    values = {
        "application_id": UUID((await apply(ada, await open_job(ada)))["id"]), "user_id": UUID(ada.user["id"])
    }  # fmt: skip

    async def write(connection: postgres.Connection, text: str, chance: random.Random) -> None:
        await asyncio.sleep(chance.random() / 100)
        try:
            await postgres.send(connection, f"BEGIN; {text}", values)
            await asyncio.sleep(chance.random() / 100)
        finally:
            await postgres.send(connection, "COMMIT" if chance.random() < 0.8 else "ROLLBACK")

    async def race() -> int:
        wrong_count, chance = 0, random.Random(7)
        async with AsyncExitStack() as stack:
            connections = [await stack.enter_async_context(superuser_session(settings)) for _ in range(WRITERS)]
            for _ in range(ROUNDS):
                writes = [write(each, LINK if each is connections[0] else ADD, chance) for each in connections]
                await asyncio.gather(*writes)
                [(wrong,)] = await admin(WRONG)
                wrong_count += wrong
        return wrong_count

    return race


async def test_application_has_the_user_of_its_candidate_when_both_are_written_at_once(
    race: Callable[[], Awaitable[int]],
) -> None:
    """Whoever commits first, and whoever gives up."""
    assert await race() == 0


async def test_application_has_another_user_when_nobody_waits(race: Callable[[], Awaitable[int]], admin: Admin) -> None:
    """The control: without the trigger's lock, an application that is being added is overlooked."""
    [(text,)] = await admin(FUNCTION)
    try:
        await admin(text.replace("FOR NO KEY UPDATE", ""))
        assert await race() > 0
    finally:
        await admin(text)
        await admin("UPDATE candidates SET user_id = NULL WHERE user_id IS NOT NULL")
        await admin("UPDATE applications SET candidate_user_id = NULL WHERE candidate_user_id IS NOT NULL")


async def test_application_is_hidden_from_its_candidate_when_the_user_is_linked_later(
    ada: Client, member: Any, rows: Rows
) -> None:
    """And is shown again when the link is taken back; an application that moves to another candidate gets theirs."""
    application, other = [await apply(ada, await open_job(ada)) for _ in range(2)]
    noor = await member("noor", {"applications.read": "all", "candidates.read_internal": "all"})
    ids = {"candidate_id": UUID(application["candidate_id"]), "user_id": UUID(noor.user["id"])}
    shown = {"ids": f"{application['id']},{other['id']}"}
    await make_internal(ada, application["candidate_id"], noor.user)
    assert [each["id"] for each in (await noor.read("/applications", params=shown))["items"]] == [other["id"]]
    move = "UPDATE applications SET candidate_id = %(candidate_id)s WHERE id = %(id)s RETURNING candidate_user_id"
    assert await rows(move, id=UUID(other["id"]), candidate_id=ids["candidate_id"]) == [(ids["user_id"],)]
    assert await rows(move, id=UUID(other["id"]), candidate_id=UUID(other["candidate_id"])) == [(None,)]
    await rows("UPDATE candidates SET user_id = NULL WHERE id = %(candidate_id)s RETURNING 1", **ids)
    assert await rows("SELECT candidate_user_id FROM applications WHERE id = %(id)s", id=UUID(application["id"])) == [
        (None,)
    ]

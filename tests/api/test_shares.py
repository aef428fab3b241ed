"""An organization whose rows are locked by somebody leaves the connections of the others alone."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest

from hiring.config import Settings
from hiring.database import Database
from hiring.errors import OrganizationBusy
from tests.api.conftest import Rows, Serve
from tests.background import until
from tests.client import Client

SIZE = 4
LOCK = "SELECT id FROM departments WHERE id = %(id)s FOR UPDATE"


@asynccontextmanager
async def opened(settings: Settings, *, percent: int) -> AsyncIterator[Database]:
    """A database with four connections in each pool; nobody stops waiting for a lock while a test looks."""
    pools = msgspec.structs.replace(
        settings.postgres.pools, command=SIZE, query=SIZE, primary_query=SIZE, organization_percent=percent
    )
    limits = {"connect_timeout_ms": 1_000, "lock_timeout_ms": 20_000, "statement_timeout_ms": 20_000}
    postgres = msgspec.structs.replace(settings.postgres, pools=pools, message_timeout_ms=50_000, **limits)
    db = await Database.open(msgspec.structs.replace(settings, postgres=postgres), role="command")
    try:
        yield db
    finally:
        await db.close()


async def lent(db: Database, count: int) -> None:
    """Returns when so many connections for commands are at work."""

    async def are_lent() -> bool:
        return db.servers.primary.lent_count >= count

    await until(are_lent)


async def done(tasks: Sequence[asyncio.Task[httpx.Response]], count: int) -> list[httpx.Response]:
    """The answers, as soon as there are so many."""

    async def are_done() -> bool:
        return sum(task.done() for task in tasks) >= count

    await until(are_done)
    return [task.result() for task in tasks if task.done()]


@pytest.mark.parametrize("is_keyed", [False, True])
async def test_others_write_when_one_organization_waits_for_a_locked_row(
    ada: Client, eve: Client, rows: Rows, serve: Serve, settings: Settings, is_keyed: bool
) -> None:
    """Half of the connections are theirs, also where the command shares a transaction with an idempotency key.

    Who comes too often hears it after the connect timeout, with Retry-After. All is as before when the row is free.
    """
    department = await ada.made("/departments", {"name": "Locked"})
    async with opened(settings, percent=50) as db, serve({"db": db}, request_timeout_ms=60_000) as address:
        async with Client(address, token_of(ada)) as locked_out, Client(address, token_of(eve)) as other:
            await rows(f"BEGIN; {LOCK}", id=UUID(department["id"]))
            waiting = [asyncio.create_task(archived(locked_out, department, is_keyed)) for _ in range(3 * SIZE)]
            try:
                await lent(db, SIZE // 2)
                for number in range(8):
                    await other.made("/departments", {"name": f"Free {number}"})
                    await other.made("/departments", {"name": f"Keyed {number}"}, headers=key())
                assert db.servers.primary.lent_count == SIZE // 2
                refused = await done(waiting, len(waiting) - SIZE // 2)
                for answer in refused:
                    assert (answer.status_code, answer.json()["code"]) == (503, "organization_busy")
                    assert int(answer.headers["Retry-After"]) >= 1
            finally:
                await rows("COMMIT; SELECT 1")
            answers = await asyncio.gather(*waiting)
            assert sum(answer.status_code == 200 for answer in answers) == SIZE // 2
            await locked_out.made("/departments", {"name": "Free again"})
        assert len(db.servers.primary._shares) == 0


async def test_nobody_writes_when_one_organization_may_hold_every_connection(
    ada: Client, eve: Client, rows: Rows, serve: Serve, settings: Settings
) -> None:
    """The control: a share of the whole pool."""
    department = await ada.made("/departments", {"name": "Locked"})
    async with (
        opened(settings, percent=100) as db, serve({"db": db}, request_timeout_ms=60_000) as address,
        Client(address, token_of(ada)) as locked_out, Client(address, token_of(eve)) as other,
    ):  # fmt: skip
        await rows(f"BEGIN; {LOCK}", id=UUID(department["id"]))
        waiting = [asyncio.create_task(archived(locked_out, department, is_keyed=False)) for _ in range(SIZE)]
        try:
            await lent(db, SIZE)
            answer = await other.post("/api/v1/departments", json={"name": "Not now"})
            assert (answer.status_code, answer.json()["code"]) == (503, "service_busy")
        finally:
            await rows("COMMIT; SELECT 1")
        assert {answer.status_code for answer in await asyncio.gather(*waiting)} == {200}


@pytest.mark.parametrize(
    ("size", "percent", "count"), [(8, 50, 4), (2, 50, 1), (1, 50, 1), (8, 1, 1), (8, 100, 8), (3, 67, 2), (3, 66, 1)]
)
@pytest.mark.usefixtures("database")
async def test_share_is_what_the_settings_say(settings: Settings, size: int, percent: int, count: int) -> None:
    """In each pool, of commands and of queries. Never none: then nobody could ask for anything."""
    sizes = {"command": size, "query": size, "primary_query": size, "organization_percent": percent}
    pools = msgspec.structs.replace(settings.postgres.pools, **sizes)
    postgres = msgspec.structs.replace(settings.postgres, pools=pools, connect_timeout_ms=3_000)
    db = await Database.open(msgspec.structs.replace(settings, postgres=postgres), role="command")
    organization_id = uuid4()
    try:
        for pool in db.servers.pools:
            sessions = [await pool.take(organization_id) for _ in range(count)]
            assert pool._shares.is_used_up(organization_id)
            for session in sessions:
                pool.give(session)
            assert len(pool._shares) == 0
    finally:
        await db.close()


@pytest.mark.usefixtures("database")
async def test_organization_is_refused_when_its_share_stays_used_up(settings: Settings) -> None:
    """After the connect timeout; a caller that gives up waiting leaves nothing behind, and others are not concerned."""
    async with opened(settings, percent=50) as db:
        pool, organization_id = db.servers.primary, uuid4()
        held = [await pool.take(organization_id) for _ in range(SIZE // 2)]
        waiting = asyncio.create_task(pool.take(organization_id))
        with pytest.raises(OrganizationBusy) as busy:
            await pool.take(organization_id)
        assert busy.value.retry_after_s == 1
        with pytest.raises(OrganizationBusy):
            await waiting
        cancelled = asyncio.create_task(pool.take(organization_id))
        await asyncio.sleep(0)
        cancelled.cancel()
        await asyncio.wait([cancelled])
        pool.give(await pool.take(uuid4()))
        pool.give(await pool.take())
        for session in held:
            pool.give(session)
        assert (len(pool._shares), pool.lent_count, pool.statistics.waiting_count) == (0, 0, 0)


async def archived(client: Client, department: dict[str, Any], is_keyed: bool) -> Any:
    """A command on the locked row."""
    path = f"/api/v1/departments/{department['id']}/archive"
    return await client.post(path, json={}, headers=key() if is_keyed else {})


def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid4())}


def token_of(client: Client) -> str:
    return str(client.headers["Authorization"]).removeprefix("Bearer ")

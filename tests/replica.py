"""The replica of the tests: waiting until it has everything, and holding it back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.background import until
from tests.databases import Admin


async def caught_up(admin: Admin, replica_port: int) -> None:
    """Waits until the replica shows all that is committed on the primary; does not wait for one that is held."""
    [(position,)] = await admin("SELECT pg_current_wal_flush_lsn()::text")

    async def is_there() -> bool:
        text = "SELECT pg_is_wal_replay_paused() OR pg_last_wal_replay_lsn() >= %(position)s::pg_lsn"
        return await admin(text, port=replica_port, position=position) == [(True,)]

    await until(is_there)


@asynccontextmanager
async def replay_held(admin: Admin, replica_port: int) -> AsyncIterator[None]:
    """Stops the replay of the replica inside the block."""

    async def is_paused() -> bool:
        return await admin("SELECT pg_get_wal_replay_pause_state()", port=replica_port) == [("paused",)]

    await admin("SELECT pg_wal_replay_pause()", port=replica_port)
    try:
        await until(is_paused)
        yield
    finally:
        await admin("SELECT pg_wal_replay_resume()", port=replica_port)

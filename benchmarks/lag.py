"""Replicas that replay late, or not at all for a while."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

from benchmarks.volume import superuser_of
from hiring.config import Address, Settings
from hiring.connectors import postgres

HELD_S = 3.0
"""How long replay is paused at a time: reads without a token leave a replica that is 5 s behind."""
BETWEEN_S = 0.2
PATIENCE_S = 60.0
POLL_S = 0.02
TIMEOUT_MS = 10_000


@asynccontextmanager
async def replay_late(settings: Settings, replicas: Sequence[Address], lag_ms: int | None) -> AsyncIterator[None]:
    """Inside the block these replicas replay each commit so much later; None pauses them again and again.

    Every replica has everything when the block begins. Raises: TimeoutError, ApiError.
    """
    async with AsyncExitStack() as stack:
        primary = await stack.enter_async_context(_superuser(settings, settings.postgres.primary))
        connected = {
            each: await stack.enter_async_context(_superuser(settings, each)) for each in settings.postgres.replicas
        }
        late = [connected[each] for each in replicas]
        await _caught_up(primary, list(connected.values()))
        if lag_ms is None:
            pausing = asyncio.create_task(_pause_again_and_again(primary, late))
            try:
                yield
            finally:
                pausing.cancel()
                with suppress(asyncio.CancelledError):
                    await pausing
        else:
            await _delay(late, lag_ms)
            try:
                yield
            finally:
                await _delay(late, 0)


@asynccontextmanager
async def _superuser(settings: Settings, address: Address) -> AsyncIterator[postgres.Connection]:
    role = superuser_of(settings)
    connection = await postgres.connect(
        host=address.host, port=address.port, database=settings.postgres.database, user=role.user,
        password=role.password or "", application_name="hiring benchmark", timeout_ms=TIMEOUT_MS,
    )  # fmt: skip
    try:
        yield connection
    finally:
        connection.close()


async def _delay(replicas: Sequence[postgres.Connection], lag_ms: int) -> None:
    for each in replicas:
        await postgres.send(each, f"ALTER SYSTEM SET recovery_min_apply_delay = '{lag_ms:d}ms'")
        await postgres.send(each, "SELECT pg_reload_conf()")


async def _pause_again_and_again(primary: postgres.Connection, replicas: Sequence[postgres.Connection]) -> None:
    """Runs until cancelled, and lets the replicas go on then."""
    while True:
        try:
            for each in replicas:
                await postgres.send(each, "SELECT pg_wal_replay_pause()")
            await asyncio.sleep(HELD_S)
        finally:
            for each in replicas:
                await postgres.send(each, "SELECT pg_wal_replay_resume()")
        await _caught_up(primary, replicas)
        await asyncio.sleep(BETWEEN_S)


async def _caught_up(primary: postgres.Connection, replicas: Sequence[postgres.Connection]) -> None:
    """Waits until replicas have replayed what the primary has written so far. Raises: TimeoutError."""
    [(position,)] = await _rows(primary, "SELECT pg_current_wal_insert_lsn()::text")
    text = "SELECT pg_last_wal_replay_lsn() >= %(position)s::pg_lsn"
    async with asyncio.timeout(PATIENCE_S):
        for each in replicas:
            while await _rows(each, text, position=position) != [(True,)]:  # noqa: ASYNC110  # another server has no event
                await asyncio.sleep(POLL_S)


async def _rows(connection: postgres.Connection, text: str, **values: Any) -> list[tuple[Any, ...]]:
    return list((await postgres.send(connection, text, values or None)).fetchall())

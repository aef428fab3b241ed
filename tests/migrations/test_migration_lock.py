"""The lock that lets one runner work at a time: how it is waited for, and what is told meanwhile."""

import asyncio
import re
import time
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest

from hiring import migration_session
from hiring.config import Settings
from hiring.connectors import postgres
from hiring.migration_session import run, session, take_lock
from tests.background import until


async def test_runner_asks_for_the_lock_now_and_then_when_another_has_it(
    database: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few times a second until it is free; who has it is told once."""
    asked_s, told, owner = list[float](), list[str](), database.postgres.roles.owner

    async def counted(connection: postgres.Connection, file: str, /, **values: Any) -> Sequence[tuple[Any, ...]]:
        if file == "runner/take_lock":
            asked_s.append(time.monotonic())
        return await run(connection, file, **values)

    async with session(database, owner) as second:
        async with session(database, owner) as first:
            await take_lock(first, told.append)
            [(number,)] = (await postgres.send(first, "SELECT pg_backend_pid()")).fetchall()
            monkeypatch.setattr(migration_session, "run", counted)
            waiting = asyncio.create_task(take_lock(second, told.append))

            async def has_asked() -> bool:
                return len(asked_s) >= 4

            await until(has_asked)
        async with asyncio.timeout(60):
            await waiting
    assert all(later - earlier >= 0.15 for earlier, later in pairwise(asked_s))
    [line] = told
    assert re.fullmatch(rf"waiting for another runner: backend {number} of {owner.user} since \d\d:\d\d:\d\d", line)

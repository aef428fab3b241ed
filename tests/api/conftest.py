"""What tests of the API look at behind it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from hiring.config import Settings
from hiring.connectors import postgres

type_of_rows = Callable[..., Awaitable[list[tuple[Any, ...]]]]


@pytest.fixture
async def rows(settings: Settings) -> AsyncIterator[type_of_rows]:
    """Reads on the primary, as the role of the commands, what no endpoint shows."""
    given = settings.postgres
    connection = await postgres.connect(
        host=given.primary.host, port=given.primary.port, database=given.database, user=given.roles.command.user,
        password=given.roles.command.password or "", application_name="hiring test", timeout_ms=5_000,
    )  # fmt: skip

    async def read(text: str, **values: Any) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = (await connection.send(text, values)).fetchall()
        return found

    yield read
    connection.close()

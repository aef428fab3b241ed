"""A database of the migrations' own, on the tests' PostgreSQL, and small folders of migration files."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

from hiring.config import Role, Settings, load_settings
from hiring.connectors import postgres
from hiring.database_roles import make_roles
from hiring.migration_session import session

DATABASE = "hiring_migrations_test"


class Query(Protocol):
    def __call__(self, text: str, role: Role | None = None, database: str = DATABASE) -> list[tuple[Any, ...]]: ...


@pytest.fixture(scope="session")
def environ() -> dict[str, str]:
    """The tests' environment, with a database that nobody else uses."""
    return {
        **os.environ,
        "HIRING_DEPLOYMENT": "test",
        "HIRING__POSTGRES__DATABASE": DATABASE,
        "HIRING__CLICKHOUSE__DATABASE": DATABASE,
    }


@pytest.fixture(scope="session")
def settings(environ: dict[str, str]) -> Settings:
    return load_settings(environ=environ)


@pytest.fixture(scope="session")
def superuser(settings: Settings) -> Role:
    given = settings.postgres.superuser
    assert given.user, "HIRING_POSTGRES_SUPERUSER and HIRING_POSTGRES_SUPERUSER_PASSWORD are needed"
    return Role(user=given.user, password=given.password, connection_limit=1)


@pytest.fixture(scope="session")
def query(settings: Settings) -> Query:
    """Sends one message as the owner, or as another role, and returns its rows."""

    async def send(text: str, role: Role, database: str) -> list[tuple[Any, ...]]:
        async with session(settings, role, database=database) as connection:
            cursor = await postgres.send(connection, text, timeout_ms=30_000)
            return list(cursor.fetchall()) if cursor.description else []

    def run(text: str, role: Role | None = None, database: str = DATABASE) -> list[tuple[Any, ...]]:
        return asyncio.run(send(text, role or settings.postgres.roles.owner, database))

    return run


@pytest.fixture
def database(settings: Settings, superuser: Role, query: Query) -> Iterator[Settings]:
    """An empty database with its roles; gone afterwards."""
    drop = f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)"
    query(drop, superuser, "postgres")
    asyncio.run(make_roles(settings, lambda _: None))
    yield settings
    query(drop, superuser, "postgres")


class Write(Protocol):
    def __call__(self, stem: str, up: str, down: str = "SELECT 1;") -> Path: ...


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes the two files of a migration and returns the first one's path."""

    def pair(stem: str, up: str, down: str = "SELECT 1;") -> Path:
        (tmp_path / f"{stem}.down.sql").write_text(down, encoding="utf-8")
        path = tmp_path / f"{stem}.sql"
        path.write_text(up, encoding="utf-8")
        return path

    return pair

"""The employers are the same each time, in their proportions, and whole: the load looks at no foreign key."""

import asyncio
import os
from collections.abc import Mapping

import pytest

from benchmarks.volume import fill
from hiring.config import Settings, load_settings
from hiring.connectors import postgres
from tests.databases import own_database, superuser_session

APPLICATIONS = 1_500
TABLES = """
SELECT c.relname FROM pg_class AS c
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
  AND c.relname NOT IN ('schema_migrations', 'schema_functions')
"""
KEYS_MADE_ANEW = """
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I, ADD CONSTRAINT %2$I %s', c.conrelid::regclass, c.conname,
              pg_get_constraintdef(c.oid))
FROM pg_constraint AS c
WHERE c.contype = 'f'
"""
SIZES = """
SELECT count(*), s.size
FROM (SELECT count(*) AS size FROM applications AS a GROUP BY a.organization_id) AS s
GROUP BY s.size ORDER BY s.size DESC
"""
INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname"


@pytest.fixture(scope="module")
def small() -> Settings:
    """Settings with a further database."""
    environ = {
        **os.environ,
        "HIRING_DEPLOYMENT": "test",
        "HIRING__POSTGRES__DATABASE": "hiring_volume_test",
        "HIRING__CLICKHOUSE__DATABASE": "hiring_volume_test",
    }
    return load_settings(environ=environ)


async def checksums(connection: postgres.Connection) -> Mapping[str, str | None]:
    """What each table holds, in short."""
    names = [name for (name,) in (await postgres.send(connection, TABLES)).fetchall()]
    texts = [f"SELECT '{name}', md5(string_agg(t::text, ' ' ORDER BY t::text)) FROM {name} AS t" for name in names]
    return dict((await postgres.send(connection, " UNION ALL ".join(texts))).fetchall())


def test_rows_are_the_same_when_they_are_made_again(small: Settings) -> None:
    """In every table, and none but the heartbeats is empty."""

    async def made() -> Mapping[str, str | None]:
        async with superuser_session(small) as connection:
            await fill(connection, APPLICATIONS)
            return await checksums(connection)

    found = []
    for _ in range(2):
        with own_database(small):
            found.append(asyncio.run(made()))
    assert found[0] == found[1]
    assert {name for name, checksum in found[0].items() if checksum is None} == set()


def test_keys_hold_and_indexes_are_back_when_the_load_is_over(small: Settings) -> None:
    """Three kinds of employers, in their sizes; every foreign key can be made anew, every index was."""

    async def look() -> None:
        async with superuser_session(small) as connection:
            before = (await postgres.send(connection, INDEXES)).fetchall()
            await fill(connection, APPLICATIONS)
            assert (await postgres.send(connection, INDEXES)).fetchall() == before
            assert (await postgres.send(connection, SIZES)).fetchall() == [
                (1, APPLICATIONS), (1, APPLICATIONS // 20), (APPLICATIONS // 40, 24)
            ]  # fmt: skip
            commands = (await postgres.send(connection, KEYS_MADE_ANEW)).fetchall()
            assert commands
            for (command,) in commands:
                await postgres.send(connection, command)

    with own_database(small):
        asyncio.run(look())

"""The roles: what each may do, for how long, and that making them again changes nothing."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from hiring.config import Role, Settings, SettingsError, load_settings
from hiring.connectors.postgres_owner import failure
from hiring.database_roles import make_roles
from hiring.errors import ApiError
from hiring.migration_files import MigrationError

Query = Callable[..., list[tuple[Any, ...]]]
SERVICES = ("command", "query", "worker", "relay")

CATALOGUE = """
SELECT rolname, rolcanlogin, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, rolconnlimit, rolconfig
FROM pg_roles WHERE rolname LIKE 'hiring\\_%' ORDER BY rolname
"""


def refused_with(query: Query, text: str, role: Role) -> str:
    with pytest.raises(ApiError) as refused:
        query(text, role)
    return failure(refused.value).sqlstate


def test_roles_are_the_same_when_made_again(database: Settings, query: Query) -> None:
    """Repeating it, also twice at once, changes nothing and fails nowhere; everybody can still log in."""
    before = query(CATALOGUE)

    async def twice() -> None:
        await asyncio.gather(*(make_roles(database, lambda _: None) for _ in range(2)))

    asyncio.run(twice())
    assert query(CATALOGUE) == before
    for name in SERVICES:
        assert query("SELECT 1", getattr(database.postgres.roles, name)) == [(1,)]


def test_limits_are_those_of_the_settings_when_a_role_logs_in(database: Settings, query: Query) -> None:
    """Each session starts with its role's limits, and no service role may be more than a login."""
    for name in SERVICES:
        role = getattr(database.postgres.roles, name)
        shown = query(
            "SELECT current_setting('statement_timeout'), current_setting('lock_timeout'),"
            " current_setting('idle_in_transaction_session_timeout'), current_setting('default_transaction_read_only'),"
            " current_setting('log_min_error_statement'), current_setting('log_min_duration_statement'),"
            " current_setting('log_error_verbosity')",
            role,
        )
        assert shown == [("2s", "1s", "5s", "on" if name == "query" else "off", "panic", "-1", "terse")]
    for row in query(CATALOGUE):
        assert row[1:7] == (True, False, False, False, False, False)


def test_deadlock_is_found_before_the_waits_for_its_locks_end(database: Settings, query: Query) -> None:
    """One of its messages is then sent once more, and nobody hears of it."""
    shown = "SELECT current_setting('deadlock_timeout')::interval < current_setting('lock_timeout')::interval"
    assert query(shown, database.postgres.roles.command) == [(True,)]


@pytest.mark.parametrize("name", SERVICES)
def test_service_role_is_refused_when_it_changes_the_schema(database: Settings, query: Query, name: str) -> None:
    """Nobody but the owner creates anything, temporary tables included; who is not named cannot connect."""
    role = getattr(database.postgres.roles, name)
    expected = "25006" if name == "query" else "42501"
    assert refused_with(query, "CREATE TABLE t ()", role) == expected
    assert refused_with(query, "CREATE TEMPORARY TABLE t ()", role) == expected
    assert query(f"SELECT has_database_privilege('public', '{database.postgres.database}', 'CONNECT')") == [(False,)]


def test_database_is_taken_over_when_the_superuser_made_it(database: Settings, query: Query, superuser: Role) -> None:
    """A database that is there already, closed or open, ends like one that was made here."""
    catalogue = "SELECT datdba::regrole::text, datacl::text FROM pg_database WHERE datname = current_database()"
    before = query(catalogue)
    query(f"ALTER DATABASE {database.postgres.database} OWNER TO {superuser.user}", superuser)
    query(f"GRANT ALL ON DATABASE {database.postgres.database} TO PUBLIC", superuser)
    asyncio.run(make_roles(database, lambda _: None))
    assert query(catalogue) == before


def test_passwords_are_recorded_nowhere_when_roles_are_made(database: Settings, query: Query, superuser: Role) -> None:
    """Neither a password nor its verifier reaches the statistics of statements; the catalogue holds SCRAM verifiers."""
    seen = "SELECT query FROM pg_stat_statements WHERE query LIKE '%PASSWORD%' ORDER BY query"
    before = query(seen, superuser, "postgres")
    asyncio.run(make_roles(database, lambda _: None))
    assert query(seen, superuser, "postgres") == before
    stored = query("SELECT rolpassword FROM pg_authid WHERE rolname LIKE 'hiring\\_%'", superuser)
    assert len(stored) >= 5
    assert all(password.startswith("SCRAM-SHA-256$4096:") for (password,) in stored)


def test_roles_are_refused_when_the_superuser_is_missing_or_wrong(environ: Mapping[str, str]) -> None:
    """One sentence says what is needed, or what PostgreSQL said."""
    without = load_settings(environ={**environ, "HIRING_POSTGRES_SUPERUSER": ""})
    with pytest.raises(SettingsError, match=r"postgres\.superuser: expected HIRING_POSTGRES_SUPERUSER"):
        asyncio.run(make_roles(without, lambda _: None))
    wrong = load_settings(environ={**environ, "HIRING_POSTGRES_SUPERUSER_PASSWORD": "not-it"})
    with pytest.raises(MigrationError, match=r"cannot connect: .*password authentication failed"):
        asyncio.run(make_roles(wrong, lambda _: None))

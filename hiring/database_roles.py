"""Makes the database, its roles and their limits what the settings say; run as a superuser, may be repeated."""

from typing import Any

from hiring.config import Role, Settings, SettingsError
from hiring.connectors import postgres
from hiring.connectors.postgres_owner import password_verifier
from hiring.migration_session import OWN_TIMEOUT_MS, Report, run, session, take_lock

MAINTENANCE_DATABASE = "postgres"


async def make_roles(settings: Settings, report: Report) -> None:
    """Creates or updates the roles, the database and the schema's ownership.

    Takes the runners' lock. Passwords are sent as SCRAM verifiers and kept out of the server's log.

    Raises:
        SettingsError: the superuser or a role has no password here.
        MigrationError: the primary cannot be reached.
    """
    roles = settings.postgres.roles
    everybody = (roles.owner, roles.command, roles.query, roles.worker, roles.relay)
    superuser = _superuser(settings)
    names = [role.user for role in everybody]
    database = {"database": settings.postgres.database, "owner": roles.owner.user, "roles": names}
    async with session(settings, superuser, database=MAINTENANCE_DATABASE) as connection:
        await take_lock(connection, report)
        await run(connection, "roles/create_statistics")
        await run(connection, "roles/keep_unrecorded")
        for role in everybody:
            await _send_all(connection, "roles/list_role_commands", **_facts(settings, connection, role))
            report(f"role {role.user}: at most {role.connection_limit} connections")
        await _send_all(connection, "roles/list_database_commands", **database)
        async with session(settings, superuser) as inside:
            await _send_all(inside, "roles/list_schema_commands", owner=roles.owner.user, roles=names)
    report(f"database {settings.postgres.database}: owned by {roles.owner.user}")


def _superuser(settings: Settings) -> Role:
    given = settings.postgres.superuser
    if given.user is None or given.password is None:
        raise SettingsError("postgres.superuser: expected HIRING_POSTGRES_SUPERUSER and …_PASSWORD, found none")
    return Role(user=given.user, password=given.password, connection_limit=1)


def _facts(settings: Settings, connection: postgres.Connection, role: Role) -> dict[str, Any]:
    """The parameters of `list_role_commands.sql`; the owner, who makes indexes and backups, has no statement limit."""
    if role.password is None:
        raise SettingsError(f"postgres.roles: expected a password for {role.user}, found none")
    limits = settings.postgres
    is_owner, is_query = role == limits.roles.owner, role == limits.roles.query
    statement_timeout_ms = limits.query_statement_timeout_ms if is_query else limits.statement_timeout_ms
    return {
        "role": role.user,
        "verifier": password_verifier(connection, user=role.user, password=role.password),
        "connection_limit": role.connection_limit,
        "statement_timeout_ms": 0 if is_owner else statement_timeout_ms,
        "lock_timeout_ms": limits.lock_timeout_ms,
        "idle_in_transaction_timeout_ms": limits.idle_in_transaction_timeout_ms,
        "is_read_only": is_query,
    }


async def _send_all(connection: postgres.Connection, name: str, **values: Any) -> None:
    for (command,) in await run(connection, name, **values):
        await postgres.send(connection, command, timeout_ms=OWN_TIMEOUT_MS)

"""What `pg_stat_statements` of the configured servers tells of every statement, joined by the tag in its text."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import psycopg

from hiring.config import Address, Settings, SettingsError
from sqlproof.catalogue.tables import ask

DATABASE = "postgres"
"""Has the view, which sees the statements of every database."""
CONNECT_TIMEOUT_S = 3
STATEMENT_TIMEOUT_MS = 10_000


class Usage(NamedTuple):
    """What a statement has cost one server: times in milliseconds, pages of 8 KiB, its share of all time as a part."""

    name: str
    calls: int
    total_ms: float
    mean_ms: float
    deviation_ms: float
    max_ms: float
    row_count: int
    hit_count: int
    read_count: int
    share: float


class Since(NamedTuple):
    """When a server began to count, and how often it has forgotten the rarest statements."""

    since: str
    forgotten_count: int


class Server(NamedTuple):
    """A server and what it told by the names of statements; or `refusal`, why it told nothing."""

    label: str
    address: str
    since: Since | None
    usages: Mapping[str, Usage]
    refusal: str = ""


def read_statistics(settings: Settings) -> list[Server]:
    """Asks the primary and every replica, as the superuser, who alone sees everybody's texts. Raises: SettingsError."""
    if settings.postgres.superuser.user is None or settings.postgres.superuser.password is None:
        raise SettingsError("postgres.superuser: expected HIRING_POSTGRES_SUPERUSER and …_PASSWORD, found none")
    replicas = settings.postgres.replicas
    labels = [f"replica {number}" if len(replicas) > 1 else "replica" for number in range(1, len(replicas) + 1)]
    servers = zip(("primary", *labels), (settings.postgres.primary, *replicas), strict=True)
    return [_read(settings, label, address) for label, address in servers]


def _read(settings: Settings, label: str, address: Address) -> Server:
    where = f"{address.host}:{address.port}"
    superuser = settings.postgres.superuser
    try:
        with psycopg.connect(
            host=address.host, port=address.port, dbname=DATABASE, user=superuser.user, password=superuser.password,
            connect_timeout=CONNECT_TIMEOUT_S, options=f"-c statement_timeout={STATEMENT_TIMEOUT_MS}",
            application_name="hiring sql catalog",
        ) as connection:  # fmt: skip
            return Server(label, where, _since(connection), _usages(connection, settings.postgres.database))
    except psycopg.Error as error:
        return Server(label, where, None, {}, str(error).strip().split("\n")[0].rpartition(" failed: ")[2])


def _since(connection: psycopg.Connection[Any]) -> Since | None:
    return next(iter(ask(connection, "statistics_since", Since)), None)


def _usages(connection: psycopg.Connection[Any], database: str) -> dict[str, Usage]:
    return {usage.name: usage for usage in ask(connection, "statistics", Usage, (database,))}

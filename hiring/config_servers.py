"""The sections of the settings that are about the servers which the service uses, and its file store."""

from typing import Annotated

from msgspec import Meta

from hiring.config_values import (
    Count,
    FileStoreUrl,
    HttpUrl,
    LongMilliseconds,
    Milliseconds,
    Name,
    Port,
    Secret,
    Section,
)


class Address(Section, frozen=True):
    """Where a server listens."""

    host: Name
    port: Port


class Role(Section, frozen=True):
    """A login of PostgreSQL; without a password this process may not use it."""

    user: Annotated[str, Meta(pattern=r"^[a-z_][a-z0-9_]{0,62}$")]
    password: Secret | None
    connection_limit: Count


class Superuser(Section, frozen=True):
    """The administrator's login, needed by `hiring migrate roles` alone."""

    user: Name | None
    password: Secret | None


class Roles(Section, frozen=True):
    """The service's logins, one per duty."""

    owner: Role
    command: Role
    query: Role
    worker: Role
    relay: Role


class Pools(Section, frozen=True):
    """Connections that a process keeps open, by pool, and how much of a pool one organization may hold."""

    command: Count
    query: Count
    primary_query: Count
    worker: Count
    relay: Count
    bulk: Count
    organization_percent: Annotated[int, Meta(ge=1, le=100)]


class Postgres(Section, frozen=True):
    """The primary, its replicas, and the limits of every session."""

    database: Annotated[str, Meta(pattern=r"^[a-z_][a-z0-9_]{0,62}$")]
    primary: Address
    replicas: tuple[Address, ...]
    superuser: Superuser
    roles: Roles
    pools: Pools
    connect_timeout_ms: Milliseconds
    message_timeout_ms: Milliseconds
    statement_timeout_ms: Milliseconds
    lock_timeout_ms: Milliseconds
    idle_in_transaction_timeout_ms: Milliseconds
    query_statement_timeout_ms: Milliseconds
    max_replica_lag_ms: Milliseconds
    freshness_wait_ms: Milliseconds

    def __post_init__(self) -> None:
        slowest_ms = max(self.statement_timeout_ms, self.query_statement_timeout_ms) + self.lock_timeout_ms
        if self.message_timeout_ms <= slowest_ms:
            raise ValueError(f"expected message_timeout_ms above statement and lock timeout together ({slowest_ms})")


class RedisServer(Section, frozen=True):
    """One Redis instance."""

    host: Name
    port: Port
    password: Secret | None


class Redis(Section, frozen=True):
    """The two instances, durable sessions and evictable cache."""

    sessions: RedisServer
    cache: RedisServer
    timeout_ms: Milliseconds
    pool_size: Count


class RabbitMQ(Section, frozen=True):
    """The broker, and how often a message is tried."""

    host: Name
    port: Port
    virtual_host: Name
    user: Name
    password: Secret
    connect_timeout_ms: Milliseconds
    publish_timeout_ms: Milliseconds
    prefetch: Annotated[int, Meta(ge=1, le=1_000)]
    retry_delays_ms: Annotated[tuple[LongMilliseconds, ...], Meta(min_length=1, max_length=20)]
    delivery_limit: Annotated[int, Meta(ge=1, le=1_000)]


class ClickHouse(Section, frozen=True):
    """The server that reports are made from; without a host there are none."""

    host: Name | None
    port: Port
    database: Annotated[str, Meta(pattern=r"^[a-z_][a-z0-9_]{0,62}$")]
    user: Name
    password: Secret | None
    pool_size: Count
    connect_timeout_ms: Milliseconds
    query_timeout_ms: Milliseconds
    insert_timeout_ms: Milliseconds


class SmtpTimeouts(Section, frozen=True):
    """How long the mail server may take for each of its answers (RFC 5321, 4.5.3.2)."""

    greeting_ms: Milliseconds
    command_ms: Milliseconds
    data_ms: Milliseconds
    content_ms: Milliseconds


class Smtp(Section, frozen=True):
    """The mail server that takes what the service sends, and how often a mail is tried."""

    host: Name
    port: Port
    user: Name | None
    password: Secret | None
    starttls: bool
    from_address: Annotated[str, Meta(pattern=r"^[^@\s]+@[^@\s]+$")]
    timeouts: SmtpTimeouts
    connections: Annotated[int, Meta(ge=1, le=1_000)]
    connections_per_domain: Annotated[int, Meta(ge=1, le=1_000)]
    gives_way_after_ms: Milliseconds
    late_answers: Annotated[int, Meta(ge=0, le=10_000)]
    retry_delays_ms: Annotated[tuple[LongMilliseconds, ...], Meta(min_length=1, max_length=20)]
    give_up_after_ms: LongMilliseconds
    lease_ms: Milliseconds


class S3(Section, frozen=True):
    """Access to an S3-compatible store; None leaves the choice to the provider's own environment."""

    endpoint: HttpUrl | None
    region: Name | None
    access_key_id: Name | None
    secret_access_key: Secret | None


class Files(Section, frozen=True):
    """Where uploaded files live."""

    url: FileStoreUrl
    s3: S3
    timeout_ms: Milliseconds

"""The settings: one frozen tree, read once at the start and handed to whoever needs a part of it.

Later sources win: `conf/default.yaml`, `conf/<deployment>.yaml`, then `HIRING__SECTION__KEY` of the environment. How
values are spelled there, and what each key means, stands in `conf/default.yaml`.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from hiring.config_sources import SettingsError as SettingsError
from hiring.config_sources import Sources, Tree, convert, lay_over, masked, read_environment, read_file

Name = Annotated[str, Meta(min_length=1)]
Secret = Annotated[str, Meta(min_length=1, extra={"secret": True})]
SigningSecret = Annotated[str, Meta(min_length=32, extra={"secret": True})]
Port = Annotated[int, Meta(ge=1, le=65_535)]
Milliseconds = Annotated[int, Meta(ge=1, le=3_600_000)]
LongMilliseconds = Annotated[int, Meta(ge=1, le=604_800_000)]
Seconds = Annotated[int, Meta(ge=1, le=31_536_000)]
Count = Annotated[int, Meta(ge=1, le=100_000)]
Bytes = Annotated[int, Meta(ge=1_024, le=1_073_741_824)]
HttpUrl = Annotated[str, Meta(pattern=r"^https?://[^/]+(/.*[^/])?$")]
FileStoreUrl = Annotated[str, Meta(pattern=r"^(file:///|s3://[a-z0-9])")]


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A part of the tree; its text form shows no secret, so that neither a log nor a traceback leaks one."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({masked(self)})"


class Api(Section, frozen=True):
    """The HTTP server and its limits."""

    host: Name
    port: Annotated[int, Meta(ge=0, le=65_535)]
    public_url: HttpUrl
    max_body_bytes: Bytes
    max_upload_bytes: Bytes
    idle_timeout_ms: Milliseconds
    body_timeout_ms: Milliseconds
    request_timeout_ms: Milliseconds
    stop_grace_ms: Milliseconds
    max_connections: Count
    trusted_proxies: tuple[Name, ...]
    cors_origins: tuple[HttpUrl, ...]
    open_registration: bool
    sql_catalog_file: Name | None


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


class Smtp(Section, frozen=True):
    """The mail server that takes what the service sends."""

    host: Name
    port: Port
    user: Name | None
    password: Secret | None
    starttls: bool
    from_address: Annotated[str, Meta(pattern=r"^[^@\s]+@[^@\s]+$")]
    timeout_ms: Milliseconds


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


class Tokens(Section, frozen=True):
    """Access, refresh and mailed tokens."""

    issuer: Name
    audience: Name
    access_ttl_s: Seconds
    refresh_ttl_s: Seconds
    refresh_grace_s: Annotated[int, Meta(ge=0, le=300)]
    mailed_ttl_s: Seconds
    keys_folder: Name
    secret: SigningSecret


class Passwords(Section, frozen=True):
    """What a password must be and what its hash costs (argon2id)."""

    time_cost: Annotated[int, Meta(ge=1, le=64)]
    memory_kib: Annotated[int, Meta(ge=8, le=1_048_576)]
    parallelism: Annotated[int, Meta(ge=1, le=16)]
    threads: Annotated[int, Meta(ge=1, le=64)]
    queue_limit: Count
    min_length: Annotated[int, Meta(ge=8, le=128)]
    answer_after_ms: Annotated[int, Meta(ge=0, le=5_000)]


class Rate(Section, frozen=True):
    """A steady rate and how far it may be exceeded at once."""

    rate_per_s: Annotated[float, Meta(gt=0, le=100_000)]
    burst: Count


class Limits(Section, frozen=True):
    """How often somebody may ask."""

    enabled: bool
    principal: Rate
    login: Rate
    account: Rate
    apply: Rate
    upload: Rate


class Relay(Section, frozen=True):
    """How events travel from the outbox to the broker."""

    batch_size: Annotated[int, Meta(ge=1, le=10_000)]
    poll_interval_ms: Milliseconds
    sequencer_batch_size: Annotated[int, Meta(ge=1, le=10_000)]


class Worker(Section, frozen=True):
    """The worker process."""

    metrics: Address | None


class Logs(Section, frozen=True):
    """What is logged and how a line looks."""

    level: Literal["debug", "info", "warning", "error"]
    format: Literal["json", "console"]


class Settings(Section, frozen=True):
    """Everything that a deployment may choose."""

    deployment: Name
    api: Api
    postgres: Postgres
    redis: Redis
    rabbitmq: RabbitMQ
    smtp: Smtp
    files: Files
    tokens: Tokens
    passwords: Passwords
    limits: Limits
    relay: Relay
    worker: Worker
    logs: Logs


def load_settings(folder: Path | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Reads and validates the settings of the deployment that HIRING_DEPLOYMENT names, else of `development`.

    `folder` holds the YAML files; None means HIRING_CONF, else `conf` of the working folder or of the checkout.
    Raises: SettingsError, where a file, a key or a secret is wrong or missing.
    """
    return load_settings_with_sources(folder, environ)[0]


def load_settings_with_sources(
    folder: Path | None = None, environ: Mapping[str, str] = os.environ
) -> tuple[Settings, Sources]:
    """Like `load_settings`, and tells for each key's path which file or variable gave its value."""
    folder = folder or _folder(environ)
    deployment = environ.get("HIRING_DEPLOYMENT") or "development"
    deployments = sorted(file.stem for file in folder.glob("*.yaml") if file.stem != "default")
    if deployment not in deployments:
        known = f"one of {', '.join(deployments)}" if deployments else f"{folder} to hold the settings"
        raise SettingsError(f"HIRING_DEPLOYMENT: deployment: expected {known}, found {deployment!r}")
    tree: Tree = {}
    sources: Sources = {}
    for file in (folder / "default.yaml", folder / f"{deployment}.yaml"):
        lay_over(tree, sources, read_file(file, environ), str(file), ())
    for path, value, variable in read_environment(environ, Settings):
        lay_over(tree, sources, value, variable, path)
    lay_over(tree, sources, deployment, "HIRING_DEPLOYMENT", ("deployment",))
    return convert(tree, sources, Settings), sources


def _folder(environ: Mapping[str, str]) -> Path:
    if named := environ.get("HIRING_CONF"):
        return Path(named)
    here = Path("conf")
    return here if (here / "default.yaml").is_file() else Path(__file__).resolve().parent.parent / "conf"

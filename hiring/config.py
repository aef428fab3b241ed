"""The settings: one frozen tree, read once at the start and handed to each function that needs a part of it.

Later sources win: `conf/default.yaml`, `conf/<deployment>.yaml`, then `HIRING__SECTION__KEY` of the environment. How
values are spelled there, and what each key means, stands in `conf/default.yaml`.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta

from hiring.config_servers import S3 as S3
from hiring.config_servers import Address as Address
from hiring.config_servers import ClickHouse as ClickHouse
from hiring.config_servers import Files as Files
from hiring.config_servers import Pools as Pools
from hiring.config_servers import Postgres as Postgres
from hiring.config_servers import RabbitMQ as RabbitMQ
from hiring.config_servers import Redis as Redis
from hiring.config_servers import RedisServer as RedisServer
from hiring.config_servers import Role as Role
from hiring.config_servers import Roles as Roles
from hiring.config_servers import Smtp as Smtp
from hiring.config_servers import SmtpTimeouts as SmtpTimeouts
from hiring.config_servers import Superuser as Superuser
from hiring.config_sources import SettingsError as SettingsError
from hiring.config_sources import Sources, Tree, convert, lay_over, read_environment, read_file, value_of
from hiring.config_sources import port_needed as port_needed
from hiring.config_values import Bytes, Count, HttpUrl, Milliseconds, Name, Seconds, Secret, Section, SigningSecret


class Api(Section, frozen=True):
    """The HTTP server and its limits."""

    host: Name
    port: Annotated[int, Meta(ge=0, le=65_535)]
    public_url: HttpUrl
    http_parser: Literal["httptools", "tornado"]
    max_body_bytes: Bytes
    max_upload_bytes: Bytes
    max_held_bytes: Bytes
    idle_timeout_ms: Milliseconds
    body_timeout_ms: Milliseconds
    request_timeout_ms: Milliseconds
    stop_grace_ms: Milliseconds
    max_connections: Count
    max_connections_per_client: Count
    trusted_proxies: tuple[Name, ...]
    cors_origins: tuple[HttpUrl, ...]
    open_registration: bool
    sql_catalog_file: Name | None
    metrics: Address | None

    def __post_init__(self) -> None:
        if self.max_held_bytes < 2 * self.max_body_bytes:
            raise ValueError(f"expected max_held_bytes of twice max_body_bytes ({self.max_body_bytes}) at least")


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
    upload_kib: Rate
    board: Rate


class Mails(Section, frozen=True):
    """How many mails an address gets from one organization: anybody may name an address that is not theirs."""

    link_interval_s: Annotated[int, Meta(ge=0, le=86_400)]
    links_per_day: Count
    applicant_per_day: Count
    candidate_per_day: Count
    confirms_registration: bool
    fixed_sender_name: Name


class Captcha(Section, frozen=True):
    """The service that verifies the captchas of applicants."""

    verify_url: HttpUrl | None
    secret: Secret | None
    timeout_ms: Milliseconds

    def __post_init__(self) -> None:
        if self.verify_url is not None and self.secret is None:
            raise ValueError("expected a secret beside verify_url")


class Relay(Section, frozen=True):
    """How events travel from the outbox to the broker."""

    batch_size: Annotated[int, Meta(ge=1, le=10_000)]
    poll_interval_ms: Milliseconds
    sequencer_batch_size: Annotated[int, Meta(ge=1, le=10_000)]


class Ingestion(Section, frozen=True):
    """How events travel from the feed to ClickHouse."""

    batch_size: Annotated[int, Meta(ge=1, le=20_000)]
    interval_ms: Milliseconds


class Sweep(Section, frozen=True):
    """How long what has expired is kept, and how it is deleted."""

    interval_s: Seconds
    batch_size: Annotated[int, Meta(ge=1, le=10_000)]
    uploads_s: Seconds
    inbox_s: Seconds
    sessions_s: Seconds
    mailed_links_s: Annotated[int, Meta(ge=86_400, le=31_536_000)]
    bulk_operations_s: Seconds


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
    clickhouse: ClickHouse
    smtp: Smtp
    files: Files
    tokens: Tokens
    passwords: Passwords
    limits: Limits
    mails: Mails
    captcha: Captcha
    relay: Relay
    ingestion: Ingestion
    sweep: Sweep
    worker: Worker
    logs: Logs


def load_settings(folder: Path | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Reads and validates the settings of the deployment that HIRING_DEPLOYMENT names, else of `development`.

    `folder` holds the YAML files; None means HIRING_CONF, else `conf` of the working folder or of the checkout.
    Raises: SettingsError, where a file, a key or a secret is wrong or missing.
    """
    return load_settings_with_sources(folder, environ)[0]


def demo_password(environ: Mapping[str, str] = os.environ) -> str | None:
    """What the administrator of the demo organization logs in with; None where the environment does not say."""
    return value_of(environ, "HIRING_DEMO_PASSWORD")


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

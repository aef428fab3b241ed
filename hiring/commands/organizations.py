"""Changes of the organization itself."""

import re
import secrets
import unicodedata
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypedDict
from uuid import UUID

import msgspec

from hiring.commands.base import Written, done, json_text, stamp
from hiring.commands.sessions import Device, Grant, email_hash, own_stamp
from hiring.connectors.postgres_values import JsonText
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.people import display_name
from hiring.domain.permissions import BUILT_IN_GROUPS
from hiring.domain.pipelines import DEFAULT_STAGES
from hiring.errors import Taken
from hiring.foundation.ids import new_id
from hiring.services.tokens import refresh_token, token_hash

MAXIMUM_SLUG_CHARACTERS = 60
REASONS = (
    ("rejection", None, "Not enough experience"),
    ("rejection", None, "Another candidate was chosen"),
    ("rejection", "job_filled", "The job was filled"),
    ("withdrawal", None, "Accepted another offer"),
    ("withdrawal", None, "No longer interested"),
    ("job_close", "filled", "Filled"),
    ("job_close", None, "No longer needed"),
    ("opening_close", None, "No longer needed"),
    ("unhire", None, "Did not start"),
)
SOURCES = (("board", "board", "Job board"), ("referral", None, "Referral"), ("sourced", None, "Sourced"))


class Founded(msgspec.Struct, frozen=True):
    """A new organization and its first administrator, as JSON texts, with that user's session."""

    organization: str
    user: str
    grant: Grant


async def register(
    db: Database, *, secret: str, ttl_s: int, organization_name: str, email: str, password_hash: str,
    first_name: str, last_name: str | None, device: Device, correlation_id: UUID,
    is_confirmed: bool,
) -> Founded:  # fmt: skip
    """Founds an organization with an administrator who is logged in; a slug that is taken gets a random ending.

    `is_confirmed`: whether the address is known to be theirs; until it is, the organization sends next to no mail.
    """
    organization_id, user_id, session_id = new_id(), new_id(), new_id()
    token = refresh_token(secret, session_id, 1)
    send = partial(
        db.commands.organizations.register,
        **own_stamp(organization_id=organization_id, user_id=user_id, correlation_id=correlation_id),
        organization_name=organization_name, is_confirmed=is_confirmed, user_id=user_id, email=email,
        email_hash=email_hash(email),
        first_name=first_name, last_name=last_name, name=display_name(first_name, None, last_name),
        password_hash=password_hash, session_id=session_id, refresh_hash=token_hash(token).hex(),
        session_expires_at=datetime.now(UTC) + timedelta(seconds=ttl_s), user_agent=device.user_agent,
        remote_address=device.remote_address, job_board_id=new_id(), assignment_id=new_id(),
        pipeline_template_id=new_id(), **starting_vocabulary(),
    )  # fmt: skip
    slug = slug_of(organization_name)
    try:
        row = await send(slug=slug)
    except Taken:
        row = await send(slug=f"{slug}-{secrets.token_hex(3)}")
    grant = Grant(organization_id, user_id, session_id, token, row["event_id"])
    return Founded(row["organization"], row["account"], grant)


class Vocabulary(TypedDict):
    """What an organization starts with, as parameters."""

    permission_groups: JsonText
    reasons: JsonText
    sources: JsonText
    stages: JsonText


def starting_vocabulary() -> Vocabulary:
    """The groups, reasons, sources and stages that an organization starts with."""
    groups = [{"id": new_id(), "key": key, "name": group.name} for key, group in BUILT_IN_GROUPS.items()]
    reasons = [{"id": new_id(), "kind": kind, "key": key, "name": name} for kind, key, name in REASONS]
    sources = [{"id": new_id(), "kind": kind, "key": key, "name": name} for kind, key, name in SOURCES]
    return Vocabulary(
        permission_groups=json_text(groups),
        reasons=json_text(reasons),
        sources=json_text(sources),
        stages=json_text(DEFAULT_STAGES),
    )


def slug_of(name: str) -> str:
    """A slug out of a name: ASCII letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:MAXIMUM_SLUG_CHARACTERS] or f"org-{secrets.token_hex(3)}"


async def update(
    db: Database, actor: Actor, *, changes: dict[str, Any], expected_versions: list[int] | None
) -> Written:
    """Changes the fields of a merge patch. Raises: VersionMismatch."""
    return done(
        await db.commands.organizations.update(**stamp(actor), changes=changes, expected_versions=expected_versions),
        may_change_nothing=True,
    )

"""Changes of the places of work. What each refuses, and in which order: `sql/commands/offices.sql`."""

from typing import Any
from uuid import UUID

from hiring.commands.base import Written, done, stamp, written
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.foundation.ids import new_id


async def add(
    db: Database, actor: Actor, *, name: str, country: str | None, region: str | None, city: str | None,
    time_zone: str | None, external_id: str | None,
) -> Written:  # fmt: skip
    """Adds an office. Raises: Taken (external_id)."""
    return written(
        await db.commands.offices.add(
            **stamp(actor), office_id=new_id(), name=name, country=country, region=region, city=city,
            time_zone=time_zone, external_id=external_id,
        )
    )  # fmt: skip


async def update(
    db: Database, actor: Actor, *, office_id: UUID, changes: dict[str, Any], expected_versions: list[int] | None
) -> Written:
    """Changes the fields of a merge patch.

    Locks the office. Raises: NotFound, VersionMismatch, Invalid (a region of another country, a law on pay), Taken
    (external_id).
    """
    return done(
        await db.commands.offices.update(
            **stamp(actor), office_id=office_id, changes=changes, expected_versions=expected_versions
        ),
        may_change_nothing=True,
    )


async def archive(db: Database, actor: Actor, *, office_id: UUID, expected_versions: list[int] | None) -> Written:
    """Archives an office; may be repeated. Raises: NotFound, VersionMismatch."""
    return done(
        await db.commands.offices.archive(**stamp(actor), office_id=office_id, expected_versions=expected_versions),
        may_change_nothing=True,
    )

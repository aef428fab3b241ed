"""Reads of notes about candidates."""

from uuid import UUID

import msgspec

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.permissions import may, private_view
from hiring.errors import NotFound
from hiring.queries import candidates, permissions
from hiring.queries.base import (
    Body,
    Page,
    SyncQuery,
    after,
    before,
    check_combination,
    one,
    page_by_change,
    page_by_id,
)

PERMISSION = "notes.read"


class NotesQuery(SyncQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of notes."""

    candidate_id: UUID | None = None
    """Only notes about this candidate. A candidate whom the caller does not see gives an empty page."""
    application_id: UUID | None = None
    """Only notes about this application, without those about its candidate as such. An application that the caller does
    not see gives an empty page."""


async def find(db: Database, actor: Actor, *, note_id: UUID) -> Body:
    """One note. Raises: NotFound."""
    return one(
        await db.queries.notes.find(
            organization_id=actor.organization_id, **private_view(actor, PERMISSION), note_id=note_id
        )
    )


async def list_all(db: Database, actor: Actor, query: NotesQuery) -> Page:
    """A page of the notes that the actor sees. Raises: Invalid, for filters that do not go together."""
    check_combination(query)
    view = private_view(actor, PERMISSION)
    statements = db.queries.notes
    is_filtered = query.ids is not None or query.candidate_id is not None or query.application_id is not None
    is_of_teams = not view["sees_all_jobs"] and not is_filtered
    if query.updated_since is not None and is_of_teams:
        changes_of_teams = await statements.list_by_team_updated_since(
            organization_id=actor.organization_id, **view, **after(query)
        )
        return page_by_change(query, changes_of_teams)
    if query.updated_since is not None:
        changes = await statements.list_updated_since(
            organization_id=actor.organization_id, **view, **after(query), candidate_id=query.candidate_id,
            application_id=query.application_id,
        )  # fmt: skip
        return page_by_change(query, changes)
    if is_of_teams:
        rows_of_teams = await statements.list_by_team(organization_id=actor.organization_id, **view, **before(query))
        return page_by_id(query, rows_of_teams)
    rows = await statements.list(
        organization_id=actor.organization_id, **view, **before(query), ids=query.ids,
        candidate_id=query.candidate_id, application_id=query.application_id,
    )  # fmt: skip
    return page_by_id(query, rows)


async def find_mentioned(
    db: Database, *, organization_id: UUID, user_id: UUID, note_id: UUID, correlation_id: UUID
) -> str | None:
    """The name of the candidate whom a note is about, for a member whom it mentions.

    None where the note does not mention them any more, or they do not see the note or the candidate. Rules: M8.
    """
    held = await permissions.find_held(db, organization_id=organization_id, user_id=user_id)
    reader = Actor(
        type="user", id=user_id, user_id=user_id, organization_id=organization_id, correlation_id=correlation_id,
        permissions=held or {},
    )  # fmt: skip
    if not (may(reader, PERMISSION) and may(reader, "candidates.read")):
        return None
    try:
        note = msgspec.json.decode((await find(db, reader, note_id=note_id)).text)
        candidate = await candidates.find(db, reader, candidate_id=UUID(note["candidate_id"]))
    except NotFound:
        return None
    name: str | None = msgspec.json.decode(candidate.text)["name"]
    return name if str(user_id) in note["mentions"] else None

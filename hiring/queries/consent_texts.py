"""Reads of consent texts."""

from typing import Literal
from uuid import UUID

import msgspec

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.consents import Purpose, TextVersion
from hiring.queries.base import (
    Body,
    Page,
    SyncQuery,
    after,
    before,
    by_key,
    check_combination,
    one,
    page_by_change,
    page_by_id,
)


class ConsentTextsQuery(SyncQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of consent texts."""

    purpose: Purpose | None = None
    """Only texts for this purpose."""
    status: Literal["active", "archived"] | None = None
    """Only active or only archived texts; without it, both."""


class ConsentTextQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which version of a consent text is shown."""

    version: TextVersion | None = None
    """The version to show the text in, such as the `consent_text_version` of a consent; without it, the current one."""


async def find(db: Database, actor: Actor, query: ConsentTextQuery, *, consent_text_id: UUID) -> Body:
    """One consent text, as it is or as it was. Raises: NotFound, also for a version that it never had."""
    return one(
        await db.queries.consent_texts.find(
            organization_id=actor.organization_id, consent_text_id=consent_text_id, text_version=query.version
        )
    )


async def find_active(db: Database, actor: Actor, *, purpose: str, language: str) -> Body:
    """The active consent text of a purpose in a language. Raises: NotFound."""
    return one(
        await db.queries.consent_texts.find_active(
            organization_id=actor.organization_id, purpose=purpose, language=language
        )
    )


async def list_all(db: Database, actor: Actor, query: ConsentTextsQuery) -> Page:
    """A page of consent texts. Raises: Invalid, for filters that do not go together."""
    statements = db.queries.consent_texts
    check_combination(query)
    if query.updated_since is not None:
        changes = await statements.list_updated_since(
            organization_id=actor.organization_id, **after(query), purpose=query.purpose, status=query.status
        )
        return page_by_change(query, changes)
    rows = await statements.list(
        organization_id=actor.organization_id, **before(query), ids=query.ids, purpose=query.purpose,
        status=query.status,
    )  # fmt: skip
    return page_by_id(query, rows)


HOLDERS = {"consent_texts_language_taken": by_key("structure.read", find_active)}

"""Why a user sees a resource, or does not."""

from collections.abc import Sequence
from typing import TypedDict
from uuid import UUID

import msgspec

from hiring.database import Database
from hiring.domain.access import (
    READ_WITH,
    SENTENCES,
    WIDENED_BY,
    AccessExplanation,
    AccessGrant,
    AccessReason,
    CandidateFacts,
    Code,
    JobAccess,
    ResourceType,
    reasons_of_candidate,
    reasons_of_jobs,
)
from hiring.domain.actors import Actor
from hiring.domain.permissions import candidate_view, permissions_of, private_view, require, view
from hiring.errors import FieldError, Invalid, NotFound
from hiring.queries.permissions import held

MAXIMUM_JOBS = 50
"""Jobs of a candidate that are looked at."""


class AccessQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whose access to what is explained."""

    user_id: UUID
    """The member whose access is explained."""
    type: ResourceType
    """What kind of resource it is about."""
    id: UUID
    """The resource, which the caller sees as well."""


class User(msgspec.Struct, frozen=True):
    """The member: whether they are active, what they hold, and where they have it from."""

    actor: Actor
    is_active: bool
    grants: list[AccessGrant]


class Found(msgspec.Struct, frozen=True):
    """What was found of a resource: whether the gates show it to the user, and what they looked at."""

    is_visible: bool
    reasons: list[Code]
    jobs: list[JobAccess]


class UserView(TypedDict):
    """What the user sees, beside what the caller does."""

    user_id: UUID
    is_shown_all_jobs: bool
    is_shown_confidential_jobs: bool


async def explain(db: Database, actor: Actor, query: AccessQuery) -> AccessExplanation:
    """Whether a member sees a resource, and why. Raises: Forbidden, NotFound, Invalid (no such member)."""
    permission = READ_WITH[query.type]
    require(actor, permission)
    user = await find_member(db, actor, query.user_id, (permission, *WIDENED_BY[permission]))
    find = {
        "application": of_application, "candidate": of_candidate, "attachment": of_attachment,
        "consent": of_consent, "message": of_message, "note": of_note,
    }  # fmt: skip
    found = await find.get(query.type, of_job)(db, actor, query, user.actor)
    scope = user.actor.permissions.get(permission)
    refused: Code | None = "not_active" if not user.is_active else "no_permission" if scope is None else None
    codes = found.reasons if refused is None else [refused]
    return AccessExplanation(
        is_visible=refused is None and found.is_visible, permission=permission, scope=scope, grants=user.grants,
        reasons=[AccessReason(code=code, detail=SENTENCES[code]) for code in codes], jobs=found.jobs,
    )  # fmt: skip


async def find_member(db: Database, actor: Actor, user_id: UUID, names: Sequence[str]) -> User:
    """A member with the grants of some permissions. Raises: Invalid."""
    row = await db.queries.access.find_member(organization_id=actor.organization_id, user_id=user_id)
    if row is None:
        raise Invalid(errors=[FieldError("?user_id", "unknown_reference", "There is no such member.")])
    grants = [
        AccessGrant(permission=name, scope=group["scope"], permission_group_id=UUID(group["id"]))
        for group in msgspec.json.decode(row["permission_groups"] or "[]")
        for name in permissions_of(group["key"], group["permissions"])
        if name in names
    ]
    direct = msgspec.json.decode(row["permissions"] or "{}")
    given = [name for name in names if name in direct]
    grants += [AccessGrant(permission=name, scope=direct[name], permission_group_id=None) for name in given]
    seen_as = msgspec.structs.replace(actor, id=user_id, user_id=user_id, permissions=held(row))
    return User(seen_as, row["status"] == "active", grants)


async def of_job(db: Database, actor: Actor, query: AccessQuery, user: Actor) -> Found:
    """Of a job, or of what belongs to it. Raises: NotFound."""
    permission = READ_WITH[query.type]
    text = await db.queries.access.explain_job(
        organization_id=actor.organization_id, **view(actor, permission), resource_type=query.type,
        resource_id=query.id, **user_view(user, permission),
    )  # fmt: skip
    if text is None:
        raise NotFound
    job = msgspec.json.decode(text["job"] or "", type=JobAccess)
    return Found(job.is_visible, list(reasons_of_jobs([job], view(user, permission), is_visible=job.is_visible)), [job])


async def of_candidate(
    db: Database, actor: Actor, query: AccessQuery, user: Actor, *, candidate_id: UUID | None = None,
    private: Code | None = None,
) -> Found:  # fmt: skip
    """Of a candidate, or of what one has. Raises: NotFound."""
    permission = READ_WITH[query.type]
    seen, caller = candidate_view(user, permission), candidate_view(actor, permission)
    row = await db.queries.access.explain_candidate(
        organization_id=actor.organization_id, **caller, candidate_id=candidate_id or query.id,
        job_limit=MAXIMUM_JOBS, **user_view(user, permission), is_shown_internal=seen["sees_internal"],
    )  # fmt: skip
    if row is None:
        raise NotFound
    facts = CandidateFacts(row["is_own"], row["is_internal"] and not seen["sees_internal"], private)
    is_visible, jobs = row["is_visible"] and private is None, decoded(row["jobs"])
    return Found(is_visible, list(reasons_of_candidate(facts, jobs, seen, is_visible=is_visible)), jobs)


async def of_attachment(db: Database, actor: Actor, query: AccessQuery, user: Actor) -> Found:
    """Of a candidate's file, or of one that came with an application. Raises: NotFound."""
    row = await db.queries.access.find_attachment(
        organization_id=actor.organization_id, **private_view(actor, READ_WITH["attachment"]), attachment_id=query.id
    )
    if row is None:
        raise NotFound
    is_private = row["visibility"] == "private" and not private_view(user, READ_WITH["attachment"])["sees_private"]
    private: Code | None = "private_file" if is_private else None
    if row["application_id"] is not None:
        return await of_application(db, actor, query, user, application_id=row["application_id"], private=private)
    return await of_candidate(db, actor, query, user, candidate_id=row["candidate_id"], private=private)


async def of_consent(db: Database, actor: Actor, query: AccessQuery, user: Actor) -> Found:
    """Of a candidate's consent. Raises: NotFound."""
    row = await db.queries.access.find_consent(
        organization_id=actor.organization_id, **candidate_view(actor, READ_WITH["consent"]), consent_id=query.id
    )
    if row is None:
        raise NotFound
    return await of_candidate(db, actor, query, user, candidate_id=row["candidate_id"])


async def of_message(db: Database, actor: Actor, query: AccessQuery, user: Actor) -> Found:
    """Of a mail to a candidate, or about an application of one. Raises: NotFound."""
    row = await db.queries.access.find_message(
        organization_id=actor.organization_id, **candidate_view(actor, READ_WITH["message"]), message_id=query.id
    )
    if row is None:
        raise NotFound
    if row["application_id"] is not None:
        return await of_application(db, actor, query, user, application_id=row["application_id"])
    return await of_candidate(db, actor, query, user, candidate_id=row["candidate_id"])


async def of_note(db: Database, actor: Actor, query: AccessQuery, user: Actor) -> Found:
    """Of a note about a candidate, or about an application of one. Raises: NotFound."""
    row = await db.queries.access.find_note(
        organization_id=actor.organization_id, **private_view(actor, READ_WITH["note"]), note_id=query.id
    )
    if row is None:
        raise NotFound
    sees_private = private_view(user, READ_WITH["note"])["sees_private"] or row["author_id"] == user.user_id
    private: Code | None = "private_note" if row["visibility"] == "private" and not sees_private else None
    if row["application_id"] is not None:
        return await of_application(db, actor, query, user, application_id=row["application_id"], private=private)
    return await of_candidate(db, actor, query, user, candidate_id=row["candidate_id"], private=private)


async def of_application(
    db: Database, actor: Actor, query: AccessQuery, user: Actor, *, application_id: UUID | None = None,
    private: Code | None = None,
) -> Found:  # fmt: skip
    """Of an application, or of a file, a note or a mail that belongs to one. Raises: NotFound."""
    permission = READ_WITH[query.type]
    seen, caller = candidate_view(user, permission), candidate_view(actor, permission)
    row = await db.queries.access.explain_application(
        organization_id=actor.organization_id, **caller, application_id=application_id or query.id,
        **user_view(user, permission),
        is_shown_internal=seen["sees_internal"],
    )  # fmt: skip
    if row is None:
        raise NotFound
    facts = CandidateFacts(row["is_own"], row["is_internal"] and not seen["sees_internal"], private)
    is_visible, jobs = row["is_visible"] and private is None, decoded(row["jobs"])
    return Found(is_visible, list(reasons_of_candidate(facts, jobs, seen, is_visible=is_visible)), jobs)


def user_view(user: Actor, permission: str) -> UserView:
    """What the user sees with a permission, as the statements take it."""
    seen = view(user, permission)
    return UserView(
        user_id=user.user_id or UUID(int=0), is_shown_all_jobs=seen["sees_all_jobs"],
        is_shown_confidential_jobs=seen["sees_confidential_jobs"],
    )  # fmt: skip


def decoded(jobs: str) -> list[JobAccess]:
    """The jobs of a row."""
    return msgspec.json.decode(jobs, type=list[JobAccess])

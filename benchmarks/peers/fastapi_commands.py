"""The two commands of `fastapi_models`: each is one transaction of plain statements, with an event for what it changes.

They write the rows that our own statements write: `sql/commands/candidates.sql` and `sql/commands/boards.sql`.
"""

import secrets
from typing import Any
from uuid import UUID

import asyncpg
from fastapi import HTTPException
from uuid_utils.compat import uuid7

from benchmarks.peers.fastapi_access import Caller
from benchmarks.peers.fastapi_shapes import NewBoardApplication, NewCandidate

MAXIMUM_MAIL_COUNT = 10
"""Mails to an applicant's address in 24 hours."""
ANONYMOUS = {"type": "anonymous", "id": None, "user_id": None, "on_behalf_of": None}

FIND_POST = """
SELECT p.organization_id, p.id AS post_id, p.job_id, p.title, p.language, p.questions, b.required_fields,
       coalesce(o.mail_sender_name, o.name) AS organization_name, o.reapply_window_days, s.id AS source_id,
       j.status = 'open' AND (p.closes_at IS NULL OR p.closes_at > now()) AS is_accepting
FROM board_directory AS y
JOIN job_boards AS b ON b.organization_id = y.organization_id AND b.id = y.job_board_id
JOIN organizations AS o ON o.organization_id = y.organization_id
JOIN posts AS p ON p.organization_id = y.organization_id AND p.job_board_id = y.job_board_id
JOIN jobs AS j ON j.organization_id = p.organization_id AND j.id = p.job_id
LEFT JOIN sources AS s ON s.organization_id = y.organization_id AND s.key = 'board'
WHERE y.slug = $1 AND p.id = $2 AND p.status = 'published' AND NOT p.is_internal
FOR SHARE OF j, p
"""
LOCK_EMAIL = "SELECT pg_advisory_xact_lock(hashtextextended('apply ' || $1::uuid::text || ' ' || $2::text, 0))"
LOCK_CANDIDATES = """
SELECT c.id, c.status, c.first_name, c.last_name, c.phones, c.links, c.location, c.language
FROM candidate_emails AS m
JOIN candidates AS c ON c.organization_id = m.organization_id AND c.id = m.candidate_id
WHERE m.organization_id = $1 AND m.email = $2
ORDER BY c.id
FOR NO KEY UPDATE OF c
"""
FIND_STANDING_APPLICATION = """
SELECT id
FROM applications
WHERE organization_id = $1 AND candidate_id = $2 AND job_id = $3
  AND (status IN ('active', 'hired') OR applied_at > now() - make_interval(days => $4))
LIMIT 1
"""
FIND_FIRST_STAGE = """
SELECT id, kind
FROM stages
WHERE organization_id = $1 AND job_id = $2 AND removed_at IS NULL AND kind <> 'lead'
ORDER BY position
LIMIT 1
"""
SHARE_TAGS = """
SELECT id, name
FROM tags
WHERE organization_id = $1 AND name = ANY ($2) AND status = 'active'
ORDER BY id
FOR SHARE
"""
LIST_RECENT_MESSAGES = """
SELECT m.kind, a.job_id
FROM messages AS m
LEFT JOIN applications AS a ON a.organization_id = m.organization_id AND a.id = m.application_id
WHERE m.organization_id = $1 AND m.recipient = $2 AND m.kind IN ('application_received', 'already_applied')
  AND m.created_at > now() - interval '1 day'
"""


async def add_candidate(primary: asyncpg.Pool, caller: Caller, body: NewCandidate) -> dict[str, Any]:
    """Adds a candidate.

    Raises: HTTPException (422 for an unknown source or tag, 409 for an external id that is taken).
    """
    actor = {"type": "user", "id": str(caller.user_id), "user_id": str(caller.user_id), "on_behalf_of": None}
    async with primary.acquire() as connection, connection.transaction():
        if body.source_id is not None and not await is_source(connection, caller.organization_id, body.source_id):
            raise HTTPException(422, "The source is unknown.")
        tags = await connection.fetch(SHARE_TAGS, caller.organization_id, body.tags)
        if len(tags) < len(body.tags):
            raise HTTPException(422, "A tag is unknown.")
        values = body.model_dump(exclude={"emails", "phones", "links", "tags"}) | {
            "organization_id": caller.organization_id,
            "id": uuid7(),
            "tag_ids": [tag["id"] for tag in tags],
            "name": " ".join(part for part in (body.first_name, body.middle_name, body.last_name) if part),
            "emails": [each.model_dump() for each in body.emails],
            "phones": [each.model_dump() for each in body.phones],
            "links": [each.model_dump() for each in body.links],
        }
        try:
            row = await insert_candidate(connection, values, actor=actor, correlation_id=uuid7())
        except asyncpg.UniqueViolationError:
            raise HTTPException(409, "The external id is taken.") from None
        return dict(row) | {"tags": sorted(tag["name"] for tag in tags)}


async def is_source(connection: Any, organization_id: UUID, source_id: UUID) -> bool:
    """Whether there is an active source, which then stays so until the transaction ends."""
    found = await connection.fetchrow(
        "SELECT id FROM sources WHERE organization_id = $1 AND id = $2 AND status = 'active' FOR SHARE",
        organization_id, source_id,
    )  # fmt: skip
    return found is not None


async def insert_candidate(
    connection: Any, values: dict[str, Any], *, actor: dict[str, Any], correlation_id: UUID
) -> asyncpg.Record:
    """Inserts a candidate with its addresses and the event."""
    places = ", ".join(f"${place}" for place in range(1, len(values) + 1))
    row = await connection.fetchrow(
        f"INSERT INTO candidates ({', '.join(values)}) VALUES ({places}) RETURNING *", *values.values()
    )
    await connection.executemany(
        "INSERT INTO candidate_emails (organization_id, email, candidate_id) VALUES ($1, $2, $3)",
        [(row["organization_id"], email["value"], row["id"]) for email in row["emails"]],
    )
    await record_event(
        connection, row["organization_id"], event_id=uuid7(), actor=actor, correlation_id=correlation_id,
        kind="candidate.created", aggregate_id=row["id"],
        data={"source_id": row["source_id"] and str(row["source_id"])},
    )  # fmt: skip
    return row


async def record_event(
    connection: Any, organization_id: UUID, *, event_id: UUID, actor: dict[str, Any], correlation_id: UUID, kind: str,
    aggregate_id: UUID, data: dict[str, Any],
) -> None:  # fmt: skip
    """Records an event of something new and queues it for the broker."""
    await connection.execute(
        """
        INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                            aggregate_version, data)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8)
        """,
        organization_id, event_id, actor, correlation_id, kind, kind.partition(".")[0], aggregate_id, data,
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO outbox (organization_id, event_id) VALUES ($1, $2)", organization_id, event_id
    )


async def apply(primary: asyncpg.Pool, *, board: str, post_id: UUID, body: NewBoardApplication) -> str:
    """Takes an application through a post, and returns the token of the receipt.

    Raises: HTTPException (404 for an unknown post, 422 for what the board requires or a question of the post, 409 for a
    post that takes no applications).
    """
    async with primary.acquire() as connection, connection.transaction():
        post = await connection.fetchrow(FIND_POST, board, post_id)
        if post is None:
            raise HTTPException(404, "There is no such post.")
        check_form(post, body)
        if not post["is_accepting"]:
            raise HTTPException(409, "The post takes no applications.")
        if not body.website:  # only a robot fills it in, and gets the same answer
            await submit(connection, post, body, correlation_id=uuid7())
    return secrets.token_urlsafe(32)


def check_form(post: asyncpg.Record, body: NewBoardApplication) -> None:
    """Refuses an application that lacks what is required. Raises: HTTPException (422)."""
    missing = [name for name in post["required_fields"] if not getattr(body, name, None)]
    missing += [question["id"] for question in post["questions"] if question["required"]]
    if missing:
        raise HTTPException(422, [{"type": "missing", "loc": ["body", name]} for name in missing])


async def submit(connection: Any, post: asyncpg.Record, body: NewBoardApplication, *, correlation_id: UUID) -> None:
    """Finds or adds the candidate, adds the application unless one stands, and schedules the mail that tells of it."""
    organization_id = post["organization_id"]
    await connection.execute(LOCK_EMAIL, organization_id, body.email)
    locked = await connection.fetch(LOCK_CANDIDATES, organization_id, body.email)
    known = [row for row in locked if row["status"] == "active"]
    standing_id = None
    if len(known) == 1:
        candidate_id = known[0]["id"]
        standing_id = await connection.fetchval(
            FIND_STANDING_APPLICATION, organization_id, candidate_id, post["job_id"], post["reapply_window_days"]
        )
        if standing_id is None:
            await touch_candidate(connection, organization_id, known[0], body)
    else:
        candidate_id = await add_applicant(connection, post, body, is_known=bool(known), correlation_id=correlation_id)
    application_id = standing_id or await insert_application(
        connection, post, body, candidate_id=candidate_id, correlation_id=correlation_id
    )
    kind = "application_received" if standing_id is None else "already_applied"
    recent = await connection.fetch(LIST_RECENT_MESSAGES, organization_id, body.email)
    if len(recent) < MAXIMUM_MAIL_COUNT and (kind, post["job_id"]) not in [tuple(row) for row in recent]:
        await schedule_message(
            connection, post, body, kind=kind, application_id=application_id,
            candidate_id=candidate_id if standing_id is None else None, correlation_id=correlation_id,
        )  # fmt: skip


def phones_of(body: NewBoardApplication) -> list[dict[str, str]]:
    """The telephone number of the form, as candidates have theirs."""
    return [{"value": body.phone, "kind": "mobile"}] if body.phone else []


async def add_applicant(
    connection: Any, post: asyncpg.Record, body: NewBoardApplication, *, is_known: bool, correlation_id: UUID
) -> UUID:
    """Adds the applicant as a candidate, who may be a duplicate where several have the address."""
    candidate_id = uuid7()
    values = {
        "organization_id": post["organization_id"],
        "id": candidate_id,
        "first_name": body.first_name,
        "last_name": body.last_name,
        "name": " ".join(part for part in (body.first_name, body.last_name) if part),
        "emails": [{"value": body.email, "kind": "personal"}],
        "phones": phones_of(body),
        "links": [link.model_dump() for link in body.links],
        "location": body.location,
        "language": body.language,
        "source_id": post["source_id"],
        "is_possible_duplicate": is_known,
    }
    await insert_candidate(connection, values, actor=ANONYMOUS, correlation_id=correlation_id)
    return candidate_id


async def touch_candidate(
    connection: Any, organization_id: UUID, candidate: asyncpg.Record, body: NewBoardApplication
) -> None:
    """Keeps what the applicant wrote differently from the profile as a proposed update."""
    form = {"phones": phones_of(body), "links": [link.model_dump() for link in body.links]}
    lines = {name: getattr(body, name) for name in ("first_name", "last_name", "location", "language")}
    is_different = any(value is not None and value != (candidate[name] or "") for name, value in lines.items()) or any(
        each["value"] not in [kept["value"] for kept in candidate[name]] for name in form for each in form[name]
    )
    await connection.execute(
        """
        UPDATE candidates
        SET updated_at = written_at(), proposed_update = coalesce($3, proposed_update)
        WHERE organization_id = $1 AND id = $2
        """,
        organization_id, candidate["id"], lines | form if is_different else None,
    )  # fmt: skip


async def insert_application(
    connection: Any, post: asyncpg.Record, body: NewBoardApplication, *, candidate_id: UUID, correlation_id: UUID
) -> UUID:
    """Inserts an application in the first stage, with its history and the event."""
    organization_id, job_id, application_id, event_id = post["organization_id"], post["job_id"], uuid7(), uuid7()
    stage_id, stage_kind = await connection.fetchrow(FIND_FIRST_STAGE, organization_id, job_id)
    applied_at = await connection.fetchval(
        """
        INSERT INTO applications (organization_id, id, candidate_id, job_id, post_id, stage_id, source_id, referrer)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        RETURNING applied_at
        """,
        organization_id, application_id, candidate_id, job_id, post["post_id"], stage_id, post["source_id"],
        body.source,
    )  # fmt: skip
    await connection.execute(
        """
        INSERT INTO stage_changes (organization_id, id, application_id, change, to_stage_id, actor)
        VALUES ($1, $2, $3, 'submitted', $4, $5)
        """,
        organization_id, event_id, application_id, stage_id, ANONYMOUS,
    )  # fmt: skip
    data = {
        "candidate_id": candidate_id, "job_id": job_id, "stage_id": stage_id, "stage_kind": stage_kind,
        "post_id": post["post_id"], "source_id": post["source_id"], "applied_at": applied_at.isoformat(),
    }  # fmt: skip
    await record_event(
        connection, organization_id, event_id=event_id, actor=ANONYMOUS, correlation_id=correlation_id,
        kind="application.submitted", aggregate_id=application_id,
        data={name: str(value) for name, value in data.items()},
    )  # fmt: skip
    return application_id


async def schedule_message(
    connection: Any, post: asyncpg.Record, body: NewBoardApplication, *, kind: str, application_id: UUID,
    candidate_id: UUID | None, correlation_id: UUID,
) -> None:  # fmt: skip
    """Schedules the mail to the applicant, with the event that makes it due."""
    facts = {
        "first_name": body.first_name, "job_title": post["title"], "organization_name": post["organization_name"],
    }  # fmt: skip
    message_id = uuid7()
    await connection.execute(
        """
        INSERT INTO messages (organization_id, id, kind, status, recipient, language, facts, candidate_id,
                              application_id)
        VALUES ($1, $2, $3, 'scheduled', $4, $5, $6, $7, $8)
        """,
        post["organization_id"], message_id, kind, body.email, body.language or post["language"], facts, candidate_id,
        application_id,
    )  # fmt: skip
    await record_event(
        connection, post["organization_id"], event_id=message_id, actor=ANONYMOUS, correlation_id=correlation_id,
        kind="message.due", aggregate_id=message_id, data={},
    )  # fmt: skip

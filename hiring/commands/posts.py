"""Changes of posts. What each refuses, and in which order: `sql/commands/posts.sql`."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from hiring.commands.base import Outcome, Written, done, json_text, retried, stamp
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.job_postings import warnings
from hiring.domain.markup import BodyFormat, body_html
from hiring.domain.permissions import pay_view
from hiring.domain.questions import NewQuestion, Question, identity_problems, with_ids
from hiring.errors import Invalid, VersionMismatch
from hiring.foundation.ids import new_id
from hiring.queries import posts as queries
from hiring.services.threads import Threads

if TYPE_CHECKING:
    from typing_extensions import ReadOnly

PERMISSION = "posts.write"


async def add(
    db: Database, actor: Actor, *, threads: Threads, job_id: UUID, job_board_id: UUID | None, external_id: str | None,
    translation_of: UUID | None, language: str | None, title: str, body: str, body_format: BodyFormat,
    locations: Sequence[Any], remote_regions: Sequence[str], pay_ranges: Sequence[Any],
    questions: Sequence[NewQuestion], is_internal: bool, closes_at: datetime | None,
) -> Written:  # fmt: skip
    """Adds a draft.

    Raises: NotFound (job), Invalid (HTML nested too deeply, unknown board, an original that is no post of the job, a
    question with an id), StatusConflict (archived), Taken (external_id, language), ServiceBusy.
    """
    judge_questions(questions, [])
    shown = await threads.run(lambda: body_html(body, body_format))
    row = await db.commands.posts.add(
        **stamp(actor), **pay_view(actor, PERMISSION), post_id=new_id(), job_id=job_id, job_board_id=job_board_id,
        external_id=external_id, translation_of=translation_of, language=language, title=title, body=body,
        body_format=body_format, body_html=shown, locations=json_text(locations),
        remote_regions=list(remote_regions), pay_ranges=json_text(pay_ranges),
        questions=json_text(with_ids(questions, [], new_id)), is_internal=is_internal, closes_at=closes_at,
    )  # fmt: skip
    return done(row)


@retried
async def update(
    db: Database, actor: Actor, *, threads: Threads, post_id: UUID, changes: dict[str, Any],
    questions: Sequence[NewQuestion] | None, expected_versions: list[int] | None,
) -> Written:  # fmt: skip
    """Changes the fields of a merge patch; questions that keep their meaning keep their ids.

    The body of a published post has `warnings` besides.

    Raises: NotFound, Invalid (HTML nested too deeply, ids of questions or options, a law on pay), VersionMismatch,
    BeingChanged, Taken (external_id, language), ServiceBusy.
    """
    read_version = None
    if questions is not None or {"body", "body_format"} & changes.keys():
        found = await queries.find(db, actor, post_id=post_id, permission=PERMISSION)
        post = msgspec.json.decode(found.text)
        read_version = post["version"]
        if expected_versions is not None and read_version not in expected_versions:
            raise VersionMismatch(current={"version": read_version})
        changes = changes | await derived(threads, changes, questions, post)
    return with_warnings(
        await db.commands.posts.update(
            **stamp(actor), **pay_view(actor, PERMISSION), post_id=post_id, changes=changes,
            read_version=read_version, expected_versions=expected_versions,
        )
    )  # fmt: skip


async def derived(
    threads: Threads, changes: dict[str, Any], questions: Sequence[NewQuestion] | None, post: Mapping[str, Any]
) -> dict[str, Any]:
    """The columns that follow from a patch and from the post as it stands.

    Raises: Invalid (ids of questions, HTML nested too deeply), ServiceBusy.
    """
    result: dict[str, Any] = {}
    if questions is not None:
        judge_questions(questions, post["questions"])
        result["questions"] = with_ids(questions, post["questions"], new_id)
    if {"body", "body_format"} & changes.keys():
        text, form = changes.get("body", post["body"]), changes.get("body_format", post["body_format"])
        result["body_html"] = await threads.run(lambda: body_html(text, form))
    return result


def judge_questions(questions: Sequence[NewQuestion], standing: Sequence[Question]) -> None:
    """Raises: Invalid, where an id is not that of a standing question or option, or is given twice."""
    if errors := list(identity_problems(questions, standing)):
        raise Invalid(errors=errors)


class Advertised(Outcome):
    """A post, what search engines need from its job and board, and which laws demand its pay later or may demand it."""

    workplace: "ReadOnly[str]"
    has_page: "ReadOnly[bool]"
    law_before_interview: "ReadOnly[str | None]"
    without_region: "ReadOnly[Sequence[str] | None]"


def with_warnings(row: Advertised | None) -> Written:
    """What was written; the body of a published post has its warnings.

    Raises: NotFound, what the statement refused.
    """
    change = done(row, may_change_nothing=True)
    post = msgspec.json.decode(change.body)
    if row is None or post["status"] != "published":
        return change
    told = warnings(
        post, workplace=row["workplace"], has_page=row["has_page"], law_before_interview=row["law_before_interview"],
        without_region=row["without_region"] or [], now=datetime.now(UTC),
    )  # fmt: skip
    return msgspec.structs.replace(change, body=f'{change.body[:-1]},"warnings":{json_text(list(told))}}}')


async def publish(db: Database, actor: Actor, *, post_id: UUID, expected_versions: list[int] | None) -> Written:
    """Publishes a post; may be repeated. The body has `warnings` besides.

    Raises: NotFound, VersionMismatch, Invalid (its body shows nothing, a law on pay).
    """
    return with_warnings(
        await db.commands.posts.publish(
            **stamp(actor), **pay_view(actor, PERMISSION), post_id=post_id, expected_versions=expected_versions
        )
    )


async def unpublish(db: Database, actor: Actor, *, post_id: UUID, expected_versions: list[int] | None) -> Written:
    """Takes a post off its board; may be repeated. Raises: NotFound, VersionMismatch."""
    return done(
        await db.commands.posts.unpublish(
            **stamp(actor), **pay_view(actor, PERMISSION), post_id=post_id, expected_versions=expected_versions
        ),
        may_change_nothing=True,
    )

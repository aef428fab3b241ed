"""Changes of posts."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypedDict
from uuid import UUID

import msgspec

from hiring.commands.base import Resource, Written, changed, expect, found, json_text, retried, stamp, written
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.job_postings import warnings
from hiring.domain.markup import BodyFormat, body_html
from hiring.domain.permissions import pay_view
from hiring.domain.questions import NewQuestion, Question, identity_problems, with_ids
from hiring.errors import BeingChanged, FieldError, Invalid, NotFound, Taken
from hiring.foundation.ids import new_id
from hiring.queries import posts as queries
from hiring.services.threads import Threads

if TYPE_CHECKING:
    from typing_extensions import ReadOnly


async def add(
    db: Database, actor: Actor, *, threads: Threads, job_id: UUID, job_board_id: UUID | None, external_id: str | None,
    translation_of: UUID | None, language: str | None, title: str, body: str, body_format: BodyFormat,
    locations: Sequence[Any], remote_regions: Sequence[str], pay_ranges: Sequence[Any],
    questions: Sequence[NewQuestion], is_internal: bool, closes_at: datetime | None,
) -> Written:  # fmt: skip
    """Adds a draft.

    Raises: NotFound (job), Invalid (HTML nested too deeply, unknown board, an original that is no post of the job, a
    question with an id), Taken (external_id, language), ServiceBusy.
    """
    judge_questions(questions, [])
    shown = await threads.run(lambda: body_html(body, body_format))
    evidence = await db.commands.posts.add(
        **stamp(actor), **pay_view(actor, "posts.write"), post_id=new_id(), job_id=job_id, job_board_id=job_board_id,
        external_id=external_id, translation_of=translation_of, language=language, title=title, body=body,
        body_format=body_format, body_html=shown, locations=json_text(locations),
        remote_regions=list(remote_regions), pay_ranges=json_text(pay_ranges),
        questions=json_text(with_ids(questions, [], new_id)), is_internal=is_internal, closes_at=closes_at,
    )  # fmt: skip
    if not evidence["is_job_found"]:
        raise NotFound
    if not evidence["is_board_found"]:
        raise Invalid(errors=[FieldError("/job_board_id", "unknown_reference", "There is no such job_board.")])
    if translation_of is not None and not evidence["is_original_found"]:
        detail = "There is no such post of this job."
        raise Invalid(errors=[FieldError("/translation_of", "unknown_reference", detail)])
    if evidence["event_id"] is None:
        raise language_taken(evidence)
    return written(evidence)


@retried
async def update(
    db: Database, actor: Actor, *, threads: Threads, post_id: UUID, changes: dict[str, Any],
    questions: Sequence[NewQuestion] | None, expected_version: int | None,
) -> Written:  # fmt: skip
    """Changes the fields of a merge patch; questions that keep their meaning keep their ids.

    The body of a published post has `warnings` besides.

    Raises: NotFound, Invalid (HTML nested too deeply, ids of questions or options), VersionMismatch, BeingChanged,
    Taken (external_id, language), ServiceBusy.
    """
    read_version = None
    if questions is not None or {"body", "body_format"} & changes.keys():
        post = msgspec.json.decode((await queries.find(db, actor, post_id=post_id)).text)
        read_version = post["version"]
        expect({"found_version": read_version}, expected_version)
        changes = changes | await derived(threads, changes, questions, post)
    evidence = await db.commands.posts.update(
        **stamp(actor), **pay_view(actor, "posts.write"), post_id=post_id, changes=changes,
        expected_version=expected_version if read_version is None else read_version,
    )  # fmt: skip
    evidence = found(evidence, expected_version)
    if read_version is not None and evidence["found_version"] != read_version:
        raise BeingChanged(current={"version": evidence["found_version"]})
    if evidence["holder_id"] is not None:
        raise language_taken(evidence)
    return with_warnings(evidence)


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


class Holding(TypedDict):
    """Evidence of the post that has a language already."""

    holder_id: UUID | None
    holder_status: str | None
    holder_version: int | None


def language_taken(evidence: Holding) -> Taken:
    """The conflict of an original and its translation in one language, with the one that has it."""
    current = {"status": evidence["holder_status"], "version": evidence["holder_version"]}
    return Taken("language", current={"id": str(evidence["holder_id"])} | current)


class Advertised(Resource):
    """Evidence of a post, and what search engines need from its job and board."""

    workplace: "ReadOnly[str]"
    has_page: "ReadOnly[bool]"


def with_warnings(evidence: Advertised) -> Written:
    """What was written; where the post is published, its body has what search engines will not take."""
    change = written(evidence)
    post = msgspec.json.decode(change.body)
    if post["status"] != "published":
        return change
    told = warnings(post, workplace=evidence["workplace"], has_page=evidence["has_page"], now=datetime.now(UTC))
    return msgspec.structs.replace(change, body=f'{change.body[:-1]},"warnings":{json_text(list(told))}}}')


async def publish(db: Database, actor: Actor, *, post_id: UUID, expected_version: int | None) -> Written:
    """Publishes a post; may be repeated. The body has `warnings` besides.

    Raises: NotFound, VersionMismatch, Invalid (nothing to be seen).
    """
    evidence = found(
        await db.commands.posts.publish(
            **stamp(actor), **pay_view(actor, "posts.write"), post_id=post_id, expected_version=expected_version
        ),
        expected_version,
    )
    if evidence["is_empty"]:  # written before such a body was refused
        raise Invalid(errors=[FieldError("/body", "required", "The body of the post shows nothing.")])
    return with_warnings(evidence)


async def unpublish(db: Database, actor: Actor, *, post_id: UUID, expected_version: int | None) -> Written:
    """Takes a post off its board; may be repeated. Raises: NotFound, VersionMismatch."""
    return changed(
        await db.commands.posts.unpublish(
            **stamp(actor), **pay_view(actor, "posts.write"), post_id=post_id, expected_version=expected_version
        ),
        expected_version,
    )

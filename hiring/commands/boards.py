"""What the public does on a board: it applies. What is refused, and in which order: `sql/commands/boards.sql`."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from hiring.commands.base import json_text, judged, retried, stamp
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.board import Applicant, UsedUpload, checked_answers, uploads_of
from hiring.domain.people import display_name
from hiring.foundation.ids import new_id
from hiring.queries import boards as queries
from hiring.queries.boards import Board, Form


@retried
async def apply(
    db: Database, actor: Actor, board: Board, *, post_id: UUID, applicant: Applicant, maximum_mail_count: int,
    is_robot: bool,
) -> None:  # fmt: skip
    """Takes an application through a post, with answers to what its form asks now. A robot is answered as a person is.

    Raises: NotFound, Invalid with every finding, PostNotAccepting, BeingChanged.
    """
    form = await queries.find_form(db, board, post_id=post_id)
    answers = checked_answers(applicant, board.required_fields, form.questions, form.consents)
    await submit(
        db, actor, board, post_id=post_id, form=form, applicant=applicant, answers=answers,
        uploads=uploads_of(applicant, answers), maximum_mail_count=maximum_mail_count, is_robot=is_robot,
    )  # fmt: skip


async def submit(
    db: Database, actor: Actor, board: Board, *, post_id: UUID, form: Form, applicant: Applicant,
    answers: list[dict[str, Any]], uploads: Sequence[UsedUpload], maximum_mail_count: int,
    is_robot: bool,
) -> None:  # fmt: skip
    """Takes an application through a post, with the form that its answers and consents were checked against.

    Whatever is there already, the answer is the same: the person is told by mail (rule 14). An answer that is a file is
    kept as its attachment's id. Locks the job and the post (shared), the e-mail address, its candidates, their
    applications to the job and the uploads. An address gets at most `maximum_mail_count` such mails a day, and each
    kind once for a job. Of a robot nothing is kept, but it is refused as a person is, and what it uploaded is used up.

    Raises: NotFound, BeingChanged (the form is another one now), PostNotAccepting, Invalid (an upload that cannot be
    used).
    """
    files = [msgspec.to_builtins(each) | {"attachment_id": new_id(), "event_id": new_id()} for each in uploads]
    attachments = {file["upload_id"]: str(file["attachment_id"]) for file in files}
    answers = [
        answer | {"value": attachments[answer["value"]]} if answer["type"] == "file" else answer for answer in answers
    ]
    consents = [{"id": each.id, "version": each.version, "is_granted": each.granted} for each in applicant.consents]
    phones = [{"value": applicant.phone, "kind": "mobile"}] if applicant.phone else []
    judged(
        await db.commands.boards.apply(
            **stamp(actor), job_board_id=board.job_board_id, post_id=post_id, seen_post_version=form.post_version,
            application_id=new_id(), candidate_id=new_id(), candidate_event_id=new_id(), message_id=new_id(),
            first_name=applicant.first_name, last_name=applicant.last_name,
            name=display_name(applicant.first_name, None, applicant.last_name), email=applicant.email,
            phones=json_text(phones), links=json_text(applicant.links), location=applicant.location,
            language=applicant.language, referrer=applicant.referrer,
            source_details=json_text(applicant.source_details), answers=json_text(answers),
            files=json_text(files), seen_consents=json_text(form.consents), consents=json_text(consents),
            maximum_mail_count=maximum_mail_count, is_robot=is_robot,
        )
    )  # fmt: skip

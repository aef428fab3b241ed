"""Attachments: files of candidates."""

from typing import Literal
from uuid import UUID

from hiring.commands import attachments as commands
from hiring.domain.vocabulary import Sha256
from hiring.errors import FilesUnavailable
from hiring.foundation.logs import get_logger
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, created, no_content
from hiring.http.shapes import Request, Resource, page_of
from hiring.queries import attachments as queries
from hiring.queries.attachments import AttachmentsQuery, Kind
from hiring.services.media import content_disposition, fitting_file_name

log = get_logger(__name__)


class Attachment(Resource, frozen=True, kw_only=True):
    """A file of a candidate."""

    candidate_id: UUID
    """The candidate whose file it is."""
    application_id: UUID | None
    """The application that the file came with, null for one that was uploaded to the candidate. A file goes along when
    its application is transferred."""
    kind: Kind
    """What the file is for. A board attaches résumés as `resume`, cover letters as `cover_letter`, and files that
    answer a question as `other`."""
    visibility: Literal["team", "private"]
    """Who sees the file: `team` is everybody who may read files and sees the candidate, and the application if it came
    with one; `private` needs `private.read` besides. It cannot be changed later."""
    file_name: str | None
    """What the file is called, with an extension that fits its content; null once it is deleted."""
    media_type: str
    """What the file is by its content, and the `Content-Type` of its download."""
    size: int
    """The size of the content in bytes."""
    sha256: Sha256 | None
    """The SHA-256 of the content in hexadecimal digits; null once it is deleted."""
    status: Literal["stored", "parsed", "unparsable", "deleted"]
    """`stored` for every file that is shown. Deleted ones are not shown, and nothing reads résumés yet, so none is
    `parsed` or `unparsable`."""


class NewAttachment(Request, frozen=True, kw_only=True):
    """An upload to attach to a candidate, and what it is."""

    upload_id: UUID
    """An upload from `POST /uploads` that is not used and not older than 24 hours. One that came through a board is
    refused."""
    kind: Kind = "resume"
    visibility: Literal["team", "private"] = "team"


@operation(returns=page_of(Attachment))
async def list_attachments(request: Handler, query: AttachmentsQuery) -> Reply:
    """List attachments.

    Lists the files of the candidates whom the caller sees, newest first: with scope `team`, of those with an
    application to a job of their hiring teams, where being only an interviewer is not enough. A file that came with an
    application is listed for callers who see the application. Private files are listed only with `private.read`; a
    caller who reads the files of all jobs needs it with scope `all`. Deleted files are not listed.
    """
    return request.page(await queries.list_all(request.db, request.actor, query), query)


@operation(status=201, returns=Attachment, events=("attachment.uploaded",))
async def attach_upload(request: Handler, candidate_id: UUID, body: NewAttachment) -> Reply:
    """Attach an upload.

    Attaches a file to an active candidate and uses the upload up: it cannot be attached a second time. Everybody in the
    organization who may attach files can use it, not only the user who sent it. The candidate's `updated_at` moves, but
    not the `version`. A private file can be attached without `private.read`, but not read afterwards.
    """
    change = await commands.add(
        request.db, request.actor, candidate_id=candidate_id, upload_id=body.upload_id, kind=body.kind,
        visibility=body.visibility,
    )  # fmt: skip
    return created(change, "attachments")


@operation(returns=Attachment)
async def read_attachment(request: Handler, attachment_id: UUID) -> Reply:
    """Read an attachment.

    Shows what is known of a file; `GET /attachments/{attachment_id}/content` has the file itself. `GET /attachments`
    says which files are visible to the caller; every other one is not found, and neither is one that was deleted.
    """
    row = await queries.find(request.db, request.actor, attachment_id=attachment_id)
    return Reply(body=row["body"], version=row["version"])


@operation(status=204, events=("attachment.deleted",))
async def delete_attachment(request: Handler, attachment_id: UUID) -> Reply:
    """Delete an attachment.

    Removes the content, the name and the hash for good; nothing brings them back. Where the file store cannot be
    reached, nobody can download the file any more, and the service removes its content later. A second deletion finds
    nothing. The candidate's `updated_at` moves, and an answer in an application goes on naming the id. A private file
    can be deleted only with `private.read`.
    """
    deleted = await commands.delete(request.db, request.actor, attachment_id=attachment_id)
    try:
        await request.dependencies.files.delete(deleted.storage_name)
    except FilesUnavailable:  # the attachment is gone all the same; the sweep deletes files that nothing names
        log.warning("attachment.file_left", attachment_id=str(attachment_id))
    return no_content(deleted.event_id)


@operation(media_types=("application/octet-stream", "*/*"))
async def download_attachment(request: Handler, attachment_id: UUID) -> Reply:
    """Download an attachment.

    Answers with the bytes of the file, with its `media_type` as `Content-Type`, as a download under its `file_name`. No
    cache may keep them. Every caller who can read the attachment can download it.
    """
    row = await queries.find(request.db, request.actor, attachment_id=attachment_id)
    assert row["file_name"] is not None and row["storage_name"] is not None  # it is not deleted
    headers = {
        "Content-Type": row["media_type"],
        "Content-Disposition": content_disposition(fitting_file_name(row["file_name"], row["media_type"])),
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-store",
    }
    return Reply(headers=headers, content=request.dependencies.files.get(row["storage_name"]), size=row["size"])

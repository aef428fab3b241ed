"""Attachments: files of candidates."""

from typing import Literal
from uuid import UUID

from hiring.commands import attachments as commands
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, created, no_content
from hiring.http.shapes import Request, Resource, page_of
from hiring.queries import attachments as queries
from hiring.queries.attachments import AttachmentsQuery, Kind
from hiring.services.media import content_disposition, fitting_file_name


class Attachment(Resource, frozen=True, kw_only=True):
    """A file of a candidate."""

    candidate_id: UUID
    kind: Kind
    visibility: Literal["team", "private"]
    file_name: str | None
    media_type: str
    size: int
    sha256: str | None
    status: Literal["stored", "parsed", "unparsable", "deleted"]


class NewAttachment(Request, frozen=True, kw_only=True):
    """An upload to attach."""

    upload_id: UUID
    kind: Kind = "resume"
    visibility: Literal["team", "private"] = "team"


@operation(returns=page_of(Attachment))
async def list_attachments(request: Handler, query: AttachmentsQuery) -> Reply:
    """List attachments."""
    return request.page(await queries.list_all(request.db, request.actor, query), query)


@operation(status=201, returns=Attachment, events=("attachment.uploaded",))
async def attach_upload(request: Handler, candidate_id: UUID, body: NewAttachment) -> Reply:
    """Attach an upload."""
    change = await commands.add(
        request.db, request.actor, candidate_id=candidate_id, upload_id=body.upload_id, kind=body.kind,
        visibility=body.visibility,
    )  # fmt: skip
    return created(change, "attachments")


@operation(returns=Attachment)
async def read_attachment(request: Handler, attachment_id: UUID) -> Reply:
    """Read an attachment."""
    row = await queries.find(request.db, request.actor, attachment_id=attachment_id)
    return Reply(body=row["body"], version=row["version"])


@operation(status=204, events=("attachment.deleted",))
async def delete_attachment(request: Handler, attachment_id: UUID) -> Reply:
    """Delete an attachment."""
    deleted = await commands.delete(request.db, request.actor, attachment_id=attachment_id)
    await request.dependencies.files.delete(deleted.storage_name)
    return no_content(deleted.event_id)


@operation()
async def download_attachment(request: Handler, attachment_id: UUID) -> Reply:
    """Download an attachment."""
    row = await queries.find(request.db, request.actor, attachment_id=attachment_id)
    assert row["file_name"] is not None and row["storage_name"] is not None  # it is not deleted
    headers = {
        "Content-Type": row["media_type"],
        "Content-Disposition": content_disposition(fitting_file_name(row["file_name"], row["media_type"])),
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-store",
    }
    return Reply(headers=headers, content=request.dependencies.files.get(row["storage_name"]), size=row["size"])

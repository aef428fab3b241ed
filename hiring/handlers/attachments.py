"""Attachments: files of candidates."""

from typing import Literal
from uuid import UUID

from hiring.commands import attachments as commands
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, created, no_content
from hiring.http.shapes import PageOf, Request, Resource
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


class Attachments(Handler):
    """All attachments."""

    @operation("List attachments", permission="attachments.read", returns=PageOf[Attachment])
    async def get(self, query: AttachmentsQuery) -> Reply:
        return self.page(await queries.list_all(self.db, self.actor, query), query)


class CandidateAttachments(Handler):
    """The files of one candidate."""

    @operation("Attach an upload", permission="attachments.write", status=201, returns=Attachment)
    async def post(self, candidate_id: UUID, body: NewAttachment) -> Reply:
        change = await commands.add(
            self.db, self.actor, candidate_id=candidate_id, upload_id=body.upload_id, kind=body.kind,
            visibility=body.visibility,
        )  # fmt: skip
        return created(change, f"/api/v1/attachments/{change.id}")


class OneAttachment(Handler):
    """One attachment."""

    @operation("Read an attachment", permission="attachments.read", returns=Attachment)
    async def get(self, attachment_id: UUID) -> Reply:
        row = await queries.find(self.db, self.actor, attachment_id=attachment_id)
        return Reply(body=row["body"], version=row["version"])

    @operation("Delete an attachment", permission="attachments.write", status=204)
    async def delete(self, attachment_id: UUID) -> Reply:
        deleted = await commands.delete(self.db, self.actor, attachment_id=attachment_id)
        await self.dependencies.files.delete(deleted.storage_name)
        return no_content(deleted.event_id)


class AttachmentContent(Handler):
    """The content of an attachment."""

    @operation("Download an attachment", permission="attachments.read")
    async def get(self, attachment_id: UUID) -> Reply:
        row = await queries.find(self.db, self.actor, attachment_id=attachment_id)
        assert row["file_name"] is not None and row["storage_name"] is not None  # it is not deleted
        headers = {
            "Content-Type": row["media_type"],
            "Content-Disposition": content_disposition(fitting_file_name(row["file_name"], row["media_type"])),
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, no-store",
        }
        return Reply(headers=headers, content=self.dependencies.files.get(row["storage_name"]), size=row["size"])

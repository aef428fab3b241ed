"""Uploads: the bytes of a file, alone or in a form, streamed into the file store while they arrive."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Annotated
from uuid import UUID

import msgspec

from hiring.commands import uploads as commands
from hiring.connectors.files import StoredFile
from hiring.domain.vocabulary import Instant, Sha256
from hiring.errors import ApiError, BodyTooLarge, FieldError, Invalid, Malformed, Unavailable
from hiring.http.forms import ENVELOPE_BYTES, FileForm, is_envelope, media_type_of
from hiring.http.handler import Handler
from hiring.http.operation import Operation, operation
from hiring.http.replies import Reply

QUEUED_CHUNKS = 4
"""Chunks of a body that wait for the store; a faster sender is held back by TCP."""
CHUNK_BYTES = 32_768
"""The most that Tornado reads at once (`connections.py`)."""


class UploadQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the file is called."""

    file_name: Annotated[str, msgspec.Meta(min_length=1, max_length=500)] | None = None
    """What the file is called. It is needed where the body is the file alone. A form names the file itself; where both
    do, this name counts."""


class Upload(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A file that waits to be attached to a candidate or to come with an application."""

    id: UUID
    """The id to send where the file is used: as the `upload_id` of an attachment or, for a file that was uploaded to a
    board, in an application."""
    file_name: str
    """What the file is called from here on: the name that was sent, without a path, and with an extension that fits the
    content. A PDF sent as `resume.pdf.exe` becomes `resume.pdf`."""
    size: int
    """The size of the content in bytes."""
    sha256: Sha256
    """The SHA-256 of the content in hexadecimal digits, to compare with the file that was sent."""
    media_type: str
    """What the file is by its content. Neither its name nor the `Content-Type` of the request counts."""
    expires_at: Instant
    """The moment until which the file can be used, 24 hours after it was sent. An unused file is deleted after that."""


class UploadHandler(Handler):
    """Receives a file: the store writes while the body arrives."""

    storing: asyncio.Task[StoredFile] | None = None
    form: FileForm | None = None
    received_bytes = 0
    is_cut = False

    async def admit(self, operation: Operation | None) -> None:
        await super().admit(operation)
        if operation is None:
            return
        query = self.arguments_of(operation, self.path_kwargs)["query"]  # what is wrong now is not stored first
        if query.file_name is None and self.form is None:
            raise Invalid(errors=[FieldError("?file_name", "required", "The parameter names a file outside a form.")])
        self.chunks: asyncio.Queue[bytes | None] = asyncio.Queue(QUEUED_CHUNKS)
        self.storing = asyncio.create_task(
            self.dependencies.files.put(
                await self.owner_id(), self.arriving(), self.dependencies.settings.api.max_upload_bytes
            )
        )
        self.storing.add_done_callback(lambda task: task.cancelled() or task.exception())  # often nobody is left to ask

    def check_announced_body(self, operation: Operation) -> None:
        content_type = self.request.headers.get("Content-Type", "")
        if is_envelope(media_type_of(content_type)):
            self.form = FileForm(content_type)
        super().check_announced_body(operation)

    def maximum_body_bytes(self, operation: Operation) -> int:
        return super().maximum_body_bytes(operation) + (ENVELOPE_BYTES if self.form is not None else 0)

    async def owner_id(self) -> UUID:
        """The organization whose file it will be."""
        if self.actor.organization_id is None:
            raise Malformed
        return self.actor.organization_id

    async def arriving(self) -> AsyncIterator[bytes]:
        """The file, chunk by chunk. Raises: Malformed, where it ends too early: the store then keeps nothing."""
        while (chunk := await self.chunks.get()) is not None:
            yield chunk
        if self.is_cut:
            raise Malformed("The body has ended too early.")

    async def data_received(self, chunk: bytes) -> None:
        if self.refusal is not None or self.is_over:
            return
        buffered_bytes = self.dependencies.files.buffered_bytes + QUEUED_CHUNKS * CHUNK_BYTES
        try:
            self.take_room(min(len(chunk), buffered_bytes - self.kept_bytes))
            for piece in [chunk] if self.form is None else self.pieces(self.form, chunk):
                await self.store(piece)
        except ApiError as error:
            self.drop(error)
            self.stop_storing()

    def pieces(self, form: FileForm, chunk: bytes) -> Iterator[bytes]:
        """The bytes of the file in a chunk of a form. Raises: BodyTooLarge, and what `FileForm.pieces` raises."""
        self.received_bytes += len(chunk)
        assert self.operation is not None  # only what an operation takes is stored
        if self.received_bytes > (most := self.maximum_body_bytes(self.operation)):
            raise BodyTooLarge(f"The body is larger than {most} bytes.")
        return form.pieces(chunk)

    async def store(self, piece: bytes | None) -> None:
        """Hands the store the next bytes, or None for the end, unless it gave up before."""
        if self.storing is not None and not self.storing.done():
            put = asyncio.ensure_future(self.chunks.put(piece))
            await asyncio.wait((put, self.storing), return_when=asyncio.FIRST_COMPLETED)
            put.cancel()

    def on_connection_close(self) -> None:
        """A body that was cut is not stored."""
        self.stop_storing()
        super().on_connection_close()

    def on_finish(self) -> None:
        """A body that nobody took is not stored."""
        self.stop_storing()
        super().on_finish()

    def stop_storing(self) -> None:
        """Ends what the store has begun and not ended; a store that hangs is left to itself after its time limit."""
        if self.storing is None or self.storing.done():
            return
        self.is_cut = True
        while not self.chunks.empty():
            self.chunks.get_nowait()
        self.chunks.put_nowait(None)
        limit_s = self.dependencies.settings.files.timeout_ms / 1000
        asyncio.get_running_loop().call_later(limit_s, self.storing.cancel)

    async def keep(self, query: UploadQuery, job_board_id: UUID | None) -> Reply:
        """Records the file that has arrived; one that is not taken leaves nothing behind."""
        if self.storing is None:
            raise Malformed
        given_name = None if self.form is None else self.form.end()
        name = query.file_name or given_name
        assert name is not None  # it was asked for at admission
        await self.store(None)
        stored = await self.storing
        try:
            change = await commands.add(self.db, self.actor, stored=stored, file_name=name, job_board_id=job_board_id)
        except ApiError as error:
            if not isinstance(error, Unavailable):  # then nobody knows whether the row is there: it needs its file
                await self.dependencies.files.delete(stored.name)
            raise
        return Reply(status=201, body=change.body, event_id=change.event_id)


@operation(status=201, returns=Upload, is_streamed=True, limit="upload", is_keyed=False, events=("upload.stored",))
async def upload_file(request: UploadHandler, query: UploadQuery) -> Reply:
    """Upload a file.

    Keeps a file for 24 hours, until `POST /candidates/{candidate_id}/attachments` attaches it, which can be done once.
    Send the bytes alone with any media type of their own, or a form with the file as its only field. It is a PDF, DOCX,
    ODT, DOC, RTF, text, JSON, PNG or JPEG file by its content, of at most 25 MiB unless the deployment sets another
    limit. An application through a board cannot use it.
    """
    return await request.keep(query, None)

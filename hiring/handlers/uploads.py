"""Uploads: a raw body, streamed into the file store while it arrives."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

import msgspec

from hiring.commands import uploads as commands
from hiring.connectors.files import StoredFile
from hiring.domain.vocabulary import Instant
from hiring.errors import ApiError, Malformed, Unavailable
from hiring.handlers.base import Handler
from hiring.handlers.operation import Operation, operation
from hiring.handlers.replies import Reply

QUEUED_CHUNKS = 16
"""Chunks of a body that wait for the store; a faster sender is held back by TCP."""


class UploadQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the file is called."""

    file_name: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class Upload(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A file that waits to be attached."""

    id: UUID
    file_name: str
    size: int
    sha256: str
    media_type: str
    expires_at: Instant


class UploadHandler(Handler):
    """Receives a file: the store writes while the body arrives."""

    storing: asyncio.Task[StoredFile] | None = None

    async def admit(self, operation: Operation | None) -> None:
        await super().admit(operation)
        if operation is not None:  # what is refused behind the body would have been stored for nothing
            self.arguments_of(operation, self.path_kwargs)
        self.chunks: asyncio.Queue[bytes | None] = asyncio.Queue(QUEUED_CHUNKS)
        self.storing = asyncio.create_task(
            self.dependencies.files.put(
                await self.owner_id(), self.arriving(), self.dependencies.settings.api.max_upload_bytes
            )
        )

    async def owner_id(self) -> UUID:
        """The organization whose file it will be."""
        if self.actor.organization_id is None:
            raise Malformed
        return self.actor.organization_id

    async def arriving(self) -> AsyncIterator[bytes]:
        """The body, chunk by chunk."""
        while (chunk := await self.chunks.get()) is not None:
            yield chunk

    async def data_received(self, chunk: bytes) -> None:  # type: ignore[override]  # Tornado awaits it
        if self.storing is None or self.storing.done() or self._finished:
            return
        put = asyncio.ensure_future(self.chunks.put(chunk))
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
        """Ends what the store has begun and not ended."""
        if self.storing is not None:
            self.storing.cancel()

    async def keep(self, file_name: str, job_board_id: UUID | None) -> Reply:
        """Records the file that has arrived; one that is not taken leaves nothing behind."""
        if self.storing is None:
            raise Malformed
        await self.data_end()
        stored = await self.storing
        try:
            change = await commands.add(
                self.db, self.actor, stored=stored, file_name=file_name, job_board_id=job_board_id
            )
        except ApiError as error:
            if not isinstance(error, Unavailable):  # then nobody knows whether the row is there: it needs its file
                await self.dependencies.files.delete(stored.name)
            raise
        return Reply(status=201, body=change.body, event_id=change.event_id)

    async def data_end(self) -> None:
        """Tells the store that the body has ended, unless it gave up before."""
        if self.storing is not None and not self.storing.done():
            put = asyncio.ensure_future(self.chunks.put(None))
            await asyncio.wait((put, self.storing), return_when=asyncio.FIRST_COMPLETED)
            put.cancel()


class Uploads(UploadHandler):
    """Files for one's own organization."""

    @operation(
        "Upload a file", permission="attachments.write", status=201, returns=Upload, is_streamed=True, limit="upload",
        is_keyed=False,
    )  # fmt: skip
    async def post(self, query: UploadQuery) -> Reply:
        return await self.keep(query.file_name, None)

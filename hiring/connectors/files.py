"""The file store: a local folder, or S3-compatible by configuration, through obstore. The only importer of the driver.

obstore, because one asynchronous interface serves a folder and every object store, and writes are whole or not at all.
"""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlparse
from uuid import UUID

import msgspec
import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from hiring.config import Files
from hiring.errors import BodyTooLarge, FilesUnavailable, NotFound
from hiring.foundation.ids import new_id

CHUNK_BYTES = 1024 * 1024
FOLDER_PART_BYTES = 256 * 1024
S3_PART_BYTES = 5 * 1024 * 1024
"""S3 takes no smaller part of a multipart upload but the last."""
HEAD_BYTES = 64 * 1024
"""So much of a file tells what it is."""
MAXIMUM_RETRIES = 2
TRANSFER_LIMIT = timedelta(minutes=10)
"""A file of the largest size goes through in this, also to a slow reader."""


class StoredFile(msgspec.Struct, frozen=True):
    """A file in the store: its random name, its size in bytes, its SHA-256 in hexadecimal, its first bytes."""

    name: str
    size: int
    sha256: str
    head: bytes


class FileStore:
    """Keeps files under random names in a folder per organization."""

    def __init__(
        self, store: Any, timeout_ms: int, part_bytes: int = FOLDER_PART_BYTES, folder: Path | None = None
    ) -> None:
        self._store, self._folder = store, folder
        self._timeout_s = timeout_ms / 1000
        self._part_bytes = part_bytes

    @property
    def buffered_bytes(self) -> int:
        """How much of a file is in memory while it is stored: the part that is written and the one that fills."""
        return 2 * self._part_bytes

    @staticmethod
    def open(settings: Files) -> "FileStore":
        """Opens the store that the settings name."""
        if settings.url.startswith("file:"):
            folder = Path(urlparse(settings.url).path)
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            return FileStore(LocalStore(str(folder)), settings.timeout_ms, folder=folder)
        address, limit = urlparse(settings.url), timedelta(milliseconds=settings.timeout_ms)
        given = {
            "endpoint": settings.s3.endpoint, "region": settings.s3.region, "access_key_id": settings.s3.access_key_id,
            "secret_access_key": settings.s3.secret_access_key, "prefix": address.path.strip("/") or None,
            "client_options": {
                "allow_http": (settings.s3.endpoint or "").startswith("http:"), "connect_timeout": limit,
                "timeout": TRANSFER_LIMIT,
            },
            "retry_config": {"max_retries": MAXIMUM_RETRIES, "retry_timeout": limit},
        }  # fmt: skip
        options: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        return FileStore(S3Store(address.netloc, **options), settings.timeout_ms, S3_PART_BYTES)

    async def put(self, organization_id: UUID, chunks: AsyncIterator[bytes], max_bytes: int) -> StoredFile:
        """Stores a file under a new name while it arrives, whole or not at all; who sends the chunks limits the time.

        Raises: BodyTooLarge, FilesUnavailable, and whatever `chunks` raises.
        """
        name = f"{organization_id}/{new_id()}"
        digest, size, head = hashlib.sha256(), 0, bytearray()

        async def measured() -> AsyncIterator[bytes]:
            nonlocal size
            async for chunk in chunks:
                size += len(chunk)
                if size > max_bytes:
                    raise BodyTooLarge(f"The body is larger than {max_bytes} bytes.")
                digest.update(chunk)
                head.extend(chunk[: HEAD_BYTES - len(head)])
                yield chunk

        await self._translated(
            obstore.put_async(self._store, name, measured(), chunk_size=self._part_bytes, max_concurrency=1)
        )
        return StoredFile(name, size, digest.hexdigest(), bytes(head))

    async def get(self, name: str) -> AsyncGenerator[bytes]:
        """The bytes of a file, chunk by chunk. Raises: NotFound, FilesUnavailable."""
        found = await self._limited(obstore.get_async(self._store, name))
        chunks = aiter(found.stream(min_chunk_size=CHUNK_BYTES))
        while (chunk := await self._limited(anext(chunks, None))) is not None:
            yield bytes(chunk)

    async def delete(self, name: str) -> None:
        """Deletes a file; one that is not there is no error. Raises: FilesUnavailable."""
        try:
            await self._limited(obstore.delete_async(self._store, name))
        except NotFound:
            return

    async def list_older(self, before: datetime, count: int) -> AsyncIterator[list[str]]:
        """The names of files written before an instant, in lists of at most `count`. Raises: FilesUnavailable."""
        stream = obstore.list(self._store, chunk_size=count)
        while (chunk := await self._limited(anext(stream, None))) is not None:
            if names := [each["path"] for each in chunk if each["last_modified"] < before]:
                yield names

    async def delete_parts(self, before: datetime) -> int:
        """Deletes parts of files whose writing was cut off before an instant, and returns how many.

        A bucket deletes its own: `AbortIncompleteMultipartUpload` among its lifecycle rules.
        """
        return 0 if self._folder is None else await asyncio.to_thread(_delete_parts, self._folder, before)

    async def check(self) -> None:
        """Writes, reads and deletes a file of a few bytes. Raises: FilesUnavailable, NotFound."""
        name = f"checks/{new_id()}"
        await self._limited(obstore.put_async(self._store, name, b"check"))
        await self._limited(obstore.get_async(self._store, name))
        await self._limited(obstore.delete_async(self._store, name))

    async def _limited(self, call: Any) -> Any:
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._translated(call)
        except TimeoutError as error:
            raise FilesUnavailable from error

    async def _translated(self, call: Any) -> Any:
        try:
            return await call
        except FileNotFoundError:
            raise NotFound from None
        except (BaseError, OSError) as error:
            raise FilesUnavailable from error


def _delete_parts(folder: Path, before: datetime) -> int:
    """obstore writes `<name>#<number>` and renames it when it is whole; its own listing leaves these out."""
    count = 0
    for path in folder.glob("*/*#*"):
        with suppress(FileNotFoundError):
            if datetime.fromtimestamp(path.stat().st_mtime, UTC) < before:
                path.unlink()
                count += 1
    return count

"""Documents that everybody gets alike: made once, when the process starts, with ETag and compressed form."""

import gzip
import hashlib
from collections.abc import AsyncGenerator
from typing import Self

import msgspec

from hiring.http.accepting import is_named
from hiring.http.replies import Reply

KEPT_S = 60
"""How long caches keep a document before they ask again."""
COMPRESSED_FROM_BYTES = 1_024
CHUNK_BYTES = 65_536


class Document(msgspec.Struct, frozen=True):
    """A document as it is sent; `compressed` is None where compression gains nothing."""

    content: bytes
    compressed: bytes | None
    etag: str
    headers: dict[str, str]

    @classmethod
    def of(cls, content: str | bytes, media_type: str, *, policy: str | None = None, kept_s: int = KEPT_S) -> Self:
        """Makes a document; `policy` is the Content-Security-Policy of a page."""
        content = content.encode() if isinstance(content, str) else content
        compressed = gzip.compress(content, mtime=0) if len(content) >= COMPRESSED_FROM_BYTES else None
        if compressed is not None and len(compressed) >= len(content):
            compressed = None
        headers = {"Content-Type": media_type, "Cache-Control": f"public, max-age={kept_s}"}
        headers |= {"Vary": "Accept-Encoding, Origin"} if compressed else {}
        headers |= {"Content-Security-Policy": policy} if policy else {}
        return cls(content, compressed, hashlib.sha256(content).hexdigest()[:24], headers)

    def reply(self, accept_encoding: str) -> Reply:
        """The document in a form that the client takes. Each form has its own ETag (RFC 9110, section 8.8.3)."""
        if self.compressed is None or not is_named(accept_encoding, "gzip"):
            return Reply(content=pieces(self.content), size=len(self.content), etag=self.etag, headers=self.headers)
        headers = {**self.headers, "Content-Encoding": "gzip"}
        return Reply(
            content=pieces(self.compressed), size=len(self.compressed), etag=f"{self.etag}-gzip", headers=headers
        )


async def pieces(content: bytes) -> AsyncGenerator[bytes]:
    """The bytes in pieces, so that a client that reads slowly holds no copy of the whole."""
    for start in range(0, len(content), CHUNK_BYTES):
        yield content[start : start + CHUNK_BYTES]

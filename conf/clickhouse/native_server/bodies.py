"""The body of a request: its beginning in memory, and rows that it brings in a file of their own."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email import policy
from email.message import Message
from email.parser import BytesParser
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from native_server.failures import Failure

HELD_BYTES = 1024 * 1024
"""What is read of a body into memory. A statement must fit, rows need not."""
MAXIMUM_FORM_BYTES = 64 * 1024 * 1024
PART_BYTES = 256 * 1024
STATEMENT_BEFORE_ROWS = re.compile(
    rb"\A(?:\s|/\*.*?\*/|--[^\n]*\n)*INSERT\s[^\0]*?\sFORMAT\s+\w+[ \t]*\r?\n", re.IGNORECASE | re.DOTALL
)


def parts_of(stream: BinaryIO, headers: Message) -> Iterator[bytes]:
    """The body as it arrives. Raises: ConnectionError, where it ends too early."""
    if headers.get("Transfer-Encoding", "").lower() == "chunked":
        while size := size_of_chunk(stream):
            yield from exactly(stream, size)
            stream.readline(PART_BYTES)
        while stream.readline(PART_BYTES).strip():
            pass  # trailers
    else:
        yield from exactly(stream, int(headers.get("Content-Length") or 0))


def size_of_chunk(stream: BinaryIO) -> int:
    try:
        return int(stream.readline(PART_BYTES).partition(b";")[0], 16)
    except ValueError:
        raise ConnectionError("no size of a chunk") from None


def exactly(stream: BinaryIO, size: int) -> Iterator[bytes]:
    while size:
        part = stream.read(min(size, PART_BYTES))
        if not part:
            raise ConnectionError("the body ended too early")
        size -= len(part)
        yield part


def held(parts: Iterator[bytes], limit: int = HELD_BYTES) -> bytes:
    """The next part of the body, whole where it is smaller than the limit."""
    beginning = bytearray()
    for part in parts:
        beginning += part
        if len(beginning) >= limit:
            break
    return bytes(beginning)


def split(beginning: bytes) -> tuple[str, bytes]:
    """The statement at the beginning of a body, and the first of the rows behind it. Raises: Failure."""
    found = STATEMENT_BEFORE_ROWS.match(beginning)
    if found is None and len(beginning) >= HELD_BYTES:
        raise Failure("Code: 62. DB::Exception: Syntax error: Max query size exceeded. (SYNTAX_ERROR)")
    end = found.end() if found else len(beginning)
    return beginning[:end].decode(errors="replace"), beginning[end:]


@contextmanager
def stored(folder: Path, first: bytes, parts: Iterator[bytes]) -> Iterator[Path]:
    """Rows in a file, for as long as the block lasts."""
    path = folder / uuid4().hex
    try:
        with path.open("wb") as file:
            file.write(first)
            for part in parts:
                file.write(part)
        yield path
    finally:
        path.unlink(missing_ok=True)


def fields_of(content_type: str, parts: Iterator[bytes], maximum_field_bytes: int) -> Mapping[str, str]:
    """The fields of a multipart form. Raises: Failure, also for a field that ClickHouse's own server would not take."""
    body = held(parts, MAXIMUM_FORM_BYTES)
    if len(body) >= MAXIMUM_FORM_BYTES:
        raise Failure("Code: 229. DB::Exception: The form is too large. (QUERY_IS_TOO_LARGE)")
    head = b"Content-Type: " + content_type.encode() + b"\r\n\r\n"
    form = BytesParser(policy=policy.HTTP).parsebytes(head + body)
    fields = {}
    for part in form.iter_parts():
        if part.get_filename():
            raise Failure("Code: 48. DB::Exception: External tables are not supported. (NOT_IMPLEMENTED)")
        content = part.get_payload(decode=True)
        if len(content) > maximum_field_bytes:
            raise Failure("Code: 1000. DB::Exception: HTML Form Exception: Field value too long. (POCO_EXCEPTION)")
        fields[str(part.get_param("name", header="content-disposition"))] = bytes(content).decode()
    return fields

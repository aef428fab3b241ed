"""Forms with a file (multipart/form-data, RFC 7578), read while they arrive."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from hiring.domain.findings import escaped
from hiring.errors import FieldError, Invalid, Malformed, UnsupportedMediaType

FORM = "multipart/form-data"
MAXIMUM_TYPE_CHARACTERS = 500
MAXIMUM_BOUNDARY_CHARACTERS = 70
"""RFC 2046, section 5.1.1."""
MAXIMUM_HEADER_BYTES = 4096
MAXIMUM_HEADERS = 8
ENVELOPE_BYTES = 16 * 1024
"""A form may be so much larger than the file in it."""
MAXIMUM_SHOWN = 100
"""Characters of a field's name that a refusal repeats."""
PLAIN_ENCODINGS = {"", "7bit", "8bit", "binary", "identity"}
EXTENDED_NAME = re.compile(r";\s*filename\*\s*=\s*utf-8'[^']*'([^;\s]+)", re.IGNORECASE)
TAKEN = f"This takes the bytes of a file with the media type of the file, or {FORM} with the file as its only field."


def media_type_of(content_type: str) -> str:
    """The media type of a Content-Type header, without its parameters."""
    return content_type.partition(";")[0].strip().lower()


def is_envelope(media_type: str) -> bool:
    """Whether a body of this media type has files inside, or a file in another form than its own bytes."""
    return media_type == "application/x-www-form-urlencoded" or media_type.startswith(("multipart/", "message/"))


class FileForm:
    """A form whose only field is a file. Raises: UnsupportedMediaType (another envelope), Malformed (no boundary)."""

    def __init__(self, content_type: str) -> None:
        if media_type_of(content_type) != FORM:
            raise UnsupportedMediaType(TAKEN)
        if len(content_type) > MAXIMUM_TYPE_CHARACTERS:
            raise Malformed("The Content-Type of the form is too long.")
        boundary = parse_options_header(content_type)[1].get("boundary", "")
        if (
            not 1 <= len(boundary) <= MAXIMUM_BOUNDARY_CHARACTERS
            or not boundary.isascii()
            or not boundary.isprintable()
        ):
            raise Malformed(
                f"The Content-Type of a form names its boundary, of 1 to {MAXIMUM_BOUNDARY_CHARACTERS} characters."
            )
        self._parser = PushMultipartParser(
            boundary, max_header_size=MAXIMUM_HEADER_BYTES, max_header_count=MAXIMUM_HEADERS
        )
        self._file_name: str | None = None

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        """Yields the bytes of the file in the next chunk of the form.

        Raises: Malformed, Invalid (another field), UnsupportedMediaType (a file in another form than its own bytes).
        """
        try:
            for event in self._parser.parse(chunk):
                if isinstance(event, MultipartSegment):
                    self._begin(event)
                elif event:
                    yield bytes(event)
        except MultipartError as error:
            raise Malformed(f"The form cannot be read: {error}.") from None

    def end(self) -> str:
        """The name of the file, once the form has arrived. Raises: Malformed (it was cut), Invalid (it has no file)."""
        try:
            self._parser.close()
        except MultipartError as error:
            raise Malformed(f"The form cannot be read: {error}.") from None
        if not self._file_name:
            raise Invalid(errors=[FieldError("/file", "required", "The form has no file.")])
        return self._file_name

    def _begin(self, part: MultipartSegment) -> None:
        """Takes note of a part. Raises: as `pieces`."""
        headers = {name.lower(): value for name, value in part.headerlist}
        extended = EXTENDED_NAME.search(headers.get("content-disposition", ""))
        name = unquote(extended[1]) if extended else part.filename
        pointer = f"/{escaped(part.name or '')[:MAXIMUM_SHOWN]}"
        if self._file_name is not None:
            raise Invalid(errors=[FieldError(pointer, "unexpected", "The file is the only field of the form.")])
        if name is None:
            detail = "The form has no other fields than the file, and this one has no file name."
            raise Invalid(errors=[FieldError(pointer, "unknown_field", detail)])
        encodings = {
            headers.get(each, "").strip().lower() for each in ("content-transfer-encoding", "content-encoding")
        }
        if is_envelope(media_type_of(headers.get("content-type", ""))) or not encodings <= PLAIN_ENCODINGS:
            raise UnsupportedMediaType(TAKEN)
        self._file_name = name

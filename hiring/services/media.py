"""Files by their content: which kind a file is, whatever it is called, and how its name travels.

An allow-list of nine kinds is judged from the first bytes; the libraries for it guess among hundreds, by the name too.
"""

import re
import unicodedata
import zipfile
from io import BytesIO
from urllib.parse import quote

from hiring.errors import UnsupportedMediaType

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
MEDIA_TYPES = (
    PDF, DOCX, ODT, "application/msword", "application/rtf", "text/plain", "application/json", "image/png",
    "image/jpeg",
)  # fmt: skip
SIGNATURES = (
    (b"%PDF-", PDF), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword"), (b"{\\rtf", "application/rtf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"),
)  # fmt: skip
MAXIMUM_NAME_CHARACTERS = 200


def media_type_of(head: bytes, size: int) -> str:
    """The media type by the first bytes of a file. Raises: UnsupportedMediaType."""
    for signature, media_type in SIGNATURES:
        if head.startswith(signature):
            return media_type
    if head.startswith(b"PK\x03\x04"):
        return _type_of_archive(head)
    if size and b"\0" not in head:
        text = _text_of(head)
        if text is not None:
            return "application/json" if text.lstrip().startswith(("{", "[")) else "text/plain"
    raise UnsupportedMediaType("The file is none of the kinds that are taken, by its content.")


def _type_of_archive(head: bytes) -> str:
    """Office documents name their parts from the beginning of the archive on."""
    if b"mimetypeapplication/vnd.oasis.opendocument.text" in head[:200]:
        return ODT
    try:
        names = zipfile.ZipFile(BytesIO(head)).namelist()
    except zipfile.BadZipFile:  # the head of a larger archive: its directory is at the end
        names = [
            name.decode("ascii", "replace")
            for name in re.findall(rb"PK\x03\x04.{26}([\x20-\x7e]{1,100})", head, re.DOTALL)
        ]
    if any(name.startswith("word/") for name in names):
        return DOCX
    raise UnsupportedMediaType("An archive is not taken, unless it is a document.")


def _text_of(head: bytes) -> str | None:
    """The first bytes as UTF-8, cut or whole, else as the Latin script of old; None where it is no text."""
    try:
        text = head.decode("utf-8", "strict")
    except UnicodeDecodeError as error:
        text = head[: error.start].decode() if error.start >= len(head) - 3 else head.decode("cp1252", "replace")
    printable = sum(each.isprintable() or each in "\r\n\t\f" for each in text)
    return text if text and printable / len(text) > 0.95 else None


def safe_file_name(name: str) -> str:
    """A file's name without a path and without characters that harm: composed, 1 to 200 characters."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    clean = "".join(each for each in last if each.isprintable()).strip(" .")
    return clean[-MAXIMUM_NAME_CHARACTERS:] or "file"


def content_disposition(name: str) -> str:
    """The header of a download, with the name in both of its spellings (RFC 6266, RFC 8187)."""
    plain = re.sub(r'[^\x20-\x7e]|["\\%]', "_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"

"""Files by their content: which kind a file is, whatever it is called, and a name that says so.

An allow-list of nine kinds is judged from the first bytes; the libraries for it guess among hundreds, by the name too.
"""

import re
import unicodedata
import zipfile
from codecs import BOM_UTF8
from io import BytesIO
from urllib.parse import quote

from hiring.errors import UnsupportedMediaType

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
DOC, RTF = "application/msword", "application/rtf"
TEXT, JSON = "text/plain", "application/json"
PNG, JPEG = "image/png", "image/jpeg"
EXTENSIONS: dict[str, tuple[str, ...]] = {
    PDF: ("pdf",), DOCX: ("docx",), ODT: ("odt",), DOC: ("doc",), RTF: ("rtf",), TEXT: ("txt", "md"),
    JSON: ("json", "txt", "md"), PNG: ("png",), JPEG: ("jpg", "jpeg"),
}  # fmt: skip
"""The media types that are taken, each with the extensions that fit it; the first is given to a name without one."""
MEDIA_TYPES = tuple(EXTENSIONS)
SIGNATURES = (
    (b"%PDF-", PDF), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", DOC), (b"{\\rtf", RTF),
    (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG),
)  # fmt: skip
MAXIMUM_NAME_CHARACTERS = 200
MAXIMUM_NAME_BYTES = 240
"""Of a name in UTF-8; file systems take 255 bytes, and programs add their own, such as ` (1)`."""
JSON_BEGINNING = re.compile(r"\s*(\{\s*[\"}]|\[\s*([\[{\"\]]|(-?\d[\d.eE+-]*|true|false|null)\s*[,\]]))")
"""An object or an array with what may come first in it: `[Draft]` and `{name}` begin texts."""
EXTENSION = re.compile(r"[A-Za-z0-9]{1,5}")
NOT_IN_WINDOWS = re.compile(r'[<>:"|?*]')
DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])", re.IGNORECASE)
"""What Windows takes for a device, whatever the extension."""


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
            return JSON if JSON_BEGINNING.match(text) else TEXT
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
    head = head.removeprefix(BOM_UTF8)
    try:
        text = head.decode("utf-8", "strict")
    except UnicodeDecodeError as error:
        text = head[: error.start].decode() if error.start >= len(head) - 3 else head.decode("cp1252", "replace")
    printable = sum(each.isprintable() or each in "\r\n\t\f" for each in text)
    return text if text and printable / len(text) > 0.95 else None


def fitting_file_name(name: str, media_type: str) -> str:
    """A file's name with an extension that fits what the file is: `resume.pdf.exe` of a PDF becomes `resume.pdf`.

    It has no path, nothing invisible, nothing that Windows refuses, and 1 to 200 characters.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(each for each in last if each.isprintable())
    stem, extension = _fitting_parts(NOT_IN_WINDOWS.sub("_", visible).strip(" ."), EXTENSIONS[media_type])
    stem = stem.encode()[: MAXIMUM_NAME_BYTES - len(extension)].decode("utf-8", "ignore")
    stem = stem[: MAXIMUM_NAME_CHARACTERS - len(extension) - 2].strip(" .") or "file"
    return f"{'_' if DEVICE.fullmatch(stem.partition('.')[0].rstrip()) else ''}{stem}.{extension}"


def _fitting_parts(name: str, extensions: tuple[str, ...]) -> tuple[str, str]:
    """A name without the extensions that do not fit, and the one that does."""
    while True:
        stem, dot, extension = name.rpartition(".")
        if not dot and name.lower() not in extensions:
            return name, extensions[0]
        if extension.lower() in extensions:
            return stem, extension
        if not EXTENSION.fullmatch(extension.strip()) or extension.strip().isdecimal():
            return name, extensions[0]
        name = stem.rstrip(" .")


def content_disposition(name: str) -> str:
    """The header of a download, with the name in both of its spellings (RFC 6266, RFC 8187)."""
    plain = re.sub(r'[^\x20-\x7e]|["\\%]', "_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"

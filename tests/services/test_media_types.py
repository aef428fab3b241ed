"""What a file is by its first bytes, and what is none of the kinds that are taken."""

import io
import zipfile

import pytest

from hiring.errors import UnsupportedMediaType
from hiring.services.media import DOC, DOCX, JPEG, JSON, ODT, PDF, PNG, RTF, TEXT, fitting_file_name, media_type_of

HEAD_BYTES = 64 * 1024


def archive(*names: str, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP file of these members."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", compression) as file:
        for name in names:
            file.writestr(name, "x" * 300)
    return written.getvalue()


def document(kind: str, *, before: int = 0) -> bytes:
    """An OpenDocument file, whose first member says its type, behind so many bytes of a member's name."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as file:
        if before:
            file.writestr("n" * before, "")
        file.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        file.writestr("content.xml", "<a/>")
    return written.getvalue()


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"%PDF-1.7\n", PDF), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0", DOC), (b"{\\rtf1 x}", RTF),
        (b"\x89PNG\r\n\x1a\n\0", PNG), (b"\xff\xd8\xff\xe0", JPEG), (document("text"), ODT),
        (archive("[Content_Types].xml", "word/document.xml"), DOCX),
        (archive("[Content_Types].xml", "word/document.xml")[:500], DOCX),
        (b"Hello", TEXT), ("Zoë\r\n\t\f".encode(), TEXT), ("Zoë".encode("cp1252"), TEXT), (b"\xef\xbb\xbfHi", TEXT),
        (b"\xef\xbb\xbf[1]", JSON),
        (b'{"a": 1}', JSON), (b" \n[1]", JSON), (b"{ }", JSON), (b"[]", JSON), (b'[\n  {"a"', JSON), (b"[null,", JSON),
        (b"[-1.5e3, 2]", JSON), (b"[Draft] My resume", TEXT), (b"[InternetShortcut]\nURL=x", TEXT), (b"{name}", TEXT),
        (b"[1 page]", TEXT), (b"[nullable]", TEXT), (b"[", TEXT), (b'"a"', TEXT), (b"%PDF", TEXT), (b"GIF89a", TEXT),
        ("Zoë".encode()[:-1], TEXT), ("Zoë 💡".encode()[:-1], TEXT), ("Zoë 💡".encode()[:-3], TEXT),
    ],
)  # fmt: skip
def test_file_is_what_its_first_bytes_say(head: bytes, media_type: str) -> None:
    """Whole or cut; a text in UTF-8 that is cut within a character is still one."""
    assert media_type_of(head, len(head)) == media_type


@pytest.mark.parametrize(
    "head",
    [
        b"", b"\xef\xbb\xbf", b"a\0b", b"\x7fELF\x02\x01\x01\0", b"MZ\x90\0", archive("a.txt"),
        archive("xl/workbook.xml"),
        archive("my-word/a"), archive("a.txt")[:60], document("spreadsheet"), document("text", before=200),
        b"\x01\x02\x03\x04", b"PK\x03\x04",
    ],
)  # fmt: skip
def test_file_is_refused_when_it_is_none_of_the_kinds(head: bytes) -> None:
    """Programs, archives that are no document, nothing at all, bytes that nobody can read."""
    with pytest.raises(UnsupportedMediaType):
        media_type_of(head, len(head))


@pytest.mark.parametrize(("odd", "is_text"), [(4, True), (5, False)])
def test_text_may_hold_few_signs_that_cannot_be_printed(odd: int, is_text: bool) -> None:
    """Fewer than one in twenty."""
    head = b"\x01" * odd + b"x" * (100 - odd)
    if is_text:
        assert media_type_of(head, len(head)) == TEXT
    else:
        with pytest.raises(UnsupportedMediaType):
            media_type_of(head, len(head))


def test_character_that_is_cut_is_no_error_at_the_end_alone() -> None:
    """In the middle it says that the text is of another encoding, which is read as one."""
    whole = "ü".encode() * (HEAD_BYTES // 2)
    assert media_type_of(whole[:-1], HEAD_BYTES * 2) == TEXT
    assert media_type_of(b"x" * 50 + b"\xc3(" + b"x" * 50, 102) == TEXT


GEM = "💠".encode()
"""One of its four bytes is a blank that cannot be printed, where it is read in the Latin script of old."""


@pytest.mark.parametrize(
    ("head", "is_text"),
    [
        (GEM * 50, True), (GEM * 50 + GEM[:1], True), (GEM * 50 + GEM[:3], True), (GEM * 50 + b"\xffab", True),
        (GEM * 50 + b"\xffabc", False), (b"Hello\xff" + b"\x01" * 100, False), (b"\xe9t\xe9 " * 20, True),
        (b"x" * 1_000 + b"\xff" + GEM * 50, True), (b"x" * 100 + b"\xff" + GEM * 50, False),
    ],
)  # fmt: skip
def test_text_is_read_whole_when_it_is_of_another_encoding(head: bytes, is_text: bool) -> None:
    """Whatever its beginning is; no more than the three last bytes may be of a character that was cut."""
    if is_text:
        assert media_type_of(head, len(head)) == TEXT
    else:
        with pytest.raises(UnsupportedMediaType):
            media_type_of(head, len(head))


@pytest.mark.parametrize(
    ("name", "media_type", "length", "byte_count"),
    [
        ("x" * 196 + ".pdf", PDF, 199, 199), ("x" * 300 + ".docx", DOCX, 199, 199),
        ("x" * 194 + ".docx", DOCX, 199, 199),
        ("ü" * 300 + ".pdf", PDF, 122, 240), ("💡" * 100 + ".pdf", PDF, 63, 240),
    ],
)  # fmt: skip
def test_name_is_cut_to_what_file_systems_take(name: str, media_type: str, length: int, byte_count: int) -> None:
    """In characters, and in bytes of UTF-8; the extension stays."""
    fitted = fitting_file_name(name, media_type)
    assert (len(fitted), len(fitted.encode())) == (length, byte_count)
    assert fitted.rpartition(".")[2] == name.rpartition(".")[2]

"""What a file is, and the name that it comes back under."""

import pytest

from hiring.services.media import EXTENSIONS, JPEG, JSON, MEDIA_TYPES, PDF, PNG, TEXT, content_disposition
from hiring.services.media import fitting_file_name as fitting

DOCX = MEDIA_TYPES[1]


NAMES = [
    ("resume.hta", TEXT, "resume.txt"), ("resume.bat", TEXT, "resume.txt"), ("cv.JS", JSON, "cv.json"),
    ("resume.pdf.exe", PDF, "resume.pdf"), ("a.pdf.exe.scr", PDF, "a.pdf"), ("CV.PDF", PDF, "CV.PDF"),
    ("cv", DOCX, "cv.docx"), ("cv.doc", DOCX, "cv.docx"), ("me.png", JPEG, "me.jpg"), ("me.jpeg", JPEG, "me.jpeg"),
    ("notes.md", TEXT, "notes.md"), ("notes.md", PNG, "notes.png"), ("v1.2", PDF, "v1.2.pdf"),
    ("Zeugnis Dr. Müller", PDF, "Zeugnis Dr. Müller.pdf"),
    ("\u30ec\u30b8\u30e5\u30e1.exe", PDF, "\u30ec\u30b8\u30e5\u30e1.pdf"),
    ("cv\u202efdp.exe", PDF, "cvfdp.pdf"), ("cv.exe\u200b", PDF, "cv.pdf"), ("cv.pdf\0.exe", PDF, "cv.pdf"),
    ("cv.cmd. . .", TEXT, "cv.txt"), ("cv.vbs ", TEXT, "cv.txt"), ("cv . exe", TEXT, "cv.txt"),
    ("cv\uff0eexe", TEXT, "cv\uff0eexe.txt"), ("cv\u2024exe", TEXT, "cv\u2024exe.txt"),
    ("cv.desktop", TEXT, "cv.desktop.txt"), ("cv.txt:evil.exe", TEXT, "cv.txt_evil.txt"),
    ("CON", TEXT, "_CON.txt"), ("aux.pdf", PDF, "_aux.pdf"), ("Lpt9 .x.txt", TEXT, "_Lpt9 .x.txt"),
    ("com\u00b9.js", TEXT, "_com\u00b9.txt"), ("console.txt", TEXT, "console.txt"),
    ("../../etc/passwd", TEXT, "passwd.txt"), ("C:\\Users\\me\\cv.lnk", PDF, "cv.pdf"),
    ("cv.pdf/", PDF, "file.pdf"),
    (".htaccess", TEXT, "htaccess.txt"), (".pdf", PDF, "file.pdf"), ("..", PDF, "file.pdf"),
    ("\u200b", PNG, "file.png"),
    ('a<b>"c"|d?*.txt', TEXT, "a_b__c__d__.txt"), ("e\u0301.pdf", PDF, "é.pdf"),
]  # fmt: skip
"""A name, what the file is, and the name that it gets."""


@pytest.mark.parametrize(("name", "media_type", "kept"), NAMES)
def test_name_fits_the_file_when_it_said_something_else(name: str, media_type: str, kept: str) -> None:
    """One extension, of the detected type; nothing that a system would run, hide or refuse."""
    assert fitting(name, media_type) == kept


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
@pytest.mark.parametrize(
    "name", ["x" * 500 + ".exe", "\u00fc" * 300, "💡" * 200 + ".pdf", ". " * 300, "a." * 250, "cv.hta"]
)
def test_name_stays_as_it_is_when_it_is_fitted_again(name: str, media_type: str) -> None:
    """Within the length that file systems take, with the extension."""
    once = fitting(name, media_type)
    assert fitting(once, media_type) == once
    assert len(once) <= 200 and len(once.encode()) <= 255
    assert once.rpartition(".")[2].lower() in EXTENSIONS[media_type]


def test_name_travels_in_two_spellings_when_it_is_not_ascii() -> None:
    """No sign of it ends the header or its quotes."""
    assert content_disposition('é"\\%.pdf') == "attachment; filename=\"____.pdf\"; filename*=UTF-8''%C3%A9%22%5C%25.pdf"

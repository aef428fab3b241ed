"""Uploads: the bytes of a file alone, or a form with the file, as browsers and curl send it."""

import asyncio
import gzip
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from urllib.parse import urlsplit

import pytest

from hiring.config import Settings
from hiring.errors import ApiError
from hiring.http.forms import ENVELOPE_BYTES, FileForm
from tests.api.journeys import open_job, published_post
from tests.api.test_attachments import PDF, stored_count
from tests.background import until
from tests.client import Client, findings

UPLOADS = "/api/v1/uploads"
MULTIPART = "multipart/form-data"
FORM = {"Content-Type": f"{MULTIPART}; boundary=----form1234"}
TEXT = b"My work\r\n------form123\r\n--\r\n\r\n"
"""A file with lines that look like the boundary, and are not."""


def part(disposition: str, content: bytes = TEXT, *more: str) -> bytes:
    """A part of a form, behind its boundary."""
    head = "\r\n".join(["------form1234", f"Content-Disposition: form-data; {disposition}", *more])
    return head.encode() + b"\r\n\r\n" + content + b"\r\n"


def form(*parts: bytes) -> bytes:
    """A form of these parts."""
    return b"".join(parts) + b"------form1234--\r\n"


FILE = part('name="file"; filename="cv.txt"')


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('name="file"; filename="resume.txt"', "resume.txt"),
        ('name="résumé"; filename="Lebenslauf „Zoë“.txt"', "Lebenslauf „Zoë“.txt"),
        ('name="f"; filename="say %22hi%22.txt"', "say _hi_.txt"),
        ('name="f"; filename="say \\"hi\\".txt"', "say _hi_.txt"),
        ("name=file; filename=resume.txt", "resume.txt"),
        ("name=file; filename=plain.txt; filename*=UTF-8''R%C3%A9sum%C3%A9%20%E2%82%AC.txt", "Résumé €.txt"),
        ("name=\"file\"; filename*=utf-8'de'L%C3%B6sung.hta", "Lösung.txt"),
        ('name="file"; filename="C:\\fakepath\\cv.txt.exe"', "cv.txt"),
        ('name="file"; filename="../../cv"', "cv.txt"),
        ('name=""; filename="cv.txt"', "cv.txt"),
        ('name="file"; filename="gpj.\u202eexe"', "gpj.txt"),
    ],
)
async def test_file_is_taken_without_its_envelope_when_it_comes_in_a_form(
    ada: Client, disposition: str, name: str
) -> None:
    """Byte for byte, under the name that the form gives it (RFC 7578, RFC 8187), made to fit."""
    sent = await ada.post(UPLOADS, headers=FORM, content=form(part(disposition, TEXT, "Content-Type: text/x-any")))
    assert sent.status_code == 201, sent.text
    assert (sent.json()["size"], sent.json()["file_name"], sent.json()["media_type"]) == (len(TEXT), name, "text/plain")


async def test_file_is_taken_when_a_client_of_forms_sends_it(ada: Client, anybody: Client) -> None:
    """From inside and over a board, chunked or not; it comes back byte for byte."""
    board = f"/api/v1/boards/{ada.organization['slug']}"
    for client, path in ((ada, UPLOADS), (anybody, f"{board}/uploads")):
        sent = await client.post(path, files={"any name": ("../Résumé.PDF", PDF, "application/pdf")})
        assert sent.status_code == 201, sent.text
        assert (sent.json()["size"], sent.json()["file_name"]) == (len(PDF), "Résumé.PDF")
    candidate = await ada.made("/candidates", {"first_name": "A"})

    async def chunks() -> AsyncIterator[bytes]:
        for place in range(0, len(body), 7):
            yield body[place : place + 7]

    body = form(FILE)
    upload = await ada.post(UPLOADS, params={"file_name": "other.md"}, headers=FORM, content=chunks())
    assert upload.json()["file_name"] == "other.md"  # what the query names counts more
    attached = {"upload_id": upload.json()["id"]}
    attachment = await ada.made(f"/candidates/{candidate['id']}/attachments", attached)
    assert (await ada.get(f"/api/v1/attachments/{attachment['id']}/content")).content == TEXT


async def test_file_is_used_in_an_application_when_it_came_in_a_form(ada: Client, anybody: Client) -> None:
    """As every career page sends it."""
    path = await published_post(ada, await open_job(ada))
    board = path.partition("/posts")[0]
    upload = await anybody.post(f"{board}/uploads", files={"resume": ("cv.docx.js", b"My work")})
    person = {"first_name": "Kim", "email": "kim@example.com", "resume_upload_id": upload.json()["id"]}
    assert (await anybody.post(f"{path}/applications", json=person)).status_code == 201
    [attachment] = (await ada.read("/attachments"))["items"]
    assert (attachment["file_name"], attachment["size"]) == ("cv.txt", 7)


def file_as(*headers: str, content: bytes = TEXT) -> bytes:
    """A form whose file has headers of its own."""
    return form(part("name=f; filename=a.pdf", content, *headers))


REFUSED: dict[str, tuple[dict[str, str], bytes, int, str]] = {
    "cut in the file": ({}, form(FILE)[:-40], 400, "malformed"),
    "cut in the head of the part": ({}, FILE[:40], 400, "malformed"),
    "cut in the last boundary": ({}, form(FILE)[:-4], 400, "malformed"),
    "cut between parts": ({}, FILE, 400, "malformed"),
    "without anything": ({}, b"", 400, "malformed"),
    "with another boundary": ({"Content-Type": f"{MULTIPART}; boundary=b"}, form(FILE), 400, "malformed"),
    "without a boundary": ({"Content-Type": MULTIPART}, form(FILE), 400, "malformed"),
    "with a long boundary": ({"Content-Type": f"{MULTIPART}; boundary={'b' * 71}"}, form(FILE), 400, "malformed"),
    "with an endless type": ({"Content-Type": f"{MULTIPART}; boundary=b;{'a=b;' * 500}"}, b"", 400, "malformed"),
    "with a long header": ({}, file_as(f"X: {'x' * 5000}"), 400, "malformed"),
    "with many headers": ({}, file_as(*["X: y"] * 9), 400, "malformed"),
    "without a disposition": ({}, b"------form1234\r\n\r\nx\r\n------form1234--", 400, "malformed"),
    "with bare line feeds": ({}, form(FILE).replace(b"\r\n", b"\n"), 400, "malformed"),
    "without a file": ({}, b"------form1234--\r\n", 422, "/file required"),
    "with no file chosen": ({}, form(part('name="cv"; filename=""', b"")), 422, "/file required"),
    "with a field alone": ({}, form(part('name="cv"')), 422, "/cv unknown_field"),
    "with a field before": ({}, form(part('name="a/b"'), FILE), 422, "/a~1b unknown_field"),
    "with a field behind": ({}, form(FILE, part('name="website"', b"x")), 422, "/website unexpected"),
    "with two files": ({}, form(FILE, FILE), 422, "/file unexpected"),
    "with thousands of files": ({}, form(*[part("name=f; filename=a", b"")] * 5000), 422, "/f unexpected"),
    "with a file in base64": ({}, file_as("content-transfer-encoding: BASE64", content=b"eA=="), 415, ""),
    "with a compressed file": ({}, file_as("Content-Encoding: gzip", content=gzip.compress(TEXT)), 415, ""),
    "with files within a part": ({}, file_as("Content-Type: multipart/mixed; boundary=b"), 415, ""),
    "with a program": ({}, file_as(content=b"MZ\x90\x00" * 100), 415, ""),
    "with an empty file": ({}, file_as(content=b""), 415, ""),
    "urlencoded": ({"Content-Type": "application/x-www-form-urlencoded"}, b"file=My+work", 415, ""),
    "mixed": ({"Content-Type": "Multipart/Mixed; boundary=----form1234"}, form(FILE), 415, ""),
    "related": ({"Content-Type": "multipart/related;boundary=----form1234"}, form(FILE), 415, ""),
    "mail": ({"Content-Type": "message/rfc822"}, b"Subject: x\r\n\r\nMy work", 415, ""),
    "compressed": ({"Content-Encoding": "gzip"}, gzip.compress(form(FILE)), 415, ""),
}  # fmt: skip


async def test_form_is_refused_when_it_is_not_one_file(ada: Client, anybody: Client, settings: Settings) -> None:
    """400 what cannot be read, 415 another envelope and what is taken, 422 another field; nothing is left behind."""
    before = stored_count(settings)
    board = f"/api/v1/boards/{ada.organization['slug']}/uploads"
    for name, (headers, body, status, found) in REFUSED.items():
        for client, path in ((ada, UPLOADS), (anybody, board)):
            answer = await client.post(path, params={"file_name": "cv.txt"}, headers=FORM | headers, content=body)
            assert answer.status_code == status, (name, answer.text)
            if status == 422:
                assert [" ".join(each) for each in findings(answer)] == [found], name
            elif headers and status == 415:
                assert "multipart/form-data" in answer.text or "content coding" in answer.text, (name, answer.text)
    await until(lambda: is_left(settings, before))


async def is_left(settings: Settings, count: int) -> bool:
    """Whether the store has so many files."""
    return stored_count(settings) == count


async def test_body_is_refused_when_it_is_compressed(ada: Client, anybody: Client) -> None:
    """Wherever a body is taken: what cannot be read is not guessed at."""
    packed = gzip.compress(b'{"first_name":"Kim"}')
    for coding in ("gzip", "br", "deflate, gzip", "GZIP"):
        headers = {"Content-Encoding": coding, "Content-Type": "application/json"}
        for path in ("/api/v1/candidates", "/api/v1/login"):
            answer = await (ada if "cand" in path else anybody).post(path, headers=headers, content=packed)
            assert answer.status_code == 415 and "content coding" in answer.text
    plain = {"Content-Encoding": "identity", "Content-Type": "application/json"}
    assert (await ada.post("/api/v1/candidates", headers=plain, content=b'{"first_name":"Kim"}')).status_code == 201


async def test_file_of_the_largest_size_is_taken_when_it_comes_in_a_form(ada: Client, settings: Settings) -> None:
    """The envelope does not count; one byte more does, and so does what stands around the file."""
    largest = b"%PDF-" + bytes(settings.api.max_upload_bytes - 5)
    before = stored_count(settings)
    sent = await ada.post(UPLOADS, files={"file": ("cv.pdf", largest)})
    assert (sent.status_code, sent.json()["size"]) == (201, len(largest))
    assert (await ada.post(UPLOADS, files={"file": ("cv.pdf", largest + b"x")})).status_code == 413

    async def around() -> AsyncIterator[bytes]:
        for _ in range((settings.api.max_upload_bytes + ENVELOPE_BYTES) // 1_000_000 + 1):
            yield b"preamble " * 111_112

    assert (await ada.post(UPLOADS, headers=FORM, content=around())).status_code == 413
    await until(lambda: is_left(settings, before + 1))


async def test_nothing_is_kept_when_the_connection_ends_within_a_form(ada: Client, settings: Settings) -> None:
    """Behind the file, before the last boundary."""
    before = stored_count(settings)
    where = urlsplit(ada.address)
    _, writer = await asyncio.open_connection(where.hostname, where.port)
    head = f"POST {UPLOADS} HTTP/1.1\r\nHost: h\r\nAuthorization: {ada.headers['Authorization']}\r\n"
    head += f"Content-Type: {FORM['Content-Type']}\r\nContent-Length: {len(form(FILE))}\r\n\r\n"
    writer.write(head.encode() + FILE)
    await writer.drain()
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()
    assert (await ada.post(UPLOADS, headers=FORM, content=form(FILE))).status_code == 201
    await until(lambda: is_left(settings, before + 1))


@pytest.mark.parametrize("size", [*range(1, 20), 64, 65, 66, 1000])
def test_file_is_the_same_when_the_form_arrives_in_other_chunks(size: int) -> None:
    """Wherever the boundary is cut."""
    body, read = form(part('name="f"; filename="a"', TEXT * 3)) + b"\r\nepilogue", FileForm(FORM["Content-Type"])
    found = [piece for place in range(0, len(body), size) for piece in read.pieces(body[place : place + size])]
    assert (b"".join(found), read.end()) == (TEXT * 3, "a")


HOSTILE: dict[str, Callable[[int], bytes]] = {
    "lines": lambda size: FILE + b"\r\n" * (size // 2),
    "beginnings of the boundary": lambda size: FILE[:-2] + b"\r\n------form123" * (size // 15),
    "boundaries": lambda size: b"------form1234\r\n" * (size // 16),
    "parts": lambda size: b"------form1234\r\n\r\n" * (size // 18),
    "a preamble": lambda size: b"-" * size,
    "a header": lambda size: b"------form1234\r\nContent-Disposition: form-data; name=" + b'"\\' * size,
    "headers": lambda size: b"------form1234\r\n" + b"A: b\r\n" * (size // 6),
    "parts behind the end": lambda size: form(FILE) + FILE * (size // 100),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_reading_costs_little_when_a_form_is_hostile(name: str) -> None:
    """Four times the form takes some four times the time, and a megabyte less than a twentieth of a second."""
    short, long = (seconds_of(HOSTILE[name](size)) for size in (250_000, 1_000_000))
    assert long < max(8 * short, 0.005) and long < 0.05, (short, long)


def seconds_of(body: bytes, chunk_bytes: int = 65_536) -> float:
    """Processor seconds of reading a form, the least of three."""
    seconds: list[float] = []
    for _ in range(3):
        read, begun = FileForm(FORM["Content-Type"]), time.process_time()
        with suppress(ApiError):
            for place in range(0, len(body), chunk_bytes):
                for _piece in read.pieces(body[place : place + chunk_bytes]):
                    pass
            read.end()
        seconds.append(time.process_time() - begun)
    return min(seconds)

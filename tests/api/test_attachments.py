"""Uploads and attachments through the REST API."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest

from hiring.config import Settings
from hiring.connectors.files import FileStore
from hiring.errors import FilesUnavailable
from tests.api.conftest import Blocked, Rows
from tests.client import Client

UPLOADS = "/api/v1/uploads"
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 4096


def stored_count(settings: Settings) -> int:
    """Files in the store, those of the readiness check aside."""
    folder = Path(settings.files.url.removeprefix("file://"))
    return sum(1 for file in folder.rglob("*") if file.is_file() and "checks" not in file.parts)


async def test_file_comes_back_byte_for_byte_when_attached_and_downloaded(ada: Client) -> None:
    """Through upload, attachment and content, under a name with odd characters."""
    candidate = await ada.made("/candidates", {"first_name": "A"})
    sent = await ada.post(UPLOADS, params={"file_name": "../Résumé „Zoë“.pdf"}, content=PDF)
    upload = sent.json()
    assert (sent.status_code, upload["media_type"], upload["size"]) == (201, "application/pdf", len(PDF))
    assert upload["sha256"] == hashlib.sha256(PDF).hexdigest() and upload["file_name"] == "Résumé „Zoë“.pdf"
    path = f"/candidates/{candidate['id']}/attachments"
    attachment = await ada.made(path, {"upload_id": upload["id"], "kind": "resume"})
    content = await ada.get(f"/api/v1/attachments/{attachment['id']}/content")
    assert content.content == PDF and content.headers["Content-Type"] == "application/pdf"
    assert content.headers["Content-Disposition"].startswith("attachment;")
    again = await ada.post(f"/api/v1{path}", json={"upload_id": upload["id"]})
    assert again.status_code == 422 and again.json()["errors"][0]["pointer"] == "/upload_id"
    assert (await ada.delete(f"/api/v1/attachments/{attachment['id']}")).status_code == 204
    assert (await ada.get(f"/api/v1/attachments/{attachment['id']}/content")).status_code == 404


async def test_upload_is_used_once_when_attached_twice_at_once(ada: Client) -> None:
    """Of ten at once, one."""
    candidate = await ada.made("/candidates", {"first_name": "A"})
    upload = (await ada.post(UPLOADS, params={"file_name": "a.pdf"}, content=PDF)).json()
    path = f"/api/v1/candidates/{candidate['id']}/attachments"
    answers = await asyncio.gather(*(ada.post(path, json={"upload_id": upload["id"]}) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [201] + [422] * 9


async def test_upload_keeps_neither_name_nor_hash_when_its_attachment_is_deleted(ada: Client, rows: Rows) -> None:
    """Personal data goes from both rows at once; another upload stays as it is."""
    candidate = await ada.made("/candidates", {"first_name": "A"})
    uploads = [(await ada.post(UPLOADS, params={"file_name": "cv-ada.pdf"}, content=PDF)).json() for _ in range(2)]
    attached = {"upload_id": uploads[0]["id"]}
    attachment = await ada.made(f"/candidates/{candidate['id']}/attachments", attached)
    assert (await ada.delete(f"/api/v1/attachments/{attachment['id']}")).status_code == 204
    left = await rows(
        "SELECT file_name, sha256 FROM uploads WHERE organization_id = %(id)s ORDER BY id",
        id=UUID(ada.organization["id"]),
    )
    assert left == [("", ""), ("cv-ada.pdf", uploads[1]["sha256"])]


async def test_attachment_is_deleted_when_the_file_store_cannot_be_reached(
    ada: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client is told so once; the sweep of files takes the content, which nothing names any more."""
    candidate = await ada.made("/candidates", {"first_name": "A"})
    upload = (await ada.post(UPLOADS, params={"file_name": "a.pdf"}, content=PDF)).json()
    attachment = await ada.made(f"/candidates/{candidate['id']}/attachments", {"upload_id": upload["id"]})
    before = stored_count(settings)

    async def fail(files: FileStore, name: str) -> None:
        raise FilesUnavailable

    with monkeypatch.context() as broken:
        broken.setattr(FileStore, "delete", fail)
        assert (await ada.delete(f"/api/v1/attachments/{attachment['id']}")).status_code == 204
    assert stored_count(settings) == before
    assert (await ada.get(f"/api/v1/attachments/{attachment['id']}/content")).status_code == 404
    assert (await ada.delete(f"/api/v1/attachments/{attachment['id']}")).status_code == 404


async def test_candidate_is_locked_before_the_upload_when_a_file_is_attached(
    ada: Client, rows: Rows, blocked: Blocked
) -> None:
    """As in applying and deleting: whoever waits for the candidate holds no upload yet, and nobody deadlocks."""
    candidate = await ada.made("/candidates", {"first_name": "A"})
    upload = (await ada.post(UPLOADS, params={"file_name": "a.pdf"}, content=PDF)).json()
    path, body = f"/api/v1/candidates/{candidate['id']}/attachments", {"upload_id": upload["id"]}
    await rows("BEGIN; SELECT id FROM candidates WHERE id = %(id)s FOR UPDATE", id=UUID(candidate["id"]))
    try:
        attached = await blocked(ada.post(path, json=body))
        await rows("SELECT id FROM uploads WHERE id = %(id)s FOR UPDATE NOWAIT", id=UUID(upload["id"]))
    finally:
        await rows("COMMIT; SELECT 1")
    assert (await attached).status_code == 201


async def test_upload_of_a_board_is_unknown_when_attached_from_the_inside(
    ada: Client, anybody: Client, rows: Rows, blocked: Blocked
) -> None:
    """Nor is it waited for: it belongs to who is applying with it."""
    candidate = await ada.made("/candidates", {"first_name": "A"})
    board = f"/api/v1/boards/{ada.organization['slug']}"
    upload = (await anybody.post(f"{board}/uploads", params={"file_name": "a.pdf"}, content=PDF)).json()
    path, body = f"/api/v1/candidates/{candidate['id']}/attachments", {"upload_id": upload["id"]}
    await rows("BEGIN; SELECT id FROM uploads WHERE id = %(id)s FOR UPDATE", id=UUID(upload["id"]))
    try:
        refused = await blocked(ada.post(path, json=body))
        assert refused.done() and (await refused).status_code == 422
    finally:
        await rows("COMMIT; SELECT 1")


async def test_upload_of_another_tenant_is_unknown_when_referred_to(ada: Client, eve: Client) -> None:
    """Not by attaching it, nor by its candidate, nor by the file."""
    upload = (await ada.post(UPLOADS, params={"file_name": "a.pdf"}, content=PDF)).json()
    candidate = await ada.made("/candidates", {"first_name": "A"})
    own = await eve.made("/candidates", {"first_name": "E"})
    stolen = await eve.post(f"/api/v1/candidates/{own['id']}/attachments", json={"upload_id": upload["id"]})
    assert stolen.status_code == 422
    attachment = await ada.made(f"/candidates/{candidate['id']}/attachments", {"upload_id": upload["id"]})
    for path in (f"/attachments/{attachment['id']}", f"/attachments/{attachment['id']}/content"):
        hidden = await eve.get(f"/api/v1{path}")
        absent = await eve.get(f"/api/v1{path.replace(attachment['id'], str(uuid4()))}")
        assert hidden.status_code == absent.status_code == 404
        assert hidden.json() | {"request_id": ""} == absent.json() | {"request_id": ""}
    assert (await eve.read("/attachments"))["items"] == []


async def test_refused_and_cut_uploads_leave_nothing_behind(ada: Client, settings: Settings) -> None:
    """A program, a file without a name, one over the limit, a connection that breaks: no row, no file."""
    before = stored_count(settings)
    nameless = await ada.post(UPLOADS, content=PDF * 4)
    assert (nameless.status_code, nameless.json()["errors"][0]["pointer"]) == (422, "?file_name")
    program = await ada.post(UPLOADS, params={"file_name": "a.pdf"}, content=b"MZ\x90\x00" * 100)
    assert program.status_code == 415
    large = await ada.post(
        UPLOADS, params={"file_name": "a.pdf"}, content=b"%PDF-" + b"x" * settings.api.max_upload_bytes
    )
    assert large.status_code == 413

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(settings.api.max_upload_bytes // 1_000_000 + 2):
            yield b"%PDF-" + b"x" * 1_000_000

    chunked = await ada.post(UPLOADS, params={"file_name": "a.pdf"}, content=endless())
    assert chunked.status_code == 413

    async def cut() -> AsyncIterator[bytes]:
        yield PDF
        raise httpx.WriteError("cut by the test")

    with suppress(httpx.HTTPError):
        await ada.post(UPLOADS, params={"file_name": "a.pdf"}, content=cut())
    await asyncio.sleep(0.5)
    assert stored_count(settings) == before

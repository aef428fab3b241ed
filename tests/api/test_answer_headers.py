"""Headers that browsers and caches obey: who may keep an answer, who may frame a page; documents that are made once."""

import gzip
import json
import re
from typing import Any

import msgspec
import pytest

from hiring.http.accepting import is_named
from hiring.http.operation import Operation
from hiring.http.replies import Reply, cache_control
from tests.api.journeys import open_job, published_post
from tests.api.probe import Endpoint, endpoints
from tests.client import PASSWORD, Client

PRIVATE, NO_STORE = "private, no-cache", "no-store"
SECRET = re.compile(r"token|secret|password")
DOCUMENTS = (
    "/openapi.json", "/asyncapi.json", "/versions", "/api/v1", "/api/v1/errors", "/api/v1/event-types", "/docs",
    "/docs/errors", "/docs/errors.md", "/docs/reference", "/docs/search.json", "/llms.txt",
    "/docs/assets/guide.css", "/docs/assets/swagger-ui.css", "/docs/assets/swagger-ui-bundle.js",
)  # fmt: skip


def holds_secret(operation: Operation) -> bool:
    """Whether a field of the answer is a token or key."""
    shape: Any = operation.returns
    is_struct = isinstance(shape, type) and issubclass(shape, msgspec.Struct)
    return is_struct and any(
        SECRET.search(field.name) and field.name != "token_type" for field in msgspec.structs.fields(shape)
    )


async def test_answer_is_kept_by_no_cache_when_it_holds_a_secret(ada: Client, anybody: Client) -> None:
    """Every operation that answers with a token or key was called here; the same answer under its key, too."""
    login = {"email": ada.user["email"], "password": PASSWORD}
    logged_in = await anybody.post("/api/v1/login", json=login)
    refreshed = await anybody.post("/api/v1/refresh", json={"refresh_token": logged_in.json()["refresh_token"]})
    registered = await anybody.post(
        "/api/v1/register",
        json={"organization_name": "Org", "email": f"new-{ada.user['email']}", "password": PASSWORD, "first_name": "A"},
    )
    service = await ada.made("/users", {"type": "service", "first_name": "Sync"})
    body = {"user_id": service["id"], "name": "Sync", "permissions": {"jobs.read": "all"}}
    key = await ada.post("/api/v1/api-keys", json=body)
    rotated = await ada.post(f"/api/v1/api-keys/{key.json()['id']}/rotate", json={})
    [board] = (await ada.read("/job-boards"))["items"]
    of_board = await ada.post(f"/api/v1/job-boards/{board['id']}/keys", json={"name": "Site"})
    answers = (logged_in, refreshed, registered, key, rotated, of_board)
    assert all(each.is_success and each.headers["Cache-Control"] == NO_STORE for each in answers)
    assert len([each for each in endpoints() if holds_secret(each.operation)]) == len(answers)


async def test_answer_is_kept_by_its_caller_alone_when_it_is_private(ada: Client) -> None:
    """Lists, resources, changes and 304: a cache asks before it shows them again."""
    made = await ada.post("/api/v1/departments", json={"name": "A"})
    path = f"/api/v1/departments/{made.json()['id']}"
    read = await ada.get(path)
    known = await ada.get(path, headers={"If-None-Match": read.headers["ETag"]})
    assert known.status_code == 304
    answers = (made, read, known, await ada.get("/api/v1/me"), await ada.patch(path, json={"name": "B"}))
    assert all(each.headers["Cache-Control"] == PRIVATE for each in answers)
    refused = (await ada.get("/api/v1/departments/none"), await ada.post("/api/v1/departments", json={}))
    assert all(each.headers["Cache-Control"] == NO_STORE for each in refused)


def test_operation_says_what_caches_may_do_when_it_is_declared() -> None:
    """A private one never says nothing, and never says public."""
    for each in endpoints():
        expected = NO_STORE if each.operation.is_public else PRIVATE
        assert cache_control(Reply(body="{}"), each.operation) == expected, each.name
    private: Endpoint = next(each for each in endpoints() if not each.operation.is_public)
    assert cache_control(Reply(body="{}", kept_body="{}"), private.operation) == NO_STORE


async def test_public_answers_keep_their_time_when_anybody_reads_them(ada: Client, anybody: Client) -> None:
    """The board's minute; health is never kept."""
    post_path = await published_post(ada, await open_job(ada))
    assert (await anybody.get(post_path)).headers["Cache-Control"] == "public, max-age=60"
    for path in ("/livez", "/readyz"):
        assert (await anybody.get(path)).headers["Cache-Control"] == NO_STORE


async def test_answer_is_framed_nowhere_when_a_browser_shows_it(ada: Client, anybody: Client) -> None:
    """Pages, their parts, JSON and refusals, the page about the SQL and downloads."""
    paths = (*DOCUMENTS, "/docs/sql", "/livez", "/nowhere", "/api/v1/departments", "/docs/assets/none.js")
    for client in (ada, anybody):
        for path in paths:
            policy = (await client.get(path)).headers["Content-Security-Policy"]
            assert "frame-ancestors 'none'" in policy and "default-src" in policy, path
    upload = await ada.post("/api/v1/uploads", params={"file_name": "a.txt"}, content=b"<b>a</b>")
    candidate = await ada.made("/candidates", {"first_name": "Kim"})
    made = await ada.made(f"/candidates/{candidate['id']}/attachments", {"upload_id": upload.json()["id"]})
    content = await ada.get(f"/api/v1/attachments/{made['id']}/content")
    assert "sandbox" in content.headers["Content-Security-Policy"]


async def test_document_is_sent_compressed_or_not_at_all_when_it_is_known(anybody: Client) -> None:
    """The same content in both forms, each with its own tag; what the client has is a 304."""
    for path in DOCUMENTS:
        plain = await anybody.get(path, headers={"Accept-Encoding": "identity"})
        compressed = await anybody.get(path, headers={"Accept-Encoding": "br, gzip;q=0.5"})
        assert plain.status_code == 200 and plain.content == compressed.content, path
        assert plain.headers["Cache-Control"].startswith("public, max-age=")
        assert int(plain.headers["Content-Length"]) == len(plain.content)
        if "Content-Encoding" in compressed.headers:
            assert compressed.headers["ETag"] != plain.headers["ETag"] and "Accept-Encoding" in plain.headers["Vary"]
            assert int(compressed.headers["Content-Length"]) < len(plain.content) * 0.8, path
        for answer in (plain, compressed):
            headers = {"If-None-Match": answer.headers["ETag"], "Accept-Encoding": "gzip"}
            if answer is plain:
                headers["Accept-Encoding"] = "identity"
            known = await anybody.get(path, headers=headers)
            assert (known.status_code, known.content) == (304, b""), path
        head = await anybody.head(path)
        assert head.status_code == 200 and not head.content and head.headers["ETag"] == compressed.headers["ETag"]


async def test_document_is_the_same_object_when_it_is_asked_for_again(anybody: Client, dependencies: Any) -> None:
    """It was made when the process started, and is what the OpenAPI document's maker says."""
    document = dependencies.documents["/openapi.json"]
    assert (await anybody.get("/openapi.json")).content == document.content
    assert gzip.decompress(document.compressed) == document.content
    assert json.loads(document.content)["openapi"] == "3.1.0" and len(document.compressed) < 150_000


@pytest.mark.parametrize(
    ("accept_encoding", "is_taken"),
    [
        ("gzip", True), ("GZIP;q=1.0", True), ("br, gzip;q=0.1", True), ("gzip;q=0", False), ("gzip;q=0.000", False),
        ("", False), ("br", False), ("x-gzip", False), ("identity, *", False),
    ],
)  # fmt: skip
def test_gzip_is_sent_when_the_client_takes_it(accept_encoding: str, is_taken: bool) -> None:
    """A weight of zero refuses it."""
    assert is_named(accept_encoding, "gzip") is is_taken

"""Answers as they leave: documents and how long they are kept, replies, problems, refusals without a request."""

import gzip
import json
import os
from uuid import UUID

import msgspec
import pytest

from hiring.commands.base import Written
from hiring.domain.actors import Actor, anonymous
from hiring.errors import FieldError, Invalid, NotFound, VersionMismatch
from hiring.handlers.documentation import documents
from hiring.handlers.routes import OPERATIONS
from hiring.http.connections import refusal_of
from hiring.http.documents import Document
from hiring.http.reader import Fault
from hiring.http.replies import Reply, changed, created, etag_of, no_content, page_body, problem, resource
from hiring.queries.base import Body, Page

ID, EVENT = UUID(int=7), UUID(int=8)
WRITTEN = Written(id=ID, version=3, body="{}", event_id=EVENT)


async def content_of(reply: Reply) -> bytes:
    """All that a reply sends."""
    assert reply.content is not None
    return b"".join([piece async for piece in reply.content])


@pytest.mark.parametrize(("size", "is_compressed"), [(1_023, False), (1_024, True)])
def test_document_is_compressed_when_that_is_worth_it(size: int, is_compressed: bool) -> None:
    """Caches are told that it comes in two forms."""
    document = Document.of("a" * size, "text/plain")
    assert (document.compressed is not None) is is_compressed
    headers = {"Content-Type": "text/plain", "Cache-Control": "public, max-age=60"}
    assert document.headers == headers | ({"Vary": "Accept-Encoding, Origin"} if is_compressed else {})


def test_document_is_sent_as_it_is_when_compression_gains_nothing() -> None:
    """Random bytes, whose tag is that of their content."""
    content = os.urandom(2_000)
    document = Document.of(content, "image/png", policy="default-src 'none'", kept_s=5)
    assert document.compressed is None and "Vary" not in document.headers
    assert document.headers["Content-Security-Policy"] == "default-src 'none'"
    assert document.headers["Cache-Control"] == "public, max-age=5"
    assert document.etag == Document.of(content, "text/plain").etag != Document.of(content[1:], "image/png").etag


async def test_document_has_a_tag_for_each_form_when_it_is_sent() -> None:
    """With the length of that form, in pieces."""
    text = "ä" * 100_000
    document = Document.of(text, "text/plain")
    plain, compressed = document.reply(""), document.reply("gzip")
    assert await content_of(plain) == text.encode() and plain.size == 200_000
    sent = await content_of(compressed)
    assert gzip.decompress(sent) == text.encode() and compressed.size == len(sent)
    assert compressed.etag == f"{plain.etag}-gzip" and compressed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers


def test_documents_are_kept_for_a_minute_and_assets_for_a_day() -> None:
    """The code of the page that reads the description changes with a release alone."""
    made = documents(OPERATIONS, "https://api.example.com")
    for path, document in made.items():
        seconds = 86_400 if path.startswith("/docs/assets/") else 60
        assert document.headers["Cache-Control"] == f"public, max-age={seconds}", path
    kinds = {path: document.headers["Content-Type"] for path, document in made.items()}
    assert kinds["/docs"] == kinds["/docs/errors"] == "text/html; charset=utf-8"
    assert kinds["/docs/assets/guide.css"] == kinds["/docs/assets/swagger-ui.css"] == "text/css; charset=utf-8"
    assert kinds["/docs/assets/guide.js"].startswith("text/javascript") and kinds["/openapi.json"] == "application/json"
    assert json.loads(made["/openapi.json"].content)["servers"] == [{"url": "https://api.example.com"}]


def test_reply_says_what_was_written_when_a_command_has_run() -> None:
    """Status, version, place and event."""
    location = f"/api/v1/things/{WRITTEN.id}"
    assert created(WRITTEN, "things") == Reply(status=201, body="{}", version=3, location=location, event_id=EVENT)
    assert changed(WRITTEN) == Reply(status=200, body="{}", version=3, event_id=EVENT)
    assert resource(Body(3, "{}")) == Reply(body="{}", version=3)
    assert no_content(EVENT) == Reply(status=204, event_id=EVENT) and no_content().event_id is None


def test_reply_is_kept_without_its_secret() -> None:
    """What a repeat is answered with; a reply without a secret is kept whole."""
    kept = msgspec.json.decode(Reply(status=201, body="secret", kept_body="null", event_id=EVENT).kept(), type=Reply)
    assert kept == Reply(status=201, body="null", event_id=EVENT)
    assert msgspec.json.decode(changed(WRITTEN).kept(), type=Reply) == changed(WRITTEN)


def test_tag_is_of_version_and_content() -> None:
    """Another version or another content is another tag; a tag of its own counts more, without a version none."""
    tags = {etag_of(Reply(body=body, version=version)) for body in ("a", "b") for version in (1, 2)}
    assert len(tags) == 4 and {str(tag).partition("-")[0] for tag in tags} == {"1", "2"}
    assert etag_of(Reply(body="a", version=1, etag="own")) == "own" and etag_of(Reply(body="a")) is None


def test_page_names_the_next_one_when_there_is_one() -> None:
    """As JSON text."""
    assert page_body(Page(('{"a":1}', "{}"), None), None) == '{"items":[{"a":1},{}],"next_cursor":null}'
    assert page_body(Page((), None), "c") == '{"items":[],"next_cursor":"c"}'


def test_problem_tells_what_there_is_to_tell() -> None:
    """Findings and the current state only where there are some."""
    bare = problem(NotFound(), ID)
    assert bare == {
        "type": "/docs/errors#not_found", "title": NotFound.sentence(), "status": 404, "detail": NotFound().detail,
        "code": "not_found", "request_id": str(ID),
    }  # fmt: skip
    told = problem(Invalid(errors=[FieldError("/a", "type", "Wrong.")]), ID)
    assert told["status"] == 422 and told["errors"][0].items() >= {"pointer": "/a", "code": "type"}.items()
    assert problem(VersionMismatch(current={"version": 2}), ID)["current"] == {"version": 2}


@pytest.mark.parametrize(
    ("fault", "line", "code"),
    [
        (Fault.MALFORMED, "HTTP/1.1 400 Bad Request", "malformed"),
        (Fault.HEAD_TOO_LARGE, "HTTP/1.1 431 Request Header Fields Too Large", "head_too_large"),
    ],
)
def test_refusal_is_whole_when_there_was_no_request(fault: Fault, line: str, code: str) -> None:
    """Every header that other answers have, and the end of the connection."""
    head, _, body = refusal_of(fault).partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = dict(each.split(": ") for each in lines)
    document = json.loads(body)
    assert (first, document["code"], document["request_id"]) == (line, code, headers.pop("Request-Id"))
    assert headers == {
        "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        "Content-Type": "application/problem+json", "Cache-Control": "no-store", "Connection": "close",
        "Content-Length": str(len(body)),
    }  # fmt: skip


def test_actor_is_kept_with_the_ids_that_there_are() -> None:
    """As texts, and null for what is absent; who did not say who they are holds nothing."""
    ids = {"id": UUID(int=1), "user_id": UUID(int=2), "on_behalf_of": UUID(int=3)}
    actor = Actor(
        type="api_key", organization_id=UUID(int=4), correlation_id=ID, id=ids["id"], user_id=ids["user_id"],
        on_behalf_of=ids["on_behalf_of"],
    )  # fmt: skip
    assert actor.document() == {"type": "api_key", **{name: str(value) for name, value in ids.items()}}
    nobody = anonymous(ID, organization_id=UUID(int=4))
    assert nobody.document() == {"type": "anonymous", "id": None, "user_id": None, "on_behalf_of": None}
    assert (nobody.organization_id, nobody.correlation_id, nobody.permissions) == (UUID(int=4), ID, {})
    assert anonymous(ID).organization_id is None

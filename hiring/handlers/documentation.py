"""Documentation: what the service says of itself; nothing of it comes from elsewhere."""

import asyncio
import html
import importlib.resources
import os
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from hiring import VERSION
from hiring.domain.event_types import EVENT_TYPES
from hiring.errors import NotFound
from hiring.handlers.service import VERSIONS, About, EventType, EventTypes
from hiring.http import PREFIX, admission
from hiring.http.documents import CHUNK_BYTES, Document
from hiring.http.handler import Handler
from hiring.http.operation import Operation, operation
from hiring.http.replies import Reply
from hiring.openapi import document as openapi
from hiring.openapi.events import asyncapi, schema_of_event

ASSETS = Path(str(importlib.resources.files("swagger_ui"))) / "static"
"""Swagger UI 5 as the package swagger-ui-py ships it: it reads OpenAPI 3.1 and comes without a CDN."""
ASSET_TYPES = {".css": "text/css", ".js": "text/javascript", ".png": "image/png"}
ASSET_KEPT_S = 86_400
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Hiring API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/docs/assets/swagger-ui.css"><link rel="icon" href="/docs/assets/favicon-32x32.png"></head>
<body><div id="ui"></div><script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script></body></html>"""
START = """SwaggerUIBundle({url: "/openapi.json", dom_id: "#ui", deepLinking: true, docExpansion: "none",
  persistAuthorization: true, validatorUrl: null});"""
ERRORS = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Hiring API: errors</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/docs/errors.css"></head>
<body><h1>Errors</h1><p>The <code>type</code> of a problem document leads to its line.</p>
<p>A 409 adds <code>current</code>: <code>status</code> and <code>version</code>, as far as there are any, of the
resource that was asked to change. <code>job_not_open</code> tells them of the job, <code>post_not_accepting</code> of
the post, <code>no_opening</code> of the named opening or of the job, <code>application_active</code>,
<code>application_hired</code> and <code>reapply_too_soon</code> of the other application, with its
<code>application_id</code>, and a code that ends in <code>_taken</code> of the resource that has the value, with its
<code>id</code>; a caller who may not see that one gets no <code>current</code>.</p>
<table><thead><tr><th>status</th><th>code</th><th>meaning</th></tr></thead><tbody>{rows}</tbody></table>
<h1>Findings</h1><p>The members of <code>errors</code> in a problem document: <code>pointer</code> is a JSON
pointer (RFC 6901) into the body, <code>?name</code> of a query parameter or the name of a header.</p>
<table><thead><tr><th>code</th><th>meaning</th></tr></thead><tbody>{findings}</tbody></table></body></html>"""
ERRORS_STYLE = """body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}
td,th{text-align:left;padding:.35rem 1rem .35rem 0;border-bottom:1px solid #ddd;vertical-align:top}
tr:target{background:#fff3bf}"""
EMBEDDED_NOWHERE = "frame-ancestors 'none'; form-action 'none'; base-uri 'none'"
POLICY = f"default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; {EMBEDDED_NOWHERE}"
CATALOGUE_POLICY = (
    "sandbox allow-scripts; default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    + EMBEDDED_NOWHERE
)
"""The page's own policy names its style and script by their hashes, and both policies hold."""


class ErrorKind(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of problem that the service can answer."""

    code: str
    """What a problem or a finding has as its `code`."""
    status: int
    """The HTTP status that the problem comes with."""
    title: str
    """What the code means."""


class FindingKind(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of finding in the `errors` of a problem."""

    code: str
    title: str


class ErrorCatalogue(msgspec.Struct, frozen=True):
    """Every kind of problem that the service can answer, and every kind of finding in its `errors`."""

    items: list[ErrorKind]
    """The codes of problems, by status and code."""
    findings: list[FindingKind]
    """The codes of findings, which stand in the `errors` of a problem."""


@operation(media_types=("application/json",), is_tagged=True)
async def read_openapi_document(request: Handler) -> Reply:
    """Read the OpenAPI document.

    The document is OpenAPI 3.1 and describes the version that answers. `/docs` shows it for people.
    """
    return request.document()


@operation(is_tagged=True)
async def read_asyncapi_document(request: Handler) -> Reply:
    """Read the AsyncAPI document.

    AsyncAPI 3: the exchange of RabbitMQ that events are published to, with the schema of each type. Who may connect to
    the broker is up to the operator of the deployment.
    """
    return request.document()


@operation(returns=ErrorCatalogue, is_tagged=True)
async def list_errors(request: Handler) -> Reply:
    """List every error code.

    Shows the codes of problems, and those of the findings in their `errors`, on one page. `/docs/errors` shows them for
    people.
    """
    return request.document()


@operation(media_types=("text/html",), refuses=(NotFound,))
async def read_sql_catalogue(request: Handler) -> Reply:
    """Read the catalogue of the SQL.

    A page of HTML for people: every statement that the service sends to PostgreSQL, with its plan, its callers and its
    cost. There is none (404) where the deployment has not made one.
    """
    file = await asyncio.to_thread(opened, request.dependencies.settings.api.sql_catalog_file)
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": CATALOGUE_POLICY,
    }
    return Reply(headers=headers, content=chunks(file), size=os.fstat(file.fileno()).st_size)


class Page(Handler):
    """What people read in a browser, and the parts of it: any document of `documents`."""

    allowed = "GET"

    async def admit(self, operation: Any) -> None:
        """Anybody may read, as often as the limit allows."""
        await admission.count_source(self)

    async def get(self, **path: str) -> None:
        try:
            document = self.dependencies.documents.get(self.request.path)
            if self.refusal is not None or document is None:
                raise self.refusal or NotFound()
            await self.send(document.reply(self.request.headers.get("Accept-Encoding", "")))
        except Exception as error:  # noqa: BLE001  # the edge, as in `Handler.answer`
            self.refuse(error)


def documents(operations: Sequence[Operation], public_url: str) -> dict[str, Document]:
    """Every document by its path; `operations` are those that the OpenAPI document describes."""
    about = About("hiring-api", VERSION)
    errors = {"items": openapi.error_catalogue(), "findings": openapi.finding_catalogue()}
    events = EventTypes(
        [EventType(name, kind.__doc__ or "", schema_of_event(kind)) for name, kind in EVENT_TYPES.items()]
    )
    values: dict[str, Any] = {
        "/openapi.json": openapi.document(operations, public_url), "/asyncapi.json": asyncapi(), PREFIX: about,
        "/versions": VERSIONS, f"{PREFIX}/errors": errors, f"{PREFIX}/event-types": events,
    }  # fmt: skip
    pages = {
        "/docs": (PAGE, "text/html"), "/docs/errors": (errors_page(), "text/html"),
        "/docs/errors.css": (ERRORS_STYLE, "text/css"), "/docs/start.js": (START, "text/javascript"),
    }  # fmt: skip
    found = {path: Document.of(msgspec.json.encode(value), "application/json") for path, value in values.items()}
    found |= {path: Document.of(text, f"{kind}; charset=utf-8", policy=POLICY) for path, (text, kind) in pages.items()}
    found["/workflows.arazzo.yaml"] = Document.of(openapi.WORKFLOWS.read_bytes(), "application/yaml")
    for file in ASSETS.iterdir():
        if kind := ASSET_TYPES.get(file.suffix):
            document = Document.of(file.read_bytes(), f"{kind}; charset=utf-8", policy=POLICY, kept_s=ASSET_KEPT_S)
            found[f"/docs/assets/{file.name}"] = document
    return found


def errors_page() -> str:
    """The errors and findings, for people."""
    rows = "".join(
        f'<tr id="{each["code"]}"><td>{each["status"]}</td><td><code>{each["code"]}</code></td>'
        f"<td>{html.escape(each['title'])}</td></tr>"
        for each in openapi.error_catalogue()
    )
    findings = "".join(
        f"<tr><td><code>{each['code']}</code></td><td>{html.escape(each['title'])}</td></tr>"
        for each in openapi.finding_catalogue()
    )
    return ERRORS.format(rows=rows, findings=findings)


def opened(name: str | None) -> BinaryIO:
    """A file to be sent, as it is now: one that is replaced meanwhile is sent whole. Raises: NotFound."""
    if name is None:
        raise NotFound
    try:
        return Path(name).open("rb")
    except OSError:
        raise NotFound from None


async def chunks(file: BinaryIO) -> AsyncIterator[bytes]:
    """A file's bytes as they are read; closes it."""
    with file:
        while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
            yield chunk

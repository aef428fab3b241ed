"""The documentation that the service serves about itself: nothing comes from elsewhere."""

import asyncio
import html
import importlib.resources
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from hiring.errors import NotFound
from hiring.handlers import openapi
from hiring.handlers.base import Handler
from hiring.handlers.operation import operation
from hiring.handlers.replies import Reply
from hiring.handlers.service import Alive

ASSETS = Path(str(importlib.resources.files("swagger_ui"))) / "static"
"""Swagger UI 5 as the package swagger-ui-py ships it: it reads OpenAPI 3.1 and comes without a CDN."""
ASSET_TYPES = {".css": "text/css", ".js": "text/javascript", ".png": "image/png"}
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
<code>id</code>; whoever may not see that one gets no <code>current</code>.</p>
<table><thead><tr><th>status</th><th>code</th><th>meaning</th></tr></thead><tbody>{rows}</tbody></table>
<h1>Findings</h1><p>The members of <code>errors</code> in a problem document: <code>pointer</code> is a JSON
pointer (RFC 6901) into the body, <code>?name</code> of a query parameter or the name of a header.</p>
<table><thead><tr><th>code</th><th>meaning</th></tr></thead><tbody>{findings}</tbody></table></body></html>"""
ERRORS_STYLE = """body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}
td,th{text-align:left;padding:.35rem 1rem .35rem 0;border-bottom:1px solid #ddd;vertical-align:top}
tr:target{background:#fff3bf}"""
POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"
CATALOGUE_POLICY = (
    "sandbox allow-scripts; default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline';"
    " frame-ancestors 'none'; form-action 'none'; base-uri 'none'"
)
"""The page's own policy names its style and script by their hashes, and both policies hold."""
CHUNK_BYTES = 65_536


class ErrorKind(msgspec.Struct, frozen=True, kw_only=True):
    """An error that the service can answer."""

    code: str
    status: int
    title: str


class FindingKind(msgspec.Struct, frozen=True, kw_only=True):
    """A code of the members of a problem's `errors`."""

    code: str
    title: str


class ErrorCatalogue(msgspec.Struct, frozen=True):
    """Every error that the service can answer, and every finding that its `errors` can hold."""

    items: list[ErrorKind]
    findings: list[FindingKind]


class OpenApi(Alive):
    """The OpenAPI document."""

    @operation("The OpenAPI document", is_public=True)
    async def get(self) -> Reply:
        paths = self.application.settings["documented"]
        document = openapi.document(paths, self.dependencies.settings.api.public_url)
        return Reply(body=msgspec.json.encode(document).decode())


class Errors(Alive):
    """The errors, for programs."""

    @operation("List every error", is_public=True, returns=ErrorCatalogue)
    async def get(self) -> Reply:
        body = {"items": openapi.error_catalogue(), "findings": openapi.finding_catalogue()}
        return Reply(body=msgspec.json.encode(body).decode())


class SqlCatalogue(Handler):
    """The page that `hiring sql catalog` writes; 404 where the deployment has none."""

    @operation("Read the catalogue of the SQL", permission="system.read", refuses=(NotFound,))
    async def get(self) -> Reply:
        file = await asyncio.to_thread(opened, self.dependencies.settings.api.sql_catalog_file)
        headers = {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": CATALOGUE_POLICY,
            "Cache-Control": "private, no-cache",
        }
        return Reply(headers=headers, content=chunks(file), size=os.fstat(file.fileno()).st_size)


class Page(Handler):
    """What people read in a browser."""

    allowed = "GET"

    async def admit(self, operation: Any) -> None:
        """Anybody may read."""

    def show(self, content: str | bytes, media_type: str) -> None:
        """Sends a page or a part of one."""
        self.set_header("Content-Type", f"{media_type}; charset=utf-8")
        self.set_header("Content-Security-Policy", POLICY)
        self.finish(content)


class Documentation(Page):
    """The rendered documentation."""

    async def get(self) -> None:
        self.show(PAGE, "text/html")


class DocumentationStart(Page):
    """The script that starts the rendering; inline it would need a weaker policy."""

    async def get(self) -> None:
        self.show(START, "text/javascript")


class DocumentationAsset(Page):
    """A file of Swagger UI."""

    async def get(self, name: str) -> None:
        file = ASSETS / Path(name).name
        if file.suffix not in ASSET_TYPES or not file.is_file():
            self.send_error(404)
            return
        self.set_header("Cache-Control", "public, max-age=86400")
        self.show(file.read_bytes(), ASSET_TYPES[file.suffix])


class ErrorsPage(Page):
    """The errors, for people."""

    async def get(self) -> None:
        rows = "".join(
            f'<tr id="{each["code"]}"><td>{each["status"]}</td><td><code>{each["code"]}</code></td>'
            f"<td>{html.escape(each['title'])}</td></tr>"
            for each in openapi.error_catalogue()
        )
        findings = "".join(
            f"<tr><td><code>{each['code']}</code></td><td>{html.escape(each['title'])}</td></tr>"
            for each in openapi.finding_catalogue()
        )
        self.show(ERRORS.format(rows=rows, findings=findings), "text/html")


class ErrorsStyle(Page):
    """How the page of errors looks."""

    async def get(self) -> None:
        self.show(ERRORS_STYLE, "text/css")


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

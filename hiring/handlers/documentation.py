"""Documentation: what the service says of itself; nothing of it comes from elsewhere."""

import asyncio
import os
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from hiring import VERSION
from hiring.domain.event_types import EVENT_TYPES
from hiring.errors import MethodNotAllowed, NotFound
from hiring.guide.site import REDIRECTS, site
from hiring.handlers.service import VERSIONS, About, EventType, EventTypes
from hiring.http import PREFIX, admission
from hiring.http.documents import CHUNK_BYTES, Document
from hiring.http.handler import Handler
from hiring.http.operation import Operation, operation
from hiring.http.replies import Reply
from hiring.openapi import document as openapi
from hiring.openapi.events import asyncapi, schema_of_event

EMBEDDED_NOWHERE = "frame-ancestors 'none'; form-action 'none'; base-uri 'none'"
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

    The document is OpenAPI 3.1 and describes the version that answers. `/docs/reference` shows it for
    people.
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
    """What people read in a browser, the parts of it, and what leads there: any document of `documents`."""

    allowed = "GET"

    @property
    def name(self) -> str:
        return self.route

    async def admit(self, operation: Any) -> None:
        """Anybody may read, as often as the limit allows."""
        await admission.count_source(self)

    async def reply(self) -> Reply:
        """The document, or the place to go on to. Raises: MethodNotAllowed, NotFound."""
        if self.method not in {"GET", "HEAD"}:
            raise MethodNotAllowed
        if (place := REDIRECTS.get(self.request.path)) is not None:
            return Reply(status=302, location=place)
        if (document := self.dependencies.documents.get(self.request.path)) is None:
            raise NotFound
        return document.reply(self.request.headers.get("Accept-Encoding", ""))


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
    found = {path: Document.of(msgspec.json.encode(value), "application/json") for path, value in values.items()}
    found["/workflows.arazzo.yaml"] = Document.of(openapi.WORKFLOWS.read_bytes(), "application/yaml")
    return found | site(values["/openapi.json"], public_url)


def opened(name: str | None) -> BinaryIO:
    """A file to be sent, as it is now: one that is replaced meanwhile is sent whole. Raises: NotFound."""
    if name is None:
        raise NotFound
    try:
        return Path(name).open("rb")
    except OSError:
        raise NotFound from None


async def chunks(file: BinaryIO) -> AsyncGenerator[bytes]:
    """A file's bytes as they are read; closes it."""
    with file:
        while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
            yield chunk

"""Reasons: the words for why something ended, by kind."""

from uuid import UUID

from msgspec import UNSET, UnsetType

from hiring.commands import reasons as commands
from hiring.domain.structure import ReasonKind
from hiring.domain.vocabulary import ShortText
from hiring.errors import InUse
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, created, resource
from hiring.http.requests import changes
from hiring.http.shapes import Archivable, Nothing, Request, page_of
from hiring.queries import reasons as queries
from hiring.queries.reasons import ReasonsQuery


class Reason(Archivable, frozen=True, kw_only=True):
    """Why something ended. The system itself uses a reason that has a key."""

    kind: ReasonKind
    key: str | None
    name: str


class NewReason(Request, frozen=True, kw_only=True):
    """What a reason is made from."""

    kind: ReasonKind
    name: ShortText


class ReasonPatch(Request, frozen=True, kw_only=True):
    """A merge patch of a reason."""

    name: ShortText | UnsetType = UNSET


@operation(returns=page_of(Reason))
async def list_reasons(request: Handler, query: ReasonsQuery) -> Reply:
    """List reasons."""
    return request.page(await queries.list_all(request.db, request.actor, query), query)


@operation(status=201, returns=Reason, events=("vocabulary.changed",))
async def add_reason(request: Handler, body: NewReason) -> Reply:
    """Add a reason."""
    added = await commands.add(request.db, request.actor, kind=body.kind, name=body.name)
    return created(added, "reasons")


@operation(returns=Reason)
async def read_reason(request: Handler, reason_id: UUID) -> Reply:
    """Read a reason."""
    return resource(await queries.find(request.db, request.actor, reason_id=reason_id))


@operation(returns=Reason, events=("vocabulary.changed",))
async def change_reason(request: Handler, reason_id: UUID, body: ReasonPatch) -> Reply:
    """Change a reason."""
    change = await commands.update(
        request.db,
        request.actor,
        reason_id=reason_id,
        changes=changes(body),
        expected_versions=request.expected_versions,
    )
    return changed(change)


@operation(returns=Reason, refuses=(InUse,), events=("vocabulary.changed",))
async def archive_reason(request: Handler, reason_id: UUID, body: Nothing) -> Reply:
    """Archive a reason."""
    change = await commands.archive(
        request.db, request.actor, reason_id=reason_id, expected_versions=request.expected_versions
    )
    return changed(change)

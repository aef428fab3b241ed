"""Reasons: the words for why something ended, by kind."""

from uuid import UUID

from msgspec import UNSET, UnsetType

from hiring.commands import reasons as commands
from hiring.domain.structure import ReasonKind
from hiring.domain.vocabulary import ShortText
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, created, resource
from hiring.http.requests import changes
from hiring.http.shapes import Archivable, Nothing, PageOf, Request
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


class Reasons(Handler):
    """All reasons."""

    @operation("List reasons", permission="structure.read", returns=PageOf[Reason])
    async def get(self, query: ReasonsQuery) -> Reply:
        return self.page(await queries.list_all(self.db, self.actor, query), query)

    @operation("Add a reason", permission="structure.write", status=201, returns=Reason)
    async def post(self, body: NewReason) -> Reply:
        added = await commands.add(self.db, self.actor, kind=body.kind, name=body.name)
        return created(added, f"/api/v1/reasons/{added.id}")


class OneReason(Handler):
    """One reason."""

    @operation("Read a reason", permission="structure.read", returns=Reason)
    async def get(self, reason_id: UUID) -> Reply:
        return resource(await queries.find(self.db, self.actor, reason_id=reason_id))

    @operation("Change a reason", permission="structure.write", returns=Reason)
    async def patch(self, reason_id: UUID, body: ReasonPatch) -> Reply:
        change = await commands.update(
            self.db, self.actor, reason_id=reason_id, changes=changes(body), expected_versions=self.expected_versions
        )
        return changed(change)


class ReasonArchive(Handler):
    """Archiving a reason."""

    @operation("Archive a reason", permission="structure.write", returns=Reason)
    async def post(self, reason_id: UUID, body: Nothing) -> Reply:
        change = await commands.archive(
            self.db, self.actor, reason_id=reason_id, expected_versions=self.expected_versions
        )
        return changed(change)

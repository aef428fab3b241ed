"""Sources: the words for where candidates come from."""

from uuid import UUID

from msgspec import UNSET, UnsetType

from hiring.commands import sources as commands
from hiring.domain.structure import SourceKind
from hiring.domain.vocabulary import ShortText
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, created, resource
from hiring.http.requests import changes
from hiring.http.shapes import Archivable, Nothing, PageOf, Request
from hiring.queries import sources as queries
from hiring.queries.sources import SourcesQuery


class Source(Archivable, frozen=True, kw_only=True):
    """Where candidates come from. The system itself uses a source that has a key."""

    kind: SourceKind
    key: str | None
    name: str


class NewSource(Request, frozen=True, kw_only=True):
    """What a source is made from."""

    kind: SourceKind
    name: ShortText


class SourcePatch(Request, frozen=True, kw_only=True):
    """A merge patch of a source."""

    name: ShortText | UnsetType = UNSET


class Sources(Handler):
    """All sources."""

    @operation("List sources", permission="structure.read", returns=PageOf[Source])
    async def get(self, query: SourcesQuery) -> Reply:
        return self.page(await queries.list_all(self.db, self.actor, query), query)

    @operation("Add a source", permission="structure.write", status=201, returns=Source)
    async def post(self, body: NewSource) -> Reply:
        added = await commands.add(self.db, self.actor, kind=body.kind, name=body.name)
        return created(added, f"/api/v1/sources/{added.id}")


class OneSource(Handler):
    """One source."""

    @operation("Read a source", permission="structure.read", returns=Source)
    async def get(self, source_id: UUID) -> Reply:
        return resource(await queries.find(self.db, self.actor, source_id=source_id))

    @operation("Change a source", permission="structure.write", returns=Source)
    async def patch(self, source_id: UUID, body: SourcePatch) -> Reply:
        change = await commands.update(
            self.db, self.actor, source_id=source_id, changes=changes(body), expected_versions=self.expected_versions
        )
        return changed(change)


class SourceArchive(Handler):
    """Archiving a source."""

    @operation("Archive a source", permission="structure.write", returns=Source)
    async def post(self, source_id: UUID, body: Nothing) -> Reply:
        change = await commands.archive(
            self.db, self.actor, source_id=source_id, expected_versions=self.expected_versions
        )
        return changed(change)

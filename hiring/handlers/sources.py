"""Sources: the words for where candidates come from."""

from uuid import UUID

from msgspec import UNSET, UnsetType

from hiring.commands import sources as commands
from hiring.domain.structure import SourceKind
from hiring.domain.vocabulary import ShortText
from hiring.errors import InUse, NameTaken
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, created, resource
from hiring.http.requests import changes
from hiring.http.shapes import Archivable, Nothing, Request, page_of
from hiring.queries import sources as queries
from hiring.queries.sources import SourcesQuery


class Source(Archivable, frozen=True, kw_only=True):
    """Where candidates and applications come from, in the words of the organization."""

    kind: SourceKind
    """What sort of source it is: a job board (`board`), a recommendation (`referral`), an agency, people whom
    recruiters found themselves (`sourced`), a campaign, or another one. It never changes, and no rule follows from
    it."""
    key: str | None
    """The name by which the service itself knows the source: `board` is that of applications through public boards. A
    source with a key can be renamed, but not archived. Null for all others."""
    name: str
    """What people read, unique among the sources of the organization, archived ones included."""


class NewSource(Request, frozen=True, kw_only=True):
    """What a source is made from."""

    kind: SourceKind
    name: ShortText


class SourcePatch(Request, frozen=True, kw_only=True):
    """A merge patch of a source."""

    name: ShortText | UnsetType = UNSET


@operation(returns=page_of(Source), is_tagged=True)
async def list_sources(request: Handler, query: SourcesQuery) -> Reply:
    """List sources.

    Shows active and archived sources of every kind. The newest come first; with `updated_since`, they come in the order
    of their last change.
    """
    return await request.vocabulary(queries.list_all, query)


@operation(status=201, returns=Source, refuses=(NameTaken,), events=("vocabulary.changed",))
async def add_source(request: Handler, body: NewSource) -> Reply:
    """Add a source.

    Adds an active source, to which candidates and applications can refer.
    """
    added = await commands.add(request.db, request.actor, kind=body.kind, name=body.name)
    return created(added, "sources")


@operation(returns=Source)
async def read_source(request: Handler, source_id: UUID) -> Reply:
    """Read a source.

    Shows a source, active or archived.
    """
    return resource(await queries.find(request.db, request.actor, source_id=source_id))


@operation(returns=Source, refuses=(NameTaken,), events=("vocabulary.changed",))
async def change_source(request: Handler, source_id: UUID, body: SourcePatch) -> Reply:
    """Change a source.

    Renames a source; candidates and applications that have it show the new name. A source that the service uses itself
    can be renamed, too, and so can an archived one. What is the same already changes nothing.
    """
    change = await commands.update(
        request.db,
        request.actor,
        source_id=source_id,
        changes=changes(body),
        expected_versions=request.expected_versions,
    )
    return changed(change)


@operation(returns=Source, refuses=(InUse,), events=("vocabulary.changed",))
async def archive_source(request: Handler, source_id: UUID, body: Nothing) -> Reply:
    """Archive a source.

    Candidates and applications cannot newly refer to the source; those that have it keep it. A source that has a `key`
    cannot be archived. Archiving it again changes nothing.
    """
    change = await commands.archive(
        request.db, request.actor, source_id=source_id, expected_versions=request.expected_versions
    )
    return changed(change)

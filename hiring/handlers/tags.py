"""Tags: words to group candidates by."""

from uuid import UUID

from msgspec import UNSET, UnsetType

from hiring.commands import candidates as candidate_commands
from hiring.commands import tags as commands
from hiring.domain.vocabulary import ShortText
from hiring.errors import NameTaken, StatusConflict
from hiring.handlers.candidates import Candidate
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, created, resource
from hiring.http.requests import changes
from hiring.http.shapes import Archivable, Nothing, Request, page_of
from hiring.queries import tags as queries
from hiring.queries.tags import TagsQuery


class Tag(Archivable, frozen=True, kw_only=True):
    """A word of the organization to group candidates by."""

    name: str
    """What people read, unique among the tags of the organization, archived ones included. It is compared as written:
    `Java` and `java` are two tags."""


class NewTag(Request, frozen=True, kw_only=True):
    """What a tag is made from."""

    name: ShortText


class TagPatch(Request, frozen=True, kw_only=True):
    """A merge patch of a tag."""

    name: ShortText | UnsetType = UNSET


@operation(returns=page_of(Tag), is_tagged=True)
async def list_tags(request: Handler, query: TagsQuery) -> Reply:
    """List tags.

    Shows active and archived tags. The newest come first; with `updated_since`, they come in the order of their last
    change.
    """
    return await request.vocabulary(queries.list_all, query)


@operation(status=201, returns=Tag, refuses=(NameTaken,), events=("vocabulary.changed",))
async def add_tag(request: Handler, body: NewTag) -> Reply:
    """Add a tag.

    Adds an active tag, which candidates can then be given.
    """
    added = await commands.add(request.db, request.actor, name=body.name)
    return created(added, "tags")


@operation(returns=Tag)
async def read_tag(request: Handler, tag_id: UUID) -> Reply:
    """Read a tag.

    Shows a tag, active or archived.
    """
    return resource(await queries.find(request.db, request.actor, tag_id=tag_id))


@operation(returns=Tag, refuses=(NameTaken,), events=("vocabulary.changed",))
async def change_tag(request: Handler, tag_id: UUID, body: TagPatch) -> Reply:
    """Change a tag.

    Renames a tag, active or archived. The candidates who have it show the new name at once; their `version` and their
    `updated_at` stay as they are. What is the same already changes nothing.
    """
    change = await commands.update(
        request.db,
        request.actor,
        tag_id=tag_id,
        changes=changes(body),
        expected_versions=request.expected_versions,
    )
    return changed(change)


@operation(returns=Tag, events=("vocabulary.changed",))
async def archive_tag(request: Handler, tag_id: UUID, body: Nothing) -> Reply:
    """Archive a tag.

    Candidates who have the tag keep it; no other candidate gets it. Archiving it again changes nothing.
    """
    change = await commands.archive(
        request.db, request.actor, tag_id=tag_id, expected_versions=request.expected_versions
    )
    return changed(change)


@operation(returns=Candidate, refuses=(StatusConflict,), events=("candidate.updated",))
async def tag_candidate(request: Handler, candidate_id: UUID, tag_id: UUID) -> Reply:
    """Tag a candidate.

    Gives an active candidate an active tag, and leaves their other tags as they are, also those that other clients add
    at the same moment. A candidate who has the tag already stays as they are, and so does their `version`. The 51st tag
    of a candidate is refused (422 `too_long`).
    """
    change = await candidate_commands.tag(
        request.db, request.actor, candidate_id=candidate_id, tag_id=tag_id, expected_versions=request.expected_versions
    )
    return changed(change)


@operation(returns=Candidate, refuses=(StatusConflict,), events=("candidate.updated",))
async def untag_candidate(request: Handler, candidate_id: UUID, tag_id: UUID) -> Reply:
    """Untag a candidate.

    Takes a tag, active or archived, away from an active candidate; the tag itself stays. A candidate who does not have
    it stays as they are, and so does their `version`.
    """
    change = await candidate_commands.untag(
        request.db, request.actor, candidate_id=candidate_id, tag_id=tag_id, expected_versions=request.expected_versions
    )
    return changed(change)

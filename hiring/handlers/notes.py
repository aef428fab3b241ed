"""Notes: what users write about candidates."""

from collections.abc import Iterator
from typing import Annotated, Literal
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from hiring.commands import notes as commands
from hiring.domain.checking import repeated
from hiring.domain.vocabulary import LongText
from hiring.errors import AuthorRequired, FieldError
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, created, no_content, resource
from hiring.http.requests import changes
from hiring.http.shapes import UNIQUE, ActorReference, Emptied, Request, Resource, page_of
from hiring.queries import notes as queries
from hiring.queries.notes import NotesQuery

MAXIMUM_MENTIONS = 20
REPEATED = "This user is mentioned twice."

Visibility = Literal["team", "private"]
Mentions = Annotated[list[UUID], Meta(max_length=MAXIMUM_MENTIONS), UNIQUE]


class Note(Resource, frozen=True, kw_only=True):
    """What somebody wrote about a candidate."""

    candidate_id: UUID
    """The candidate whom the note is about."""
    application_id: UUID | None
    """The application of the candidate that the note is about; null for one about the candidate as such."""
    author: ActorReference
    """Who wrote it. The note of an API key is that of its `user_id`."""
    body: str
    """The text, as it was typed: plain text, neither HTML nor Markdown."""
    mentions: list[UUID]
    """The users whom the author points to, each once, in the order given."""
    visibility: Visibility
    """Who sees the note: `team` is everybody who may read notes and sees the candidate, and the application if it is
    about one; of these, `private` is for its author and for callers with `private.read`."""


class NewNote(Request, frozen=True, kw_only=True):
    """A note as somebody writes it."""

    body: LongText
    """The text. The candidate never sees it."""
    application_id: UUID | None = None
    """An application of the candidate that the caller sees. Only those who see it see the note."""
    mentions: Mentions = []
    """Active users of the organization."""
    visibility: Visibility = "team"

    def problems(self) -> Iterator[FieldError]:
        """Each user is mentioned once. Rules: N3."""
        yield from repeated(self.mentions, "/mentions/{}", REPEATED)


class NotePatch(Request, frozen=True, kw_only=True):
    """A merge patch of a note: what it does not name stays, and `mentions` replaces all of them."""

    body: LongText | UnsetType = UNSET
    mentions: Mentions | Emptied | UnsetType = UNSET
    """Active users of the organization; users who were mentioned before may have been disabled since."""
    visibility: Visibility | UnsetType = UNSET

    def problems(self) -> Iterator[FieldError]:
        """Each user is mentioned once."""
        yield from repeated(self.mentions or [], "/mentions/{}", REPEATED)


@operation(returns=page_of(Note))
async def list_notes(request: Handler, query: NotesQuery) -> Reply:
    """List notes.

    Lists the notes about candidates whom the caller sees, newest first: with scope `team`, of those with an application
    to a job of their hiring teams, where being only an interviewer is not enough. A note about an application is listed
    only for callers who see the job of that application, a private one only for its author and with `private.read`; a
    caller who reads the notes of all jobs needs it with scope `all`. Deleted notes are not listed.
    """
    return request.page(await queries.list_all(request.db, request.actor, query), query)


@operation(
    status=201,
    returns=Note,
    events={"message.due": "for each member who is mentioned", "note.created": ""},
)
async def add_note(request: Handler, candidate_id: UUID, body: NewNote) -> Reply:
    """Add a note.

    Adds a note about an active candidate, or about one of their applications. The caller is its author. The candidate's
    `updated_at` moves, but not the `version`. Each member who is mentioned gets a mail, which has no word of the note,
    if they see the note and its candidate at that time.
    """
    change = await commands.add(
        request.db, request.actor, candidate_id=candidate_id, application_id=body.application_id, text=body.body,
        mentions=body.mentions, visibility=body.visibility,
    )  # fmt: skip
    return created(change, "notes")


@operation(returns=Note)
async def read_note(request: Handler, note_id: UUID) -> Reply:
    """Read a note.

    `GET /notes` says which notes are visible to the caller; every other one is not found, and neither is one that was
    deleted.
    """
    return resource(await queries.find(request.db, request.actor, note_id=note_id))


@operation(
    returns=Note,
    refuses=(AuthorRequired,),
    events={"message.due": "for each member who is mentioned for the first time", "note.updated": ""},
)
async def change_note(request: Handler, note_id: UUID, body: NotePatch) -> Reply:
    """Change a note.

    Only the author of a note and administrators change it; its author stays the same, and so does what it is about. The
    candidate's `updated_at` moves. A member who is mentioned for the first time gets a mail. A patch that changes
    nothing keeps the `version` and records no event.
    """
    change = await commands.update(
        request.db, request.actor, note_id=note_id, changes=changes(body), mentions=body.mentions or [],
        expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)


@operation(status=204, refuses=(AuthorRequired,), events=("note.deleted",))
async def delete_note(request: Handler, note_id: UUID) -> Reply:
    """Delete a note.

    Only the author of a note and administrators delete it. Its text is gone for good, except in an answer that is
    kept for an `Idempotency-Key` for 48 hours. A second deletion finds nothing. The candidate's `updated_at` moves.
    """
    return no_content(await commands.delete(request.db, request.actor, note_id=note_id))

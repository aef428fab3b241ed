"""Reasons: the words for why something ended, by kind."""

from uuid import UUID

from msgspec import UNSET, UnsetType

from hiring.commands import reasons as commands
from hiring.domain.structure import ReasonKind
from hiring.domain.vocabulary import ShortText
from hiring.errors import InUse, NameTaken
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, created, resource
from hiring.http.requests import changes
from hiring.http.shapes import Archivable, Nothing, Request, page_of
from hiring.queries import reasons as queries
from hiring.queries.reasons import ReasonsQuery


class Reason(Archivable, frozen=True, kw_only=True):
    """A reason why something ended, in the words of the organization."""

    kind: ReasonKind
    """What ends for this reason: an application that is rejected (`rejection`) or withdrawn (`withdrawal`), a job
    (`job_close`) or an opening (`opening_close`) that is closed, or a hire that is taken back (`unhire`). It never
    changes, and each command takes reasons of its own kind only."""
    key: str | None
    """The name by which the service itself knows the reason, such as `filled`, for which the last hire closes a job. A
    reason with a key can be renamed, but not archived. Null for all others."""
    name: str
    """What people read, unique among the reasons of its kind, archived ones included. No mail to a candidate tells
    it."""


class NewReason(Request, frozen=True, kw_only=True):
    """What a reason is made from."""

    kind: ReasonKind
    name: ShortText


class ReasonPatch(Request, frozen=True, kw_only=True):
    """A merge patch of a reason."""

    name: ShortText | UnsetType = UNSET


@operation(returns=page_of(Reason), is_tagged=True)
async def list_reasons(request: Handler, query: ReasonsQuery) -> Reply:
    """List reasons.

    Shows active and archived reasons of every kind; commands take active ones only. The newest come first; with
    `updated_since`, they come in the order of their last change.
    """
    return await request.vocabulary(queries.list_all, query)


@operation(status=201, returns=Reason, refuses=(NameTaken,), events=("vocabulary.changed",))
async def add_reason(request: Handler, body: NewReason) -> Reply:
    """Add a reason.

    Adds an active reason, which the commands of its kind take from then on.
    """
    added = await commands.add(request.db, request.actor, kind=body.kind, name=body.name)
    return created(added, "reasons")


@operation(returns=Reason)
async def read_reason(request: Handler, reason_id: UUID) -> Reply:
    """Read a reason.

    Shows a reason, active or archived.
    """
    return resource(await queries.find(request.db, request.actor, reason_id=reason_id))


@operation(returns=Reason, refuses=(NameTaken,), events=("vocabulary.changed",))
async def change_reason(request: Handler, reason_id: UUID, body: ReasonPatch) -> Reply:
    """Change a reason.

    Renames a reason; what has ended for it shows the new name. A reason that the service uses itself can be renamed,
    too, and so can an archived one. What is the same already changes nothing.
    """
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
    """Archive a reason.

    Commands do not take the reason any more; what has ended for it keeps it. A reason that has a `key` cannot be
    archived. Archiving it again changes nothing.
    """
    change = await commands.archive(
        request.db, request.actor, reason_id=reason_id, expected_versions=request.expected_versions
    )
    return changed(change)

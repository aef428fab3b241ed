"""Sender identities: names and addresses that an organization writes to candidates from."""

from collections.abc import Iterator
from uuid import UUID

from email_validator import validate_email
from msgspec import UNSET, UnsetType

from hiring.commands import sender_identities as commands
from hiring.domain.vocabulary import Email, Instant, ShortText
from hiring.errors import EmailTaken, FieldError, LinkInvalid, StatusConflict
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, created, resource
from hiring.http.requests import changes
from hiring.http.shapes import Archivable, Nothing, Request, page_of
from hiring.queries import sender_identities as queries
from hiring.queries.sender_identities import SenderIdentitiesQuery


class SenderIdentity(Archivable, frozen=True, kw_only=True):
    """A name and an address that mails to candidates are from."""

    name: str
    """What mail programs show as the sender."""
    email: str
    """The address in `From`, which answers go to. No other active sender identity of the organization has it, and it
    never changes."""
    verified_at: Instant | None
    """When a link that was mailed to the address was used. Before that it is null, and neither boards nor templates
    take the sender identity."""


class NewSenderIdentity(Request, frozen=True, kw_only=True):
    """A sender identity to add."""

    name: ShortText
    email: Email
    """An address whose mails the organization reads. Its domain must let the mail server of the service send for it
    (SPF, DKIM); else mail programs may take the mails for spam."""

    def problems(self) -> Iterator[FieldError]:
        """Not every mail server takes other characters in the address of a sender."""
        if validate_email(self.email, check_deliverability=False, test_environment=True).ascii_email is None:
            yield FieldError("/email", "format", "Expected an address that has only ASCII characters before the @.")


class SenderIdentityPatch(Request, frozen=True, kw_only=True):
    """A merge patch of a sender identity: the address stays, for it is what was verified."""

    name: ShortText | UnsetType = UNSET


class Verification(Request, frozen=True, kw_only=True):
    """The token of a mailed link."""

    token: ShortText
    """What follows `#token=` in the link. It works once, within three days."""


@operation(returns=page_of(SenderIdentity), is_tagged=True)
async def list_sender_identities(request: Handler, query: SenderIdentitiesQuery) -> Reply:
    """List sender identities.

    Shows active and archived sender identities, verified or not. The newest come first; with `updated_since`, they come
    in the order of their last change.
    """
    return await request.vocabulary(queries.list_all, query)


@operation(status=201, returns=SenderIdentity, refuses=(EmailTaken,), events=("vocabulary.changed",))
async def add_sender_identity(request: Handler, body: NewSenderIdentity) -> Reply:
    """Add a sender identity.

    Boards and templates take it once its address is verified: `POST
    /sender-identities/{sender_identity_id}/send-verification` mails a link there.
    """
    added = await commands.add(request.db, request.actor, name=body.name, email=body.email)
    return created(added, "sender-identities")


@operation(returns=SenderIdentity)
async def read_sender_identity(request: Handler, sender_identity_id: UUID) -> Reply:
    """Read a sender identity.

    Shows a sender identity, active or archived.
    """
    return resource(await queries.find(request.db, request.actor, sender_identity_id=sender_identity_id))


@operation(returns=SenderIdentity, events=("vocabulary.changed",))
async def change_sender_identity(request: Handler, sender_identity_id: UUID, body: SenderIdentityPatch) -> Reply:
    """Change the name of a sender identity.

    Mails that are being sent already keep the name. The address never changes: another one is another sender identity.
    """
    change = await commands.update(
        request.db, request.actor, sender_identity_id=sender_identity_id, changes=changes(body),
        expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)


@operation(returns=SenderIdentity, events=("vocabulary.changed",))
async def archive_sender_identity(request: Handler, sender_identity_id: UUID, body: Nothing) -> Reply:
    """Archive a sender identity.

    From now on no mail is sent from it: where a board or a template still names it, mails are from the next sender, as
    if it named none. Archiving it again changes nothing.
    """
    change = await commands.archive(
        request.db, request.actor, sender_identity_id=sender_identity_id, expected_versions=request.expected_versions
    )
    return changed(change)


@operation(returns=SenderIdentity, has_token=False, refuses=(StatusConflict,), events=("message.due",))
async def send_sender_verification(request: Handler, sender_identity_id: UUID, body: Nothing) -> Reply:
    """Mail a link that verifies a sender identity.

    Links that were mailed before work as well. No link is mailed to an address that is verified, nor to one that got a
    link in the last five minutes, or five in the last day, from any organization; the answer is the same.
    """
    sent = await commands.mail_link(
        request.db, request.actor, sender_identity_id=sender_identity_id, expected_versions=request.expected_versions,
        settings=request.dependencies.settings,
    )  # fmt: skip
    return Reply(body=sent.body, version=sent.version)  # a token would tell that a link was mailed


@operation(
    is_keyed=False, limit="login", returns=SenderIdentity, refuses=(LinkInvalid,), events=("vocabulary.changed",)
)
async def verify_sender_identity(request: Handler, body: Verification) -> Reply:
    """Verify a sender identity with a mailed link.

    The link is used without logging in, by the reader of the address's mails; other links to the same sender identity
    stop working. Boards and templates may name it from then on.
    """
    return changed(await commands.verify(request.db, token=body.token, correlation_id=request.request_id))

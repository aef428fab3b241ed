"""Messages: mails to candidates."""

from collections.abc import Iterator
from typing import ClassVar, Literal
from uuid import UUID

import msgspec

from hiring.commands import messages as commands
from hiring.domain.vocabulary import EmailAddress, Instant, LanguageTag, LongText, ShortText
from hiring.errors import BeingChanged, FieldError, NoEmail, StatusConflict
from hiring.http import PREFIX
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, resource
from hiring.http.shapes import ActorReference, Nothing, Request, page_of
from hiring.queries import messages as queries
from hiring.queries.messages import MessagesQuery


class Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A mail to a candidate. What it says never changes, so that it has no `version`."""

    is_located: ClassVar = True
    is_versioned: ClassVar = False

    id: UUID
    """The id of the message, which is also that of its event `message.due` and the mail's `Message-ID`."""
    candidate_id: UUID
    """The candidate whom it is for."""
    application_id: UUID | None
    """The application that it is about; null for one to the candidate as such."""
    kind: Literal["already_applied", "application_received", "application_rejected", "written"]
    """What it is about: an application through a board that came a second time or for the first, a rejection, or what a
    user wrote (`written`)."""
    template_id: UUID | None
    """The e-mail template that its text was made from; null for a text of the service, or of the author."""
    status: Literal["scheduled", "sending", "sent", "failed", "cancelled", "withheld"]
    """`scheduled` until `send_at`, then `sending` while it is tried, for days if need be, and in the end `sent` or
    `failed`. `cancelled` by a user, or because a rejection was taken back. `withheld` where a limit or the
    organization's `mail_allow_list` does not let it go out."""
    author: ActorReference | None
    """Who let it be sent: the user or key, or an anonymous applicant who is thanked; null for a mail that an earlier
    release scheduled."""
    recipient: EmailAddress
    """The address that it goes to: the first of the candidate's `emails` at that time."""
    language: LanguageTag
    """The language of the text, as far as it is known."""
    subject: str | None
    """The subject; null for a text of the service until it is being sent."""
    body: str | None
    """The text; null for a text of the service until it is being sent."""
    send_at: Instant
    """When it is due."""
    sent_at: Instant | None
    """When the mail server took it; null unless it is `sent`."""
    failure: str | None
    """What the mail server answered when it refused the mail for good, or after days; null unless it is `failed`."""
    created_at: Instant
    """When it was scheduled."""


class NewMessage(Request, frozen=True, kw_only=True):
    """A mail to write: in the words of a template, or in one's own."""

    template_id: UUID | None = None
    """An active e-mail template. Either this, or `subject` and `body`."""
    subject: ShortText | None = None
    body: LongText | None = None
    """The text: plain text, sent as it is. Only templates have placeholders."""
    application_id: UUID | None = None
    """An application of the candidate that the caller sees. Only those who see it see the message. A template that
    names the job needs it."""
    send_at: Instant | None = None
    """When the mail is sent. Null, or a moment that is past, means at once."""

    def problems(self) -> Iterator[FieldError]:
        """A template or a text. Rules: M10."""
        for name in ("subject", "body"):
            if self.template_id is None and getattr(self, name) is None:
                yield FieldError(f"/{name}", "required", "Without a template, subject and body are required.")
            elif self.template_id is not None and getattr(self, name) is not None:
                yield FieldError(f"/{name}", "unexpected", "Beside a template there is no text.")


@operation(returns=page_of(Message))
async def list_messages(request: Handler, query: MessagesQuery) -> Reply:
    """List messages.

    Lists the mails to candidates whom the caller sees, newest first, also those of the service: with scope `team`, to
    those with an application to a job of their hiring teams, where being only an interviewer is not enough. A mail
    about an application is listed only for callers who see the job of that application. Mails to users are not listed.
    """
    return request.page(await queries.list_all(request.db, request.actor, query), query)


@operation(
    status=201,
    returns=Message,
    refuses=(BeingChanged, NoEmail),
    events=("message.due",),
)
async def add_message(request: Handler, candidate_id: UUID, body: NewMessage) -> Reply:
    """Write to a candidate.

    Schedules a mail to an active candidate, at the first of their `emails`. The answer has the text that will be sent,
    whatever becomes of the template or of the candidate's name until then. The limits for mails to a candidate may
    withhold it.
    """
    change = await commands.add(
        request.db, request.actor, candidate_id=candidate_id, application_id=body.application_id,
        template_id=body.template_id, subject=body.subject, body=body.body, send_at=body.send_at,
    )  # fmt: skip
    return Reply(status=201, body=change.body, location=f"{PREFIX}/messages/{change.id}", event_id=change.event_id)


@operation(returns=Message)
async def read_message(request: Handler, message_id: UUID) -> Reply:
    """Read a message.

    Shows one mail to a candidate. `GET /messages` says which ones are visible to the caller; every other one is not
    found.
    """
    return resource(await queries.find(request.db, request.actor, message_id=message_id))


@operation(returns=Message, refuses=(StatusConflict,), events=("message.cancelled",))
async def cancel_message(request: Handler, message_id: UUID, body: Nothing) -> Reply:
    """Cancel a message.

    Cancels a mail that is scheduled, or that waits for its next try; it is never sent then. One that is being handed to
    the mail server at this moment cannot be cancelled. Cancelling a cancelled one changes nothing.
    """
    change = await commands.cancel(request.db, request.actor, message_id=message_id)
    return Reply(body=change.body, event_id=change.event_id)

"""E-mail templates: what an organization writes to candidates, with placeholders for what differs."""

from collections.abc import Iterator
from typing import ClassVar
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from hiring.commands import email_templates as commands
from hiring.domain.email_templates import wrong_placeholders
from hiring.domain.vocabulary import Language, LanguageTag, LongText, ShortText
from hiring.errors import FieldError, NameTaken
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, created, resource
from hiring.http.requests import changes
from hiring.http.shapes import Archivable, Nothing, Request, page_of
from hiring.queries import email_templates as queries
from hiring.queries.email_templates import EmailTemplatesQuery


class EmailTemplate(Archivable, frozen=True, kw_only=True):
    """What an organization writes to candidates again and again."""

    name: str
    """What the template is called, unique among the templates of the organization, archived ones included. Candidates
    do not see it."""
    language: LanguageTag
    """The language of the text, as a tag of BCP 47."""
    subject: str
    """The subject of the mail, with placeholders as in `body`."""
    body: str
    """The text of the mail: plain text, neither HTML nor Markdown. Each placeholder becomes what it names:
    `{{candidate_first_name}}`, `{{candidate_last_name}}`, `{{job_title}}` (that of the post, where the candidate
    applied through one), `{{organization_name}}` (as the sender of mails has it), `{{sender_name}}` (the user who
    sends). There are no others. What is not known leaves nothing, and so does a name that looks like a link."""
    sender_identity_id: UUID | None
    """Whom the mails are from. Null means the sender of the board that the candidate applied through, or else that of
    the service."""


class NewEmailTemplate(Request, frozen=True, kw_only=True):
    """What an e-mail template is made from."""

    name: ShortText
    language: Language
    subject: ShortText
    body: LongText
    sender_identity_id: UUID | None = None
    """An active sender identity whose address is verified."""

    def problems(self) -> Iterator[FieldError]:
        """Placeholders are known. Rules: T1."""
        yield from wrong_placeholders(self.subject, "/subject")
        yield from wrong_placeholders(self.body, "/body")


class EmailTemplatePatch(Request, frozen=True, kw_only=True):
    """A merge patch of an e-mail template."""

    name: ShortText | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    subject: ShortText | UnsetType = UNSET
    body: LongText | UnsetType = UNSET
    sender_identity_id: UUID | None | UnsetType = UNSET
    """An active sender identity whose address is verified."""

    def problems(self) -> Iterator[FieldError]:
        """Placeholders are known."""
        yield from wrong_placeholders(self.subject or "", "/subject")
        yield from wrong_placeholders(self.body or "", "/body")


class Preview(Request, frozen=True, kw_only=True):
    """Whom a template is filled for: either an application or a candidate as such."""

    application_id: UUID | None = None
    """An application that the caller may write about."""
    candidate_id: UUID | None = None
    """An active candidate whom the caller may write to. A template that names the job needs an `application_id`."""

    def problems(self) -> Iterator[FieldError]:
        """One of both."""
        if self.application_id is None and self.candidate_id is None:
            yield FieldError("/application_id", "required", "Either `application_id` or `candidate_id` is required.")
        elif self.application_id is not None and self.candidate_id is not None:
            yield FieldError("/candidate_id", "unexpected", "There is no candidate beside an application.")


class PreviewedMail(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a mail from a template would say."""

    is_versioned: ClassVar = False

    subject: str
    """The subject, on one line."""
    body: str
    """The text."""


@operation(returns=page_of(EmailTemplate), is_tagged=True)
async def list_email_templates(request: Handler, query: EmailTemplatesQuery) -> Reply:
    """List e-mail templates.

    Shows active and archived e-mail templates. The newest come first; with `updated_since`, they come in the order of
    their last change.
    """
    return await request.vocabulary(queries.list_all, query)


@operation(status=201, returns=EmailTemplate, refuses=(NameTaken,), events=("vocabulary.changed",))
async def add_email_template(request: Handler, body: NewEmailTemplate) -> Reply:
    """Add an e-mail template.

    Adds an active e-mail template. A placeholder that does not exist is refused, with the list of those that do.
    """
    added = await commands.add(
        request.db, request.actor, name=body.name, language=body.language, subject=body.subject, body=body.body,
        sender_identity_id=body.sender_identity_id,
    )  # fmt: skip
    return created(added, "email-templates")


@operation(returns=EmailTemplate)
async def read_email_template(request: Handler, email_template_id: UUID) -> Reply:
    """Read an e-mail template.

    Shows an e-mail template, active or archived.
    """
    return resource(await queries.find(request.db, request.actor, email_template_id=email_template_id))


@operation(returns=EmailTemplate, refuses=(NameTaken,), events=("vocabulary.changed",))
async def change_email_template(request: Handler, email_template_id: UUID, body: EmailTemplatePatch) -> Reply:
    """Change an e-mail template.

    Changes the members that are sent, of an active or archived template. Mails that are scheduled already keep their
    text. What is the same already changes nothing.
    """
    change = await commands.update(
        request.db, request.actor, email_template_id=email_template_id, changes=changes(body),
        expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)


@operation(returns=EmailTemplate, events=("vocabulary.changed",))
async def archive_email_template(request: Handler, email_template_id: UUID, body: Nothing) -> Reply:
    """Archive an e-mail template.

    Archived templates are there to read; new mails do not take them. Archiving it again changes nothing.
    """
    change = await commands.archive(
        request.db, request.actor, email_template_id=email_template_id, expected_versions=request.expected_versions
    )
    return changed(change)


@operation(is_keyed=False, has_token=False, returns=PreviewedMail)
async def preview_email_template(request: Handler, email_template_id: UUID, body: Preview) -> Reply:
    """Preview an e-mail template.

    Shows what a mail from the template would say, and changes nothing: with `application_id` to the candidate of that
    application, else to the candidate. It needs the permission to write to them, as sending does.
    """
    text = await queries.preview(
        request.db, request.actor, email_template_id=email_template_id, candidate_id=body.candidate_id,
        application_id=body.application_id,
    )  # fmt: skip
    return Reply(body=text)

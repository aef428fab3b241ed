"""Reads of e-mail templates, and of what they become for a candidate."""

from typing import Literal, NamedTuple
from uuid import UUID

import msgspec

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.email_templates import names_a_job
from hiring.domain.permissions import candidate_view
from hiring.errors import FieldError, Invalid
from hiring.queries.base import (
    Body,
    Page,
    SyncQuery,
    after,
    before,
    by_key,
    check_combination,
    one,
    page_by_change,
    page_by_id,
)
from hiring.services.mail import MailText, filled_text


class EmailTemplatesQuery(SyncQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of e-mail templates."""

    status: Literal["active", "archived"] | None = None
    """Only active or only archived e-mail templates; without it, both."""


class TemplateText(msgspec.Struct, frozen=True):
    """What filling reads of a template."""

    version: int
    subject: str
    body: str


class FilledTemplate(NamedTuple):
    """The text of a mail, and the version of the template that it was made from; all None where nothing was filled."""

    version: int | None = None
    subject: str | None = None
    body: str | None = None


async def find(db: Database, actor: Actor, *, email_template_id: UUID) -> Body:
    """One e-mail template. Raises: NotFound."""
    return one(
        await db.queries.email_templates.find(
            organization_id=actor.organization_id, email_template_id=email_template_id
        )
    )


async def find_by_name(db: Database, actor: Actor, *, name: str) -> Body:
    """The e-mail template that has a name. Raises: NotFound."""
    return one(await db.queries.email_templates.find_by_name(organization_id=actor.organization_id, name=name))


async def list_all(db: Database, actor: Actor, query: EmailTemplatesQuery) -> Page:
    """A page of e-mail templates. Raises: Invalid, for filters that do not go together."""
    statements = db.queries.email_templates
    check_combination(query)
    if query.updated_since is not None:
        changes = await statements.list_updated_since(
            organization_id=actor.organization_id, **after(query), status=query.status
        )
        return page_by_change(query, changes)
    rows = await statements.list(
        organization_id=actor.organization_id, **before(query), ids=query.ids, status=query.status
    )
    return page_by_id(query, rows)


async def fill(
    db: Database, actor: Actor, permission: str, *, email_template_id: UUID, candidate_id: UUID | None,
    application_id: UUID | None,
) -> FilledTemplate:  # fmt: skip
    """A template for a candidate, or for an application, that the actor reaches with a permission.

    Nothing is filled where there is no such template, or nobody to be seen; a command then tells which. Raises: Invalid
    (the template names a job, and there is no application). Rules: T2.
    """
    template = await db.queries.email_templates.find(
        organization_id=actor.organization_id, email_template_id=email_template_id
    )
    facts = await db.queries.messages.find_facts(
        organization_id=actor.organization_id, **candidate_view(actor, permission), candidate_id=candidate_id,
        application_id=application_id,
    )  # fmt: skip
    if template is None or facts is None:
        return FilledTemplate()
    found = msgspec.json.decode(template["body"], type=TemplateText)
    if application_id is None and names_a_job(found.subject, found.body):
        detail = "The template names the job: tell the application that the mail is about."
        raise Invalid(errors=[FieldError("/application_id", "required", detail)])
    text = filled_text(MailText(found.subject, found.body), facts)
    return FilledTemplate(found.version, text.subject, text.body)


async def preview(
    db: Database, actor: Actor, *, email_template_id: UUID, candidate_id: UUID | None, application_id: UUID | None
) -> str:
    """What a mail from a template would say, as JSON text.

    Raises: NotFound (no such template), Invalid (nobody to be seen, or as `fill`).
    """
    filled = await fill(
        db, actor, "messages.write", email_template_id=email_template_id, candidate_id=candidate_id,
        application_id=application_id,
    )  # fmt: skip
    if filled.version is None:
        await find(db, actor, email_template_id=email_template_id)
        name = "candidate" if application_id is None else "application"
        raise Invalid(errors=[FieldError(f"/{name}_id", "unknown_reference", f"There is no such {name}.")])
    return msgspec.json.encode({"subject": filled.subject, "body": filled.body}).decode()


HOLDERS = {"email_templates_name_taken": by_key("structure.read", find_by_name)}

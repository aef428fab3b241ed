"""The structure of the demo organization: what its jobs and its people refer to."""

from typing import Any
from uuid import UUID

import msgspec

from hiring.commands import (
    consent_texts,
    custom_fields,
    departments,
    email_templates,
    interview_kits,
    offices,
    sender_identities,
    tags,
)
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.vocabulary import ExternalId
from hiring.errors import NotFound
from hiring.queries import consent_texts as consent_text_queries
from hiring.queries import custom_fields as custom_field_queries
from hiring.queries import departments as department_queries
from hiring.queries import email_templates as email_template_queries
from hiring.queries import interview_kits as interview_kit_queries
from hiring.queries import offices as office_queries
from hiring.queries import sender_identities as sender_identity_queries
from hiring.queries import tags as tag_queries


class DemoStructure:
    """Adds the words of an organization that are not there yet."""

    def __init__(self, db: Database, actor: Actor, *, plan: dict[str, Any]) -> None:
        self.db, self.actor, self.plan = db, actor, plan

    async def add_departments(self) -> None:
        """The tree of departments."""
        for name, parent in self.plan["departments"].items():
            if await self.department(name) is None:
                parent_id = parent and await self.department(parent)
                await departments.add(
                    self.db, self.actor, name=name, parent_id=parent_id, external_id=external_id(name)
                )

    async def add_offices(self) -> None:
        """The places of work."""
        for office in self.plan["offices"]:
            if await self.office(office["name"]) is None:
                await offices.add(self.db, self.actor, **office, external_id=external_id(office["name"]))

    async def add_tags(self) -> None:
        """What candidates are grouped by."""
        for name in self.plan["tags"]:
            try:
                await tag_queries.find_by_name(self.db, self.actor, name=name)
            except NotFound:
                await tags.add(self.db, self.actor, name=name)

    async def add_custom_fields(self) -> None:
        """What is kept with candidates, applications and jobs."""
        for field in self.plan["custom_fields"]:
            try:
                await custom_field_queries.find_by_key(
                    self.db, self.actor, applies_to=field["applies_to"], key=field["key"]
                )
            except NotFound:
                await custom_fields.add(
                    self.db, self.actor, key=field["key"], name=field["name"], applies_to=field["applies_to"],
                    field_type=field["type"], options=field.get("options", []),
                )  # fmt: skip

    async def add_interview_kits(self) -> None:
        """What interviewers look for and ask."""
        for kit in self.plan["interview_kits"]:
            try:
                await interview_kit_queries.find_by_name(self.db, self.actor, name=kit["name"])
            except NotFound:
                attributes = [{"name": name, "description": text} for name, text in kit["attributes"].items()]
                await interview_kits.add(
                    self.db, self.actor, name=kit["name"], attributes=attributes, questions=kit["questions"]
                )

    async def add_consent_texts(self) -> None:
        """What applicants are asked to consent to."""
        for text in self.plan["consent_texts"]:
            try:
                await consent_text_queries.find_active(
                    self.db, self.actor, purpose=text["purpose"], language=text["language"]
                )
            except NotFound:
                await consent_texts.add(self.db, self.actor, **text)

    async def add_email_templates(self) -> None:
        """What is written to applicants."""
        for template in self.plan["email_templates"]:
            try:
                await email_template_queries.find_by_name(self.db, self.actor, name=template["name"])
            except NotFound:
                await email_templates.add(self.db, self.actor, **template)

    async def add_sender_identities(self) -> None:
        """Whom mails may be from, once a link has verified the address."""
        for sender in self.plan["sender_identities"]:
            try:
                await sender_identity_queries.find_by_email(self.db, self.actor, email=sender["email"])
            except NotFound:
                await sender_identities.add(self.db, self.actor, **sender)

    async def department(self, name: str) -> UUID | None:
        """The id of a department, None where it is still to be made."""
        query = department_queries.DepartmentsQuery(external_id=external_id(name))
        return first(await department_queries.list_all(self.db, self.actor, query))

    async def office(self, name: str) -> UUID | None:
        """The id of an office."""
        query = office_queries.OfficesQuery(external_id=external_id(name))
        return first(await office_queries.list_all(self.db, self.actor, query))


def first(page: Any) -> UUID | None:
    """The id of the first resource of a page."""
    return UUID(msgspec.json.decode(page.items[0])["id"]) if page.items else None


def external_id(name: str) -> ExternalId:
    """How the demo knows a department or an office again."""
    return ExternalId(f"demo-{name}")

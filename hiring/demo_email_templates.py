"""What the demo organization writes to its applicants."""

from collections.abc import Mapping, Sequence

from hiring.commands import email_templates
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.errors import NotFound
from hiring.queries import email_templates as queries


async def add_email_templates(db: Database, actor: Actor, templates: Sequence[Mapping[str, str]]) -> None:
    """Adds the templates whose names are not there yet."""
    for template in templates:
        try:
            await queries.find_by_name(db, actor, name=template["name"])
        except NotFound:
            await email_templates.add(db, actor, **template)

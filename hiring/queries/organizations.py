"""Reads of the organization."""

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.queries.base import Body, one


async def find(db: Database, actor: Actor) -> Body:
    """The caller's organization. Raises: NotFound."""
    return one(await db.queries.organizations.find(organization_id=actor.organization_id))

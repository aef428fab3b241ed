"""Reads of API keys."""

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.queries.base import ListQuery, Page, newest


async def list_all(db: Database, actor: Actor, query: ListQuery) -> Page:
    """A page of keys, without their secrets, which nobody has."""
    return await newest(query, db.queries.api_keys.list, organization_id=actor.organization_id)

"""Reads of the laws on pay, which are the same for everybody."""

from hiring.database import Database


async def list_all(db: Database) -> str:
    """All laws on pay, as a JSON list."""
    return await db.queries.pay_disclosure_rules.list_all() or "[]"

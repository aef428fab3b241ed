"""Ids are made by the service."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562): those of one process grow with time, so that new rows lie side by side in an index."""
    return uuid7()


def made_at(made_id: UUID) -> float:
    """When an id was made, in seconds since 1970, by the clock of the process that made it."""
    return (made_id.int >> 80) / 1000

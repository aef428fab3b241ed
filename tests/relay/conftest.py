"""The fixtures of background work."""

from tests.background import (
    add_events,
    admin,
    broker,
    database,
    empty,
    organization_id,
    relay_db,
    settings,
    worker_db,
)

__all__ = [
    "add_events",
    "admin",
    "broker",
    "database",
    "empty",
    "organization_id",
    "relay_db",
    "settings",
    "worker_db",
]

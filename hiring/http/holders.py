"""Names the resource that already has a unique value, so that the 409 can tell the client of it.

A constraint knows the value and no row, so the row is looked up when the conflict is there, as its reader sees it. Each
module of `hiring/queries` says in its `HOLDERS` how the resources of its noun are found.
"""

import importlib
import pkgutil
from collections.abc import Mapping

import msgspec

from hiring import queries
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.permissions import may
from hiring.errors import NotFound, Taken, Unavailable
from hiring.queries.base import Holder

SHOWN = ("id", "status", "version")
"""What is told of a holder; a resource that has no status has none here."""


async def told(db: Database, actor: Actor, error: Exception) -> Exception:
    """The error; one about a value that is taken with its holder, where the caller may see it and it can be read."""
    if isinstance(error, Taken) and (holder := HOLDERS.get(error.constraint)) and may(actor, holder.permission):
        try:
            found = msgspec.json.decode(await holder.find(db, actor, error.key))
        except (NotFound, Unavailable):
            return error
        error.current = {name: found[name] for name in SHOWN if name in found}
    return error


def of_all_nouns() -> Mapping[str, Holder]:
    """By constraint, what every module of queries says."""
    names = [f"{queries.__name__}.{each.name}" for each in pkgutil.iter_modules(queries.__path__)]
    found = [getattr(importlib.import_module(name), "HOLDERS", {}) for name in names]
    return {constraint: holder for each in found for constraint, holder in each.items()}


HOLDERS = of_all_nouns()

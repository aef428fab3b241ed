"""Who asks, in tests of what needs no server."""

from typing import Any
from uuid import UUID

from hiring.domain.actors import Actor


def actor(**changes: Any) -> Actor:
    """A user without any permission."""
    given: dict[str, Any] = {
        "type": "user", "id": UUID(int=1), "user_id": UUID(int=1), "organization_id": UUID(int=2),
        "correlation_id": UUID(int=3),
    }  # fmt: skip
    return Actor(**given | changes)

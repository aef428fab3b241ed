"""Who does something: the same shape in requests, events and history."""

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

import msgspec

Scope = Literal["all", "team"]
ActorType = Literal["user", "api_key", "candidate", "system", "anonymous"]


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """The caller: who they are, in which organization, and what they may do there.

    `id` is the user's or the key's; `user_id` the user behind either. `correlation_id` is the request's. `causation_id`
    is the event because of which a worker acts for them; None where they do it themselves.
    """

    type: ActorType
    id: UUID | None
    user_id: UUID | None
    organization_id: UUID | None
    correlation_id: UUID
    permissions: Mapping[str, Scope] = {}
    session_id: UUID | None = None
    on_behalf_of: UUID | None = None
    causation_id: UUID | None = None

    @property
    def is_user(self) -> bool:
        """Whether it is a user who is logged in. A key is no administrator, on whose behalf it may act. Rules: O23."""
        return self.type == "user"

    def document(self) -> dict[str, Any]:
        """The actor as events and history keep it."""
        return {
            "type": self.type,
            "id": self.id and str(self.id),
            "user_id": self.user_id and str(self.user_id),
            "on_behalf_of": self.on_behalf_of and str(self.on_behalf_of),
        }


def anonymous(correlation_id: UUID, *, organization_id: UUID | None = None) -> Actor:
    """Somebody who did not say who they are."""
    return Actor(
        type="anonymous", id=None, user_id=None, organization_id=organization_id, correlation_id=correlation_id
    )

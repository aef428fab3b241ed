"""How much of what an organization has a caller sees, told so that no client takes a part for the whole."""

from typing import Annotated, Literal, TypeGuard

import msgspec
from msgspec import Meta

from hiring.domain.actors import Actor, Scope
from hiring.domain.permissions import PERMISSIONS, may, private_view

Hidden = Literal["confidential", "internal", "private"]

KINDS: dict[str, str] = {
    "applications": "applications.read",
    "attachments": "attachments.read",
    "candidates": "candidates.read",
    "jobs": "jobs.read",
    "messages": "messages.read",
    "notes": "notes.read",
    "openings": "jobs.read",
    "posts": "posts.read",
    "stage_changes": "applications.read",
}
"""What is seen by teams, and the permission to read it."""
OF_CANDIDATES = ("applications.read", "attachments.read", "candidates.read", "messages.read", "notes.read")
WITH_PRIVATE = ("attachments.read", "notes.read")


class Visibility(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which of the resources of a kind the caller sees."""

    scope: Scope
    """`all` of the organization, or those of the jobs on whose hiring team the caller is (`team`)."""
    without: Annotated[list[Hidden], Meta(examples=[["confidential", "internal"]])]
    """What is left out of these: what belongs to `confidential` jobs, to `internal` candidates, who are users of the
    organization, and files and notes that are `private`, but for the caller's own notes. A candidate who is the caller
    is left out in any case."""

    def header(self) -> str:
        """The same as a header (RFC 8941): `all;without="confidential internal"`."""
        return f'{self.scope};without="{" ".join(self.without)}"' if self.without else self.scope


def is_partial(permission: str | None) -> TypeGuard[str]:
    """Whether callers with a permission may see a part of what it is about."""
    return permission is not None and PERMISSIONS[permission].is_scoped


def visibility(actor: Actor, permission: str) -> Visibility:
    """What a caller who holds a permission sees with it. Rules: V11."""
    seen = private_view(actor, permission)
    hidden: dict[Hidden, bool] = {
        "confidential": seen["sees_all_jobs"] and not seen["sees_confidential_jobs"],
        "internal": permission in OF_CANDIDATES and not seen["sees_internal"],
        "private": permission in WITH_PRIVATE and not seen["sees_private"],
    }
    scope: Scope = "all" if seen["sees_all_jobs"] else "team"
    return Visibility(scope=scope, without=[name for name, is_hidden in hidden.items() if is_hidden])


def visibility_of_kinds(actor: Actor) -> dict[str, Visibility | None]:
    """What a caller sees of each kind, None for one that they may not read."""
    return {kind: visibility(actor, name) if may(actor, name) else None for kind, name in KINDS.items()}

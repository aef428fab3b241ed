"""What may be done, by whom, and to which rows: permissions, the built-in groups, and the filters of reads."""

from collections.abc import Iterable, Mapping
from typing import TypedDict
from uuid import UUID

import msgspec

from hiring.domain.actors import Actor, Scope
from hiring.errors import Forbidden

PERMISSIONS: dict[str, str] = {
    "organization.write": "Change the organization and its job boards.",
    "users.read": "See users.",
    "users.write": "Invite, change, disable and enable users.",
    "permissions.write": "Make permission groups, grant and revoke permissions.",
    "keys.read": "See API keys.",
    "keys.write": "Make, rotate and revoke API keys.",
    "keys.impersonate": "Act on behalf of another user with an API key.",
    "structure.read": "See departments, offices, reasons, sources and pipeline templates.",
    "structure.write": "Change departments, offices, reasons, sources and pipeline templates.",
    "jobs.read": "See jobs, their openings, teams and pipelines.",
    "jobs.write": "Make jobs and change them, their openings, teams and pipelines.",
    "jobs.read_confidential": "See confidential jobs without being on their team.",
    "posts.read": "See job posts that are not public.",
    "posts.write": "Write, publish and unpublish job posts.",
    "pay.read": "See pay ranges.",
    "candidates.read": "See candidates.",
    "candidates.write": "Add and change candidates.",
    "candidates.read_internal": "See candidates who are users of the organization.",
    "private.read": "See private notes and files.",
    "attachments.read": "See and download candidates' files.",
    "attachments.write": "Attach and delete candidates' files.",
    "applications.read": "See applications and their history.",
    "applications.write": "Add applications.",
    "applications.move": "Move applications through the pipeline.",
    "applications.reject": "Reject and withdraw applications.",
    "applications.reopen": "Reopen applications.",
    "applications.hire": "Hire applicants.",
    "applications.hire_override": "Hire without an accepted offer.",
    "applications.unhire": "Take a hire back.",
    "events.read": "Read the event log and the change feed.",
}

READING = (
    "structure.read", "users.read", "jobs.read", "posts.read", "candidates.read", "applications.read",
    "attachments.read",
)  # fmt: skip
RECRUITING = (
    *READING, "jobs.write", "posts.write", "pay.read", "candidates.write", "attachments.write", "applications.write",
    "applications.move", "applications.reject", "applications.reopen", "applications.hire", "applications.unhire",
)  # fmt: skip
DECIDING = (
    *READING, "pay.read", "attachments.write", "applications.move", "applications.reject", "applications.reopen",
)  # fmt: skip


class Group(msgspec.Struct, frozen=True):
    """A built-in permission group: its name, what it permits and the scope it is usually given with."""

    name: str
    permissions: tuple[str, ...]
    usual_scope: Scope


BUILT_IN_GROUPS: dict[str, Group] = {
    "administrator": Group("Administrator", tuple(PERMISSIONS), "all"),
    "recruiter": Group("Recruiter", RECRUITING, "all"),
    "hiring_manager": Group("Hiring manager", DECIDING, "team"),
    "interviewer": Group("Interviewer", ("jobs.read", "candidates.read", "applications.read"), "team"),
    "read_only": Group("Read only", READING, "all"),
}


class View(TypedDict):
    """The row filter of a read, as its statement's parameters."""

    viewer_id: UUID | None
    sees_all_jobs: bool
    sees_confidential_jobs: bool


class CandidateView(View):
    """The row filter of a read of candidates."""

    sees_internal: bool


def permissions_of(key: str | None, own: Iterable[str]) -> tuple[str, ...]:
    """What a group permits: a built-in one what this release says, another what the organization chose."""
    built_in = BUILT_IN_GROUPS.get(key or "")
    return built_in.permissions if built_in else tuple(code for code in own if code in PERMISSIONS)


def expand(
    groups: Iterable[tuple[Iterable[str], Scope]], direct: Mapping[str, Scope]
) -> dict[str, Scope]:
    """All that somebody may do, from (permissions, scope) of groups and direct grants; the widest scope wins."""
    held: dict[str, Scope] = {}
    for codes, scope in [*groups, *(((code,), scope) for code, scope in direct.items())]:
        for code in codes:
            if code in PERMISSIONS:
                held[code] = "all" if "all" in (scope, held.get(code)) else "team"
    return held


def may(actor: Actor, permission: str) -> bool:
    """Whether the actor holds the permission at least for some rows."""
    return permission in actor.permissions


def require(actor: Actor, permission: str) -> None:
    """Raises: Forbidden, naming the permission."""
    if not may(actor, permission):
        raise Forbidden(permission)


def require_grantable(actor: Actor, permissions: Mapping[str, Scope]) -> None:
    """Nobody grants more than they hold, nor in a wider scope. Raises: Forbidden."""
    for code, scope in permissions.items():
        held = actor.permissions.get(code)
        if held is None or (scope == "all" and held == "team"):
            raise Forbidden(code)


def view(actor: Actor, permission: str) -> View:
    """The rows that the actor reaches with a permission: all jobs' or their teams', and which confidential ones."""
    return View(
        viewer_id=actor.user_id,
        sees_all_jobs=actor.permissions.get(permission) == "all",
        sees_confidential_jobs=actor.permissions.get("jobs.read_confidential") == "all",
    )


def candidate_view(actor: Actor, permission: str) -> CandidateView:
    """The candidates that the actor reaches with a permission."""
    return CandidateView(**view(actor, permission), sees_internal=may(actor, "candidates.read_internal"))

"""What may be done, by whom, and to which rows: permissions, the built-in groups, and the filters of reads."""

from collections.abc import Iterable, Mapping
from typing import TypedDict
from uuid import UUID

import msgspec

from hiring.domain.actors import Actor, Scope
from hiring.errors import Forbidden


class Permission(msgspec.Struct, frozen=True):
    """What a permission allows, and whether the scope `team` narrows it to the jobs of one's hiring teams."""

    sentence: str
    is_scoped: bool


PERMISSIONS: dict[str, Permission] = {
    code: Permission(sentence, is_scoped)
    for code, sentence, is_scoped in (
        ("organization.write", "Change the organization, its job boards and its sender identities.", False),
        ("users.read", "See users.", False),
        ("users.write", "Invite, change, disable and enable users.", False),
        ("permissions.write", "Make permission groups, grant and revoke permissions.", False),
        ("keys.read", "See API keys and board keys.", False),
        ("keys.write", "Make, rotate and revoke API keys and board keys.", False),
        ("keys.impersonate", "Act on behalf of another user with an API key.", False),
        (
            "structure.read",
            "See the vocabulary of the organization, such as departments, reasons and templates.",
            False,
        ),
        (
            "structure.write",
            "Change the vocabulary of the organization, such as departments, reasons and templates.",
            False,
        ),
        ("jobs.read", "See jobs, their openings, teams and pipelines.", True),
        ("jobs.write", "Make jobs and change them, their openings, teams and pipelines.", True),
        ("jobs.read_confidential", "See confidential jobs without being on their team.", True),
        ("posts.read", "See job posts that are not public.", True),
        ("posts.write", "Write, publish and unpublish job posts.", True),
        ("pay.read", "See pay ranges.", True),
        ("candidates.read", "See candidates and their consents.", True),
        ("candidates.write", "Add and change candidates, and record their consents.", True),
        ("candidates.merge", "Merge candidates who are one person.", True),
        ("candidates.export", "Export all that is kept about a candidate, also what is private or confidential.", True),
        ("candidates.read_internal", "See candidates who are users of the organization.", True),
        ("private.read", "See private notes and files.", True),
        ("attachments.read", "See and download candidates' files.", True),
        ("attachments.write", "Attach and delete candidates' files.", True),
        ("notes.read", "See notes about candidates.", True),
        ("notes.write", "Write notes about candidates.", True),
        ("messages.read", "See mails to candidates.", True),
        ("messages.write", "Write mails to candidates and cancel them.", True),
        ("applications.read", "See applications and their history.", True),
        ("applications.write", "Add and change applications.", True),
        ("applications.move", "Move applications through the pipeline.", True),
        ("applications.reject", "Reject and withdraw applications.", True),
        ("applications.transfer", "Transfer applications to other jobs.", True),
        ("applications.reopen", "Reopen applications.", True),
        ("applications.hire", "Hire applicants.", True),
        ("applications.hire_override", "Hire without an accepted offer, for a reason.", True),
        ("applications.unhire", "Take a hire back.", True),
        ("scorecards.read_all", "See scorecards without having submitted one's own.", True),
        ("offers.read", "See offers.", True),
        ("offers.approve", "Approve and refuse offers.", True),
        ("events.read", "Read the event log and the change feed.", True),
        ("system.read", "Read the catalogue of the SQL, with what each statement costs the deployment.", False),
    )
}

READING = (
    "structure.read", "users.read", "jobs.read", "posts.read", "candidates.read", "applications.read",
    "attachments.read", "notes.read", "messages.read",
)  # fmt: skip
RECRUITING = (
    *READING, "jobs.write", "posts.write", "pay.read", "candidates.write", "candidates.merge", "attachments.write",
    "notes.write", "messages.write", "applications.write", "applications.move", "applications.reject",
    "applications.transfer", "applications.reopen", "applications.hire", "applications.hire_override",
    "applications.unhire",
)  # fmt: skip
"""Until there are offers, every hire is an override, and recruiters hire."""
DECIDING = (
    *READING, "pay.read", "attachments.write", "notes.write", "applications.move", "applications.reject",
    "applications.reopen",
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

BUILT_IN_PERMISSIONS = {key: group.permissions for key, group in BUILT_IN_GROUPS.items()}


class View(TypedDict):
    """The row filter of a read, as its statement's parameters."""

    viewer_id: UUID | None
    sees_all_jobs: bool
    sees_confidential_jobs: bool


class PayView(View):
    """The row filter of a read that may show pay."""

    sees_pay: bool


class CandidateView(View):
    """The row filter of a read of candidates."""

    sees_internal: bool


class CountedView(TypedDict):
    """Which applications are counted in a pipeline."""

    sees_applications: bool
    sees_all_applications: bool
    sees_internal: bool


class PrivateView(CandidateView):
    """The row filter of a read of candidates' files or notes."""

    sees_private: bool


def permissions_of(key: str | None, own: Iterable[str]) -> tuple[str, ...]:
    """What a group permits: a built-in one what this release says, another what the organization chose."""
    built_in = BUILT_IN_GROUPS.get(key or "")
    return built_in.permissions if built_in else tuple(code for code in own if code in PERMISSIONS)


def expand(groups: Iterable[tuple[Iterable[str], Scope]], direct: Mapping[str, Scope]) -> dict[str, Scope]:
    """All that somebody may do, from (permissions, scope) of groups and direct grants; the widest scope wins.

    A permission that no team narrows is held whole, in whatever scope it was given. Unknown codes are dropped.
    Rules: O17.
    """
    held: dict[str, Scope] = {}
    for codes, scope in [*groups, *(((code,), scope) for code, scope in direct.items())]:
        for code in codes:
            if code in PERMISSIONS:
                is_whole = not PERMISSIONS[code].is_scoped or "all" in (scope, held.get(code))
                held[code] = "all" if is_whole else "team"
    return held


def held_on_behalf(key: Mapping[str, Scope], user: Mapping[str, Scope]) -> dict[str, Scope]:
    """What an API key may do on behalf of a user: what both may do.

    The scope `team` of a key is of the teams of its own user, so it reaches nothing of somebody else's. Rules: O23.
    """
    return {code: scope for code, scope in user.items() if key.get(code) == "all"}


def may(actor: Actor, permission: str) -> bool:
    """Whether the actor holds the permission at least for some rows."""
    return permission in actor.permissions


def require(actor: Actor, permission: str) -> None:
    """Refuses an actor without the permission. Rules: O16. Raises: Forbidden, naming the permission."""
    if not may(actor, permission):
        raise Forbidden(permission)


def require_grantable(actor: Actor, permissions: Mapping[str, Scope]) -> None:
    """Nobody grants more than they hold, nor in a wider scope. Rules: O18. Raises: Forbidden."""
    for code, scope in permissions.items():
        held = actor.permissions.get(code)
        if held is None or (scope == "all" and held == "team"):
            raise Forbidden(code, scope)


def covers(actor: Actor, permission: str, shown_by: str) -> bool:
    """Whether a permission holds for every row that another one shows.

    Held for one's teams only, it does where that other one shows no more than these teams.
    """
    held = actor.permissions.get(permission)
    return held == "all" or (held == "team" and actor.permissions.get(shown_by) == "team")


def require_covering(actor: Actor, permission: str, shown_by: str) -> None:
    """Refuses an actor whose permission does not hold for every row that another one shows.

    Rules: C11. Raises: Forbidden, naming the permission and the scope that it needs.
    """
    if not covers(actor, permission, shown_by):
        raise Forbidden(permission, actor.permissions.get(shown_by))


def narrowest(actor: Actor, *permissions: str) -> str:
    """The permission whose rows the actor reaches with all of these: one that is held for teams only, or the first."""
    return next((each for each in permissions if actor.permissions.get(each) == "team"), permissions[0])


def view(actor: Actor, permission: str) -> View:
    """The rows that the actor reaches with a permission: all jobs' or their teams', and which confidential ones."""
    return View(
        viewer_id=actor.user_id,
        sees_all_jobs=actor.permissions.get(permission) == "all",
        sees_confidential_jobs=actor.permissions.get("jobs.read_confidential") == "all",
    )


def pay_view(actor: Actor, permission: str) -> PayView:
    """The jobs and posts that the actor reaches with a permission, and whether their pay is shown."""
    return PayView(**view(actor, permission), sees_pay=covers(actor, "pay.read", permission))


def candidate_view(actor: Actor, permission: str) -> CandidateView:
    """The candidates that the actor reaches with a permission."""
    is_internal_seen = covers(actor, "candidates.read_internal", permission)
    return CandidateView(**view(actor, permission), sees_internal=is_internal_seen)


def counted_view(actor: Actor) -> CountedView:
    """The applications that a pipeline counts for the actor: those that they may read."""
    applications = candidate_view(actor, "applications.read")
    return CountedView(
        sees_applications=may(actor, "applications.read"), sees_all_applications=applications["sees_all_jobs"],
        sees_internal=applications["sees_internal"],
    )  # fmt: skip


def private_view(actor: Actor, permission: str) -> PrivateView:
    """The files or notes that the actor reaches with a permission, and whether these are private ones, too."""
    is_private_seen = covers(actor, "private.read", permission)
    return PrivateView(**candidate_view(actor, permission), sees_private=is_private_seen)

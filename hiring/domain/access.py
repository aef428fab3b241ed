"""Why a user sees a resource, or does not, in words: the gates of the SQL decide, by what is read here. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal
from uuid import UUID

import msgspec

from hiring.domain.actors import Scope
from hiring.domain.permissions import View

ResourceType = Literal[
    "application", "attachment", "candidate", "consent", "job", "message", "note", "opening", "post",
]  # fmt: skip
Code = Literal[
    "all_jobs", "confidential_job", "confidential_permission", "hiring_team", "internal_candidate", "no_application",
    "no_permission", "not_active", "not_on_team", "only_interviewer", "own_application", "private_file", "private_note",
]  # fmt: skip
READ_WITH: Mapping[ResourceType, str] = {
    "application": "applications.read", "attachment": "attachments.read", "candidate": "candidates.read",
    "consent": "candidates.read", "job": "jobs.read", "message": "messages.read", "note": "notes.read",
    "opening": "jobs.read", "post": "posts.read",
}  # fmt: skip
"""The permission to read a resource of a type."""
WIDENED_BY: Mapping[str, tuple[str, ...]] = {
    "applications.read": ("jobs.read_confidential", "candidates.read_internal"),
    "attachments.read": ("jobs.read_confidential", "candidates.read_internal", "private.read"),
    "candidates.read": ("jobs.read_confidential", "candidates.read_internal"),
    "jobs.read": ("jobs.read_confidential",),
    "messages.read": ("jobs.read_confidential", "candidates.read_internal"),
    "notes.read": ("jobs.read_confidential", "candidates.read_internal", "private.read"),
    "posts.read": ("jobs.read_confidential",),
}
"""The permissions that show more of what another one shows."""
SENTENCES: Mapping[Code, str] = {
    "all_jobs": "The permission is held with scope `all`, and the job is not confidential.",
    "confidential_job": "The job is confidential, and the user is neither on its hiring team nor reads all such jobs.",
    "confidential_permission": "The job is confidential, and the user reads all such jobs.",
    "hiring_team": "The user is on the hiring team of the job.",
    "internal_candidate": "The candidate is a user of the organization, and internal candidates are hidden.",
    "no_application": "The candidate has no application: only scope `all` shows such candidates.",
    "no_permission": "The user does not hold the permission.",
    "not_active": "The user is not active.",
    "not_on_team": "The permission is held with scope `team`, and the user is not on the hiring team of the job.",
    "only_interviewer": "The user is on the hiring team of the job, though only as an interviewer.",
    "own_application": "The user is the candidate.",
    "private_file": "The file is private, and the user does not read private files.",
    "private_note": "The note is private, and the user is not its author and does not read private notes.",
}
"""What each reason means."""


class JobAccess(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A job by which the user sees the resource, or does not."""

    job_id: UUID
    """The job."""
    is_confidential: bool
    """Whether the job is confidential."""
    team_roles: list[str]
    """The user's roles on the hiring team of the job."""
    is_visible: bool
    """Whether the user sees the job; of a candidate, an application, or what belongs to one: whether they
    see its applications."""


class CandidateFacts(msgspec.Struct, frozen=True):
    """What decides about a candidate besides the jobs: whether they are the user, or a user, and are hidden as such.

    `private` is why a file or a note of the candidate is hidden, where it is because it is private.
    """

    is_own: bool = False
    is_hidden: bool = False
    private: Code | None = None


def reasons_of_candidate(
    facts: CandidateFacts, jobs: Sequence[JobAccess], view: View, *, is_visible: bool
) -> Iterator[Code]:
    """Yields why a candidate, an application, or what belongs to one is seen, or is not.

    Rules: V4, V5, V7, V14, F5, G9, M12, N4, N5.
    """
    if facts.is_own:
        yield "own_application"
    elif facts.is_hidden:
        yield "internal_candidate"
    elif facts.private is not None:
        yield facts.private
    elif not jobs:
        yield "no_application"
    else:
        yield from reasons_of_jobs(jobs, view, is_visible=is_visible)


def reasons_of_jobs(jobs: Sequence[JobAccess], view: View, *, is_visible: bool) -> Iterator[Code]:
    """Yields why the jobs show something, or why none of them does, each reason once. Rules: V2, V3, V4."""
    found = (reason_of_job(each, view) for each in jobs if each.is_visible == is_visible)
    yield from dict.fromkeys(found)


def reason_of_job(job: JobAccess, view: View) -> Code:
    """Why a job shows something to a user, or does not."""
    if job.is_visible:
        if not view["sees_all_jobs"] or (job.is_confidential and not view["sees_confidential_jobs"]):
            return "hiring_team"
        return "confidential_permission" if job.is_confidential else "all_jobs"
    if job.team_roles:
        return "only_interviewer"
    return "confidential_job" if job.is_confidential and view["sees_all_jobs"] else "not_on_team"


class AccessGrant(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A permission that the user holds."""

    permission: str
    """The permission: the one to read the resource, or one that shows more of what it shows."""
    scope: Scope
    """In which scope it was given."""
    permission_group_id: UUID | None
    """The group that gives it; null where it was given directly."""


class AccessExplanation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whether a user sees a resource, and why."""

    is_visible: bool
    """Whether the user sees the resource in this moment."""
    permission: str
    """The permission to read it."""
    scope: Scope | None
    """The widest scope in which the user holds that permission; null where they do not hold it."""
    grants: list[AccessGrant]
    """Where the user has it from, and the permissions that would show more."""
    reasons: list["AccessReason"]
    """Why it is so; empty only where a job decides that the caller does not see."""
    jobs: list[JobAccess]
    """The jobs that decide, as far as the caller sees them: of a candidate, or what belongs to one, those of up to
    50 applications, first those by which the user sees it, then the newest."""


class AccessReason(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A reason why a user sees a resource, or does not."""

    code: Code
    """The reason, for programs."""
    detail: str
    """The reason, for people."""

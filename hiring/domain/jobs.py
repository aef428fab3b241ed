"""The states of a job, and which command leads from which to which."""

from collections.abc import Mapping
from typing import Literal

JobKind = Literal["job", "pool"]
JobStatus = Literal["draft", "pending_approval", "approved", "open", "on_hold", "closed", "archived"]
StatusCommand = Literal["open", "hold", "archive", "unarchive"]
JobCommand = Literal[StatusCommand, "close"]
EmploymentType = Literal[
    "full_time", "part_time", "contract", "temporary", "internship", "volunteer", "per_diem", "other"
]
Workplace = Literal["onsite", "hybrid", "remote"]
TeamRole = Literal["recruiter", "coordinator", "hiring_manager", "interviewer"]
OpeningStatus = Literal["open", "reserved", "filled", "closed"]

TRANSITIONS: Mapping[JobCommand, tuple[tuple[JobStatus, ...], JobStatus]] = {
    "open": (("draft", "approved", "on_hold", "closed"), "open"),
    "hold": (("open",), "on_hold"),
    "close": (("open", "on_hold"), "closed"),
    "archive": (("draft", "approved", "closed"), "archived"),
    "unarchive": (("archived",), "draft"),
}
"""Command to the states it starts from and the one it ends in. Rules: J2."""

"""The states of an application, and which command leads from which to which (rules 2, 3 and 5 of hiring)."""

from collections.abc import Mapping
from typing import Literal

ApplicationStatus = Literal["active", "rejected", "withdrawn", "hired", "transferred"]
ApplicationCommand = Literal["move", "reject", "withdraw", "transfer", "hire", "reopen", "unhire"]

TRANSITIONS: Mapping[ApplicationCommand, tuple[frozenset[ApplicationStatus], ApplicationStatus]] = {
    "move": (frozenset({"active"}), "active"),
    "reject": (frozenset({"active"}), "rejected"),
    "withdraw": (frozenset({"active"}), "withdrawn"),
    "transfer": (frozenset({"active"}), "transferred"),
    "hire": (frozenset({"active"}), "hired"),
    "reopen": (frozenset({"rejected", "withdrawn"}), "active"),
    "unhire": (frozenset({"hired"}), "active"),
}
"""Command to the states it starts from and the one it ends in. Nothing leads out of transferred."""


def is_allowed(command: ApplicationCommand, status: ApplicationStatus) -> bool:
    """Whether a command may be given to an application in this state."""
    return status in TRANSITIONS[command][0]

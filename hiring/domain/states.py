"""The states of what has any, and which command leads from which to which, as `docs/domain.md` draws them."""

from collections import deque
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from hiring.domain.jobs import TRANSITIONS


class Transition(NamedTuple):
    """What a command does to the state of a resource: in any state not named here it is refused."""

    sources: Sequence[str]
    target: str
    settled: Sequence[str] = ()
    """States in which the command succeeds and changes nothing."""


class Machine(NamedTuple):
    """The states that a resource goes through, from its first."""

    initial: str
    transitions: Mapping[str, Transition]


MACHINES: Mapping[str, Machine] = {
    "job": Machine(
        "draft",
        {
            **{command: Transition(sources, target, (target,)) for command, (sources, target) in TRANSITIONS.items()},
            "the hire that fills the last opening": Transition(("open", "on_hold"), "closed", ("closed",)),
        },
    ),
    "opening": Machine(
        "open",
        {
            "hire of an application": Transition(("open",), "filled"),
            "unhire of an application": Transition(("filled",), "open"),
            "close": Transition(("open",), "closed", ("closed",)),
            "reopen": Transition(("closed",), "open", ("open",)),
        },
    ),
    "post": Machine(
        "draft",
        {
            "publish": Transition(("draft", "unpublished"), "published", ("published",)),
            "unpublish": Transition(("published",), "unpublished", ("draft", "unpublished")),
        },
    ),
    "candidate": Machine("active", {"merge": Transition(("active",), "merged")}),
    "application": Machine(
        "active",
        {
            "move": Transition(("active",), "active"),
            "reject": Transition(("active",), "rejected"),
            "withdraw": Transition(("active",), "withdrawn"),
            "reopen": Transition(("rejected", "withdrawn"), "active"),
            "transfer": Transition(("active",), "transferred"),
            "hire": Transition(("active",), "hired"),
            "unhire": Transition(("hired",), "active"),
        },
    ),
    "bulk operation": Machine(
        "pending",
        {
            "begin": Transition(("pending",), "running"),
            "complete": Transition(("running",), "completed"),
            "fail": Transition(("pending", "running"), "failed"),
            "cancel": Transition(("pending", "running"), "cancelled", ("cancelled",)),
        },
    ),
    "message": Machine(
        "scheduled",
        {
            "begin": Transition(("scheduled",), "sending"),
            "withhold": Transition(("scheduled",), "withheld"),
            "deliver": Transition(("sending",), "sent"),
            "fail": Transition(("sending",), "failed"),
            "cancel": Transition(("scheduled", "sending"), "cancelled", ("cancelled",)),
        },
    ),
    "user": Machine(
        "active",
        {
            "disable": Transition(("active",), "disabled", ("disabled",)),
            "enable": Transition(("disabled",), "active", ("active",)),
        },
    ),
    "word of the vocabulary": Machine("active", {"archive": Transition(("active",), "archived", ("archived",))}),
}
"""Noun to its machine. `tests/api/test_states.py` tries each command of clients in each state that they lead to."""
BY_WORKER: Mapping[str, Sequence[str]] = {
    "bulk operation": ("begin", "complete", "fail"),
    "message": ("begin", "withhold", "deliver", "fail"),
}
"""Transitions that the worker makes and no client can command."""


def ways(machine: Machine) -> Mapping[str, Sequence[str]]:
    """The states that commands lead to, each with the fewest commands that do."""
    found: dict[str, Sequence[str]] = {machine.initial: ()}
    waiting = deque(found)
    while waiting:
        state = waiting.popleft()
        for command, transition in machine.transitions.items():
            if state in transition.sources and transition.target not in found:
                found[transition.target] = (*found[state], command)
                waiting.append(transition.target)
    return found

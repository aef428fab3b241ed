"""Who and what the chapters of the story hand on."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

PASSWORD = "a long password, please"

Mailed = Callable[[str, str], Awaitable[str]]
"""The token of the latest mailed link of a kind that a user got."""


class People(NamedTuple):
    """Tokens of those who act, and ids that later chapters name."""

    mia: str
    ravi: str
    sync: str
    ravi_id: str
    sender: str


class Structure(NamedTuple):
    """What jobs are laid out with."""

    department: str
    office: str
    source: str
    template: str
    board: dict[str, Any]
    reasons: dict[str, str]
    kit: str
    tags: list[str]
    languages: list[str]
    """Ids of the options of a custom field."""
    consent_text: str
    email_template: str

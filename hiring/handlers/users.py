"""Users: the people and integrations of an organization."""

from typing import Literal

from hiring.handlers.shapes import Resource


class User(Resource, frozen=True, kw_only=True):
    """A person who works in the system, or an integration."""

    external_id: str | None
    type: Literal["member", "service"]
    status: Literal["invited", "active", "disabled"]
    first_name: str
    middle_name: str | None
    last_name: str | None
    name: str
    email: str | None
    language: str
    time_zone: str

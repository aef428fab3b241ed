"""What somebody may do, out of groups and grants, and which rows they reach."""

from typing import Any
from uuid import UUID

import pytest

from hiring.domain.actors import Actor
from hiring.domain.permissions import common, covers, expand, require_grantable, view
from hiring.errors import Forbidden


def actor(**permissions: Any) -> Actor:
    """An actor with permissions, `__` standing for the dot."""
    held = {name.replace("__", "."): scope for name, scope in permissions.items()}
    return Actor(
        type="user", id=UUID(int=1), user_id=UUID(int=1), organization_id=UUID(int=2), correlation_id=UUID(int=3),
        permissions=held,
    )  # fmt: skip


def test_widest_scope_wins_when_a_permission_is_held_twice() -> None:
    """What no team narrows is held whole; what is no permission is held by nobody."""
    held = expand(
        [(["jobs.read", "users.read"], "team"), (["jobs.read"], "all")], {"jobs.fly": "all", "pay.read": "team"}
    )
    assert held == {"jobs.read": "all", "users.read": "all", "pay.read": "team"}


def test_narrower_scope_wins_when_a_key_acts_for_a_user() -> None:
    """Only what both may do."""
    first, second = {"jobs.read": "all", "pay.read": "all"}, {"jobs.read": "team", "users.read": "all"}
    assert common(first, second) == common(second, first) == {"jobs.read": "team"}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("granted", "is_refused"),
    [({"jobs.read": "team"}, False), ({"jobs.read": "all"}, True), ({"pay.read": "team"}, True), ({}, False)],
)
def test_nobody_grants_more_than_they_hold(granted: Any, is_refused: bool) -> None:
    """Neither another permission nor a wider scope."""
    giver = actor(jobs__read="team")
    if is_refused:
        with pytest.raises(Forbidden):
            require_grantable(giver, granted)
    else:
        require_grantable(giver, granted)


def test_permission_covers_another_when_it_reaches_every_row() -> None:
    """Held for one's teams, it covers what shows only these teams."""
    assert covers(actor(jobs__read="all", pay__read="all"), "pay.read", "jobs.read")
    assert covers(actor(jobs__read="team", pay__read="team"), "pay.read", "jobs.read")
    assert not covers(actor(jobs__read="all", pay__read="team"), "pay.read", "jobs.read")
    assert not covers(actor(jobs__read="all"), "pay.read", "jobs.read")


def test_view_reaches_all_jobs_when_the_scope_is_all() -> None:
    """Confidential ones need a permission of their own."""
    reader, lead = actor(jobs__read="team"), actor(jobs__read="all", jobs__read_confidential="all")
    assert view(reader, "jobs.read")["sees_all_jobs"] is False
    assert view(lead, "jobs.read") == {
        "viewer_id": UUID(int=1), "sees_all_jobs": True, "sees_confidential_jobs": True,
    }  # fmt: skip

"""What somebody may do, out of groups and grants, and which rows they reach."""

import itertools
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from hiring.domain.actors import Actor, Scope
from hiring.domain.permissions import (
    BUILT_IN_GROUPS,
    PERMISSIONS,
    candidate_view,
    covers,
    expand,
    held_on_behalf,
    may,
    pay_view,
    permissions_of,
    private_view,
    require,
    require_grantable,
    view,
)
from hiring.errors import Forbidden

MATRIX = Path(__file__).with_name("permissions.tsv")


def actor(**permissions: Any) -> Actor:
    """An actor with permissions, `__` standing for the dot."""
    held = {name.replace("__", "."): scope for name, scope in permissions.items()}
    return Actor(
        type="user", id=UUID(int=1), user_id=UUID(int=1), organization_id=UUID(int=2), correlation_id=UUID(int=3),
        permissions=held,
    )  # fmt: skip


def matrix() -> str:
    """Every permission, whether a team narrows it, and the built-in groups that have it."""
    head = ("permission", "narrowed by a team", *BUILT_IN_GROUPS)
    rows = [
        (code, *("yes" if is_so else "" for is_so in (each.is_scoped, *held_by(code))))
        for code, each in PERMISSIONS.items()
    ]
    usual = ("usual scope", "", *(group.usual_scope for group in BUILT_IN_GROUPS.values()))
    return "".join("\t".join(row) + "\n" for row in (head, *rows, usual))


def held_by(code: str) -> list[bool]:
    """Which built-in groups have a permission."""
    return [code in permissions_of(key, ()) for key in BUILT_IN_GROUPS]


def test_groups_have_their_permissions_when_compared_with_the_matrix() -> None:
    """Another permission of a built-in group, or another reach of a permission, is a line there and a decision."""
    assert matrix() == MATRIX.read_text("utf-8")


def test_group_of_ones_own_permits_what_was_chosen_when_it_exists() -> None:
    """What an earlier release knew and this one does not is dropped; a built-in one is what this release says."""
    assert permissions_of(None, ["jobs.read", "jobs.fly", "pay.read"]) == ("jobs.read", "pay.read")
    assert permissions_of("interviewer", ["pay.read"]) == ("jobs.read", "candidates.read", "applications.read")


@pytest.mark.parametrize("given", list(itertools.permutations(("all", "team", "team"))))
def test_widest_scope_wins_in_whatever_order_it_is_given(given: Any) -> None:
    """From two groups and a direct grant, the direct one last."""
    *groups, direct = given
    assert expand([(["jobs.read"], scope) for scope in groups], {"jobs.read": direct}) == {"jobs.read": "all"}


@pytest.mark.parametrize("scope", ["all", "team"])
def test_group_is_held_in_the_scope_that_it_is_granted_for(scope: Any) -> None:
    """Every permission of it that a team narrows."""
    assert expand([(["jobs.read", "posts.write"], scope)], {}) == {"jobs.read": scope, "posts.write": scope}
    assert expand([], {"jobs.read": scope}) == {"jobs.read": scope}


def test_widest_scope_wins_when_a_permission_is_held_twice() -> None:
    """What no team narrows is held whole; what is no permission is held by nobody."""
    held = expand(
        [(["jobs.read", "users.read"], "team"), (["jobs.read"], "all")], {"jobs.fly": "all", "pay.read": "team"}
    )
    assert held == {"jobs.read": "all", "users.read": "all", "pay.read": "team"}


def test_key_does_what_both_may_do_on_behalf_of_a_user() -> None:
    """In the user's scope; a key for the teams of its own user reaches nothing."""
    key: dict[str, Scope] = {"jobs.read": "all", "posts.read": "all", "pay.read": "all", "notes.read": "team"}
    user: dict[str, Scope] = {"jobs.read": "team", "posts.read": "all", "users.read": "all", "notes.read": "all"}
    assert held_on_behalf(key, user) == {"jobs.read": "team", "posts.read": "all"}


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


@pytest.mark.parametrize(("scope", "sees"), [("all", True), ("team", False)])
def test_view_shows_pay_internal_candidates_and_private_files_when_it_reaches_them(scope: Any, sees: bool) -> None:
    """Each by its own permission, held for no less than the rows that are shown."""
    reader = actor(
        jobs__read="all", pay__read=scope, candidates__read_internal=scope, private__read=scope, attachments__read="all"
    )
    assert pay_view(reader, "jobs.read")["sees_pay"] is sees
    assert candidate_view(reader, "jobs.read")["sees_internal"] is sees
    assert private_view(reader, "attachments.read")["sees_private"] is sees
    assert private_view(reader, "attachments.read")["sees_internal"] is sees
    assert private_view(actor(attachments__read="all"), "attachments.read") == view(reader, "attachments.read") | {
        "sees_internal": False, "sees_private": False,
    }  # fmt: skip


def test_permission_is_required_by_its_name() -> None:
    """Held for some rows is enough to ask."""
    holder = actor(jobs__read="team")
    assert may(holder, "jobs.read") and not may(holder, "jobs.write")
    require(holder, "jobs.read")
    with pytest.raises(Forbidden, match=r"jobs\.write"):
        require(holder, "jobs.write")

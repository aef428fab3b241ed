"""What of their rows readers see: each kind of row by the permissions for it, in the narrowest scope."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import msgspec
import pytest

from hiring.domain.actors import Actor, Scope
from hiring.queries import applications, boards, jobs, permissions
from hiring.queries.boards import escaped

USER, ORGANIZATION = UUID(int=1), UUID(int=2)
SCOPES: tuple[Scope | None, ...] = (None, "team", "all")


def actor(held: dict[str, Any]) -> Actor:
    """An actor who holds these permissions."""
    return Actor(
        type="user", id=UUID(int=8), user_id=USER, organization_id=ORGANIZATION, correlation_id=UUID(int=3),
        permissions={code: scope for code, scope in held.items() if scope},
    )  # fmt: skip


def covers(scope: Scope | None, of_rows: Scope | None) -> bool:
    """Whether what is held in a scope holds for all rows that are seen in another."""
    return scope == "all" or scope == of_rows == "team"


def each_way(*codes: str) -> Iterator[dict[str, Any]]:
    """Every way to hold these permissions."""
    for scopes in itertools.product(SCOPES, repeat=len(codes)):
        yield dict(zip(codes, scopes, strict=True))


@pytest.mark.parametrize(
    ("seen_by", "own"),
    [
        (lambda who: jobs.seen_by(who, "jobs.read"), "jobs.read"),
        (lambda who: jobs.seen_by(who, "posts.read"), "posts.read"),
        (lambda who: applications.seen_by(who, ()), "applications.read"),
    ],
)
def test_rows_are_seen_in_the_scope_of_their_own_permission(seen_by: Callable[[Actor], Any], own: str) -> None:
    """All jobs, confidential ones and pay: no permission of another noun widens them."""
    for held in each_way(own, "jobs.read_confidential", "pay.read"):
        found = seen_by(actor(held | {"candidates.read": "all", "users.read": "all"}))
        assert found["organization_id"] == ORGANIZATION and found["viewer_id"] == USER and found["expand"] == []
        assert found["sees_all_jobs"] is (held[own] == "all"), held
        assert found["sees_confidential_jobs"] is (held["jobs.read_confidential"] == "all"), held
        assert found["sees_pay"] is covers(held["pay.read"], held[own]), held


def test_colleagues_who_apply_are_seen_in_the_scope_of_the_permission_for_them() -> None:
    """Which covers every application that is shown, or none of theirs is."""
    for held in each_way("applications.read", "candidates.read_internal"):
        found = applications.seen_by(actor(held), ())
        assert found["sees_internal"] is covers(held["candidates.read_internal"], held["applications.read"]), held


@pytest.mark.parametrize(
    ("seen_by", "own", "names"),
    [
        (lambda who, names: jobs.seen_by(who, "jobs.read", names), "jobs.read", ("department", "offices")),
        (lambda who, names: jobs.seen_by(who, "posts.read", names), "posts.read", ("job",)),
        (applications.seen_by, "applications.read", ("candidate", "job")),
    ],
)  # fmt: skip
def test_statement_is_asked_to_expand_what_was_asked_for(
    seen_by: Callable[[Actor, Any], Any], own: str, names: tuple[str, ...]
) -> None:
    """In its order."""
    who = actor(dict.fromkeys(("structure.read", "jobs.read", "candidates.read"), "all") | {own: "all"})
    for given in (names, names[::-1], names[:1]):
        assert seen_by(who, given)["expand"] == list(given)


def test_somebody_holds_what_groups_and_grants_allow_together() -> None:
    """A built-in group is what the release says, another what its row says; nothing at all is nothing."""
    groups: list[dict[str, Any]] = [
        {"id": str(UUID(int=5)), "key": "interviewer", "permissions": ["pay.read"], "scope": "team"},
        {"id": str(UUID(int=6)), "key": None, "permissions": ["posts.read", "jobs.fly"], "scope": "all"},
    ]
    row: Any = {
        "permission_groups": msgspec.json.encode(groups).decode(),
        "permissions": '{"jobs.read":"all","users.read":"all"}',
    }
    assert permissions.held(row) == {
        "jobs.read": "all", "candidates.read": "team", "applications.read": "team", "posts.read": "all",
        "users.read": "all",
    }  # fmt: skip
    assert permissions.group_ids(row) == [UUID(int=5), UUID(int=6)]
    nothing: Any = {"permission_groups": None, "permissions": None}
    assert permissions.held(nothing) == {} and permissions.group_ids(nothing) == []


@pytest.mark.parametrize(
    ("text", "pattern"), [("a", "a"), ("50%", r"50\%"), ("a_b", r"a\_b"), ("\\", r"\\"), (r"\%_", r"\\\%\_")]
)
def test_title_is_searched_as_it_is_written(text: str, pattern: str) -> None:
    """Signs of patterns stand for themselves."""
    assert escaped(text) == pattern


def test_board_names_its_tenant_and_itself() -> None:
    """For every statement about it."""
    board = boards.Board(
        organization_id=ORGANIZATION, job_board_id=UUID(int=4), slug="a", allowed_origins=(), required_fields=(),
        post_url_template=None, website_url=None, text="{}",
    )  # fmt: skip
    assert board.tenant == {"organization_id": ORGANIZATION, "job_board_id": UUID(int=4)}

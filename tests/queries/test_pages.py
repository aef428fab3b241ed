"""Pages of lists: where one ends and the next begins, and which filters go together."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from hiring.domain.actors import Actor
from hiring.errors import Forbidden, Invalid, NotFound
from hiring.queries.base import (
    Body,
    ExternalQuery,
    ListQuery,
    SyncQuery,
    after,
    before,
    check_combination,
    expansion,
    one,
    page_by_change,
    page_by_id,
    text_of,
)

NOW = datetime(2026, 12, 1, 10, tzinfo=UTC)
HIGHEST, LOWEST = UUID("ffffffff-ffff-ffff-ffff-ffffffffffff"), UUID(int=0)


class Filtered(ExternalQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A list with a filter of its own."""

    status: str | None = None
    expand: tuple[str, ...] = ()


def rows(count: int) -> Any:
    """So many rows, as a statement returns them."""
    return [
        {"body": f'{{"id":"{UUID(int=place + 1)}","updated_at":"{(NOW + timedelta(seconds=place)).isoformat()}"}}'}
        for place in range(count)
    ]


@pytest.mark.parametrize(("count", "position"), [(0, None), (2, None), (3, None), (4, 3)])
def test_page_by_id_goes_on_when_one_row_more_was_found(count: int, position: int | None) -> None:
    """From the last row that is shown: the one behind it opens the next page."""
    query, found = ListQuery(limit=3), rows(count)
    page = page_by_id(query, found)
    assert page.items == tuple(row["body"] for row in found[:3])
    assert page.position == (position and str(UUID(int=position)))
    assert before(query) == {"before_id": HIGHEST, "row_limit": 4}


@pytest.mark.parametrize(("count", "position"), [(0, None), (3, None), (4, 2)])
def test_page_by_change_goes_on_when_one_row_more_was_found(count: int, position: int | None) -> None:
    """From moment and id of the last row that is shown."""
    query = SyncQuery(limit=3, updated_since=NOW)
    page = page_by_change(query, rows(count))
    assert len(page.items) == min(count, 3)
    assert after(query) == {"after_at": NOW, "after_id": LOWEST, "row_limit": 4}
    if position is None:
        assert page.position is None
        return
    expected = {"after_at": NOW + timedelta(seconds=position), "after_id": UUID(int=position + 1), "row_limit": 2}
    assert after(SyncQuery(limit=1, updated_since=NOW, cursor=page.position)) == expected


async def test_page_begins_behind_its_cursor_when_it_has_one() -> None:
    """The position is the id itself: handlers have opened the cursor."""
    assert before(ListQuery(cursor=str(UUID(int=7)), limit=1)) == {"before_id": UUID(int=7), "row_limit": 2}
    assert ListQuery().limit == 25


def test_rows_with_given_ids_are_one_page_when_they_are_a_hundred() -> None:
    """Whatever the limit of a page is."""
    query = SyncQuery(limit=1, ids=tuple(UUID(int=place) for place in range(100)))
    page = page_by_id(query, rows(100))
    assert (len(page.items), page.position, before(query)["row_limit"]) == (100, None, 101)


def test_resource_has_no_version_when_others_are_shown_within() -> None:
    """It changes with them; what was not asked for is not there."""
    row: Any = {"version": 4, "body": '{"a":1}', "job": None}
    assert one(row) == Body(4, '{"a":1}')
    assert one(row | {"job": '{"b":2}'}) == Body(None, '{"a":1,"job":{"b":2}}')
    assert text_of(row | {"offices": "[]", "candidate": "null"}) == '{"a":1,"candidate":null,"offices":[]}'
    with pytest.raises(NotFound):
        one(None)


def actor(**permissions: Any) -> Actor:
    """An actor with permissions, `__` standing for the dot."""
    held = {name.replace("__", "."): scope for name, scope in permissions.items()}
    return Actor(
        type="user", id=UUID(int=1), user_id=UUID(int=1), organization_id=UUID(int=2), correlation_id=UUID(int=3),
        permissions=held,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "permission"),
    [
        ("candidate", "candidates.read"), ("department", "structure.read"), ("job", "jobs.read"),
        ("offices", "structure.read"),
    ],
)  # fmt: skip
def test_expansion_needs_the_permission_of_what_it_shows(name: str, permission: str) -> None:
    """For every row that is listed: for a team's rows the team's scope is enough."""
    code = permission.replace(".", "__")
    assert expansion(actor(**{code: "all"}), [name], "posts.read") == {"expand": [name]}
    assert expansion(actor(**{code: "team"}, posts__read="team"), [name], "posts.read") == {"expand": [name]}
    for held in ({}, {code: "team", "posts__read": "all"}):
        with pytest.raises(Forbidden, match=permission):
            expansion(actor(**held), [name], "posts.read")
    assert expansion(actor(), [], "posts.read") == {"expand": []}


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"ids": (LOWEST,), "status": "b"}, "?status"), ({"ids": (LOWEST,), "updated_since": NOW}, "?updated_since"),
        ({"external_id": "a", "updated_since": NOW}, "?updated_since"),
    ],
)  # fmt: skip
def test_combination_is_refused_at_the_filter_that_does_not_go_with_the_other(
    given: dict[str, Any], pointer: str
) -> None:
    """Of a filter that names resources and another one it is the other."""
    with pytest.raises(Invalid) as refused:
        check_combination(Filtered(**given))
    assert [(each.pointer, each.code) for each in refused.value.errors] == [(pointer, "not_combinable")]


@pytest.mark.parametrize(("limit", "is_taken"), [(0, False), (1, True), (100, True), (101, False)])
def test_page_has_up_to_a_hundred_rows(limit: int, is_taken: bool) -> None:
    """And so many ids may be asked for."""
    values: list[dict[str, Any]] = [{"limit": limit}, {"ids": [str(LOWEST)] * max(limit, 1)}]
    for value in values[: 2 if limit else 1]:
        if is_taken:
            msgspec.convert(value, SyncQuery)
        else:
            with pytest.raises(msgspec.ValidationError):
                msgspec.convert(value, SyncQuery)

"""What all queries share: one resource, and keyset pages."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec

from hiring.errors import FieldError, Invalid, NotFound

HIGHEST_ID = UUID(int=2**128 - 1)
LOWEST_ID = UUID(int=0)
MAXIMUM_PAGE_ROWS = 100
MAXIMUM_IDS = 100

Ids = Annotated[tuple[UUID, ...], msgspec.Meta(max_length=MAXIMUM_IDS, description="Only these, comma-separated.")]
Moment = Annotated[datetime, msgspec.Meta(tz=True, description="Changed at or after, oldest change first.")]
type_of_statement = Callable[..., Awaitable[Any]]


class ListQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The query parameters that every list knows. `cursor` is the position itself: handlers sign and unsign it."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=MAXIMUM_PAGE_ROWS, description="Rows of a page.")] = 25
    cursor: Annotated[str, msgspec.Meta(description="`next_cursor` of the page before.")] | None = None


class SyncQuery(ListQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A list that can also be read by ids, or in the order of change."""

    ids: Ids | None = None
    updated_since: Moment | None = None


class ExternalQuery(SyncQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A list of resources that carry ids of other systems."""

    external_id: Annotated[str, msgspec.Meta(max_length=200)] | None = None


class Body(msgspec.Struct, frozen=True):
    """One resource as JSON text, with its version."""

    version: int
    text: str


class Page(msgspec.Struct, frozen=True):
    """Resources as JSON texts; `position` is where the next page begins, None after the last row."""

    items: tuple[str, ...]
    position: str | None


def one(row: Mapping[str, Any] | None) -> Body:
    """The row of a `find` statement. Raises: NotFound."""
    if row is None:
        raise NotFound
    return Body(row["version"], row["body"])


async def newest(query: ListQuery, statement: type_of_statement, **values: Any) -> Page:
    """A page of a statement that takes (before_id, row_limit) and returns (id, body), newest id first."""
    before_id = UUID(query.cursor) if query.cursor else HIGHEST_ID
    rows = await statement(before_id=before_id, row_limit=query.limit + 1, **values)
    return page(rows, query.limit, lambda row: str(row["id"]))


async def changed(query: SyncQuery, statement: type_of_statement, **values: Any) -> Page:
    """A page of a statement that takes (after_at, after_id, row_limit) and returns (updated_at, id, body)."""
    after_at, after_id = query.updated_since, LOWEST_ID
    if query.cursor:
        after_at, after_id = msgspec.json.decode(query.cursor, type=tuple[datetime, UUID])
    rows = await statement(after_at=after_at, after_id=after_id, row_limit=query.limit + 1, **values)
    return page(rows, query.limit, lambda row: msgspec.json.encode((row["updated_at"], row["id"])).decode())


async def chosen(query: SyncQuery, statement: type_of_statement, **values: Any) -> Page:
    """The resources of `query.ids` that are there, of a statement that takes (ids) and returns (id, body)."""
    rows = await statement(ids=list(query.ids or ()), **values)
    return page(rows, MAXIMUM_IDS, lambda row: None)


async def listed(
    query: SyncQuery, *, newest_by: type_of_statement, changed_by: type_of_statement, chosen_by: type_of_statement,
    seen: Mapping[str, Any], filters: Mapping[str, Any],
) -> Page:  # fmt: skip
    """A page of a list: by ids, in the order of change, or newest first. `seen`: whose rows; `filters`: which of them.

    Raises: Invalid, where ids come with a filter.
    """
    if query.ids is not None:
        refuse(query, "updated_since", *filters)
        return await chosen(query, chosen_by, **seen)
    if query.updated_since is not None:
        return await changed(query, changed_by, **seen, **filters)
    return await newest(query, newest_by, **seen, **filters)


def page(rows: list[dict[str, Any]], limit: int, position: Callable[[dict[str, Any]], str | None]) -> Page:
    """Cuts the row that was read to see whether there are more."""
    shown = rows[:limit]
    return Page(tuple(row["body"] for row in shown), position(shown[-1]) if len(rows) > limit else None)


def refuse(query: msgspec.Struct, *names: str) -> None:
    """Raises: Invalid, where one of these filters is given beside one that it does not go with."""
    for name in names:
        if getattr(query, name) is not None:
            detail = "This filter does not go with the others."
            raise Invalid(errors=[FieldError(f"?{name}", "not_combinable", detail)])

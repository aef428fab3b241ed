"""What all queries share: one resource, and keyset pages."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypedDict, TypeVar
from uuid import UUID

import msgspec

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.checking import checked
from hiring.domain.permissions import covers
from hiring.domain.vocabulary import ExternalId
from hiring.errors import FieldError, Forbidden, Invalid, NotFound
from hiring.services.tokens import SIGNED_PATTERN

if TYPE_CHECKING:
    from typing_extensions import ReadOnly

HIGHEST_ID = UUID(int=2**128 - 1)
LOWEST_ID = UUID(int=0)
MAXIMUM_PAGE_ROWS = 100
MAXIMUM_IDS = 100
EXPANSIONS = {
    "candidate": "candidates.read", "department": "structure.read", "job": "jobs.read", "offices": "structure.read",
}  # fmt: skip
"""What a resource shows within it where `?expand=` asks for it, and the permission for that."""
EXPAND = msgspec.Meta(max_length=10, description="What is shown within, comma-separated.")

Ids = Annotated[tuple[UUID, ...], msgspec.Meta(max_length=MAXIMUM_IDS)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class Shown(TypedDict):
    """A row that shows a resource; it may have others to be shown within it, under their names in `EXPANSIONS`."""

    body: "ReadOnly[str]"


class Single(Shown):
    """The row of a `find` statement."""

    version: "ReadOnly[int]"


class Listed(Shown):
    """A row of a page by an id that its body does not show under that name."""

    id: "ReadOnly[UUID]"


class Identified(msgspec.Struct, frozen=True):
    """What a page by id reads of its last resource: a column of its own would be read of each one."""

    id: UUID


class Changed(msgspec.Struct, frozen=True):
    """What a page by change reads of its last resource."""

    updated_at: datetime
    id: UUID


ShownT = TypeVar("ShownT", bound=Shown)
UniqueKey = Mapping[str, str]
"""The columns of a unique key with their values."""
FindHolder = Callable[[Database, Actor, UniqueKey], Awaitable[str]]


class Holder(NamedTuple):
    """How the resource that has a unique value is found (JSON text), by which reader, and the permission to read it."""

    permission: str
    find: FindHolder
    reader: Callable[..., Any]


class ListQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The query parameters that every list knows. `cursor` is the position itself: handlers sign and unsign it."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=MAXIMUM_PAGE_ROWS)] = 25
    """How many rows the page has at most."""
    cursor: Annotated[str, msgspec.Meta(extra_json_schema={"pattern": SIGNED_PATTERN})] | None = None
    """The `next_cursor` of the page before. It belongs to that list with the same parameters; only `limit` may
    change."""


class IdsQuery(ListQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A list that can also be read by ids."""

    ids: Ids | None = None
    """Only the resources with these ids, comma-separated, in one page whatever `limit` says. An id of nothing that the
    caller sees is left out, without an error. No filter goes with it except `job_id`, where the list has one."""


class SyncQuery(IdsQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A list that can also be read by ids, or in the order of change."""

    updated_since: Moment | None = None
    """Only what changed at or after this moment, in the order of change, oldest first. It goes with no filter that
    names one resource; the others say where they do not go with it. To follow a list, go on from the greatest
    `updated_at` that you have seen, and you miss no change: the last rows come once more. A change is listed when no
    older one can still appear, usually within a tenth of a second of its answer, whatever `Consistency-Token` is sent.
    What was deleted, or can no longer be seen by the caller, is not listed."""


class ExternalQuery(SyncQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A list of resources that carry ids of other systems."""

    external_id: ExternalId | None = None
    """Only the resource that has this id in another system. It goes with neither `ids` nor `updated_since`."""


class Body(msgspec.Struct, frozen=True):
    """One resource as JSON text, with its version; expanded it has none, for it changes with what it shows."""

    version: int | None
    text: str


class Page(msgspec.Struct, frozen=True):
    """Resources as JSON texts; `position` is where the next page begins, None after the last row."""

    items: tuple[str, ...]
    position: str | None


def one(row: Single | None) -> Body:
    """The row of a `find` statement. Raises: NotFound."""
    if row is None:
        raise NotFound
    text = text_of(row)
    return Body(row["version"] if text == row["body"] else None, text)


def text_of(row: Mapping[str, Any]) -> str:
    """A resource's JSON text, with what its statement returns to be shown within it."""
    shown = [f',"{name}":{row[name]}' for name in EXPANSIONS if row.get(name) is not None]
    return f"{row['body'][:-1]}{''.join(shown)}}}" if shown else row["body"]


class Expansion(TypedDict):
    """The parameter that asks a statement for expansions."""

    expand: list[str]


def expansion(actor: Actor, names: Sequence[str], shown_by: str) -> Expansion:
    """The parameter that asks a statement for expansions.

    Raises: Forbidden, where their permission does not hold for every row that `shown_by` shows.
    """
    for name in names:
        if not covers(actor, EXPANSIONS[name], shown_by):
            raise Forbidden(EXPANSIONS[name])
    return Expansion(expand=list(names))


class Before(TypedDict):
    """The parameters of a page by id."""

    before_id: UUID
    row_limit: int


def before(query: ListQuery) -> Before:
    """Where a page by id begins, and how many rows are read for it."""
    return Before(before_id=UUID(query.cursor) if query.cursor else HIGHEST_ID, row_limit=limit_of(query) + 1)


def limit_of(query: ListQuery) -> int:
    """The rows of a page: those that are asked for by their ids come in one."""
    return MAXIMUM_IDS if isinstance(query, IdsQuery) and query.ids is not None else query.limit


class After(TypedDict):
    """The parameters of a page by change."""

    after_at: datetime | None
    after_id: UUID
    row_limit: int


def after(query: SyncQuery) -> After:
    """Where a page by change begins, and how many rows are read for it."""
    after_at, after_id = query.updated_since, LOWEST_ID
    if query.cursor:
        after_at, after_id = msgspec.json.decode(query.cursor, type=tuple[datetime, UUID])
    return After(after_at=after_at, after_id=after_id, row_limit=query.limit + 1)


def page_by_change(query: SyncQuery, rows: Sequence[Shown]) -> Page:
    """A page of rows that were read with `after`, oldest change first."""
    return page(rows, query.limit, changed_at)


def changed_at(row: Shown) -> str:
    """Where the page by change behind a row begins."""
    changed = msgspec.json.decode(row["body"], type=Changed)
    return msgspec.json.encode((changed.updated_at, changed.id)).decode()


def page_by_id(query: ListQuery, rows: Sequence[Shown]) -> Page:
    """A page of rows that were read with `before`, newest id first."""
    return page(rows, limit_of(query), lambda row: str(msgspec.json.decode(row["body"], type=Identified).id))


def page_by_row(query: ListQuery, rows: Sequence[Listed]) -> Page:
    """A page of rows that were read with `before` or after an id, and tell that id beside their bodies."""
    return page(rows, query.limit, lambda row: str(row["id"]))


def page(rows: Sequence[ShownT], limit: int, position: Callable[[ShownT], str | None]) -> Page:
    """Cuts the row that was read to see whether there are more."""
    shown = rows[:limit]
    is_bare = not shown or EXPANSIONS.keys().isdisjoint(shown[0])
    texts = (row["body"] if is_bare else text_of(row) for row in shown)
    return Page(tuple(texts), position(shown[-1]) if len(rows) > limit else None)


ListAll = Callable[[Database, Actor, Any], Awaitable[Page]]
"""Lists what an actor may see of a noun, by a query of its own type. Raises: Invalid."""


def by_filter(
    permission: str,
    list_all: ListAll,
    query_type: type[SyncQuery],
    column: str,
) -> Holder:
    """Finds a holder as the one resource of a list that has a filter of the column."""

    async def find(db: Database, actor: Actor, key: UniqueKey) -> str:
        """Raises: NotFound."""
        page = await list_all(db, actor, checked({column: key[column]}, query_type))
        if not page.items:
            raise NotFound
        return page.items[0]

    return Holder(permission, find, list_all)


def by_key(permission: str, find_by: Callable[..., Awaitable[Body]]) -> Holder:
    """Finds a holder by all that its key says besides the organization."""

    async def find(db: Database, actor: Actor, key: UniqueKey) -> str:
        """Raises: NotFound."""
        named = {name: value for name, value in key.items() if name != "organization_id"}
        return (await find_by(db, actor, **named)).text

    return Holder(permission, find, find_by)


def check_combination(query: IdsQuery) -> None:
    """Raises: Invalid, where a filter that names resources is given beside one that it does not go with."""
    names = query.__struct_fields__
    if query.ids is not None:
        refuse(query, *(name for name in names if name not in ("ids", "job_id", "limit", "cursor", "expand")))
    if any(getattr(query, name, None) is not None for name in ("external_id", "email")):
        refuse(query, "updated_since")


def refuse(query: msgspec.Struct, *names: str) -> None:
    """Raises: Invalid, where one of these filters is given beside one that it does not go with."""
    for name in names:
        if getattr(query, name) is not None:
            detail = "This filter does not go with the others."
            raise Invalid(errors=[FieldError(f"?{name}", "not_combinable", detail)])

"""Cursors and consistency tokens: what they are bound to, and how long they demand anything."""

import time
from typing import Any
from uuid import UUID

import pytest

from hiring.domain.vocabulary import ExternalId
from hiring.errors import Invalid, Malformed
from hiring.foundation.ids import new_id
from hiring.http.cursors import events_of, opened, sealed, token
from hiring.queries.base import ExternalQuery, ListQuery

SECRET, ORGANIZATION, PATH = "s" * 32, UUID(int=2), "/api/v1/users"
QUERY = ExternalQuery(external_id=ExternalId("a"), limit=3)


def cursor(**changes: Any) -> str:
    """The cursor of a position in a list."""
    given: dict[str, Any] = {
        "position": "here", "query": QUERY, "path": PATH, "organization_id": ORGANIZATION, "secret": SECRET
    } | changes  # fmt: skip
    found = sealed(**given)
    assert found is not None
    return found


def read(text: str, query: ListQuery = QUERY, path: str = PATH, organization_id: UUID | None = ORGANIZATION) -> Any:
    """The position in a cursor, as a list opens it."""
    given: dict[str, Any] = {name: getattr(query, name) for name in query.__struct_fields__} | {"cursor": text}
    return opened(type(query)(**given), path, organization_id, SECRET).cursor


def test_cursor_leads_on_when_the_list_is_the_same() -> None:
    """Also with another size of a page; after the last page there is none."""
    assert read(cursor()) == read(cursor(), ExternalQuery(external_id=ExternalId("a"), limit=9)) == "here"
    assert read(cursor(position="")) == ""
    assert sealed(None, QUERY, PATH, ORGANIZATION, SECRET) is None
    assert opened(QUERY, PATH, ORGANIZATION, SECRET) is QUERY


@pytest.mark.parametrize(
    "text",
    [
        cursor(path="/api/v1/jobs"), cursor(organization_id=UUID(int=3)), cursor(organization_id=None),
        cursor(query=ExternalQuery(external_id=ExternalId("b"), limit=3)), cursor(query=ExternalQuery(limit=3)),
        cursor(secret="t" * 32), token(new_id(), SECRET), cursor()[:-1], cursor() + "A", "", "ä", "A" * 5_000,
    ],
)  # fmt: skip
def test_cursor_is_refused_when_it_is_of_another_list(text: str) -> None:
    """Of another path, organization, filter or service, and no cursor at all."""
    with pytest.raises(Invalid) as refused:
        read(text)
    assert [(each.pointer, each.code) for each in refused.value.errors] == [("?cursor", "invalid_cursor")]


def made(seconds_ago: float) -> UUID:
    """The id of an event of that time."""
    return UUID(int=(int((time.time() - seconds_ago) * 1000) << 80) | (7 << 76) | 5)


@pytest.mark.parametrize(("seconds_ago", "is_wanted"), [(0, True), (590, True), (610, False), (86_400, False)])
def test_token_demands_its_event_for_ten_minutes(seconds_ago: float, is_wanted: bool) -> None:
    """Afterwards every replica that serves has it."""
    event_id = made(seconds_ago)
    assert events_of(token(event_id, SECRET), SECRET) == ([event_id] if is_wanted else [])


def test_header_takes_sixteen_tokens_at_the_most() -> None:
    """In their order; blanks between commas are none."""
    ids = [new_id() for _ in range(17)]
    texts = [token(each, SECRET) for each in ids]
    assert events_of(f" ,{' , '.join(texts[:16])},", SECRET) == ids[:16]
    with pytest.raises(Malformed, match="16"):
        events_of(",".join(texts), SECRET)


@pytest.mark.parametrize("header", [token(new_id(), "t" * 32), cursor(), "x", "ä", f"{token(new_id(), SECRET)} x"])
def test_header_is_refused_when_a_token_is_not_ours(header: str) -> None:
    """400: it is no demand that can be met."""
    with pytest.raises(Malformed):
        events_of(header, SECRET)

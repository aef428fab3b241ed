"""Searching a board: each filter alone and in pairs, words, and the counts of what is found."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from hiring.http.dependencies import Dependencies
from tests.api.conftest import Rows
from tests.api.journeys import open_job, published_post
from tests.client import Client, findings

GRAZ = {"name": "Lab", "city": "Graz", "region": "AT-6"}
VIENNA = {"city": "Wien", "country": "AT"}
BERLIN = {"city": "Berlin", "country": "DE", "region": "DE-BE"}
ABROAD = {"city": "graz", "country": "DE"}
PAY = {"min_minor": 4_000_000, "max_minor": 5_000_000, "currency": "EUR", "period": "year"}
JOBS: list[dict[str, Any]] = [
    {"employment_type": "full_time", "workplace": "hybrid", "department": "Research"},
    {"employment_type": "part_time", "workplace": "remote", "department": "Research"},
    {"employment_type": "full_time", "workplace": "onsite", "department": "Sales"},
    {"employment_type": "internship", "workplace": "onsite", "department": None},
]
POSTS: list[dict[str, Any]] = [
    {"title": "Engineer", "language": "en", "locations": [GRAZ, BERLIN], "body": "Build meters.", "pay_ranges": [PAY]},
    {
        "title": "Ingenieurin",
        "language": "de",
        "locations": [GRAZ, VIENNA],
        "body": "Zähler bauen.",
        "pay_ranges": [PAY],
        "remote_regions": ["DE", "US-CA", "US-NY", "AT"],
    },
    {
        "title": "Seller",
        "language": "en",
        "locations": [ABROAD],
        "body": "<p>Sell <b>meters</b></p>",
        "body_format": "html",
    },
    {"title": "Intern", "language": "en", "locations": [], "body": "Learn.", "remote_regions": ["PT", "DE-BY"]},
]
FILTERS = ("language", "department_id", "employment_type", "workplace", "country", "region", "city")
FACETS = ("language", "department_id", "employment_type", "workplace", "country")


@pytest.fixture
async def posts(ada: Client) -> list[dict[str, Any]]:
    """The posts of Ada's board with what can be searched for, the latest first."""
    names = {each["department"] for each in JOBS if each["department"]}
    departments = {name: (await ada.made("/departments", {"name": name}))["id"] for name in sorted(names)}
    found = []
    for facts, post in zip(JOBS, POSTS, strict=True):
        department_id = departments.get(facts["department"])
        told = {"employment_type": facts["employment_type"], "workplace": facts["workplace"]}
        path = await published_post(ada, await open_job(ada, department_id=department_id, **told), **post)
        found.append(post | facts | {"id": path.rpartition("/")[2], "department_id": department_id})
    return found[::-1]


def board_of(ada: Client) -> str:
    """The path of the posts of Ada's board."""
    return f"/boards/{ada.organization['slug']}/posts"


def country(location: dict[str, str]) -> str:
    """The country of a location."""
    return location.get("country") or location["region"][:2]


def places(post: dict[str, Any]) -> list[dict[str, str]]:
    """Where the work of a post may be done: the remote regions of work that is not remote mean nothing."""
    regions = post.get("remote_regions", []) if post["workplace"] == "remote" else []
    return [*post["locations"], *({"region" if "-" in each else "country": each} for each in regions)]


def fits(post: dict[str, Any], asked: dict[str, str]) -> bool:
    """Whether a post is to be found: its values are the given ones, those of a place in one location."""
    place = {name: value.lower() for name, value in asked.items() if name in ("country", "region", "city")}
    shown = [
        {name: value.lower() for name, value in (each | {"country": country(each)}).items()} for each in places(post)
    ]
    is_there = not place or any(place.items() <= each.items() for each in shown)
    return is_there and all(post[name] == value for name, value in asked.items() if name not in place)


def counts(posts: list[dict[str, Any]]) -> dict[str, dict[str, int]]:
    """How many posts have which values."""
    countries = Counter(name for post in posts for name in {country(each) for each in places(post)})
    found = {name: Counter(post[name] for post in posts if post[name]) for name in FACETS if name != "country"}
    return {name: dict(each) for name, each in (found | {"country": countries}).items()}


def told(facets: dict[str, Any]) -> dict[str, dict[str, int]]:
    """The counts of an answer, whose most frequent values come first."""
    for each in facets.values():
        assert each == sorted(each, key=lambda one: (-one["post_count"], one["value"]))
    return {name: {each["value"]: each["post_count"] for each in facets[name]} for name in facets}


def questions(posts: list[dict[str, Any]]) -> Iterator[dict[str, str]]:
    """Every value of every filter, alone and in pairs."""
    values: dict[str, set[str]] = {name: {str(post[name]) for post in posts if post.get(name)} for name in FILTERS[:4]}
    locations = [each for post in posts for each in places(post)]
    values |= {name: {each[name] for each in locations if name in each} for name in ("region", "city")}
    values["country"] = {country(each) for each in locations} | {"FR", "PT"}
    for names in [(), *itertools.combinations(FILTERS, 1), *itertools.combinations(FILTERS, 2)]:
        for chosen in itertools.product(*(sorted(values[name]) for name in names)):
            yield dict(zip(names, chosen, strict=True))


async def test_search_finds_what_has_the_given_values_when_filters_go_together(
    ada: Client, anybody: Client, posts: list[dict[str, Any]]
) -> None:
    """B30, B31: each filter, and each two, with the counts of what is found and of nothing else; also from afar."""
    board, asked_count = board_of(ada), 0
    for asked in questions(posts):
        answer = await anybody.read(board, params=asked | {"with_facets": "true"})
        expected = [post for post in posts if fits(post, asked)]
        assert [each["id"] for each in answer["items"]] == [post["id"] for post in expected], asked
        assert told(answer["facets"]) == counts(expected), asked
        asked_count += 1
    assert asked_count > 100
    names = {
        each["value"]: each["name"]
        for each in (await anybody.read(board, params={"with_facets": "true"}))["facets"]["department_id"]
    }
    assert names == {post["department_id"]: post["department"] for post in posts if post["department_id"]}


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("meters", ["Seller", "Engineer"]), ("METERS build", ["Engineer"]), ("build meters engineer", ["Engineer"]),
        ("met", ["Seller", "Engineer"]), ("eters", []), ("zähler", ["Ingenieurin"]), ("ZÄHL bau", ["Ingenieurin"]),
        ("b", ["Ingenieurin", "Engineer"]), ("strong", []), ("p", []), ("...", []), ("'", []), ("\\", []), ("!", []),
        ("meters & !engineer", ["Engineer"]), ("meters:*", ["Seller", "Engineer"]), ("a' | 'b", []), ("%", []),
        ("meters\\'", ["Seller", "Engineer"]), ("<b>meters</b>", ["Seller", "Engineer"]), ("💡", []), ("x" * 200, []),
    ],
)  # fmt: skip
async def test_words_find_posts_when_each_begins_a_word_of_title_or_text(
    ada: Client, anybody: Client, posts: list[dict[str, Any]], words: str, titles: list[str]
) -> None:
    """B30: in any order and letter case; markup has no words, and no sign of a query language means anything."""
    answer = await anybody.read(board_of(ada), params={"words": words, "with_facets": "true"})
    assert [each["title"] for each in answer["items"]] == titles
    assert told(answer["facets"]) == counts([post for post in posts if post["title"] in titles])


async def test_words_are_those_of_the_post_when_it_is_changed(ada: Client, anybody: Client) -> None:
    """A new text has other words at once; title and words go together."""
    job = await open_job(ada)
    post_id = (await published_post(ada, job, body="Build meters.")).rpartition("/")[2]
    board = board_of(ada)
    await ada.patch(f"/api/v1/posts/{post_id}", json={"body": "Repair clocks."})
    for words, title, count in (
        ("clocks", "gin", 1), ("meters", "gin", 0), ("clocks", "none", 0), ("engineer repair", "ENG", 1),
    ):  # fmt: skip
        found = (await anybody.read(board, params={"words": words, "title": title}))["items"]
        assert len(found) == count, (words, title)


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("employment_type", "fulltime", "enum"), ("workplace", "Remote", "enum"), ("country", "XX", "format"),
        ("country", "AT-6", "format"), ("region", "AT-99", "format"), ("city", "", "too_short"),
        ("words", "", "too_short"),
        ("city", "a\nb", "format"), ("words", "x" * 201, "too_long"), ("department_id", "Research", "format"),
        ("language", "xx", "format"), ("with_facets", "maybe", "type"), ("facets", "true", "unknown_parameter"),
    ],
)  # fmt: skip
async def test_value_is_refused_when_there_is_no_such_thing(
    ada: Client, anybody: Client, name: str, value: str, code: str
) -> None:
    """Every filter of a closed set by its pointer."""
    refused = await anybody.get(f"/api/v1{board_of(ada)}", params={name: value})
    assert findings(refused) == [(f"?{name}", code)]


async def test_nothing_is_found_when_it_is_not_public(ada: Client, eve: Client, anybody: Client) -> None:
    """B31: no draft, no post of another tenant or board is found or counted, whatever is asked."""
    department = await ada.made("/departments", {"name": "Research"})
    job = await open_job(ada, department_id=department["id"])
    await ada.made(f"/jobs/{job['id']}/posts", {"title": "Draft", "body": "Secret."})
    await published_post(ada, job, title="Internal", body="Secret.", is_internal=True)
    await published_post(eve, await open_job(eve), title="Foreign", body="Secret.")
    for asked in ({"words": "secret"}, {"department_id": department["id"]}, {"department_id": str(uuid4())}, {}):
        answer = await anybody.read(board_of(ada), params=asked | {"with_facets": "true"})
        assert answer["items"] == [] and told(answer["facets"]) == counts([])


async def test_pages_of_a_search_go_on_when_there_are_more(
    ada: Client, anybody: Client, posts: list[dict[str, Any]]
) -> None:
    """The counts of the whole come with the first page alone, and not where nobody asks for them."""
    asked = {"country": "AT", "limit": "1", "with_facets": "true"}
    first = await anybody.read(board_of(ada), params=asked)
    second = await anybody.read(board_of(ada), params=asked | {"cursor": first["next_cursor"]})
    assert [each["title"] for page in (first, second) for each in page["items"]] == ["Ingenieurin", "Engineer"]
    assert told(first["facets"])["country"] == {"AT": 2, "DE": 2, "US": 1} and "facets" not in second
    assert second["next_cursor"] is None
    assert "facets" not in await anybody.read(board_of(ada), params={"country": "AT"})
    assert "facets" not in await anybody.read(board_of(ada))
    other = await anybody.get(
        f"/api/v1{board_of(ada)}", params=asked | {"country": "DE", "cursor": first["next_cursor"]}
    )
    assert (other.status_code, other.json()["errors"][0]["code"]) == (422, "invalid_cursor")


async def test_counts_are_few_when_values_are_many(ada: Client, anybody: Client, rows: Rows) -> None:
    """B31: fifty of each kind, the most frequent first."""
    languages = [f"{first}{second}" for first in "abcfgh" for second in "abcdefghij"]
    job = await open_job(ada)
    path = await published_post(ada, job, language="de")
    await rows(
        "INSERT INTO posts (organization_id, id, job_id, job_board_id, language, title, body, body_format, body_html,"
        " status, published_at)"
        " SELECT p.organization_id, gen_random_uuid(), p.job_id, p.job_board_id, n.language, p.title, p.body,"
        " p.body_format, p.body_html, p.status, p.published_at"
        " FROM posts AS p, unnest(%(languages)s::text[]) AS n (language) WHERE p.id = %(id)s::uuid RETURNING 1",
        languages=languages, id=path.rpartition("/")[2],
    )  # fmt: skip
    answer = await anybody.read(board_of(ada), params={"with_facets": "true", "limit": "100"})
    assert len(answer["items"]) == 61
    assert [each["value"] for each in answer["facets"]["language"]] == sorted([*languages, "de"])[:50]


async def test_search_is_kept_when_its_values_are_known_to_all(
    ada: Client, anybody: Client, posts: list[dict[str, Any]], dependencies: Dependencies
) -> None:
    """What anybody can make up is not; the kept answer with counts is another than the one without."""
    kept, fresh = dependencies.board_answers._kept, {"Consistency-Token": ""}
    for asked, is_kept in (
        ({"country": "AT"}, True), ({"country": "AT", "with_facets": "true"}, True), ({"workplace": "remote"}, True),
        ({"region": "AT-6"}, True), ({"city": "Graz"}, False), ({"words": "meters"}, False),
        ({"department_id": str(uuid4())}, False),
    ):  # fmt: skip
        before = len(kept)
        for _ in range(2):
            assert (await anybody.get(f"/api/v1{board_of(ada)}", params=asked, headers=fresh)).status_code == 200
        assert len(kept) == before + is_kept, asked


async def test_long_text_is_searched_when_each_of_its_words_is_another(ada: Client, anybody: Client) -> None:
    """A hundred thousand characters, in the longest form that words can have; a change of it is taken, too."""
    letters = [chr(0x20000 + place) for place in range(40_000)]
    body = " ".join("-".join(letters[start : start + 400]) for start in range(0, 40_000, 400))[:99_000]
    path = await published_post(ada, await open_job(ada), body=f"{body} last")
    assert [each["id"] for each in (await anybody.read(board_of(ada), params={"words": "last"}))["items"]] == [
        path.rpartition("/")[2]
    ]


async def test_counts_and_page_agree_when_twenty_search_while_posts_come_and_go(ada: Client, anybody: Client) -> None:
    """One statement reads both, so that no answer counts more or fewer posts than it shows."""
    job = await open_job(ada)
    post_ids = [(await published_post(ada, job)).rpartition("/")[2] for _ in range(4)]

    async def come_and_go(post_id: str) -> None:
        for command in ("unpublish", "publish") * 2:
            await ada.made(f"/posts/{post_id}/{command}")

    async def search() -> None:
        answer = await anybody.read(board_of(ada), params={"words": "engineer", "with_facets": "true"})
        assert sum(each["post_count"] for each in answer["facets"]["workplace"]) == len(answer["items"])

    await asyncio.gather(*map(come_and_go, post_ids), *(search() for _ in range(20)))

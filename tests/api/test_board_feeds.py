"""Feeds of a board: what they have, who may read them, and that memory holds none that is out of date."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser
import httpx
import pytest
import xmlschema

from hiring.http.dependencies import Dependencies
from hiring.queries import boards as queries
from hiring.services.kept_answers import BELIEVED_S, JOINED_S
from tests.api.journeys import open_job, published_post, reason
from tests.client import Client
from tests.domain.test_feeds import HOSTILE, SCHEMA

OLD_S = BELIEVED_S + JOINED_S
FEEDS = ("rss", "json", "indeed")
TYPES = {"rss": "application/rss+xml", "json": "application/feed+json", "indeed": "application/xml"}
PAGE = "https://acme.example/jobs/{post_id}"


@pytest.fixture
async def stranger(address: str) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who sends no token, whatever was written."""
    async with httpx.AsyncClient(base_url=address, timeout=20) as client:
        yield client


@pytest.fixture
async def board(ada: Client) -> str:
    """The path of the feeds of Ada's board, whose posts have pages."""
    [found] = (await ada.read("/job-boards"))["items"]
    named = {"post_url_template": PAGE, "name": "Jobs & <b>"}
    changed = await ada.patch(f"/api/v1/job-boards/{found['id']}", json=named)
    assert changed.status_code == 200, changed.text
    return f"/api/v1/boards/{found['slug']}/feeds"


async def ids(client: httpx.AsyncClient, board: str) -> list[str]:
    """The ids of the posts in a board's feeds, which all have the same ones in the same order."""
    read, feed, jobs = [await client.get(f"{board}/{name}") for name in FEEDS]
    assert read.status_code == feed.status_code == jobs.status_code == 200, (read.text, feed.text, jobs.text)
    entries = feedparser.parse(read.content)
    assert not entries.bozo
    SCHEMA.validate(jobs.text)
    found = [str(each["id"]) for each in feed.json()["items"]]
    assert found == [each.id for each in entries.entries]
    assert found == [each["referencenumber"] for each in jobs_of(jobs.text)]
    return found


def jobs_of(text: str) -> list[dict[str, Any]]:
    """The jobs of a feed for Indeed, as its schema reads them."""
    found: Any = xmlschema.to_dict(text, SCHEMA)
    return list(found.get("job", []))


def id_of(path: str) -> str:
    """The id of a post with a public path."""
    return path.rpartition("/")[2]


async def test_feed_has_what_the_public_sees_when_it_is_read(ada: Client, anybody: Client, board: str) -> None:
    """B28: the latest first; no draft, internal or closed post, none of a job that is not open or is confidential."""
    job = await open_job(ada)
    first, second = await published_post(ada, job), await published_post(ada, job, title="Second")
    soon = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
    await published_post(ada, job, closes_at=soon)
    await published_post(ada, job, is_internal=True)
    await published_post(ada, await open_job(ada, is_confidential=True))
    await ada.made(f"/jobs/{job['id']}/posts", {"title": "Draft", "body": "Come."})
    held = await open_job(ada)
    await published_post(ada, held)
    await ada.made(f"/jobs/{held['id']}/hold")
    await asyncio.sleep(1.1)
    assert await ids(anybody, board) == [id_of(second), id_of(first)]
    listed = (await anybody.get(board.replace("feeds", "posts"))).json()["items"]
    assert len(listed) == 3, "the control: the board shows the confidential one"


async def test_feed_is_empty_or_not_found_when_a_board_is_of_another(ada: Client, eve: Client, anybody: Client) -> None:
    """Nothing of ours is on the board of another tenant; a board that nobody has is not found."""
    await published_post(ada, await open_job(ada))
    assert await ids(anybody, f"/api/v1/boards/{eve.organization['slug']}/feeds") == []
    for name in FEEDS:
        assert (await anybody.get(f"/api/v1/boards/nobody-has-this/feeds/{name}")).status_code == 404


async def test_post_is_told_in_full_when_it_has_a_page(ada: Client, anybody: Client, board: str) -> None:
    """Addresses made by the board's template; the text that is safe to show; words of people to the letter."""
    text = "<p>Build &amp; <script>alert(1)</script>" + "".join(each.replace("<", "&lt;") for each in HOSTILE) + "</p>"
    path = await published_post(
        ada, await open_job(ada), title="R&D <\u202e Lead ]]>", body=text, body_format="html",
        locations=[{"city": "Graz", "country": "AT"}],
        pay_ranges=[{"min_minor": 4_000_000, "max_minor": 5_000_000, "currency": "EUR", "period": "year"}],
    )  # fmt: skip
    post = (await anybody.get(path)).json()
    [item] = (await anybody.get(f"{board}/json")).json()["items"]
    assert (item["title"], item["content_html"], item["url"]) == (post["title"], post["body_html"], post["url"])
    [entry] = feedparser.parse((await anybody.get(f"{board}/rss")).content, sanitize_html=False).entries
    assert (entry.title, entry.summary, entry.link) == (post["title"], post["body_html"], post["url"])
    [job] = jobs_of((await anybody.get(f"{board}/indeed")).text)
    assert (job["title"], job["description"], job["url"]) == (post["title"], post["body_html"], post["url"])
    assert (job["city"], job["country"], job["company"]) == ("Graz", "AT", ada.organization["name"])
    assert "<script" not in item["content_html"]


async def test_post_has_no_address_when_its_board_knows_no_pages(ada: Client, anybody: Client) -> None:
    """B29: as in the structured data for search engines; Indeed, which demands an address, is told of no job."""
    path = await published_post(ada, await open_job(ada))
    board = f"{path.partition('/posts')[0]}/feeds"
    [item] = (await anybody.get(f"{board}/json")).json()["items"]
    [entry] = feedparser.parse((await anybody.get(f"{board}/rss")).content).entries
    assert "url" not in item and "link" not in entry and item["id"] == entry.id == id_of(path)
    assert jobs_of((await anybody.get(f"{board}/indeed")).text) == []


@pytest.mark.parametrize("name", FEEDS)
async def test_feed_is_for_everybody_when_it_is_asked_for(
    ada: Client, stranger: httpx.AsyncClient, board: str, name: str
) -> None:
    """Pages of every origin, caches, HEAD, a copy that is still good; parameters of links say nothing."""
    await published_post(ada, await open_job(ada))
    await asyncio.sleep(OLD_S)
    answer = await stranger.get(f"{board}/{name}", headers={"Origin": "https://anybody.example"})
    assert answer.headers["Content-Type"] == TYPES[name]
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    head = await stranger.head(f"{board}/{name}")
    assert (head.content, head.headers["Content-Length"]) == (b"", str(len(answer.content)))
    assert head.headers["ETag"] == answer.headers["ETag"]
    known = await stranger.get(f"{board}/{name}?utm_source=a", headers={"If-None-Match": answer.headers["ETag"]})
    assert (known.status_code, known.content) == (304, b"")
    assert (await stranger.get(f"{board}/{name}?limit=1")).status_code == 422


async def test_feed_is_another_when_something_changes_that_it_shows(
    ada: Client, stranger: httpx.AsyncClient, board: str
) -> None:
    """Publish, edit, make confidential, unpublish, close, rename: memory has no older answer half a second later."""
    job = await open_job(ada)
    post_id, job_path = id_of(await published_post(ada, job)), f"/api/v1/jobs/{job['id']}"
    last = set[str]()

    async def changed() -> list[str]:
        await asyncio.sleep(OLD_S)
        answers = [await stranger.get(f"{board}/{name}") for name in FEEDS for _ in range(2)]
        new = {answer.headers["ETag"] for answer in answers}
        assert len(new) == len(FEEDS) and not new & last
        last.clear()
        last.update(new)
        return await ids(stranger, board)

    assert await changed() == [post_id]
    await ada.patch(f"/api/v1/posts/{post_id}", json={"title": "Pilot"})
    assert await changed() == [post_id]
    for is_confidential in (True, False):
        await ada.patch(job_path, json={"is_confidential": is_confidential})
        assert await changed() == ([] if is_confidential else [post_id])
    other = await published_post(ada, job, title="Second")
    assert await changed() == [id_of(other), post_id]
    await ada.made(f"/posts/{post_id}/unpublish")
    assert await changed() == [id_of(other)]
    await ada.patch("/api/v1/organization", json={"name": "Acme & Sons", "website_url": "https://acme.example/"})
    assert await changed() == [id_of(other)]
    await ada.made(f"/jobs/{job['id']}/close", {"reason_id": await reason(ada, "job_close")})
    assert await changed() == []


async def test_latest_posts_are_kept_when_there_are_too_many(
    ada: Client, board: str, dependencies: Dependencies
) -> None:
    """So many posts, or so many bytes of text: what is over either is left out, the oldest first."""
    job, slug = await open_job(ada), ada.organization["slug"]
    paths = [await published_post(ada, job, body="ü" * 1_000) for _ in range(4)]
    found = await queries.find(dependencies.db, await queries.find_tenant(dependencies.db, slug=slug), slug=slug)
    latest = [id_of(path) for path in reversed(paths)]
    for row_limit, maximum_bytes, count in ((100, 100_000, 4), (2, 100_000, 2), (100, 7_000, 3), (100, 100, 0)):
        posts = await queries.list_advertised(dependencies.db, found, row_limit=row_limit, maximum_bytes=maximum_bytes)
        assert [post["id"] for post in posts] == latest[:count]


async def test_feed_is_the_same_when_twenty_read_it_at_once(
    ada: Client, stranger: httpx.AsyncClient, board: str
) -> None:
    """While a post is edited: each answer is whole, and of a state that there was."""
    post_id = id_of(await published_post(ada, await open_job(ada)))
    titles = {"Engineer", *(f"Pilot {count}" for count in range(5))}

    async def edits() -> None:
        for count in range(5):
            answer = await ada.patch(f"/api/v1/posts/{post_id}", json={"title": f"Pilot {count}"})
            assert answer.status_code == 200

    editing = asyncio.create_task(edits())
    answers = await asyncio.gather(*(stranger.get(f"{board}/indeed") for _ in range(20)))
    await editing
    for answer in answers:
        assert answer.status_code == 200, answer.text
        assert {each["title"] for each in jobs_of(answer.text)} <= titles

"""Preview links: who gets one, what it shows to whom, and that nothing else opens by it or remembers it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import httpx
import pytest

from hiring.config import Settings
from hiring.services.tokens import preview_token, sign
from tests.api.conftest import Rows
from tests.api.journeys import JOB, join, open_job, published_post, reason
from tests.client import Client, findings

PERSON = {"first_name": "Kim", "email": "kim@example.com"}
PAY = {"min_minor": 5_000_000, "max_minor": 6_000_000, "currency": "EUR", "period": "year"}
DRAFT: dict[str, Any] = {
    "title": "Engineer", "body": "<p>Come.</p>", "body_format": "html", "pay_ranges": [PAY],
    "questions": [{"label": "Why?", "type": "short_text"}],
}  # fmt: skip


@pytest.fixture
async def stranger(address: str) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who sends no token and knows of no write."""
    async with httpx.AsyncClient(base_url=address, timeout=20) as client:
        yield client


async def draft(ada: Client, **changes: Any) -> dict[str, Any]:
    """A draft of a job that is a draft itself."""
    job = await ada.made("/jobs", JOB)
    return await ada.made(f"/jobs/{job['id']}/posts", DRAFT | changes)


async def linked(ada: Client, post: dict[str, Any], **body: Any) -> str:
    """The path of a new preview link, with its token."""
    parts = urlsplit((await ada.made(f"/posts/{post['id']}/preview-links", body))["url"])
    return f"{parts.path}?{parts.query}"


def token_of(link: str) -> str:
    """The token in a link."""
    return parse_qs(urlsplit(link).query)["preview"][0]


def path_of(ada: Client, post_id: str) -> str:
    """The public path of a post of Ada's board."""
    return f"/api/v1/boards/{ada.organization['slug']}/posts/{post_id}"


async def assert_invalid(client: httpx.AsyncClient, path: str, token: str) -> None:
    """A link shows nothing, in words that are the same whatever is wrong, and no cache keeps them."""
    answer = await client.get(path, params={"preview": token})
    assert answer.status_code == 422, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert findings(answer) == [("?preview", "invalid_preview")]


async def test_link_shows_a_draft_when_the_public_does_not_see_it(ada: Client, anybody: Client) -> None:
    """What the public would see now: text, form, pay and structured data; for seven days by default."""
    post = await draft(ada)
    made = await ada.post(f"/api/v1/posts/{post['id']}/preview-links", json={})
    assert made.status_code == 201 and made.headers["Cache-Control"] == "no-store"
    assert made.json()["url"].endswith(made.headers["Location"])
    left = datetime.fromisoformat(made.json()["expires_at"]) - datetime.now(UTC)
    assert timedelta(days=7, minutes=-1) < left <= timedelta(days=7)
    shown = await anybody.get(made.headers["Location"])
    assert shown.status_code == 200, shown.text
    assert (shown.headers["Cache-Control"], shown.headers["X-Robots-Tag"]) == ("no-store", "noindex")
    assert shown.json()["body_html"] == DRAFT["body"] and shown.json()["pay_ranges"] == [PAY]
    assert [each["label"] for each in shown.json()["application_form"]["questions"]] == ["Why?"]
    assert shown.json()["job_posting"]["datePosted"] == shown.json()["published_at"][:10]
    assert (await anybody.get(path_of(ada, post["id"]))).status_code == 404
    assert (await ada.read(f"/posts/{post['id']}"))["version"] == post["version"], "a link changes nothing"


async def test_link_holds_as_long_as_it_was_asked_for(ada: Client) -> None:
    """One to thirty days, and nothing else."""
    post = await draft(ada)
    for days in (1, 30):
        made = await ada.made(f"/posts/{post['id']}/preview-links", {"valid_days": days})
        left = datetime.fromisoformat(made["expires_at"]) - datetime.now(UTC)
        assert timedelta(days=days, minutes=-1) < left <= timedelta(days=days)
    for wrong in (0, 31, -1, 1.5, "7", None):
        refused = await ada.post(f"/api/v1/posts/{post['id']}/preview-links", json={"valid_days": wrong})
        assert [each["pointer"] for each in refused.json()["errors"]] == ["/valid_days"], wrong


async def test_link_is_refused_when_it_is_of_another_post_or_board(ada: Client, eve: Client, anybody: Client) -> None:
    """A link opens one post on its own board, also where another board is of the same organization."""
    post, other, theirs = await draft(ada), await draft(ada), await draft(eve)
    token = token_of(await linked(ada, post))
    second = await ada.made("/job-boards", {"slug": f"second-{uuid4().hex[:8]}", "name": "Second"})
    for path in (
        path_of(ada, other["id"]), path_of(eve, theirs["id"]), path_of(ada, theirs["id"]), path_of(eve, post["id"]),
        path_of(ada, str(uuid4())), f"/api/v1/boards/{second['slug']}/posts/{post['id']}",
    ):  # fmt: skip
        await assert_invalid(anybody, path, token)
    nowhere = await anybody.get(f"/api/v1/boards/nobody-has-this/posts/{post['id']}", params={"preview": token})
    assert nowhere.status_code == 404


async def test_link_is_refused_when_it_is_forged_or_has_expired(
    ada: Client, anybody: Client, settings: Settings
) -> None:
    """Altered anywhere, signed for something else or with another secret, prolonged, or over for a second."""
    post = await draft(ada)
    path, post_id, secret = path_of(ada, post["id"]), UUID(post["id"]), settings.tokens.secret
    token, now = token_of(await linked(ada, post)), datetime.now(UTC)
    over = preview_token(secret, post_id=post_id, expires_at=now - timedelta(seconds=1))
    later = preview_token("another secret", post_id=post_id, expires_at=now + timedelta(days=1))
    cursor = sign(secret, "cursor", post_id.bytes + int(now.timestamp() + 900).to_bytes(8))
    altered = [token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :] for place in (0, 25, -2)]
    for wrong in (over, later, cursor, *altered, token[:-1], f"{token}A", "", " ", "ü", "x" * 5_000, str(post_id)):
        await assert_invalid(anybody, path, wrong)
    fresh = preview_token(secret, post_id=post_id, expires_at=now + timedelta(minutes=1))
    assert (await anybody.get(path, params={"preview": fresh})).status_code == 200, "the control"


async def test_link_shows_the_post_as_it_is_when_it_has_changed(ada: Client, anybody: Client) -> None:
    """At each reading: changed, published, of a job on hold or closed, and off the board again."""
    post = await draft(ada)
    link, job = await linked(ada, post), f"/jobs/{post['job_id']}"
    changed = await ada.patch(f"/api/v1/posts/{post['id']}", json={"title": "Lead"})
    assert changed.is_success and (await anybody.get(link)).json()["title"] == "Lead"
    close = {"reason_id": await reason(ada, "job_close")}
    for path, body in (
        (f"/posts/{post['id']}/publish", {}), (f"{job}/open", {}), (f"{job}/hold", {}), (f"{job}/open", {}),
        (f"/posts/{post['id']}/unpublish", {}), (f"{job}/close", close),
    ):  # fmt: skip
        await ada.made(path, body)
        shown = await anybody.get(link)
        assert shown.status_code == 200 and shown.headers["Cache-Control"] == "no-store", path
    published_at = (await ada.read(f"/posts/{post['id']}"))["published_at"]
    assert (await anybody.get(link)).json()["published_at"] == published_at


async def test_link_ends_when_the_post_is_internal_or_its_job_archived(ada: Client, anybody: Client) -> None:
    """No such post gets a link, and the old one shows it again when that is over."""
    post = await draft(ada)
    link, links = await linked(ada, post), f"/api/v1/posts/{post['id']}/preview-links"
    path = path_of(ada, post["id"])
    for ends, begins in (
        (ada.patch(f"/api/v1/posts/{post['id']}", json={"is_internal": True}),
         ada.patch(f"/api/v1/posts/{post['id']}", json={"is_internal": False})),
        (ada.post(f"/api/v1/jobs/{post['job_id']}/archive", json={}),
         ada.post(f"/api/v1/jobs/{post['job_id']}/unarchive", json={})),
    ):  # fmt: skip
        assert (await ends).is_success
        await assert_invalid(anybody, path, token_of(link))
        refused = await ada.post(links, json={})
        assert (refused.status_code, refused.json()["code"]) == (409, "status_conflict")
        assert refused.json()["current"]["status"] == "draft"
        assert (await begins).is_success
        assert (await anybody.get(link)).status_code == 200


async def test_no_application_comes_in_when_a_post_is_previewed(ada: Client, anybody: Client, rows: Rows) -> None:
    """As without a link: a draft is not found, a published post of a job that is not open does not accept."""
    post = await draft(ada)
    link, path = await linked(ada, post), path_of(ada, post["id"])
    for address in (path, link.partition("?")[0]):
        refused = await anybody.post(f"{address}/applications", json=PERSON)
        assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    with_token = await anybody.post(f"{path}/applications", params={"preview": token_of(link)}, json=PERSON)
    assert with_token.json()["errors"][0]["code"] == "unknown_parameter"
    await ada.made(f"/posts/{post['id']}/publish")
    refused = await anybody.post(f"{path}/applications", json=PERSON)
    assert (refused.status_code, refused.json()["code"]) == (409, "post_not_accepting")
    assert (await anybody.get(link)).status_code == 200
    organization = UUID(ada.organization["id"])
    assert await rows("SELECT 1 FROM applications WHERE organization_id = %(id)s", id=organization) == []


async def test_board_remembers_nothing_of_a_preview_when_it_is_read(
    ada: Client, anybody: Client, stranger: httpx.AsyncClient
) -> None:
    """Neither is the preview kept for others, nor the public answer shown for a preview; twenty readers at once."""
    post = await draft(ada)
    link, path = await linked(ada, post), path_of(ada, post["id"])
    board = path.rpartition("/")[0]
    answers = await asyncio.gather(*(stranger.get(address) for _ in range(10) for address in (link, path)))
    assert [each.status_code for each in answers] == [200, 404] * 10
    assert (await stranger.get(board)).json()["items"] == []
    public = urlsplit(await published_post(ada, await open_job(ada))).path
    public_link = await linked(ada, {"id": public.rpartition("/")[2]})
    for _ in range(2):
        kept, previewed = await stranger.get(public), await anybody.get(public_link)
        assert kept.headers["Cache-Control"] == "public, max-age=60" and "X-Robots-Tag" not in kept.headers
        assert previewed.headers["Cache-Control"] == "no-store"
        assert kept.json() == previewed.json()
    assert (await stranger.get(f"{link}&preview=x")).status_code == 422
    tagged = await stranger.get(f"{link}&utm_source=mail")
    assert tagged.status_code == 200, "links carry parameters of their own"


async def test_caller_gets_no_link_when_they_may_not_write_the_post(ada: Client, eve: Client, anybody: Client) -> None:
    """Another tenant's post reads like one that there is not; without a token nobody gets any."""
    post = await draft(ada)
    for post_id in (post["id"], str(uuid4())):
        assert (await eve.post(f"/api/v1/posts/{post_id}/preview-links", json={})).status_code == 404
    assert (await anybody.post(f"/api/v1/posts/{post['id']}/preview-links", json={})).status_code == 401


async def test_link_is_not_for_callers_who_may_not_see_the_pay_that_it_shows(
    ada: Client, anybody: Client, member: Any
) -> None:
    """Who writes posts but sees no pay gets no link; with pay for teams, only for posts of these. Rules: V8, B33."""
    post = await draft(ada)
    held: dict[str, Any] = {"jobs.read": "all", "posts.read": "all", "posts.write": "all"}
    bob, carl, dora = (
        await member("bob", held), await member("carl", held | {"pay.read": "team"}),
        await member("dora", held | {"pay.read": "all"}),
    )  # fmt: skip
    links = f"/api/v1/posts/{post['id']}/preview-links"
    assert (await bob.read(f"/posts/{post['id']}"))["pay_ranges"] is None
    refused = await bob.post(links, json={})
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert (await carl.post(links, json={})).status_code == 404
    await join(ada, await ada.read(f"/jobs/{post['job_id']}"), carl.user["id"], "recruiter")
    for client in (carl, dora):
        assert (await anybody.get(await linked(client, post))).json()["pay_ranges"] == [PAY]

"""Board keys: made, used on their board alone, counted by themselves, and revoked at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
import pytest

from hiring.config import Captcha, Rate, RedisServer, Settings
from hiring.connectors.captcha import CaptchaVerifier
from hiring.connectors.redis import RedisClient
from hiring.services.request_state import RequestState
from tests.api.conftest import Rows, Serve
from tests.api.journeys import open_job, published_post
from tests.api.probe import endpoints, filled
from tests.client import Client, findings

PERSON = {"first_name": "Kim", "email": "kim@example.com"}
AT_ONCE = 20
ONE = Rate(rate_per_s=0.001, burst=1)
SOME = Rate(rate_per_s=0.001, burst=7)


async def board_of(client: Client) -> dict[str, Any]:
    """The default board of an organization."""
    [board] = (await client.read("/job-boards"))["items"]
    return dict(board)


async def key_of(client: Client, **changes: Any) -> dict[str, Any]:
    """A new key of the default board."""
    return await client.made(f"/job-boards/{(await board_of(client))['id']}/keys", {"name": "Career site"} | changes)


async def uploaded(client: Client, slug: str, **headers: str) -> Any:
    """The answer to an upload to a board."""
    return await client.post(
        f"/api/v1/boards/{slug}/uploads", params={"file_name": "cv.txt"}, content=b"My work", headers=headers
    )


@pytest.fixture
async def site(ada: Client) -> AsyncIterator[Client]:
    """The server of Ada's career site."""
    async with Client(ada.address, (await key_of(ada))["secret"]) as client:
        yield client


@asynccontextmanager
async def limited(serve: Serve, settings: Settings, **rates: Rate) -> AsyncIterator[str]:
    """The same API with limits that this process counts by itself; gives its address."""
    limits = msgspec.structs.replace(settings.limits, enabled=True, **rates)
    nowhere = RedisServer(host="127.0.0.1", port=1, password="none")
    state = RequestState(RedisClient(nowhere, name="test", timeout_ms=500, pool_size=1), limits)
    async with serve({"request_state": state}) as address:
        yield address


async def test_key_reads_uploads_and_applies_when_the_board_is_its_own(ada: Client, site: Client, rows: Rows) -> None:
    """What it does is recorded as its own; what it reads is what everybody reads, with the same cursors."""
    job = await open_job(ada)
    path = await published_post(ada, job)
    await published_post(ada, await open_job(ada))
    slug = ada.organization["slug"]
    shown = await site.get(path)
    assert (shown.status_code, shown.headers["RateLimit"].partition(";")[0]) == (200, '"board"')
    for each in ("", "/posts", "/feeds/rss", "/feeds/json", "/feeds/indeed"):
        assert (await site.get(f"/api/v1/boards/{slug}{each}")).status_code == 200
    page = await site.read(f"/boards/{slug}/posts", params={"limit": 1})
    async with Client(ada.address) as anybody:
        more = {"limit": 1, "cursor": page["next_cursor"]}
        assert len((await anybody.read(f"/boards/{slug}/posts", params=more))["items"]) == 1
        assert len((await site.read(f"/boards/{slug}/posts", params=more))["items"]) == 1
    file = (await uploaded(site, slug)).json()
    applied = await site.post(f"{path}/applications", json=PERSON | {"resume_upload_id": file["id"]})
    assert applied.status_code == 201, applied.text
    [(key_id,)] = await rows(
        "SELECT id FROM board_keys WHERE organization_id = %(id)s", id=UUID(ada.organization["id"])
    )
    actors = await rows(
        "SELECT type, actor FROM events WHERE organization_id = %(id)s AND type IN ('upload.stored', "
        "'application.submitted')", id=UUID(ada.organization["id"]),
    )  # fmt: skip
    expected = {"type": "api_key", "id": str(key_id), "user_id": None, "on_behalf_of": None}
    assert len(actors) == 2 and all(actor == expected for _, actor in actors), actors
    assert (await site.get(urlsplit(applied.json()["status_url"]).path)).status_code == 200
    [listed] = (await ada.read(f"/job-boards/{(await board_of(ada))['id']}/keys"))["items"]
    assert listed["last_used_at"] is not None and "secret" not in listed


async def test_key_is_refused_when_it_asks_for_anything_else(site: Client, ada: Client) -> None:
    """O25: at every operation that somebody must be known for; what anybody may call looks at no key."""
    for endpoint in endpoints():
        ids = {name: str(UUID(int=1)) for name in endpoint.parameters} | {"board": ada.organization["slug"]}
        is_json = endpoint.operation.body is not None
        answer = await site.request(endpoint.method, filled(endpoint.path, ids), json={} if is_json else None)
        is_refused = answer.status_code == 403 and answer.json()["code"] == "board_key_refused"
        assert is_refused != endpoint.operation.is_public, (endpoint.name, answer.text)
        is_own = answer.headers["RateLimit"].startswith('"board";')
        assert is_own == endpoint.operation.takes_board_key, (endpoint.name, answer.headers)


async def test_key_is_refused_when_the_board_is_another(ada: Client, eve: Client, site: Client) -> None:
    """O25: of the same organization 403, of another one 401, and none 404; whatever process memory holds of it."""
    other = await ada.made("/job-boards", {"slug": f"{ada.organization['slug']}-2", "name": "Second"})
    for _ in range(2):
        for slug, status in (
            (other["slug"], 403), (eve.organization["slug"], 401), ("no-such-board", 404),
            (ada.organization["slug"], 200),
        ):  # fmt: skip
            assert (await site.get(f"/api/v1/boards/{slug}")).status_code == status, slug
    assert (await uploaded(site, other["slug"])).json()["code"] == "board_key_refused"
    assert (await uploaded(site, eve.organization["slug"])).json()["code"] == "token_invalid"


async def test_secret_is_shown_once_and_stored_as_its_hash(ada: Client, eve: Client, rows: Rows) -> None:
    """A repeat has null; no table has it; another organization finds neither the board nor the key."""
    path, body, once = f"/api/v1/job-boards/{(await board_of(ada))['id']}/keys", {"name": "A"}, {"Idempotency-Key": "k"}
    made, again = [await ada.post(path, json=body, headers=once) for _ in range(2)]
    key = made.json()
    assert made.status_code == 201 and key["secret"].startswith("bk_") and key["secret"].startswith(key["prefix"])
    assert again.json() == key | {"secret": None} and again.headers["Idempotent-Replayed"] == "true"
    assert await rows("SELECT 1 FROM board_keys AS k WHERE k::text LIKE %(part)s", part=f"%{key['secret'][11:]}%") == []
    for stranger in (await eve.get(path), await eve.post(path, json=body), await eve.delete(f"{path}/{key['id']}")):
        assert stranger.status_code == 404, stranger.text
    past = await ada.post(path, json=body | {"expires_at": "2020-01-01T00:00:00Z"})
    assert findings(past) == [("/expires_at", "range")]
    since = await ada.read(path.removeprefix("/api/v1"), params={"updated_since": key["updated_at"]})
    assert [each["id"] for each in since["items"]] == [key["id"]]


async def test_key_ends_at_once_when_it_is_revoked(ada: Client, rows: Rows) -> None:
    """With twenty clients that use it; revoking again changes nothing, also not another board's key."""
    key, slug, board = await key_of(ada), ada.organization["slug"], await board_of(ada)
    path = f"/api/v1/job-boards/{board['id']}/keys/{key['id']}"
    other = await ada.made("/job-boards", {"slug": f"{slug}-2", "name": "Second"})
    assert (await ada.delete(f"/api/v1/job-boards/{other['id']}/keys/{key['id']}")).status_code == 404
    async with Client(ada.address, key["secret"]) as site:
        answers = await asyncio.gather(*(site.get(f"/api/v1/boards/{slug}") for _ in range(AT_ONCE)))
        assert {each.status_code for each in answers} == {200}
        revoked = await asyncio.gather(*(ada.delete(path) for _ in range(AT_ONCE)))
        assert {each.status_code for each in revoked} == {204}
        answers = await asyncio.gather(*(site.get(f"/api/v1/boards/{slug}") for _ in range(AT_ONCE)))
        assert {each.status_code for each in answers} == {401}
        assert (await uploaded(site, slug)).json()["code"] == "token_invalid"
    [(count,)] = await rows(
        "SELECT count(*) FROM events WHERE organization_id = %(id)s AND type = 'board_key.revoked'",
        id=UUID(ada.organization["id"]),
    )
    assert count == 1


async def test_key_ends_at_its_instant_when_it_was_just_used(ada: Client) -> None:
    """What the process remembers of it ends with it."""
    expires_at = datetime.now(UTC) + timedelta(seconds=2)
    key = await key_of(ada, expires_at=expires_at.isoformat())
    async with Client(ada.address, key["secret"]) as site:
        path = f"/api/v1/boards/{ada.organization['slug']}"
        while (status := (await site.get(path)).status_code) == 200:
            assert datetime.now(UTC) < expires_at + timedelta(seconds=1), "it outlives its end"
            await asyncio.sleep(0.1)
    assert status == 401 and datetime.now(UTC) >= expires_at


async def test_key_counts_by_itself_when_the_limits_of_its_address_are_used_up(
    ada: Client, serve: Serve, settings: Settings
) -> None:
    """O26: twenty at once: as many as the limit of the key allows, though the address may apply once."""
    path, key = await published_post(ada, await open_job(ada)), await key_of(ada)
    people = [PERSON | {"email": f"kim-{number}@example.com"} for number in range(AT_ONCE)]
    async with (
        limited(serve, settings, apply=ONE, board=SOME) as address, Client(address, key["secret"]) as site,
        Client(address) as anybody,
    ):  # fmt: skip
        answers = await asyncio.gather(*(site.post(f"{path}/applications", json=each) for each in people))
        assert sorted(each.status_code for each in answers) == [201] * 7 + [429] * 13
        statuses = [(await anybody.post(f"{path}/applications", json=people[0])).status_code for _ in range(2)]
        assert statuses == [201, 429]


async def test_application_keeps_its_file_when_the_address_of_the_applicant_is_over_its_limit(
    ada: Client, serve: Serve, settings: Settings
) -> None:
    """O27: another applicant goes on; the refused one sends the same file again. What is no address is a 422."""
    path, key, slug = await published_post(ada, await open_job(ada)), await key_of(ada), ada.organization["slug"]
    first, second = {"Applicant-Address": "203.0.113.7"}, {"Applicant-Address": "2001:db8::7"}
    async with (
        limited(serve, settings, apply=ONE) as address, Client(address, key["secret"]) as site,
        Client(address) as anybody,
    ):  # fmt: skip
        file = (await uploaded(site, slug, **first)).json()
        body = PERSON | {"email": "lee@example.com", "resume_upload_id": file["id"]}
        assert (await site.post(f"{path}/applications", json=PERSON, headers=first)).status_code == 201
        refused = await site.post(f"{path}/applications", json=body, headers=first)
        assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
        assert (await site.post(f"{path}/applications", json=body, headers=second)).status_code == 201
        for given in ("", "203.0.113.7, 10.0.0.1", "localhost", "203.0.113.0/24", "fe80::1%eth0"):
            for who in (site, anybody):
                wrong = await who.get(path, headers={"Applicant-Address": given})
                assert findings(wrong) == [("Applicant-Address", "format")]
        statuses = [
            (await anybody.post(f"{path}/applications", json=PERSON, headers={"Applicant-Address": f"10.0.0.{number}"}))
            for number in range(2)
        ]
        assert [each.status_code for each in statuses] == [201, 429]


async def test_applicants_share_a_key_when_their_clients_count_alike(ada: Client, site: Client) -> None:
    """R5: an Idempotency-Key is that of the board key and the e-mail address; a repeat makes no second application."""
    path, once = await published_post(ada, await open_job(ada)), {"Idempotency-Key": "form-1"}
    people = [PERSON, PERSON | {"email": "lee@example.com"}, PERSON]
    answers = [await site.post(f"{path}/applications", json=each, headers=once) for each in people]
    assert [each.status_code for each in answers] == [201, 201, 201]
    assert answers[0].json() == answers[2].json() != answers[1].json()


async def test_captcha_is_not_asked_for_when_a_key_applies(ada: Client, serve: Serve) -> None:
    """O28: where everybody else needs one."""
    path, key = await published_post(ada, await open_job(ada)), await key_of(ada)
    captcha = CaptchaVerifier(Captcha(verify_url="http://127.0.0.1:1/verify", secret="s", timeout_ms=500))
    async with (
        serve({"captcha": captcha}) as address, Client(address, key["secret"]) as site, Client(address) as anybody,
    ):  # fmt: skip
        assert (await site.post(f"{path}/applications", json=PERSON)).status_code == 201
        assert (await anybody.post(f"{path}/applications", json=PERSON)).status_code == 422
    captcha.close()


async def test_unknown_key_costs_its_address_a_request(ada: Client, serve: Serve, settings: Settings) -> None:
    """Whatever is made up, PostgreSQL is asked as often as the limit of the address allows."""
    async with limited(serve, settings, principal=SOME) as address:
        statuses = []
        for number in range(10):
            async with Client(address, f"bk_{number}") as guess:
                statuses.append((await guess.get(f"/api/v1/boards/{ada.organization['slug']}")).status_code)
    assert statuses == [401] * 7 + [429] * 3

"""Headers that are part of an answer, and those of a request that are kept: each to the letter."""

import asyncio
import re
from uuid import UUID, uuid4

import httpx
import pytest

from hiring.http.admission import networks
from tests.api.conftest import Rows, Serve
from tests.api.journeys import log_in, open_job, published_post
from tests.client import PASSWORD, Client

ORIGIN = "https://careers.example.com"
TAKEN = "Authorization, Consistency-Token, Content-Type, Idempotency-Key, If-Match, If-None-Match, On-Behalf-Of"
SHOWN = "Consistency-Token, ETag, Idempotent-Replayed, Location, RateLimit, Request-Id, Retry-After, Visibility"
TOKENS = (None, "eyJhbGciOiJub25lIn0.e30.", "hk_made_up")


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/api/v1/departments", "GET, POST"), ("/api/v1/me", "GET, PATCH"),
        (f"/api/v1/attachments/{uuid4()}", "GET, DELETE"),
    ],
)  # fmt: skip
async def test_browser_is_told_what_a_resource_takes(serve: Serve, path: str, methods: str) -> None:
    """Pages of an allowed origin alone, for ten minutes."""
    asking = {"Access-Control-Request-Method": "POST"}
    async with serve(cors_origins=(ORIGIN,)) as address, Client(address) as page:
        told = await page.options(path, headers=asking | {"Origin": ORIGIN})
        assert told.status_code == 204 and not told.content
        assert told.headers["Allow"] == f"{methods}, OPTIONS"
        names = ("Allow-Origin", "Allow-Methods", "Allow-Headers", "Max-Age", "Expose-Headers")
        found = [told.headers[f"Access-Control-{name}"] for name in names]
        assert found == [ORIGIN, methods, TAKEN, "600", SHOWN] and "Origin" in told.headers["Vary"]
        refused = await page.get(path, headers={"Origin": ORIGIN})
        assert (refused.status_code, refused.headers["Access-Control-Allow-Origin"]) == (401, ORIGIN)
        other = await page.options(path, headers=asking | {"Origin": f"{ORIGIN}.evil.example"})
        assert "Access-Control-Allow-Origin" not in other.headers and "Origin" in other.headers["Vary"]


@pytest.mark.parametrize("token", TOKENS)
async def test_caller_is_told_how_to_be_known(address: str, token: str | None) -> None:
    """RFC 6750: an error only where a token was refused; every answer has an id of its own, and no server's name."""
    async with Client(address, token) as client:
        answers = [await client.get(path) for path in ("/api/v1/me", "/api/v1/nowhere")]
    error = ', error="invalid_token"' if token else ""
    for answer in answers:
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, f'Bearer realm="hiring"{error}')
        assert answer.json()["request_id"] == answer.headers["Request-Id"] and "Server" not in answer.headers
        assert answer.headers["X-Content-Type-Options"] == "nosniff" and "ETag" not in answer.headers
    assert answers[0].headers["Request-Id"] != answers[1].headers["Request-Id"]


async def test_session_shows_where_it_was_begun(ada: Client, anybody: Client) -> None:
    """The address, and three hundred characters of what the client says it is."""
    for agent in ("x" * 300, "y" * 301):
        body = {"email": ada.user["email"], "password": PASSWORD}
        assert (await anybody.post("/api/v1/login", json=body, headers={"User-Agent": agent})).status_code == 200
    sessions = (await ada.read("/me/sessions"))["items"]
    assert [each["user_agent"] for each in sessions[:2]] == ["y" * 300, "x" * 300]
    assert {each["remote_address"] for each in sessions} == {"127.0.0.1"}
    logged_in = (await log_in(anybody, ada.user["email"])).json()
    assert logged_in["token_type"] == "Bearer" and logged_in["expires_in"] > 0
    async with Client(ada.address, logged_in["access_token"]) as phone:
        own = (await phone.read("/me/sessions"))["items"][0]
        assert (await phone.post("/api/v1/logout", json={})).status_code == 204
    left = [each["id"] for each in (await ada.read("/me/sessions"))["items"]]
    assert own["id"] not in left and len(left) == len(sessions)


async def test_key_of_a_request_has_up_to_255_characters(ada: Client) -> None:
    """It is one of a POST alone: a change or a deletion does not repeat an answer."""
    headers = {"Idempotency-Key": "k" * 255}
    made = [await ada.post("/api/v1/departments", json={"name": "A"}, headers=headers) for _ in range(2)]
    assert made[0].json() == made[1].json() and made[1].headers["Idempotent-Replayed"] == "true"
    assert made[0].headers["Location"] == made[1].headers["Location"]
    assert made[0].headers["ETag"] == made[1].headers["ETag"]
    path = made[0].headers["Location"]
    changed = [await ada.patch(path, json={"name": name}, headers=headers) for name in ("B", "C")]
    assert [each.json()["name"] for each in changed] == ["B", "C"]
    assert all("Idempotent-Replayed" not in each.headers for each in changed)
    long = await ada.post("/api/v1/departments", json={"name": "A"}, headers={"Idempotency-Key": "k" * 256})
    assert (long.status_code, long.json()["errors"][0]["pointer"]) == (422, "Idempotency-Key")


async def test_key_of_an_applicant_is_one_of_the_board(ada: Client, anybody: Client) -> None:
    """The same key and person on two posts of a board are a conflict; on another board they are another request."""
    job = await open_job(ada)
    slug = f"b-{uuid4().hex[:12]}"
    board = await ada.made("/job-boards", {"slug": slug, "name": "Other"})
    paths = [await published_post(ada, job, language=each) for each in ("en", "de")]
    other = (await published_post(ada, job, job_board_id=board["id"])).rpartition("/")[2]
    paths.append(f"/api/v1/boards/{slug}/posts/{other}")
    person = {"first_name": "Kim", "email": "kim@example.com"}
    answers = [
        await anybody.post(f"{path}/applications", json=person, headers={"Idempotency-Key": "k"})
        for path in (paths[0], *paths)
    ]
    assert [answer.status_code for answer in answers] == [201, 201, 422, 201]
    assert answers[0].json() == answers[1].json() and answers[1].headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in answers[3].headers


async def test_key_of_an_applicant_is_their_own_when_others_behind_one_address_use_the_same(
    ada: Client, anybody: Client
) -> None:
    """Side by side; the repeat of each gets the first answer of each, however the e-mail address is spelled."""
    path = await published_post(ada, await open_job(ada))

    async def apply(email: str) -> httpx.Response:
        body = {"first_name": "Kim", "email": email}
        return await anybody.post(f"{path}/applications", json=body, headers={"Idempotency-Key": "1"})

    emails = [f"kim-{number}@example.com" for number in range(4)]
    first = await asyncio.gather(*map(apply, emails))
    assert [each.status_code for each in first] == [201] * 4
    again = [await apply(each) for each in emails]
    assert [each.json() for each in again] == [each.json() for each in first]
    assert len({each.json()["status_url"] for each in first}) == 4
    assert [each.headers.get("Idempotent-Replayed") for each in (*first, *again)] == [None] * 4 + ["true"] * 4
    assert (await apply(emails[0].upper())).status_code == 422  # the same applicant, and another body
    assert len((await ada.read("/applications"))["items"]) == 4


async def test_key_of_an_applicant_is_one_of_the_address(ada: Client, serve: Serve) -> None:
    """Another applicant may choose the same key: for another person, and for the same one."""
    path = await published_post(ada, await open_job(ada))
    answers = []
    async with serve({"trusted_proxies": networks(["127.0.0.0/8"])}) as address, Client(address) as client:
        for source, name in (("198.51.100.1", "Kim"), ("198.51.100.2", "Sam"), ("198.51.100.3", "Kim")) * 2:
            person = {"first_name": name, "email": f"{name}@example.com"}
            headers = {"Idempotency-Key": "k", "X-Forwarded-For": source}
            answers.append(await client.post(f"{path}/applications", json=person, headers=headers))
    assert [answer.status_code for answer in answers] == [201] * 6
    assert [answer.headers.get("Idempotent-Replayed") for answer in answers] == [None] * 3 + ["true"] * 3
    assert [answer.json() for answer in answers[:3]] == [answer.json() for answer in answers[3:]]
    assert len({answer.json()["status_url"] for answer in answers}) == 3


async def test_status_of_an_application_is_told_over_its_own_board(ada: Client, eve: Client, anybody: Client) -> None:
    """No cache keeps it; another board, or a token that nobody was given, tells nothing."""
    path = await published_post(ada, await open_job(ada))
    body = {"first_name": "Kim", "email": "kim@example.com"}
    place = (await anybody.post(f"{path}/applications", json=body)).headers["Location"]
    told = await anybody.get(place)
    assert (told.json(), told.headers["Cache-Control"]) == ({"status": "received"}, "no-store")
    other = place.replace(f"/{ada.organization['slug']}/", f"/{eve.organization['slug']}/")
    for wrong in (other, f"{place}A", place[:-1], place.rpartition("/")[0] + "/none"):
        assert (await anybody.get(wrong)).status_code == 404, wrong


async def test_session_is_kept_with_why_it_ended(ada: Client, anybody: Client, rows: Rows) -> None:
    """By its own hand, or by another session of the same person."""
    tokens = [(await log_in(anybody, ada.user["email"])).json()["access_token"] for _ in range(2)]
    latest = (await ada.read("/me/sessions"))["items"][0]["id"]
    async with Client(ada.address, tokens[0]) as phone:
        assert (await phone.post("/api/v1/logout", json={})).status_code == 204
    assert (await ada.delete(f"/api/v1/me/sessions/{latest}")).status_code == 204
    found = await rows("SELECT revoke_reason FROM sessions WHERE user_id = %(id)s ORDER BY id", id=UUID(ada.user["id"]))
    assert [each for (each,) in found] == [None, "logout", "revoked"]


async def test_posts_of_a_board_are_listed_once_when_pages_are_followed(ada: Client, anybody: Client) -> None:
    """Latest first; a title is searched for as it is written."""
    job = await open_job(ada)
    paths = [
        await published_post(ada, job, title=f"Cook {share}", language=share[:2]) for share in ("en%", "de_", "fr")
    ]
    board, ids = paths[0].rpartition("/")[0], [path.rpartition("/")[2] for path in paths]
    found: list[str] = []
    cursor: dict[str, str] = {}
    while len(found) < 4:
        page = (await anybody.get(board, params={"limit": "1"} | cursor)).json()
        found += [each["id"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert found == ids[::-1]
    for title, expected in (("COOK", ids[::-1]), ("%", ids[:1]), ("_", ids[1:2]), ("none", [])):
        listed = (await anybody.get(board, params={"title": title})).json()["items"]
        assert [each["id"] for each in listed] == expected, title


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON ;a=b"])
async def test_body_is_taken_when_its_media_type_has_parameters(ada: Client, content_type: str) -> None:
    """As many clients send it."""
    headers = {"Content-Type": content_type}
    assert (await ada.post("/api/v1/departments", content=b'{"name": "A"}', headers=headers)).status_code == 201


async def test_limit_is_told_with_the_seconds_until_it_is_whole(anybody: Client) -> None:
    """One at the least, rounded up: a client that waits so long is not refused."""
    told = (await anybody.get("/livez")).headers["RateLimit"]
    found = re.fullmatch(r'"principal";r=([0-9]+);t=([0-9]+)', told)
    assert found is not None and int(found[1]) > 0 and int(found[2]) >= 1, told

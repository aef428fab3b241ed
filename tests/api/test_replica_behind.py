"""The API while the replica stands still: no command decides by what a replica lacks, and writers see their writes."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import structlog

from hiring.config import Settings
from hiring.foundation.ids import made_at, new_id
from hiring.http.cursors import TOKEN_LIFETIME_S, token
from hiring.http.dependencies import Dependencies
from hiring.services.tokens import mailed_token
from tests.api.conftest import Rows
from tests.api.journeys import open_job, published_post
from tests.api.probe import Endpoint, endpoints, filled
from tests.api.worlds import made_up, world_of
from tests.client import DESCRIBED, PASSWORD, Client
from tests.databases import administered
from tests.replica import replay_held

READS = [each for each in endpoints() if each.method == "GET"]
PERSON = {"first_name": "Noor", "last_name": "Haddad", "email": "noor@example.com"}
QUESTIONS = [{"label": "Portfolio", "type": "file", "required": True}]
ORIGIN = "https://careers.example.net"


class Plain(httpx.AsyncClient):
    """A client that sends no consistency token, whatever was written."""

    def __init__(self, address: str, bearer: str | None = None) -> None:
        headers = {} if bearer is None else {"Authorization": f"Bearer {bearer}"}
        super().__init__(base_url=f"{address}/api/v1", headers=headers, timeout=20)

    async def items(self, path: str) -> list[dict[str, Any]]:
        """A list without a token."""
        answer = await self.get(path)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["items"]
        return found


@pytest.fixture
async def held(settings: Settings, address: str) -> AsyncIterator[None]:
    """The replica has everything that was written before the test, and nothing that the test writes."""
    await Client.caught_up[address]()
    async with administered(settings) as admin, replay_held(admin, settings.postgres.replicas[0].port):
        yield


async def test_somebody_applies_when_the_replica_has_neither_board_nor_post(address: str, held: None) -> None:
    """A new organization, its second board, its post: the page asks first, a file comes, the application is taken."""
    async with await Client.register(address) as ada, Plain(address) as anybody:
        slug = f"board-{uuid4().hex[:8]}"
        board = await ada.made("/job-boards", {"slug": slug, "name": "Jobs", "allowed_origins": [ORIGIN]})
        path = await published_post(ada, await open_job(ada), job_board_id=board["id"], questions=QUESTIONS)
        post_id = path.rpartition("/")[2]
        apply, origin = f"/boards/{slug}/posts/{post_id}/applications", {"Origin": ORIGIN}
        asked = await anybody.options(apply, headers=origin | {"Access-Control-Request-Method": "POST"})
        assert (asked.status_code, asked.headers.get("Access-Control-Allow-Origin")) == (204, ORIGIN)
        upload = await anybody.post(
            f"/boards/{slug}/uploads", params={"file_name": "a.txt"}, content=b"My work", headers=origin
        )
        assert upload.status_code == 201, upload.text
        post = await ada.read(f"/posts/{post_id}")
        answers = [{"question_id": post["questions"][0]["id"], "value": upload.json()["id"]}]
        missing = await anybody.post(apply, json=PERSON, headers=origin)
        assert (missing.status_code, missing.json()["code"]) == (422, "invalid")
        taken = await anybody.post(apply, json=PERSON | {"answers": answers}, headers=origin)
        assert taken.status_code == 201, taken.text
        assert taken.headers["Access-Control-Allow-Origin"] == ORIGIN


async def test_anybody_reads_board_and_post_when_the_replica_has_neither(address: str, held: None) -> None:
    """A crawler, or who was sent the link, has no token; what was never there is absent all the same."""
    async with await Client.register(address) as ada, Plain(address) as anybody:
        slug = (await ada.read("/organization"))["slug"]
        path = await published_post(ada, await open_job(ada))
        for each in (f"/boards/{slug}", f"/boards/{slug}/posts", path.removeprefix("/api/v1")):
            assert (await anybody.get(each)).status_code == 200, each
        for each in ("/boards/no-such-board", f"/boards/{slug}/posts/{uuid4()}"):
            assert (await anybody.get(each)).status_code == 404, each


async def test_no_command_asks_a_replica_when_it_is_sent(
    ada: Client, anybody: Client, dependencies: Dependencies
) -> None:
    """Every operation that may change something, with what it takes; the control is that reads do ask one."""
    ids, reads = await world_of(ada, anybody), dependencies.db.servers.reads
    before = reads.on_replica_count
    for endpoint in endpoints():
        if endpoint.method == "GET" or endpoint.name in {"POST /logout", "DELETE /me/sessions/{session_id}"}:
            continue
        await sent(anybody if endpoint.operation.is_public else ada, endpoint, ids | made_up())
        assert reads.on_replica_count == before, f"{endpoint.name} decides by what a replica says"
    login = await anybody.made("/login", {"email": ada.user["email"], "password": PASSWORD})
    async with Client(ada.address, login["access_token"]) as reader:
        for endpoint in READS:
            await sent(anybody if endpoint.operation.is_public else reader, endpoint, ids)
    assert reads.on_replica_count > before + len(READS) / 2


async def sent(client: Client, endpoint: Endpoint, ids: dict[str, str]) -> None:
    """Sends a request that the operation takes; what comes of it does not matter here."""
    answer = await client.request(
        endpoint.method, filled(endpoint.path, ids), **endpoint.options(ids) | {"headers": {"Origin": ORIGIN}}
    )
    assert answer.status_code < 500, (endpoint.name, answer.text)


async def test_new_session_sees_what_its_request_wrote_when_it_reads(address: str, held: None) -> None:
    """Without a token: the board, the words and the administrator that come with an organization; the login itself."""
    email = f"ada-{uuid4().hex}@example.com"
    async with Plain(address) as anybody:
        body = {"organization_name": "Acme", "email": email, "password": PASSWORD, "first_name": "Ada"}
        registered = (await anybody.post("/register", json=body)).json()
        async with Plain(address, registered["access_token"]) as ada:
            for path in ("/job-boards", "/reasons", "/sources", "/pipeline-templates", "/users", "/me/sessions"):
                assert await ada.items(path), path
            assert (await ada.get("/me")).json()["email"] == email
        login = (await anybody.post("/login", json={"email": email, "password": PASSWORD})).json()
        async with Plain(address, login["access_token"]) as ada:
            assert len(await ada.items("/me/sessions")) == 2
        fresh = (await anybody.post("/refresh", json={"refresh_token": login["refresh_token"]})).json()
        async with Plain(address, fresh["access_token"]) as ada:
            assert len(await ada.items("/me/sessions")) == 2


async def test_invited_member_sees_the_acceptance_when_they_log_in(
    ada: Client, address: str, rows: Rows, settings: Settings, held: None
) -> None:
    """The event of the login comes after everything that led to it."""
    email = f"bob-{uuid4().hex}@example.com"
    user = await ada.made("/users", {"first_name": "Bob", "email": email})
    [(link_id,)] = await rows("SELECT id FROM mailed_links WHERE user_id = %(id)s", id=UUID(user["id"]))
    body = {"token": mailed_token(settings.tokens.secret, UUID(str(link_id))), "password": PASSWORD}
    async with Plain(address) as anybody:
        assert (await anybody.post("/invitations/accept", json=body)).json()["status"] == "active"
        login = (await anybody.post("/login", json={"email": email, "password": PASSWORD})).json()
    async with Plain(address, login["access_token"]) as bob:
        assert (await bob.get("/me")).json()["status"] == "active"


async def test_new_key_sees_itself_when_it_reads(ada: Client, address: str, held: None) -> None:
    """The first key of a service user, and the successor that it is rotated to."""
    service = await ada.made("/users", {"type": "service", "first_name": "Sync"})
    body = {"user_id": service["id"], "name": "Sync", "permissions": {"keys.read": "all"}}
    key = await ada.made("/api-keys", body)
    async with Plain(address, key["secret"]) as sync:
        assert [each["id"] for each in await sync.items("/api-keys")] == [key["id"]]
    successor = await ada.made(f"/api-keys/{key['id']}/rotate")
    async with Plain(address, successor["secret"]) as sync:
        assert successor["id"] in [each["id"] for each in await sync.items("/api-keys")]


async def test_robot_cannot_tell_when_it_fell_into_the_trap(ada: Client, anybody: Client) -> None:
    """The same head and the same members as a real answer, also for a repeat under the same idempotency key."""
    path = await published_post(ada, await open_job(ada))
    told = []
    for person in (PERSON, PERSON | {"website": "https://spam.example"}):
        key = {"Idempotency-Key": uuid4().hex}
        first = await anybody.post(f"{path}/applications", json=person, headers=key)
        again = await anybody.post(f"{path}/applications", json=person, headers=key)
        other = await anybody.post(f"{path}/applications", json=person | {"last_name": "Li"}, headers=key)
        assert first.status_code == again.status_code == 201 and first.content == again.content
        assert "Consistency-Token" not in first.headers
        told.append([
            (each.status_code, list(each.headers), len(each.content), each.headers.get("Idempotent-Replayed"))
            for each in (first, again, other)
        ])  # fmt: skip
    assert told[0] == told[1] and told[0][2][0] == 422
    assert len((await ada.read("/applications"))["items"]) == 1


async def test_alarm_is_not_raised_when_a_stranger_asks_for_an_event_that_never_was(
    ada: Client, address: str, dependencies: Dependencies
) -> None:
    """A stranger is answered all the same; the control is a caller with a session, for whom the event was lost."""
    reads, secret = dependencies.db.servers.reads, dependencies.settings.tokens.secret
    path = f"/boards/{ada.organization['slug']}"
    unknown = {"Consistency-Token": f"{token(new_id(), secret)}, {token(new_id(), secret)}"}
    before = reads.lost_event_count
    with structlog.testing.capture_logs() as lines:
        async with Plain(address) as anybody:
            for each in (path, f"{path}/posts"):
                assert (await anybody.get(each, headers=unknown)).status_code == 200
        assert reads.lost_event_count == before
        await ada.read("/job-boards", headers=unknown)
    assert reads.lost_event_count == before + 1
    assert [line["event"] for line in lines if line["event"] != "request"] == ["database.events_lost"]


async def test_token_demands_nothing_when_it_is_older_than_every_replica(
    ada: Client, dependencies: Dependencies
) -> None:
    """A client may keep a token for ever, also past the day on which its event is deleted."""
    reads, secret = dependencies.db.servers.reads, dependencies.settings.tokens.secret
    newest = new_id()
    assert abs(made_at(newest) - made_at(new_id())) < 5
    old = UUID(int=newest.int - (TOKEN_LIFETIME_S * 1000 + 1 << 80))
    on_primary_count, lost_count = reads.on_primary_count, reads.lost_event_count
    await ada.read("/job-boards", headers={"Consistency-Token": token(old, secret)})
    young = UUID(int=newest.int - ((TOKEN_LIFETIME_S - 60) * 1000 << 80))
    assert reads.lost_event_count == lost_count
    await ada.read("/job-boards", headers={"Consistency-Token": token(young, secret)})
    assert reads.lost_event_count == lost_count + 1 and reads.on_primary_count > on_primary_count


async def test_no_token_is_given_when_nothing_was_written(ada: Client) -> None:
    """What is so already, a refusal, a repeat under the key of a first answer that had none."""
    key = {"Idempotency-Key": uuid4().hex}
    job = await open_job(ada)
    for _ in range(2):
        same = await ada.post(f"/api/v1/jobs/{job['id']}/open", json={}, headers=key)
        assert same.status_code == 200 and "Consistency-Token" not in same.headers
    refused = await ada.post(f"/api/v1/jobs/{job['id']}/archive", json={})
    assert refused.status_code == 409 and "Consistency-Token" not in refused.headers


async def test_no_token_is_described_when_an_operation_never_gives_one(ada: Client, anybody: Client) -> None:
    """What strangers are told nothing of, a new access token, and what changes nothing: no event tells of these."""
    silent = {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, methods in DESCRIBED["paths"].items()
        for method, described in methods.items()
        if method != "get"
        and not any("Consistency-Token" in each.get("headers", {}) for each in described["responses"].values())
    }
    assert silent == {
        "POST /boards/{board}/posts/{post_id}/applications",
        "POST /password-resets",
        "POST /refresh",
        "POST /posts/{post_id}/preview-links",
        "POST /email-templates/{email_template_id}/preview",
        "POST /sender-identities/{sender_identity_id}/send-verification",
    }
    path = await published_post(ada, await open_job(ada))
    answers = [
        await anybody.post(f"{path}/applications", json=PERSON),
        await anybody.post("/api/v1/password-resets", json={"email": ada.user["email"]}),
        await anybody.post("/api/v1/refresh", json={"refresh_token": ada.refresh_token}),
    ]
    assert all(each.is_success and "Consistency-Token" not in each.headers for each in answers)

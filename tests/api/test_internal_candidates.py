"""Candidates who are users of the organization: who links them, and that they are hidden from then on."""

import asyncio
import random
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import Response

from tests.api.conftest import Rows
from tests.api.journeys import apply, join, open_job, published_post
from tests.api.worlds import upload
from tests.client import Client, findings

READING = (
    "jobs.read",
    *(f"{noun}.read" for noun in ("candidates", "applications", "attachments", "notes", "messages")),
)
LINKING = ("candidates.write", "candidates.read_internal")
EVENTS = "SELECT e.data, e.previous FROM events AS e WHERE e.aggregate_id = %(id)s AND e.type = 'candidate.updated'"
WRONG = """
SELECT a.id FROM applications AS a
JOIN candidates AS c ON c.organization_id = a.organization_id AND c.id = a.candidate_id
WHERE a.organization_id = %(organization_id)s
  AND (a.candidate_user_id IS DISTINCT FROM c.user_id OR c.status = 'merged')
"""
"""Applications that have another user than their candidate, or that a merge left behind."""


async def link(client: Client, candidate_id: str, user_id: str | None, **more: Any) -> Response:
    """The answer to a patch that names the user of a candidate, or that there is none."""
    return await client.patch(f"/api/v1/candidates/{candidate_id}", json={"user_id": user_id}, **more)


async def invited(client: Client, **changes: Any) -> str:
    """The id of a new member, who has not accepted the invitation."""
    body = {"first_name": "Noor", "email": f"noor-{uuid4().hex}@example.com"} | changes
    return str((await client.made("/users", body))["id"])


async def seen(client: Client, application: Mapping[str, Any], paths: list[str], token: str) -> set[int]:
    """How often each resource and list of a candidate shows something: 1 or 0, whichever way it is looked at."""
    fresh, counts = {"Consistency-Token": token}, set()
    for path in paths:
        found = await client.get(f"/api/v1{path}", headers=fresh)
        assert found.status_code in (200, 404), found.text
        counts.add(int(found.status_code == 200))
    for noun in ("candidates", "applications", "attachments", "notes", "messages"):
        counts.add(len((await client.read(f"/{noun}", headers=fresh))["items"]))
    job = f"/jobs/{application['job_id']}"
    counts.add(len((await client.read(f"{job}/applications", headers=fresh))["items"]))
    stages = (await client.read(f"{job}/pipeline", headers=fresh))["stages"]
    return counts | {sum(stage["applications_count"] for stage in stages)}


async def test_candidate_is_hidden_with_all_that_is_theirs_when_a_user_is_linked(
    ada: Client, member: Any, rows: Rows
) -> None:
    """At once, from that user and from callers who see no internal candidates; null shows them again."""
    carl = await member("carl", dict.fromkeys((*READING, "candidates.read_internal"), "all"))
    bob = await member("bob", dict.fromkeys(READING, "all"))
    application = await apply(ada, await open_job(ada), emails=[{"value": "kim@example.com"}])
    path = f"/candidates/{application['candidate_id']}"
    note = await ada.made(f"{path}/notes", {"body": "Met at the fair."})
    file = await ada.made(f"{path}/attachments", {"upload_id": await upload(ada, "/api/v1/uploads")})
    text = {"subject": "Hello", "body": "Hello", "send_at": "2099-01-01T00:00:00Z"}
    message = await ada.made(f"{path}/messages", text)
    paths = [
        path, f"{path}/timeline", f"/applications/{application['id']}", f"/notes/{note['id']}",
        f"/attachments/{file['id']}", f"/messages/{message['id']}",
    ]  # fmt: skip
    for user_id, version, shown in ((carl.user["id"], 2, {0}), (None, 3, {1})):
        answer = await link(ada, application["candidate_id"], user_id)
        assert (answer.json()["user_id"], answer.json()["version"]) == (user_id, version)
        token = answer.headers["Consistency-Token"]
        for client in (carl, bob):
            assert await seen(client, application, paths, token) == shown
        assert await seen(ada, application, paths, token) == {1}
        unchanged = await link(ada, application["candidate_id"], user_id)
        assert unchanged.json() == answer.json() and "Consistency-Token" not in unchanged.headers
    told = await rows(EVENTS, id=UUID(application["candidate_id"]))
    assert told == [({"fields": ["user_id"]}, {})] * 2


async def test_user_is_refused_who_is_no_member_or_who_asks(ada: Client, eve: Client) -> None:
    """Nobody, another tenant's, a service user, a disabled one, the caller; the candidate stays as they are."""
    candidate = await ada.made("/candidates", {"first_name": "Kim"})
    disabled = await invited(ada)
    await ada.made(f"/users/{disabled}/disable")
    service = await invited(ada, type="service", email=None)
    told = {}
    for user_id in (str(uuid4()), eve.user["id"], service, disabled, ada.user["id"]):
        refused = await link(ada, candidate["id"], user_id, headers={"If-Match": '"9"'})
        assert findings(refused) == [("/user_id", "unknown_reference")], user_id
        told[user_id] = refused.json()["errors"][0]["detail"]
    assert told.pop(ada.user["id"]) == "Nobody can link a candidate to themselves."
    assert set(told.values()) == {"There is no such user."}
    assert await ada.read(f"/candidates/{candidate['id']}") == candidate
    assert (await link(ada, candidate["id"], await invited(ada))).status_code == 200


async def test_key_links_nobody_on_whose_behalf_it_acts(ada: Client, member: Any) -> None:
    """The caller is who it acts for."""
    carl = await member("carl", dict.fromkeys(LINKING, "all"))
    sync = await ada.made("/users", {"type": "service", "first_name": "Sync"})
    held = dict.fromkeys((*LINKING, "keys.impersonate"), "all")
    key = await ada.made("/api-keys", {"user_id": sync["id"], "name": "k", "permissions": held})
    candidate = await ada.made("/candidates", {"first_name": "Kim"})
    async with Client(ada.address, key["secret"]) as client:
        refused = await link(client, candidate["id"], carl.user["id"], headers={"On-Behalf-Of": carl.user["id"]})
        assert findings(refused) == [("/user_id", "unknown_reference")]
        assert (await link(client, candidate["id"], carl.user["id"])).status_code == 200


@pytest.mark.parametrize(
    ("writing", "reading", "scope"),
    [("all", None, "all"), ("all", "team", "all"), ("team", None, "team"), ("all", "all", None), ("team", "team", None),
     ("team", "all", None)],
)  # fmt: skip
async def test_link_needs_internal_candidates_to_be_seen_wherever_candidates_are_written(
    ada: Client, member: Any, writing: str, reading: str | None, scope: str | None
) -> None:
    """To set it as to clear it, whatever stands there; without it, other fields are changed."""
    held = {"candidates.write": writing} | ({"candidates.read_internal": reading} if reading else {})
    bob, job = await member("bob", held), await open_job(ada)
    await join(ada, job, bob.user["id"], "recruiter")
    candidate_id, user_id = (await apply(ada, job))["candidate_id"], await invited(ada)
    for value in (user_id, None):
        answer = await link(bob, candidate_id, value)
        assert answer.status_code == (403 if scope else 200), answer.text
        if scope:
            detail = f"This needs the permission candidates.read_internal with the scope {scope}."
            assert (answer.json()["code"], answer.json()["detail"]) == ("forbidden", detail)
    renamed = await bob.patch(f"/api/v1/candidates/{candidate_id}", json={"first_name": "Lee"})
    assert (renamed.status_code, renamed.json()["user_id"]) == (200, None)


async def test_user_stays_linked_when_disabled_later(ada: Client) -> None:
    """A patch may name them again, until the link is taken back; then they are as any other who is disabled."""
    candidate = await ada.made("/candidates", {"first_name": "Kim"})
    user_id = await invited(ada)
    await link(ada, candidate["id"], user_id)
    await ada.made(f"/users/{user_id}/disable")
    assert (await ada.read(f"/candidates/{candidate['id']}"))["user_id"] == user_id
    body = {"user_id": user_id, "first_name": "Lee"}
    kept = await ada.patch(f"/api/v1/candidates/{candidate['id']}", json=body)
    assert body.items() <= kept.json().items() and kept.json()["version"] == 3
    assert (await link(ada, candidate["id"], None)).json()["user_id"] is None
    assert findings(await link(ada, candidate["id"], user_id)) == [("/user_id", "unknown_reference")]


def writes(
    ada: Client,
    anybody: Client,
    candidates: list[str],
    moving: list[str],
    jobs: list[str],
    boards: list[str],
    user_id: str,
) -> Iterator[Any]:
    """Yields twenty requests: each candidate is linked and unlinked while applications come, move and are merged."""
    kim, lee = candidates
    for each in candidates:
        yield from (link(ada, each, value) for value in (user_id, None, user_id, None, user_id))
        for job in jobs:
            yield ada.post("/api/v1/applications", json={"candidate_id": each, "job_id": job})
    for application, job in zip(moving, jobs, strict=True):
        yield ada.post(f"/api/v1/applications/{application}/transfer", json={"job_id": job})
    for board in boards:
        yield anybody.post(f"{board}/applications", json={"first_name": "Kim", "email": f"{kim}@example.com"})
    yield ada.post(f"/api/v1/candidates/{kim}/merge", json={"candidate_id": lee})
    yield ada.post(f"/api/v1/candidates/{lee}/merge", json={"candidate_id": kim})


async def test_applications_have_the_user_of_their_candidate_when_twenty_write_at_once(
    ada: Client, anybody: Client, rows: Rows
) -> None:
    """Whichever comes first, none is overlooked."""
    user_id, chance = await invited(ada), random.Random(7)
    opened = [await open_job(ada) for _ in range(8)]
    boards = [await published_post(ada, job) for job in opened[:2]]
    for run in range(12):
        candidates = [(await apply(ada, job))["candidate_id"] for job in opened[2:4]]
        email = [{"value": f"{candidates[0]}@example.com"}]
        await ada.patch(f"/api/v1/candidates/{candidates[0]}", json={"emails": email})
        moving = [
            (await ada.made("/applications", {"candidate_id": each, "job_id": job["id"]}))["id"]
            for each, job in zip(candidates, opened[4:6], strict=True)
        ]
        work = list(writes(ada, anybody, candidates, moving, [job["id"] for job in opened[6:]], boards, user_id))
        assert len(work) == 20
        chance.shuffle(work)
        statuses = {answer.status_code for answer in await asyncio.gather(*work)}
        assert statuses <= {200, 201, 404, 409, 422}, statuses
        assert not await rows(WRONG, organization_id=UUID(ada.organization["id"])), run

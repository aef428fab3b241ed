"""Proposed updates: what an applicant writes differently waits until somebody takes or drops it."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

from tests.api.conftest import Rows
from tests.api.journeys import join, open_job, published_post
from tests.api.merging import merged, person
from tests.client import Client, findings

KNOWN = {
    "first_name": "Zoë", "middle_name": "Ann", "last_name": "Lee", "emails": [{"value": "zoe@example.com"}],
    "phones": [{"value": "+49 30 1", "kind": "work"}], "location": "Bonn",
}  # fmt: skip
WROTE = {
    "first_name": "Zoe", "email": "zoe@example.com", "phone": "+49 30 2", "language": "de",
    "links": [{"value": "https://example.com/zoe", "kind": "website"}],
}  # fmt: skip
EVENTS = """
SELECT e.data FROM events AS e
WHERE e.organization_id = %(organization_id)s AND e.aggregate_id = %(id)s AND e.type = 'candidate.updated' ORDER BY e.id
"""

PROPOSED = {"fields": ["proposed_update"]}


async def proposed(ada: Client, anybody: Client, **wrote: Any) -> dict[str, Any]:
    """A known candidate who has written something else to a board."""
    candidate = await ada.made("/candidates", KNOWN)
    await apply_again(ada, anybody, **wrote)
    return await ada.read(f"/candidates/{candidate['id']}")


async def apply_again(ada: Client, anybody: Client, **wrote: Any) -> None:
    """An application of this person to another job."""
    path = await published_post(ada, await open_job(ada))
    answer = await anybody.post(f"{path}/applications", json=WROTE | wrote)
    assert answer.status_code == 201, answer.text


def path_of(candidate: dict[str, Any], command: str) -> str:
    """Where the proposed update of a candidate is taken or dropped."""
    return f"/candidates/{candidate['id']}/proposed-updates/{candidate['proposed_update']['id']}/{command}"


async def test_profile_is_updated_when_what_was_proposed_is_taken(ada: Client, anybody: Client, rows: Rows) -> None:
    """What was left out stays, numbers and links come behind those that are there; then none waits."""
    candidate = await proposed(ada, anybody)
    taken = await ada.made(path_of(candidate, "take"))
    assert taken == await ada.read(f"/candidates/{candidate['id']}")
    assert taken == candidate | {
        "first_name": "Zoe", "name": "Zoe Ann Lee", "language": "de", "proposed_update": None, "version": 3,
        "phones": [*candidate["phones"], {"value": "+49 30 2", "kind": "mobile"}],
        "links": [{"value": "https://example.com/zoe", "kind": "website"}], "updated_at": taken["updated_at"],
    }  # fmt: skip
    told = await rows(EVENTS, organization_id=UUID(ada.organization["id"]), id=UUID(candidate["id"]))
    fields = ["first_name", "language", "links", "name", "phones", "proposed_update"]
    assert told == [(PROPOSED,), ({"fields": fields},)]
    for command in ("take", "drop"):
        assert (await ada.post(f"/api/v1{path_of(candidate, command)}")).status_code == 404


async def test_profile_stays_when_what_was_proposed_is_dropped(ada: Client, anybody: Client, rows: Rows) -> None:
    """Nothing but the proposed update goes."""
    candidate = await proposed(ada, anybody)
    dropped = await ada.made(path_of(candidate, "drop"))
    assert dropped == candidate | {"proposed_update": None, "version": 3, "updated_at": dropped["updated_at"]}
    told = await rows(EVENTS, organization_id=UUID(ada.organization["id"]), id=UUID(candidate["id"]))
    assert told == [(PROPOSED,), (PROPOSED,)]


async def test_proposed_update_is_a_change_of_the_candidate(ada: Client, anybody: Client, rows: Rows) -> None:
    """It has a version and an event, so that no copy of the candidate stays as it was; the same once more has none."""
    candidate = await ada.made("/candidates", KNOWN)
    path = f"/api/v1/candidates/{candidate['id']}"
    before = (await ada.get(path)).headers["ETag"]
    await apply_again(ada, anybody)
    assert (await ada.get(path, headers={"If-None-Match": before})).status_code == 200
    assert (await ada.get(path)).json()["version"] == 2
    await apply_again(ada, anybody)
    assert (await ada.get(path)).json()["version"] == 2
    told = await rows(EVENTS, organization_id=UUID(ada.organization["id"]), id=UUID(candidate["id"]))
    assert told == [(PROPOSED,)]


async def test_what_nobody_has_seen_is_not_taken_when_another_replaces_it(ada: Client, anybody: Client) -> None:
    """The request names an earlier one; the new one waits on."""
    candidate = await proposed(ada, anybody)
    await apply_again(ada, anybody, location="Porto")
    for command in ("take", "drop"):
        assert (await ada.post(f"/api/v1{path_of(candidate, command)}")).status_code == 404
    now = await ada.read(f"/candidates/{candidate['id']}")
    assert now["location"] == "Bonn" and now["proposed_update"]["location"] == "Porto"
    assert (await ada.made(path_of(now, "take")))["location"] == "Porto"


async def test_proposed_update_is_not_taken_when_there_would_be_too_many_numbers(ada: Client, anybody: Client) -> None:
    """The twenty-first is refused, and nothing is changed; the update can be dropped."""
    candidate = await proposed(ada, anybody)
    phones = [{"value": f"+49 40 {number}"} for number in range(20)]
    changed = await ada.patch(f"/api/v1/candidates/{candidate['id']}", json={"phones": phones})
    refused = await ada.post(f"/api/v1{path_of(candidate, 'take')}")
    assert findings(refused) == [("/phones", "too_long")]
    assert await ada.read(f"/candidates/{candidate['id']}") == changed.json()
    assert (await ada.made(path_of(candidate, "drop")))["proposed_update"] is None


async def test_proposed_update_is_taken_by_those_who_change_the_candidate(
    ada: Client, anybody: Client, eve: Client, member: Any
) -> None:
    """With the permission and in its scope; at the old version it is refused, and by others not found."""
    candidate = await proposed(ada, anybody)
    path = f"/api/v1{path_of(candidate, 'take')}"
    reader = await member("reader", {"candidates.read": "all"})
    tia = await member("tia", {"candidates.write": "team"})
    [application] = (await ada.read("/applications", params={"candidate_id": candidate["id"]}))["items"]
    assert [(await each.post(path)).status_code for each in (reader, tia, eve)] == [403, 404, 404]
    other = f"/api/v1/candidates/{candidate['id']}/proposed-updates/{uuid4()}/take"
    assert (await ada.post(other)).status_code == 404
    assert (await ada.post(path, headers={"If-Match": '"9"'})).status_code == 412
    await join(ada, {"id": application["job_id"]}, tia.user["id"], "recruiter")
    assert (await tia.post(path)).status_code == 200


async def test_proposed_update_tells_nothing_of_the_application_that_it_came_with(
    ada: Client, anybody: Client, member: Any
) -> None:
    """It may be to a confidential job, hidden from those who see the candidate by another job and decide."""
    job, secret = await open_job(ada), await open_job(ada, is_confidential=True)
    candidate = await ada.made("/candidates", KNOWN)
    await ada.made("/applications", {"candidate_id": candidate["id"], "job_id": job["id"]})
    path = await published_post(ada, secret)
    assert (await anybody.post(f"{path}/applications", json=WROTE)).status_code == 201
    hidden, _ = (await ada.read("/applications", params={"candidate_id": candidate["id"]}))["items"]
    assert hidden["job_id"] == secret["id"]
    tia = await member("tia", {"candidates.read": "team", "candidates.write": "team", "candidates.export": "team"})
    await join(ada, job, tia.user["id"], "recruiter")
    found = await tia.read(f"/candidates/{candidate['id']}")
    for told in (found, await tia.read(f"/candidates/{candidate['id']}/export")):
        assert "Zoe" in str(told) and hidden["id"] not in str(told) and secret["id"] not in str(told)
    assert (await tia.made(path_of(found, "take")))["first_name"] == "Zoe"


async def test_one_decision_is_made_when_twenty_decide_at_once(ada: Client, anybody: Client, rows: Rows) -> None:
    """Ten take and ten drop: the others find that none waits."""
    candidate = await proposed(ada, anybody)
    paths = [f"/api/v1{path_of(candidate, command)}" for command in ("take", "drop")]
    answers = await asyncio.gather(*(ada.post(paths[number % 2]) for number in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] + [404] * 19
    assert (await ada.read(f"/candidates/{candidate['id']}"))["version"] == 3
    assert len(await rows(EVENTS, organization_id=UUID(ada.organization["id"]), id=UUID(candidate["id"]))) == 2


async def test_proposed_update_waits_at_the_survivor_when_candidates_are_merged(ada: Client, anybody: Client) -> None:
    """The survivor's own is kept before the other's."""
    candidate = await proposed(ada, anybody)
    survivor = await person(ada)
    now = (await merged(ada, survivor, candidate))["candidate"]
    assert now["proposed_update"] == candidate["proposed_update"]
    assert (await ada.made(path_of(now, "take")))["first_name"] == "Zoe"

"""Which candidates are not merged, and what is told then."""

from typing import Any
from uuid import UUID, uuid4

from tests.api.conftest import Rows
from tests.api.journeys import OVERRIDE, apply, join, make_internal, open_job
from tests.api.merging import PATH, apply_to, both_applied, candidate_of, merged, person, refused
from tests.client import Client


async def test_hired_application_stays_when_the_other_candidate_applied_to_its_job(ada: Client) -> None:
    """Nothing is to be chosen, and the active one cannot be; two hires on one job are refused."""
    job = await open_job(ada, openings_count=3)
    own, others = await both_applied(ada, job)
    survivor, other = candidate_of(own), candidate_of(others)
    await ada.made(f"/applications/{others['id']}/hire", OVERRIDE)
    found = (422, "invalid", [(f"/keep/{job['id']}", "unknown_reference")])
    assert await refused(ada, survivor, other["id"], keep={job["id"]: own["id"]}) == found
    answer = await merged(ada, survivor, other)
    assert answer["pairs"][0]["kept_application_id"] == others["id"]
    assert (await ada.read(f"/applications/{own['id']}"))["status"] == "withdrawn"
    third = await apply(ada, job)
    await ada.made(f"/applications/{third['id']}/hire", OVERRIDE)
    state = {"application_id": third["id"], "status": "hired", "version": 2}
    assert await refused(ada, survivor, third["candidate_id"]) == (409, "application_hired", state)


async def test_merge_is_refused_when_the_caller_does_not_see_a_job_of_both(ada: Client, member: Any) -> None:
    """The pair is not told, and nobody decides about an application that they do not see."""
    mine, hidden = await open_job(ada), await open_job(ada)
    one, two = await both_applied(ada, hidden)
    for each in (one, two):
        await apply_to(ada, candidate_of(each), await open_job(ada)) and await apply_to(ada, candidate_of(each), mine)
    bob = await member("bob", dict.fromkeys(("candidates.read", "candidates.merge"), "team"))
    await join(ada, mine, bob.user["id"], "recruiter")
    keep = {hidden["id"]: one["id"]}
    told = await refused(bob, candidate_of(one), two["candidate_id"], keep=keep)
    assert told == (422, "invalid", [(f"/keep/{hidden['id']}", "unexpected")])
    assert await refused(bob, candidate_of(one), two["candidate_id"]) == (409, "applications_collide", {"pairs": []})


async def test_merge_is_refused_when_what_it_names_cannot_be_merged(
    ada: Client, eve: Client, member: Any, rows: Rows
) -> None:
    """Itself, nobody, another tenant's, a hidden one, one who is not active, two users, and a wrong choice."""
    one, two, theirs = await person(ada), await person(ada), await person(eve)
    unknown = (422, "invalid", [("/candidate_id", "unknown_reference")])
    assert await refused(ada, one, one["id"]) == (422, "invalid", [("/candidate_id", "circular")])
    for other in (str(uuid4()), theirs["id"]):
        assert await refused(ada, one, other) == unknown
    assert (await ada.post(f"{PATH}/{theirs['id']}/merge", json={"candidate_id": one["id"]})).status_code == 404
    job = str(uuid4())
    wrong = (422, "invalid", [(f"/keep/{job}", "unexpected")])
    assert await refused(ada, one, two["id"], keep={job: job}) == wrong
    stale = await ada.post(f"{PATH}/{one['id']}/merge", json={"candidate_id": two["id"]}, headers={"If-Match": '"9"'})
    assert (stale.status_code, stale.json()["current"]) == (412, {"version": 1})
    users = [(await member(name, {})).user for name in ("bob", "cyd")]
    for each, user in zip((one, two), users, strict=True):
        await make_internal(ada, each["id"], user)
    assert await refused(ada, one, two["id"]) == (409, "status_conflict", {"status": "active", "version": 2})
    await rows(
        "UPDATE candidates SET user_id = NULL, status = 'anonymized' WHERE id = %(id)s RETURNING id", id=UUID(two["id"])
    )
    for survivor, other in ((one, two), (two, one)):
        told = await refused(ada, survivor, other["id"])
        assert told == (409, "status_conflict", {"status": "anonymized", "version": 2})


async def test_merge_is_refused_when_the_survivor_would_have_too_much(ada: Client) -> None:
    """As many addresses of a kind and tags as one candidate may have are accepted."""

    def addresses(start: int, stop: int) -> list[dict[str, str]]:
        return [{"value": f"k{number}@example.com"} for number in range(start, stop)]

    one, two = await person(ada, emails=addresses(0, 12)), await person(ada, emails=addresses(12, 21))
    assert await refused(ada, one, two["id"]) == (422, "invalid", [("/candidate_id", "too_long")])
    await ada.patch(f"{PATH}/{two['id']}", json={"emails": addresses(11, 20)})
    assert len((await merged(ada, one, two))["candidate"]["emails"]) == 20

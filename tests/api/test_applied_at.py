"""Applications by the moment of applying, through a post, or from a source: what is found, in which order, by whom."""

from typing import Any
from uuid import uuid4

import pytest

from tests.api.journeys import join, open_job, published_post
from tests.client import Client

DAYS = [f"2026-03-0{day}T12:00:00Z" for day in range(1, 7)]


@pytest.fixture
async def world(ada: Client) -> dict[str, Any]:
    """Two jobs, two sources, a post, and six applications on six days, added in another order."""
    jobs = [await open_job(ada) for _ in range(2)]
    sources = [each["id"] for each in (await ada.read("/sources"))["items"][:2]]
    post_id = (await published_post(ada, jobs[0])).rpartition("/")[2]
    made: dict[int, str] = {}
    for n in (3, 0, 5, 1, 4, 2):
        person = await ada.made("/candidates", {"first_name": f"P{n}"})
        application = await ada.made("/applications", {
            "candidate_id": person["id"], "job_id": jobs[n % 2]["id"], "source_id": sources[n // 3],
            "post_id": post_id if n % 2 == 0 else None, "applied_at": DAYS[n],
        })  # fmt: skip
        made[n] = application["id"]
    return {"jobs": jobs, "sources": sources, "post": post_id, "made": made}


async def found(client: Client, world: dict[str, Any], **params: str) -> list[int]:
    """The days of the applications that a list shows, read one by one."""
    days = {application_id: n for n, application_id in world["made"].items()}
    numbers: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await client.read(
            "/applications", params={"limit": "1"} | params | ({"cursor": cursor} if cursor else {})
        )
        numbers += [days[each["id"]] for each in page["items"]]
        cursor = page["next_cursor"]
    return numbers


async def test_latest_applicants_come_first_whenever_they_were_added(ada: Client, world: dict[str, Any]) -> None:
    """From a moment on, before a moment, of a source, through a post, to a job; and all together."""
    source, post, job = world["sources"][1], world["post"], world["jobs"][0]["id"]
    assert await found(ada, world, applied_since="2020-01-01T00:00:00Z") == [5, 4, 3, 2, 1, 0]
    assert await found(ada, world, applied_since=DAYS[2], applied_before=DAYS[5]) == [4, 3, 2]
    assert await found(ada, world, applied_before=DAYS[2]) == [1, 0]
    assert await found(ada, world, source_id=source) == [5, 4, 3]
    assert await found(ada, world, source_id=source, applied_before=DAYS[5]) == [4, 3]
    assert await found(ada, world, post_id=post) == [4, 2, 0]
    assert await found(ada, world, post_id=post, source_id=source, applied_since=DAYS[1]) == [4]
    assert await found(ada, world, job_id=job, applied_since=DAYS[1]) == [4, 2]
    assert await found(ada, world, job_id=world["jobs"][1]["id"], post_id=post) == []
    assert await found(ada, world, source_id=str(uuid4())) == await found(ada, world, post_id=str(uuid4())) == []
    own = await ada.read(f"/jobs/{job}/applications", params={"source_id": source})
    assert [each["id"] for each in own["items"]] == [world["made"][4]]


async def test_caller_of_one_job_finds_its_applications_alone(ada: Client, member: Any, world: dict[str, Any]) -> None:
    """Of all sources and times; through the post of another job they find none."""
    bob = await member("bob", {"applications.read": "team"})
    everything = {"applied_since": DAYS[0]}
    assert await found(bob, world, **everything) == []
    await join(ada, world["jobs"][1], bob.user["id"], "coordinator")
    assert await found(bob, world, **everything) == [5, 3, 1]
    assert await found(bob, world, source_id=world["sources"][0], applied_since=DAYS[1]) == [1]
    assert await found(bob, world, post_id=world["post"]) == []
    assert await found(bob, world, job_id=world["jobs"][0]["id"], **everything) == []
    assert await found(bob, world, job_id=world["jobs"][1]["id"], applied_before=DAYS[5]) == [3, 1]
    await join(ada, world["jobs"][0], bob.user["id"], "interviewer")
    assert await found(bob, world, post_id=world["post"]) == await found(bob, world, source_id=str(uuid4())) == []
    await join(ada, world["jobs"][0], bob.user["id"], "recruiter")
    assert await found(bob, world, post_id=world["post"]) == [4, 2, 0]
    assert await found(bob, world, **everything) == [5, 4, 3, 2, 1, 0]

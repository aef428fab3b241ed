"""What several callers do to applications at once."""

import asyncio
from uuid import UUID

import pytest

from tests.api.conftest import Race, Rows
from tests.api.journeys import OVERRIDE, apply, open_job, published_post, reason
from tests.client import Client


@pytest.mark.parametrize("kind", ["rejection", "withdrawal", "unhire", "opening_close", "job_close"])
async def test_reason_is_unknown_when_it_is_being_archived(ada: Client, race: Race, kind: str) -> None:
    """Who ends something for a reason waits for who archives it."""
    job = await open_job(ada, openings_count=2)
    application = await apply(ada, job)
    if kind == "unhire":
        await ada.made(f"/applications/{application['id']}/hire", OVERRIDE)
    openings = (await ada.read("/openings", params={"status": "open"}))["items"]
    path = {
        "rejection": f"/applications/{application['id']}/reject",
        "withdrawal": f"/applications/{application['id']}/withdraw",
        "unhire": f"/applications/{application['id']}/unhire",
        "opening_close": f"/openings/{openings[0]['id']}/close",
        "job_close": f"/jobs/{job['id']}/close",
    }[kind]
    body = {"reason_id": await reason(ada, kind)}
    text = "UPDATE reasons SET status = 'archived' WHERE id = %(id)s RETURNING id"
    [answered] = await race(text, {"id": UUID(body["reason_id"])}, ada.post(f"/api/v1{path}", json=body))
    assert answered.status_code == 422 and answered.json()["errors"][0]["pointer"] == "/reason_id"


async def test_application_is_refused_when_its_post_is_being_unpublished(ada: Client, race: Race) -> None:
    """The submission waits for who is changing the post, and reads it as it is then."""
    job = await open_job(ada)
    post_id = (await published_post(ada, job)).rpartition("/")[2]
    person = await ada.made("/candidates", {"first_name": "Kim"})
    body = {"candidate_id": person["id"], "job_id": job["id"], "post_id": post_id}
    text = "UPDATE posts SET status = 'unpublished' WHERE id = %(id)s RETURNING id"
    [submitted] = await race(text, {"id": UUID(post_id)}, ada.post("/api/v1/applications", json=body))
    assert (submitted.status_code, submitted.json()["code"]) == (409, "post_not_accepting")


@pytest.mark.parametrize("is_required", [False, True])
async def test_application_is_checked_again_when_its_post_is_being_changed(
    ada: Client, anybody: Client, race: Race, is_required: bool
) -> None:
    """What the post asks when the application is written counts: it comes in, or lacks what is asked for now."""
    path = await published_post(ada, await open_job(ada))
    post_id = path.rpartition("/")[2]
    question = {"label": "Why us?", "type": "long_text", "required": is_required}
    changed, applied = await race(
        "SELECT FROM posts WHERE id = %(id)s FOR UPDATE", {"id": UUID(post_id)},
        ada.patch(f"/api/v1/posts/{post_id}", json={"questions": [question]}),
        anybody.post(f"{path}/applications", json={"first_name": "Zoë", "email": "zoe@example.com"}),
    )  # fmt: skip
    assert (changed.status_code, applied.status_code) == (200, 422 if is_required else 201), applied.text


async def test_one_application_is_made_when_twins_are_submitted_at_once(ada: Client) -> None:
    """Ten at once for each of ten people."""
    job = await open_job(ada)
    people = [await ada.made("/candidates", {"first_name": f"P{n}"}) for n in range(10)]
    answers = await asyncio.gather(
        *(
            ada.post("/api/v1/applications", json={"candidate_id": person["id"], "job_id": job["id"]})
            for person in people * 10
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201] * 10 + [409] * 90
    assert len((await ada.read(f"/jobs/{job['id']}/applications", params={"limit": 100}))["items"]) == 10


async def test_nothing_is_submitted_after_the_close_when_they_race(ada: Client, rows: Rows) -> None:
    """Whatever was submitted was submitted before the job closed: the order of the events proves it."""
    for _ in range(10):
        job = await open_job(ada)
        people = await asyncio.gather(*(ada.made("/candidates", {"first_name": f"P{n}"}) for n in range(8)))
        why = {"reason_id": await reason(ada, "job_close")}

        body = {"job_id": job["id"]}
        requests = [ada.post("/api/v1/applications", json=body | {"candidate_id": person["id"]}) for person in people]
        requests.append(ada.post(f"/api/v1/jobs/{job['id']}/close", json=why))
        *submitted, closed = await asyncio.gather(*requests)
        statuses = [answer.status_code for answer in submitted]
        assert closed.status_code == 200 and set(statuses) <= {201, 409}
        listed = (await ada.read(f"/jobs/{job['id']}/applications"))["items"]
        assert len(listed) == statuses.count(201)
        written = await rows(
            "SELECT e.type FROM outbox AS o JOIN events AS e ON e.id = o.event_id"
            " WHERE e.aggregate_id = %(job_id)s OR e.data ->> 'job_id' = %(job_id)s::text ORDER BY o.sequence",
            job_id=UUID(job["id"]),
        )
        assert written[-1] == ("job.status_changed",)


async def test_one_of_two_ends_wins_when_reject_and_hire_race(ada: Client) -> None:
    """An application is rejected or hired, never both; the history tells one end."""
    why = await reason(ada, "rejection")
    for _ in range(20):
        job = await open_job(ada)
        application = await apply(ada, job)
        path = f"/api/v1/applications/{application['id']}"
        answers = await asyncio.gather(
            ada.post(f"{path}/reject", json={"reason_id": why}), ada.post(f"{path}/hire", json=OVERRIDE)
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        changes = [each["change"] for each in (await ada.get(f"{path}/history")).json()["items"]]
        assert len(changes) == 2

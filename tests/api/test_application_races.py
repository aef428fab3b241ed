"""What several callers do to applications at once."""

import asyncio
import itertools
from collections.abc import Coroutine
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.api.conftest import Race, Rows
from tests.api.journeys import OVERRIDE, apply, open_job, published_post, reason, stages
from tests.api.races import against_close, at_once, at_once_behind, outcomes, until_each_occurred
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
async def test_added_application_is_checked_again_when_its_post_is_being_changed(
    ada: Client, race: Race, is_required: bool
) -> None:
    """Rule 4 holds whoever asks: an answer that the post asks for now is missing, or was none of the required."""
    job = await open_job(ada)
    post_id = (await published_post(ada, job)).rpartition("/")[2]
    person = await ada.made("/candidates", {"first_name": "Kim"})
    question = {"label": "Why us?", "type": "long_text", "required": is_required}
    changed, added = await race(
        "SELECT FROM posts WHERE id = %(id)s FOR UPDATE", {"id": UUID(post_id)},
        ada.patch(f"/api/v1/posts/{post_id}", json={"questions": [question]}),
        ada.post("/api/v1/applications", json={
            "candidate_id": person["id"], "job_id": job["id"], "post_id": post_id,
        }),
    )  # fmt: skip
    assert changed.status_code == 200
    assert [each["code"] for each in added.json().get("errors", [])] == ["required"] * is_required


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
    """Twenty at once for each of five people: one comes in, and the others are told which."""
    job = await open_job(ada)
    for number in range(5):
        person = await ada.made("/candidates", {"first_name": f"P{number}"})
        body = {"candidate_id": person["id"], "job_id": job["id"]}
        answers = await at_once(*(ada.post("/api/v1/applications", json=body) for _ in range(20)))
        assert outcomes(answers) == {"201": 1, "application_active": 19}
        [made] = (await ada.read("/applications", params={"candidate_id": person["id"]}))["items"]
        told = [each.json()["current"]["application_id"] for each in answers if each.status_code == 409]
        assert set(told) == {made["id"]}


async def test_one_application_is_made_when_board_and_recruiters_meet(ada: Client, anybody: Client, rows: Rows) -> None:
    """Ten through the board and ten by recruiters, of one person: the board says the same to each.

    The board reads the post before it writes. In every other round recruiters do, too: else they would always be first.
    """

    async def submitted(path: str, body: dict[str, str], reads_first: bool) -> httpx.Response:
        if reads_first:
            await ada.get(path)
        return await ada.post("/api/v1/applications", json=body)

    turns = itertools.cycle((False, True))

    async def play() -> set[str]:
        job, reads_first = await open_job(ada), next(turns)
        person = {"first_name": "Kim", "email": f"kim-{job['id']}@example.com"}
        kim = await ada.made("/candidates", {"first_name": "Kim", "emails": [{"value": person["email"]}]})
        path, body = await published_post(ada, job), {"candidate_id": kim["id"], "job_id": job["id"]}
        requests = [
            *(anybody.post(f"{path}/applications", json=person) for _ in range(10)),
            *(submitted(path, body, reads_first) for _ in range(10)),
        ]
        answers = await at_once_behind(rows, "candidates", [kim], *requests)
        assert outcomes(answers[:10]) == {"201": 10}
        by_recruiters = outcomes(answers[10:])
        assert by_recruiters in ({"application_active": 10}, {"201": 1, "application_active": 9})
        [made] = (await ada.read(f"/jobs/{job['id']}/applications"))["items"]
        assert made["candidate_id"] == kim["id"] and (made["post_id"] is None) == (by_recruiters["201"] == 1)
        return {"recruiter" if by_recruiters["201"] else "board"}

    await until_each_occurred(play, {"board", "recruiter"})


@pytest.mark.parametrize("way", ["recruiter", "board"])
async def test_nothing_is_submitted_after_the_close_when_they_race(
    ada: Client, anybody: Client, rows: Rows, way: str
) -> None:
    """Twenty are submitted while the job closes: those that are there now came in before."""

    async def submission(job: dict[str, Any], post: str, number: int) -> Coroutine[Any, Any, httpx.Response]:
        if way == "board":
            applicant = {"first_name": "Kim", "email": f"kim-{number}-{job['id']}@example.com"}
            return anybody.post(f"{post}/applications", json=applicant)
        kim = await ada.made("/candidates", {"first_name": "Kim"})
        return ada.post("/api/v1/applications", json={"candidate_id": kim["id"], "job_id": job["id"]})

    async def play() -> set[str]:
        job = await open_job(ada)
        post = await published_post(ada, job)
        requests = await asyncio.gather(*(submission(job, post, number) for number in range(20)))
        found = outcomes(await against_close(ada, rows, job, requests))
        assert len((await ada.read(f"/jobs/{job['id']}/applications"))["items"]) == found["201"]
        return set(found)

    await until_each_occurred(play, {"201", "post_not_accepting" if way == "board" else "job_not_open"})


async def test_nothing_is_reopened_after_the_close_when_they_race(ada: Client, rows: Rows) -> None:
    """Twenty are reopened while the job closes: those that are active now were reopened before."""
    rejection = {"reason_id": await reason(ada, "rejection")}

    async def rejected(job: dict[str, Any]) -> dict[str, Any]:
        return await ada.made(f"/applications/{(await apply(ada, job))['id']}/reject", rejection)

    async def play() -> set[str]:
        job = await open_job(ada)
        made = await asyncio.gather(*(rejected(job) for _ in range(20)))
        requests = [ada.post(f"/api/v1/applications/{each['id']}/reopen", json={}) for each in made]
        found = outcomes(await against_close(ada, rows, job, requests, locked=made))
        active = await ada.read(f"/jobs/{job['id']}/applications", params={"status": "active"})
        assert len(active["items"]) == found["200"]
        return set(found)

    await until_each_occurred(play, {"200", "job_not_open"})


async def test_one_of_two_ends_wins_when_reject_and_hire_race(ada: Client, rows: Rows) -> None:
    """Ten reject and ten hire: the application is one of both, never both, and the history tells one end."""
    rejection = {"reason_id": await reason(ada, "rejection")}

    async def play() -> set[str]:
        application = await apply(ada, await open_job(ada))
        path = f"/api/v1/applications/{application['id']}"
        rejections = [ada.post(f"{path}/reject", json=rejection) for _ in range(10)]
        hires = [ada.post(f"{path}/hire", json=OVERRIDE) for _ in range(10)]
        answers = await at_once_behind(rows, "applications", [application], *rejections, *hires)
        assert outcomes(answers) == {"200": 1, "application_not_active": 19}
        history = (await ada.get(f"{path}/history")).json()["items"]
        assert len(history) == 2
        return {history[0]["change"]}

    await until_each_occurred(play, {"rejected", "hired"})


@pytest.mark.parametrize("guard", ["from_stage_id", "If-Match"])
async def test_one_move_is_made_when_twenty_know_the_same_stage(ada: Client, rows: Rows, guard: str) -> None:
    """Each to one of the other stages, from the one that was seen: nineteen are told where the application is now."""

    async def play() -> set[str]:
        job = await open_job(ada)
        application, own = await apply(ada, job), await stages(ada, job)
        kinds = {stage_id: kind for kind, stage_id in own.items() if kind not in ("review", "hired")}
        path = f"/api/v1/applications/{application['id']}"
        seen = {"from_stage_id": own["review"]} if guard == "from_stage_id" else {}
        headers = {"If-Match": '"1"'} if guard == "If-Match" else {}
        targets = itertools.islice(itertools.cycle(kinds), 20)
        moves = [ada.post(f"{path}/move", json=seen | {"to_stage_id": each}, headers=headers) for each in targets]
        answers = await at_once_behind(rows, "applications", [application], *moves)
        refused = "stage_is_another" if guard == "from_stage_id" else "version_mismatch"
        assert outcomes(answers) == {"200": 1, refused: 19}
        moved = (await ada.get(path)).json()
        current: dict[str, Any] = {"version": 2}
        if guard == "from_stage_id":
            current |= {"status": "active", "stage_id": moved["stage"]["id"]}
        assert all(each.json()["current"] == current for each in answers if not each.is_success)
        history = (await ada.get(f"{path}/history")).json()["items"]
        assert [each["change"] for each in history] == ["moved", "submitted"]
        return {kinds[moved["stage"]["id"]]}

    await until_each_occurred(play, {"screen", "interview", "offer"})


async def test_application_is_reopened_once_when_twenty_reopen_it(ada: Client, rows: Rows) -> None:
    """The others hear that it is active, and the history tells it once."""
    rejection = {"reason_id": await reason(ada, "rejection")}
    for _ in range(3):
        application = await apply(ada, await open_job(ada))
        path = f"/applications/{application['id']}"
        await ada.made(f"{path}/reject", rejection)
        requests = [ada.post(f"/api/v1{path}/reopen", json={}) for _ in range(20)]
        answers = await at_once_behind(rows, "applications", [application], *requests)
        assert outcomes(answers) == {"200": 1, "status_conflict": 19}
        told = [each.json()["current"] for each in answers if not each.is_success]
        assert told == [{"status": "active", "version": 3}] * 19
        history = (await ada.read(f"{path}/history"))["items"]
        assert [each["change"] for each in history] == ["reopened", "rejected", "submitted"]

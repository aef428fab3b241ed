"""Pipelines of jobs: replaced as a whole, while applications go through them."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from tests.api.conftest import Rows
from tests.api.journeys import JOB, apply, body_of, join, open_job, stages
from tests.client import Client


async def test_pipeline_is_replaced_when_every_removed_stage_has_a_target(ada: Client) -> None:
    """Who is in a removed stage is moved; the old pipeline serves `as_of`."""
    job = await ada.made("/jobs", JOB)
    await ada.made(f"/jobs/{job['id']}/open")
    candidate = await ada.made("/candidates", {"first_name": "Kim"})
    application = await ada.made("/applications", {"candidate_id": candidate["id"], "job_id": job["id"]})
    before = datetime.now(UTC).isoformat()
    review, screen, interview, offer, hired = (await ada.read(f"/jobs/{job['id']}/pipeline"))["stages"]
    path = f"/api/v1/jobs/{job['id']}/pipeline"
    kept = [
        {"id": screen["id"], "name": "Call", "kind": "screen"}, {"name": "Task", "kind": "assessment"},
        {"id": interview["id"], "name": "Interview", "kind": "interview"},
        {"id": offer["id"], "name": "Offer", "kind": "offer"}, {"id": hired["id"], "name": "Hired", "kind": "hired"},
    ]  # fmt: skip
    refused = await ada.put(path, json={"stages": kept})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, f"/mapping/{review['id']}")
    changed = await ada.put(path, json={"stages": kept, "mapping": {review["id"]: screen["id"]}})
    assert changed.status_code == 200, changed.text
    shown = [(stage["name"], stage["applications_count"]) for stage in changed.json()["stages"]]
    assert shown == [("Call", 1), ("Task", 0), ("Interview", 0), ("Offer", 0), ("Hired", 0)]
    now = await ada.read(f"/jobs/{job['id']}/pipeline")
    assert now["stages"] == changed.json()["stages"] and now["version"] == 2
    then = await ada.read(f"/jobs/{job['id']}/pipeline", params={"as_of": before})
    assert (then["version"], then["stages"][0]["applications_count"]) == (1, 1)
    moved = await ada.read(f"/applications/{application['id']}")
    assert (moved["stage"]["name"], moved["version"]) == ("Call", 2)
    history = (await ada.read(f"/applications/{application['id']}/history"))["items"]
    assert [each["change"] for each in history] == ["moved", "submitted"]


async def test_replaced_pipeline_counts_what_its_reader_sees(ada: Client, member: Any) -> None:
    """As a read does: nothing for who reads no applications, or is an interviewer only."""
    job = await open_job(ada)
    await apply(ada, job)
    bob = await member("bob", {"jobs.read": "all", "jobs.write": "all"})
    eve = await member("eve", {"jobs.read": "team", "jobs.write": "team", "applications.read": "team"})
    await join(ada, job, eve.user["id"], "interviewer")
    path = f"/jobs/{job['id']}/pipeline"
    for who, expected in ((bob, 0), (eve, 0), (ada, 1)):
        stages = [{key: each[key] for key in ("id", "name", "kind")} for each in (await who.read(path))["stages"]]
        stages[0]["name"] = f"Seen by {who.user['id']}"
        changed = await who.put(f"/api/v1{path}", json={"stages": stages})
        assert changed.status_code == 200, changed.text
        counts = [each["applications_count"] for each in changed.json()["stages"]]
        assert sum(counts) == expected
        assert counts == [each["applications_count"] for each in (await who.read(path))["stages"]]


async def test_pipeline_stays_as_it_is_when_nothing_differs(ada: Client, rows: Rows) -> None:
    """No version of job or pipeline and no event; one that was made from a template, and one that was given."""
    job = await open_job(ada)
    path = f"/jobs/{job['id']}/pipeline"
    application = await apply(ada, job)

    def given(pipeline: dict[str, Any]) -> list[dict[str, Any]]:
        return [{name: stage[name] for name in ("id", "name", "kind")} for stage in pipeline["stages"]]

    async def state() -> tuple[Any, ...]:
        events = await rows(
            "SELECT count(*) FROM events WHERE organization_id = %(id)s", id=UUID(ada.organization["id"])
        )
        return (await ada.read(f"/jobs/{job['id']}"), (await ada.read(path))["version"], events)

    for version in (1, 2):
        before, pipeline = await state(), await ada.read(path)
        assert pipeline["version"] == version
        for _ in range(2):
            same = await ada.put(f"/api/v1{path}", json={"stages": given(pipeline)})
            assert same.status_code == 200, same.text
            assert same.json() | {"as_of": None} == pipeline | {"as_of": None}
            assert same.headers["ETag"].partition("-")[0] == f'"{before[0]["version"]}'
        assert await state() == before
        stale = await ada.put(f"/api/v1{path}", json={"stages": given(pipeline)}, headers={"If-Match": '"0"'})
        assert stale.status_code == 412, stale.text
        first, second, *rest = given(pipeline)
        changed = await ada.put(f"/api/v1{path}", json={"stages": [second, first, *rest]})
        assert changed.json()["version"] == version + 1
    assert (await ada.read(f"/applications/{application['id']}"))["version"] == application["version"]


@pytest.mark.parametrize("command", ["reject", "withdraw", "hire"])
async def test_application_comes_back_in_the_target_when_its_stage_was_removed(ada: Client, command: str) -> None:
    """Rule 2: who was rejected, withdrew or was hired; when the target was removed, too, in that one's."""
    job = await open_job(ada)
    path, own = f"/applications/{(await apply(ada, job))['id']}", await stages(ada, job)
    await ada.made(f"{path}/{command}", await body_of(ada, job, command))
    shown = (await ada.read(f"/jobs/{job['id']}/pipeline"))["stages"]
    kept = {each["kind"]: {name: each[name] for name in ("id", "name", "kind")} for each in shown}
    for removed, target in (("review", "screen"), ("screen", "offer")):
        del kept[removed]
        body = {"stages": list(kept.values()), "mapping": {own[removed]: own[target]}}
        assert (await ada.put(f"/api/v1/jobs/{job['id']}/pipeline", json=body)).status_code == 200
    back = "unhire" if command == "hire" else "reopen"
    found = await ada.made(f"{path}/{back}", await body_of(ada, job, back))
    assert (found["status"], found["stage"]["id"]) == ("active", own["offer"])


async def test_pipelines_hold_when_moves_and_replacements_meet(ada: Client) -> None:
    """Twelve applications move about while stages come and go: nobody is left in a stage that is gone."""
    job = await ada.made("/jobs", JOB)
    await ada.made(f"/jobs/{job['id']}/open")
    path = f"/api/v1/jobs/{job['id']}/pipeline"
    ids = []
    for n in range(12):
        candidate = await ada.made("/candidates", {"first_name": f"C{n}"})
        application = await ada.made("/applications", {"candidate_id": candidate["id"], "job_id": job["id"]})
        ids.append(application["id"])

    async def move(application_id: str) -> None:
        for turn in range(6):
            stages = (await ada.get(path)).json()["stages"]
            target = stages[turn % (len(stages) - 1)]
            answer = await ada.post(f"/api/v1/applications/{application_id}/move", json={"to_stage_id": target["id"]})
            assert answer.status_code in (200, 422), answer.text

    async def replace() -> None:
        for turn in range(6):
            stages = (await ada.get(path)).json()["stages"]
            kept = [{key: stage[key] for key in ("id", "name", "kind")} for stage in stages[1:]]
            first = {"name": f"New {turn}", "kind": "review"}
            answer = await ada.put(
                path, json={"stages": [kept[0], first, *kept[1:]], "mapping": {stages[0]["id"]: kept[0]["id"]}}
            )
            assert answer.status_code == 200, answer.text

    await asyncio.gather(replace(), *(move(application_id) for application_id in ids))
    pipeline = (await ada.get(path)).json()
    current = {stage["id"] for stage in pipeline["stages"]}
    assert pipeline["version"] == 7
    assert sum(stage["applications_count"] for stage in pipeline["stages"]) == 12
    for application_id in ids:
        assert (await ada.read(f"/applications/{application_id}"))["stage"]["id"] in current

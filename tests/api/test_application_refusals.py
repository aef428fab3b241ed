"""Which of two refusals a client is told, when a command on an application breaks both rules."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from tests.api.journeys import JOB, OVERRIDE, apply, open_job, reason, stages
from tests.client import Client

STALE = {"If-Match": '"99"'}
POST = {"title": "Engineer", "body": "Come."}


async def told(client: Client, path: str, body: dict[str, Any], headers: dict[str, str] | None = None) -> str:
    """The code of a refusal; of an invalid request, the pointers instead."""
    answer = (await client.post(f"/api/v1/applications{path}", json=body, headers=headers or {})).json()
    return " ".join(error["pointer"] for error in answer["errors"]) if answer["code"] == "invalid" else answer["code"]


async def end(client: Client, path: str, command: str = "reject") -> None:
    """Rejects or withdraws an application."""
    kind = {"reject": "rejection", "withdraw": "withdrawal"}[command]
    await client.made(f"/applications{path}/{command}", {"reason_id": await reason(client, kind)})


async def test_submission_is_refused_for_the_first_rule_when_it_breaks_two(ada: Client) -> None:
    """References and the time together, then the stage, the job, the post, and last what the candidate has already."""
    job, draft = await open_job(ada), await ada.made("/jobs", JOB)
    own, elsewhere = await stages(ada, job), await stages(ada, draft)
    post = await ada.made(f"/jobs/{job['id']}/posts", POST)
    active, late = await apply(ada, job), (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    twin = {"candidate_id": active["candidate_id"], "job_id": job["id"]}
    nothing = {name: str(uuid4()) for name in ("candidate_id", "job_id", "source_id", "post_id")}
    everything = "/candidate_id /job_id /source_id /post_id /applied_at"
    assert await told(ada, "", nothing | {"applied_at": late}) == everything
    unseen = twin | {"candidate_id": str(uuid4()), "stage_id": elsewhere["offer"]}
    assert await told(ada, "", unseen) == "/candidate_id"
    closed = twin | {"job_id": draft["id"]}
    assert await told(ada, "", closed | {"stage_id": own["offer"]}) == "stage_not_in_pipeline"
    assert await told(ada, "", closed | {"stage_id": elsewhere["hired"]}) == "job_not_open"
    unpublished = twin | {"post_id": post["id"]}
    assert await told(ada, "", unpublished | {"stage_id": own["hired"]}) == "stage_entered_by_command"
    assert await told(ada, "", unpublished) == "post_not_accepting"
    await ada.patch("/api/v1/organization", json={"reapply_window_days": 30})
    assert await told(ada, "", twin) == "application_active"
    await ada.made(f"/applications/{active['id']}/hire", OVERRIDE)
    await ada.made(f"/jobs/{job['id']}/open")
    assert await told(ada, "", twin) == "application_hired"


async def test_ending_is_refused_for_the_first_rule_when_it_breaks_two(ada: Client) -> None:
    """The reason, the version, the state of the application, and last the address that a mail needs."""
    path = f"/{(await apply(ada, await open_job(ada)))['id']}"
    for command, kind in (("reject", "rejection"), ("withdraw", "withdrawal"), ("unhire", "unhire")):
        right = {"reason_id": await reason(ada, kind)}
        assert await told(ada, f"{path}/{command}", {"reason_id": str(uuid4())}, STALE) == "/reason_id"
        assert await told(ada, f"{path}/{command}", right, STALE) == "version_mismatch"
    assert await told(ada, f"{path}/unhire", {"reason_id": await reason(ada, "unhire")}) == "status_conflict"
    mailed = {"reason_id": await reason(ada, "rejection"), "message": {}}
    assert await told(ada, f"{path}/reject", mailed) == "no_email"
    await end(ada, path, "withdraw")
    assert await told(ada, f"{path}/reject", mailed, STALE) == "version_mismatch"
    assert await told(ada, f"{path}/reject", mailed) == "application_not_active"
    right = {"reason_id": await reason(ada, "withdrawal")}
    assert await told(ada, f"{path}/withdraw", right, STALE) == "version_mismatch"
    assert await told(ada, f"{path}/withdraw", right) == "application_not_active"


async def test_move_is_refused_for_the_first_rule_when_it_breaks_two(ada: Client) -> None:
    """The stage, the version, where the caller believes the application is, its state, and last the stage's kind."""
    job = await open_job(ada)
    path, own = f"/{(await apply(ada, job))['id']}", await stages(ada, job)
    believed = {"to_stage_id": own["hired"], "from_stage_id": own["offer"]}
    elsewhere = believed | {"to_stage_id": str(uuid4())}
    assert await told(ada, f"{path}/move", elsewhere, STALE) == "stage_not_in_pipeline"
    assert await told(ada, f"{path}/move", believed, STALE) == "version_mismatch"
    assert await told(ada, f"{path}/move", believed) == "stage_is_another"
    assert await told(ada, f"{path}/move", believed | {"from_stage_id": own["review"]}) == "stage_entered_by_command"
    await end(ada, path)
    assert await told(ada, f"{path}/move", believed) == "stage_is_another"
    assert await told(ada, f"{path}/move", believed | {"from_stage_id": None}) == "application_not_active"


async def test_reopening_is_refused_for_the_first_rule_when_it_breaks_two(ada: Client) -> None:
    """The stage, the version, the application, its job, the stage's kind, and last another active or hired one."""
    job = await open_job(ada)
    application = await apply(ada, job)
    path, own = f"/{application['id']}", await stages(ada, job)
    closing = {"reason_id": await reason(ada, "job_close")}
    hired = {"stage_id": own["hired"]}
    assert await told(ada, f"{path}/reopen", {"stage_id": str(uuid4())}, STALE) == "stage_not_in_pipeline"
    assert await told(ada, f"{path}/reopen", hired, STALE) == "version_mismatch"
    await ada.made(f"/jobs/{job['id']}/close", closing)
    assert await told(ada, f"{path}/reopen", hired) == "status_conflict"
    await ada.made(f"/jobs/{job['id']}/open")
    await end(ada, path)
    again = await ada.made("/applications", {"candidate_id": application["candidate_id"], "job_id": job["id"]})
    assert await told(ada, f"{path}/reopen", hired) == "stage_entered_by_command"
    assert await told(ada, f"{path}/reopen", {}) == "application_active"
    await ada.made(f"/applications/{again['id']}/hire", OVERRIDE)
    assert await told(ada, f"{path}/reopen", hired) == "job_not_open"
    await ada.made(f"/jobs/{job['id']}/archive")
    assert await told(ada, f"{path}/reopen", hired) == "job_not_open"
    for command in ("unarchive", "open"):
        await ada.made(f"/jobs/{job['id']}/{command}")
    assert await told(ada, f"{path}/reopen", {}) == "application_hired"


async def test_reopening_is_refused_with_the_other_application_when_there_is_one(ada: Client) -> None:
    """Rule 2: the refusal tells which one stands in the way, active or hired."""
    job = await open_job(ada, openings_count=2)
    former = await apply(ada, job)
    await end(ada, f"/{former['id']}")
    other = await ada.made("/applications", {"candidate_id": former["candidate_id"], "job_id": job["id"]})
    for status in ("active", "hired"):
        refused = await ada.post(f"/api/v1/applications/{former['id']}/reopen")
        assert (refused.status_code, refused.json()["code"]) == (409, f"application_{status}")
        state = {"application_id": other["id"], "status": status, "version": other["version"]}
        assert refused.json()["current"] == state
        if status == "active":
            other = await ada.made(f"/applications/{other['id']}/hire", OVERRIDE)


async def test_job_takes_no_application_when_it_is_not_open(ada: Client) -> None:
    """Rule 4: in each state that it can be in, and it takes the same one as soon as it is open."""
    job = await ada.made("/jobs", JOB)
    person = await ada.made("/candidates", {"first_name": "Kim"})
    body, path = {"candidate_id": person["id"], "job_id": job["id"]}, f"/jobs/{job['id']}"
    closing = {"reason_id": await reason(ada, "job_close")}
    for commands in ((), ("open", "hold"), ("close",), ("archive",)):
        for command in commands:
            job = await ada.made(f"{path}/{command}", closing if command == "close" else {})
        refused = await ada.post("/api/v1/applications", json=body)
        assert (refused.status_code, refused.json()["code"]) == (409, "job_not_open")
        assert refused.json()["current"] == {"status": job["status"], "version": job["version"]}
    for command in ("unarchive", "open"):
        await ada.made(f"{path}/{command}")
    await ada.made("/applications", body)


async def test_hire_is_refused_for_the_first_rule_when_it_breaks_two(ada: Client) -> None:
    """The opening, the version, the application, its job, the missing offer, and last the missing opening."""
    job = await open_job(ada, openings_count=0)
    [first, second] = [f"/{(await apply(ada, job))['id']}" for _ in range(2)]
    assert await told(ada, f"{first}/hire", {"opening_id": str(uuid4())}, STALE) == "/opening_id"
    assert await told(ada, f"{first}/hire", {}, STALE) == "version_mismatch"
    assert await told(ada, f"{first}/hire", {}) == "offer_required"
    assert await told(ada, f"{first}/hire", OVERRIDE) == "no_opening"
    await end(ada, first)
    await ada.made(f"/jobs/{job['id']}/close", {"reason_id": await reason(ada, "job_close")})
    assert await told(ada, f"{second}/hire", {}) == "offer_required"
    await ada.made(f"/jobs/{job['id']}/archive")
    assert await told(ada, f"{first}/hire", {}, STALE) == "version_mismatch"
    assert await told(ada, f"{first}/hire", {}) == "application_not_active"
    assert await told(ada, f"{second}/hire", {}) == "job_not_open"

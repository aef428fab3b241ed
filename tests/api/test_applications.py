"""Applications through the REST API: from submission to hire."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.api.journeys import OVERRIDE, apply, body_of, open_job, published_post, reason, stages
from tests.client import Client


async def test_application_goes_from_submission_to_hire_when_commands_are_given(ada: Client) -> None:
    """Submitted, moved, hired: the opening is filled, and with the last one the job is closed."""
    job = await open_job(ada)
    application = await apply(ada, job)
    path = f"/applications/{application['id']}"
    assert (application["status"], application["stage"]["kind"], application["version"]) == ("active", "review", 1)
    stage = await stages(ada, job)
    moved = await ada.made(f"{path}/move", {"to_stage_id": stage["interview"], "from_stage_id": stage["review"]})
    assert (moved["stage"]["id"], moved["version"]) == (stage["interview"], 2)
    again = await ada.post(f"/api/v1{path}/move", json={"to_stage_id": stage["interview"]})
    assert again.json()["version"] == 2 and "Consistency-Token" not in again.headers
    refused = await ada.post(f"/api/v1{path}/hire", json={"start_on": "2027-02-01"})
    assert (refused.status_code, refused.json()["code"]) == (409, "offer_required")
    hired = await ada.made(f"{path}/hire", OVERRIDE | {"start_on": "2027-02-01"})
    assert (hired["status"], hired["stage"]["kind"], hired["start_on"]) == ("hired", "hired", "2027-02-01")
    [opening] = (await ada.read(f"/jobs/{job['id']}/openings"))["items"]
    assert (opening["status"], opening["application_id"]) == ("filled", application["id"])
    assert (await ada.read(f"/jobs/{job['id']}"))["status"] == "closed"
    history = (await ada.read(f"{path}/history"))["items"]
    assert [each["change"] for each in history] == ["hired", "moved", "submitted"]
    assert all(each["actor"]["user_id"] == ada.user["id"] for each in history)
    unhired = await ada.made(f"{path}/unhire", {"reason_id": await reason(ada, "unhire")})
    assert (unhired["status"], unhired["stage"]["id"]) == ("active", stage["interview"])
    [opening] = (await ada.read(f"/jobs/{job['id']}/openings"))["items"]
    assert (opening["status"], opening["application_id"]) == ("open", None)
    assert (await ada.read(f"/jobs/{job['id']}"))["status"] == "closed"


async def test_application_is_rejected_reopened_and_withdrawn_when_asked(ada: Client) -> None:
    """What is not active does not move; reopening leads back to the stage that was left."""
    job = await open_job(ada)
    application = await apply(ada, job)
    path, stage = f"/applications/{application['id']}", await stages(ada, job)
    await ada.made(f"{path}/move", {"to_stage_id": stage["screen"]})
    rejected = await ada.made(f"{path}/reject", {"reason_id": await reason(ada, "rejection"), "note": "Too early"})
    assert (rejected["status"], rejected["ended_at"] is not None) == ("rejected", True)
    refused = await ada.post(f"/api/v1{path}/move", json={"to_stage_id": stage["offer"]})
    assert (refused.status_code, refused.json()["code"]) == (409, "application_not_active")
    assert refused.json()["current"] == {"status": "rejected", "version": 3}
    reopened = await ada.made(f"{path}/reopen")
    assert (reopened["status"], reopened["stage"]["id"]) == ("active", stage["screen"])
    assert (await ada.post(f"/api/v1{path}/reopen")).json()["code"] == "status_conflict"
    withdrawn = await ada.made(f"{path}/withdraw", {"reason_id": await reason(ada, "withdrawal")})
    assert withdrawn["status"] == "withdrawn"
    wrong = await ada.post(f"/api/v1{path}/reopen", json={"stage_id": stage["hired"]})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "stage_entered_by_command")


async def test_application_is_refused_when_the_rules_say_so(ada: Client) -> None:
    """A job that is not open, a second active one, unknown references, stages of elsewhere or of kind hired."""
    job, draft = (
        await open_job(ada),
        await ada.made("/jobs", {"title": "A", "employment_type": "other", "workplace": "remote"}),
    )
    application = await apply(ada, job)
    body = {"candidate_id": application["candidate_id"], "job_id": job["id"]}
    twin = await ada.post("/api/v1/applications", json=body)
    assert (twin.status_code, twin.json()["code"]) == (409, "application_active")
    assert twin.json()["current"]["application_id"] == application["id"]
    closed = await ada.post("/api/v1/applications", json=body | {"job_id": draft["id"]})
    assert (closed.status_code, closed.json()["code"]) == (409, "job_not_open")
    unknown = await ada.post("/api/v1/applications", json={"candidate_id": str(uuid4()), "job_id": str(uuid4())})
    assert [error["pointer"] for error in unknown.json()["errors"]] == ["/candidate_id", "/job_id"]
    elsewhere = (await stages(ada, draft))["screen"]
    path = f"/api/v1/applications/{application['id']}"
    moved = await ada.post(f"{path}/move", json={"to_stage_id": elsewhere})
    assert (moved.status_code, moved.json()["code"]) == (422, "stage_not_in_pipeline")
    own = await stages(ada, job)
    hired = await ada.post(f"{path}/move", json={"to_stage_id": own["hired"]})
    assert (hired.status_code, hired.json()["code"]) == (409, "stage_entered_by_command")
    stale = await ada.post(f"{path}/move", json={"to_stage_id": own["offer"], "from_stage_id": own["screen"]})
    assert (stale.status_code, stale.json()["current"]["stage_id"]) == (409, own["review"])
    old = await ada.post(f"{path}/move", json={"to_stage_id": own["offer"]}, headers={"If-Match": '"7"'})
    assert old.status_code == 412
    no_reason = await ada.post(f"{path}/reject", json={"reason_id": await reason(ada, "unhire")})
    assert (no_reason.status_code, no_reason.json()["errors"][0]["pointer"]) == (422, "/reason_id")
    no_mail = await ada.post(f"{path}/reject", json={"reason_id": await reason(ada, "rejection"), "message": {}})
    assert (no_mail.status_code, no_mail.json()["code"]) == (409, "no_email")
    assert no_mail.json()["current"] == hired.json()["current"] == {"status": "active", "version": 1}
    assert (await ada.post(f"{path}/hire", json={"override_reason": ""})).status_code == 422


async def test_reference_is_judged_before_the_version_when_both_are_wrong(ada: Client) -> None:
    """422, then 412, then 409: whoever names nothing that is there hears that first."""
    job = await open_job(ada)
    application = await apply(ada, job)
    [opening] = (await ada.read(f"/jobs/{job['id']}/openings"))["items"]
    path, nobody = f"applications/{application['id']}", {"reason_id": str(uuid4())}
    team = {"members": [{"user_id": str(uuid4()), "role": "recruiter"}]}
    requests: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
        ("POST", f"{path}/move", {"to_stage_id": str(uuid4())}, await body_of(ada, job, "move")),
        ("POST", f"{path}/reject", nobody, await body_of(ada, job, "reject")),
        ("POST", f"{path}/withdraw", nobody, await body_of(ada, job, "withdraw")),
        ("POST", f"{path}/transfer", {"job_id": str(uuid4())}, {"job_id": (await open_job(ada))["id"]}),
        ("POST", f"{path}/reopen", {"stage_id": str(uuid4())}, {}),
        ("POST", f"{path}/hire", {"opening_id": str(uuid4())}, {}),
        ("POST", f"{path}/unhire", nobody, await body_of(ada, job, "unhire")),
        ("POST", f"openings/{opening['id']}/close", nobody, {"reason_id": await reason(ada, "opening_close")}),
        ("POST", f"jobs/{job['id']}/close", nobody, {"reason_id": await reason(ada, "job_close")}),
        ("PUT", f"jobs/{job['id']}/hiring-team", team, {"members": []}),
    ]
    stale = {"If-Match": '"99"'}
    for method, name, wrong, right in requests:
        both = await ada.request(method, f"/api/v1/{name}", json=wrong, headers=stale)
        version = await ada.request(method, f"/api/v1/{name}", json=right, headers=stale)
        assert (both.status_code, version.status_code) == (422, 412), (name, both.text, version.text)


async def test_application_is_refused_when_its_post_takes_none(ada: Client) -> None:
    """Rule 4: a draft, one taken off its board or over, one of another job; a published one is kept with it."""
    job = await open_job(ada)
    over = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    published, past = await published_post(ada, job), await published_post(ada, job, closes_at=over)
    draft = await ada.made(f"/jobs/{job['id']}/posts", {"title": "A", "body": "B"})
    elsewhere = await published_post(ada, await open_job(ada))
    person = await ada.made("/candidates", {"first_name": "Kim"})
    body = {"candidate_id": person["id"], "job_id": job["id"]}
    for post_id in (draft["id"], past.rpartition("/")[2]):
        refused = await ada.post("/api/v1/applications", json=body | {"post_id": post_id})
        assert (refused.status_code, refused.json()["code"]) == (409, "post_not_accepting")
    for post_id in (elsewhere.rpartition("/")[2], str(uuid4())):
        unknown = await ada.post("/api/v1/applications", json=body | {"post_id": post_id})
        assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/post_id")
    post_id = published.rpartition("/")[2]
    assert (await ada.made("/applications", body | {"post_id": post_id}))["post_id"] == post_id


async def test_answers_are_those_to_the_questions_of_the_post(ada: Client) -> None:
    """Rule 4: all required ones, each of its type; a file is one of the candidate's that the caller sees."""
    job = await open_job(ada)
    asked = [
        {"label": "Why us?", "type": "short_text", "required": True}, {"label": "Work sample", "type": "file"},
        {"label": "Remote?", "type": "single_select", "options": [{"label": "Yes"}, {"label": "No"}]},
    ]  # fmt: skip
    post_id = (await published_post(ada, job, questions=asked)).rpartition("/")[2]
    why, sample, remote = (await ada.read(f"/posts/{post_id}"))["questions"]
    kim, lee = [await ada.made("/candidates", {"first_name": name}) for name in ("Kim", "Lee")]
    files = []
    for person in (kim, lee):
        upload = await ada.post("/api/v1/uploads?file_name=a.txt", content=b"a", headers={"Content-Type": "text/plain"})
        files.append(await ada.made(f"/candidates/{person['id']}/attachments", {"upload_id": upload.json()["id"]}))
    body = {"candidate_id": kim["id"], "job_id": job["id"]}

    async def findings(answers: dict[str, Any], **more: Any) -> set[tuple[str, str]]:
        given = [{"question_id": question_id, "value": value} for question_id, value in answers.items()]
        refused = await ada.post("/api/v1/applications", json=body | {"post_id": post_id, "answers": given} | more)
        assert refused.status_code == 422, refused.text
        return {(each["pointer"], each["code"]) for each in refused.json()["errors"]}

    assert await findings({}) == {("/answers", "required")}
    assert await findings({why["id"]: 7, remote["id"]: "Yes", str(uuid4()): "x"}) == {
        ("/answers/0/value", "type"), ("/answers/1/value", "enum"), ("/answers/2/question_id", "unknown_question"),
    }  # fmt: skip
    right = {sample["id"]: files[0]["id"], why["id"]: "The people.", remote["id"]: remote["options"][0]["id"]}
    for file_id in (str(uuid4()), files[1]["id"]):
        assert await findings(right | {sample["id"]: file_id}) == {("/answers/0/value", "unknown_reference")}
    assert ("/answers/0/question_id", "unknown_question") in await findings(right, post_id=None)
    given = [{"question_id": question_id, "value": value} for question_id, value in right.items()]
    added = await ada.made("/applications", body | {"post_id": post_id, "answers": given})
    assert added["answers"] == [
        {"question_id": why["id"], "label": "Why us?", "type": "short_text", "value": "The people.", "options": []},
        {"question_id": sample["id"], "label": "Work sample", "type": "file", "value": files[0]["id"], "options": []},
        {
            "question_id": remote["id"], "label": "Remote?", "type": "single_select",
            "value": remote["options"][0]["id"], "options": remote["options"][:1],
        },
    ]  # fmt: skip


async def test_application_is_refused_when_its_time_has_not_come(ada: Client) -> None:
    """An import gives the time as it was."""
    body = {"candidate_id": (await ada.made("/candidates", {"first_name": "Kim"}))["id"]}
    body["job_id"] = (await open_job(ada))["id"]
    early, late = [(datetime.now(UTC) + timedelta(hours=hours)).isoformat() for hours in (-1, 1)]
    refused = await ada.post("/api/v1/applications", json=body | {"applied_at": late})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/applied_at")
    made = await ada.made("/applications", body | {"applied_at": early})
    assert datetime.fromisoformat(made["applied_at"]) == datetime.fromisoformat(early)


@pytest.mark.parametrize(("days", "status"), [(29, 409), (31, 201)])
async def test_reapplying_is_refused_when_the_window_has_not_passed(ada: Client, days: int, status: int) -> None:
    """The window is the organization's, from the day of applying, whenever the application ended."""
    await ada.patch("/api/v1/organization", json={"reapply_window_days": 30})
    body = {"candidate_id": (await ada.made("/candidates", {"first_name": "Kim"}))["id"]}
    body["job_id"] = (await open_job(ada))["id"]
    applied_at = (datetime.now(UTC) - timedelta(days=days)).isoformat()
    application = await ada.made("/applications", body | {"applied_at": applied_at})
    await ada.made(f"/applications/{application['id']}/withdraw", {"reason_id": await reason(ada, "withdrawal")})
    again = await ada.post("/api/v1/applications", json=body)
    assert again.status_code == status, again.text
    if status == 409:
        assert again.json()["code"] == "reapply_too_soon"
        await ada.patch("/api/v1/organization", json={"reapply_window_days": 0})
        assert (await ada.post("/api/v1/applications", json=body)).status_code == 201


async def test_lists_are_filtered_when_asked(ada: Client) -> None:
    """By job, stage, status, candidate, ids, and in the order of change."""
    job = await open_job(ada, openings_count=5)
    made = [await apply(ada, job) for _ in range(5)]
    stage = await stages(ada, job)
    await ada.made(f"/applications/{made[0]['id']}/move", {"to_stage_id": stage["offer"]})
    await ada.made(f"/applications/{made[1]['id']}/reject", {"reason_id": await reason(ada, "rejection")})

    async def ids(**params: str) -> list[str]:
        return [each["id"] for each in (await ada.read("/applications", params=params))["items"]]

    newest = [each["id"] for each in reversed(made)]
    assert await ids() == newest
    assert await ids(job_id=job["id"], status="active") == [each for each in newest if each != made[1]["id"]]
    assert await ids(stage_id=stage["offer"]) == [made[0]["id"]]
    assert await ids(candidate_id=made[3]["candidate_id"]) == [made[3]["id"]]
    assert await ids(ids=f"{made[2]['id']},{uuid4()}") == [made[2]["id"]]
    assert (await ids(updated_since="2020-01-01T00:00:00Z"))[-2:] == [made[0]["id"], made[1]["id"]]
    pages: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        params = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = await ada.read(f"/jobs/{job['id']}/applications", params=params)
        pages += [each["id"] for each in page["items"]]
        cursor = page["next_cursor"]
    assert pages == newest


async def test_answer_is_new_when_what_it_shows_of_others_has_changed(ada: Client) -> None:
    """An application shows its stage's name, a pipeline its counts: neither is 304 when only these change."""
    job = await open_job(ada)
    application = await apply(ada, job)
    paths = (f"/api/v1/applications/{application['id']}", f"/api/v1/jobs/{job['id']}/pipeline")
    known = {path: (await ada.get(path)).headers["ETag"] for path in paths}
    assert (await ada.get(paths[0], headers={"If-None-Match": known[paths[0]]})).status_code == 304
    pipeline = await ada.read(f"/jobs/{job['id']}/pipeline")
    renamed = [{"id": each["id"], "name": f"{each['name']}!", "kind": each["kind"]} for each in pipeline["stages"]]
    answer = await ada.put(f"/api/v1/jobs/{job['id']}/pipeline", json={"stages": renamed})
    assert answer.status_code == 200, answer.text
    application_now = await ada.get(paths[0], headers={"If-None-Match": known[paths[0]]})
    assert application_now.status_code == 200 and application_now.json()["stage"]["name"].endswith("!")
    known[paths[1]] = (await ada.get(paths[1])).headers["ETag"]
    await apply(ada, job)
    counted = await ada.get(paths[1], headers={"If-None-Match": known[paths[1]]})
    assert counted.status_code == 200 and counted.headers["ETag"] != known[paths[1]]
    moved = {"to_stage_id": (await stages(ada, job))["screen"]}
    with_tag = {"If-Match": application_now.headers["ETag"]}
    assert (await ada.post(f"{paths[0]}/move", json=moved, headers=with_tag)).status_code == 200
    assert (await ada.post(f"{paths[0]}/move", json=moved, headers=with_tag)).status_code == 412


async def test_filters_go_together_when_an_index_has_them(ada: Client) -> None:
    """Each pair finds what both find; a pair that would read everything is refused with the name of the second."""
    job, other = await open_job(ada, openings_count=5), await open_job(ada)
    made = [await apply(ada, job) for _ in range(3)] + [await apply(ada, other)]
    stage = await stages(ada, job)
    await ada.made(f"/applications/{made[0]['id']}/reject", {"reason_id": await reason(ada, "rejection")})
    await ada.made(f"/applications/{made[1]['id']}/hire", OVERRIDE)
    since = "2020-01-01T00:00:00Z"
    first = {"candidate_id": made[0]["candidate_id"], "job_id": job["id"], "stage_id": stage["review"]}

    async def found(**params: str) -> set[int]:
        ids = [each["id"] for each in (await ada.read("/applications", params=params))["items"]]
        return {n for n, each in enumerate(made) if each["id"] in ids}

    assert await found(status="hired") == await found(status="hired", updated_since=since) == {1}
    assert await found(status="active") == await found(status="active", updated_since=since) == {2, 3}
    assert (
        await found(stage_id=first["stage_id"]) == await found(stage_id=first["stage_id"], job_id=job["id"]) == {0, 2}
    )
    assert await found(stage_id=first["stage_id"], status="rejected") == {0}
    assert await found(candidate_id=first["candidate_id"], job_id=job["id"], status="rejected") == {0}
    assert await found(stage_id=first["stage_id"], job_id=other["id"]) == set()
    assert await found(job_id=job["id"], status="active", stage_id=first["stage_id"]) == {2}
    assert await found(job_id=job["id"], status="withdrawn") == set()
    assert await found(candidate_id=first["candidate_id"], status="active") == set()
    assert await found(candidate_id=first["candidate_id"], stage_id=first["stage_id"]) == {0}
    assert await found(job_id=job["id"], updated_since=since) == {0, 1, 2}
    assert await found(job_id=job["id"], updated_since=since, status="hired") == {1}
    assert await found(external_id="x", candidate_id=first["candidate_id"]) == set()
    assert await found(ids=f"{made[0]['id']},{made[3]['id']}", job_id=other["id"]) == {3}
    for params, name in (
        ({"ids": made[0]["id"], "status": "active"}, "status"),
        ({"candidate_id": first["candidate_id"], "updated_since": since}, "updated_since"),
        ({"stage_id": first["stage_id"], "updated_since": since}, "updated_since"),
    ):  # fmt: skip
        refused = await ada.get("/api/v1/applications", params=params)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, f"?{name}")
        assert refused.json()["errors"][0]["code"] == "not_combinable"

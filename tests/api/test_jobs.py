"""Jobs, their openings, teams and pipelines through the REST API."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.api.conftest import Race
from tests.client import Client

JOB = {"title": "Engineer", "employment_type": "full_time", "workplace": "hybrid"}
PAY = {"min_minor": 7_000_000, "max_minor": 9_000_000, "currency": "EUR", "period": "year"}


async def reason(client: Client, kind: str) -> str:
    """The id of the first reason of a kind."""
    found: str = (await client.read("/reasons", params={"kind": kind}))["items"][0]["id"]
    return found


async def test_job_is_made_with_openings_pipeline_and_team_when_added(ada: Client) -> None:
    """One request makes a draft that can be opened at once."""
    office, other = [await ada.made("/offices", {"name": name}) for name in ("Graz", "Linz")]
    department = await ada.made("/departments", {"name": "R&D"})
    added = await ada.post(
        "/api/v1/jobs",
        json=JOB | {"department_id": department["id"], "office_ids": [other["id"], office["id"]], "pay_range": PAY,
                    "openings_count": 3, "external_id": "req-1"},
    )  # fmt: skip
    job = added.json()
    assert added.status_code == 201
    assert (job["status"], job["office_ids"], job["pay_range"]) == ("draft", [other["id"], office["id"]], PAY)
    openings = await ada.read(f"/jobs/{job['id']}/openings")
    assert [each["status"] for each in openings["items"]] == ["open"] * 3
    pipeline = await ada.read(f"/jobs/{job['id']}/pipeline")
    assert [stage["kind"] for stage in pipeline["stages"]] == ["review", "screen", "interview", "offer", "hired"]
    team = await ada.read(f"/jobs/{job['id']}/hiring-team")
    assert team["members"] == [{"user_id": ada.user["id"], "name": "Ada Lovelace", "role": "recruiter"}]
    assert (await ada.get(added.headers["Location"])).json() == job
    changed = await ada.patch(f"/api/v1/jobs/{job['id']}", json={"office_ids": [office["id"]], "pay_range": None})
    assert (changed.json()["office_ids"], changed.json()["pay_range"]) == ([office["id"]], None)
    assert (await ada.read(f"/jobs/{job['id']}"))["office_ids"] == [office["id"]]
    twin = await ada.post("/api/v1/jobs", json=JOB | {"external_id": "req-1"})
    assert (twin.status_code, twin.json()["code"]) == (409, "external_id_taken")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"department_id": str(uuid4())}, "/department_id"),
        ({"office_ids": [str(uuid4())]}, "/office_ids/0"),
        ({"pipeline_template_id": str(uuid4())}, "/pipeline_template_id"),
        ({"pay_range": PAY | {"min_minor": 10_000_000}}, "/pay_range/max_minor"),
        ({"openings_count": 501}, "/openings_count"),
        ({"workplace": "moon"}, "/workplace"),
        ({"status": "open"}, "/status"),
    ],
)
async def test_job_is_refused_when_its_body_is_wrong(ada: Client, body: dict[str, Any], pointer: str) -> None:
    """Each finding has its pointer, and nothing is left behind."""
    refused = await ada.post("/api/v1/jobs", json=JOB | body)
    assert refused.status_code == 422, refused.text
    assert refused.json()["errors"][0]["pointer"] == pointer
    assert (await ada.read("/jobs"))["items"] == (await ada.read("/openings"))["items"] == []


async def test_job_is_led_through_its_states_when_commands_are_given(ada: Client) -> None:
    """Draft, open, on hold, closed, open again; what does not fit is 409 with the truth; repeats change nothing."""
    job = await ada.made("/jobs", JOB)
    path = f"/jobs/{job['id']}"
    refused = await ada.post(f"/api/v1{path}/hold")
    assert (refused.status_code, refused.json()["current"]) == (409, {"status": "draft", "version": 1})
    assert (await ada.made(f"{path}/open"))["status"] == "open"
    again = await ada.post(f"/api/v1{path}/open")
    assert again.json()["version"] == 2 and "Consistency-Token" not in again.headers
    assert (await ada.made(f"{path}/hold"))["status"] == "on_hold"
    wrong = await ada.post(f"/api/v1{path}/close", json={"reason_id": await reason(ada, "rejection")})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/reason_id")
    closed = await ada.made(f"{path}/close", {"reason_id": await reason(ada, "job_close")})
    assert closed["closed_at"] and closed["close_reason_id"]
    reopened = await ada.made(f"{path}/open")
    assert (reopened["closed_at"], reopened["close_reason_id"]) == (None, None)
    assert reopened["opened_at"] == closed["opened_at"]
    assert (await ada.post(f"/api/v1{path}/archive")).status_code == 409
    await ada.made(f"{path}/close", {"reason_id": await reason(ada, "job_close")})
    closed = await ada.read(path)
    archived = await ada.made(f"{path}/archive")
    assert (archived["status"], archived["closed_at"]) == ("archived", closed["closed_at"])
    assert archived["close_reason_id"] == closed["close_reason_id"]
    unarchived = await ada.made(f"{path}/unarchive")
    assert (unarchived["status"], unarchived["closed_at"], unarchived["close_reason_id"]) == ("draft", None, None)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "", {"title": "Cook"}),
        ("PATCH", "", {"office_ids": []}),
        ("POST", "/open", {}),
    ],
)
async def test_job_answers_with_its_offices_when_somebody_was_just_changing_them(
    ada: Client, race: Race, method: str, path: str, body: dict[str, Any]
) -> None:
    """Who waits for the job reads what the other wrote: no office stands twice, and none that is gone is shown."""
    offices = [(await ada.made("/offices", {"name": name}))["id"] for name in ("Graz", "Linz")]
    job = await ada.made("/jobs", JOB | {"office_ids": offices[:1]})
    text = (
        "SELECT FROM jobs WHERE id = %(job_id)s FOR NO KEY UPDATE;"
        " DELETE FROM job_offices WHERE job_id = %(job_id)s;"
        " INSERT INTO job_offices (organization_id, job_id, position, office_id)"
        " SELECT organization_id, %(job_id)s, 0, id FROM offices WHERE id = %(office_id)s"
        " RETURNING job_id"
    )
    values = {"job_id": UUID(job["id"]), "office_id": UUID(offices[1])}
    [answered] = await race(text, values, ada.request(method, f"/api/v1/jobs/{job['id']}{path}", json=body))
    assert answered.status_code == 200, answered.text
    expected = body.get("office_ids", offices[1:])
    assert answered.json()["office_ids"] == expected
    assert (await ada.read(f"/jobs/{job['id']}"))["office_ids"] == expected


async def test_offices_are_replaced_one_after_another_when_patched_at_once(ada: Client) -> None:
    """Twelve rounds of two at once: each is done, the last one's stay."""
    offices = [(await ada.made("/offices", {"name": f"O{n}"}))["id"] for n in range(3)]
    job = await ada.made("/jobs", JOB | {"office_ids": offices[:1]})
    for turn in range(12):
        bodies = [{"office_ids": [offices[(turn + n) % 3]]} for n in range(2)]
        answers = await asyncio.gather(*(ada.patch(f"/api/v1/jobs/{job['id']}", json=body) for body in bodies))
        shown = {answer.json()["version"]: answer.json()["office_ids"] for answer in answers}
        assert [answer.status_code for answer in answers] == [200, 200]
        assert (await ada.read(f"/jobs/{job['id']}"))["office_ids"] == shown[max(shown)]


async def test_team_is_replaced_when_its_members_are_known(ada: Client, eve: Client) -> None:
    """An unknown user, or one of another tenant, is named by pointer; the same team again changes nothing."""
    job = await ada.made("/jobs", JOB)
    path = f"/api/v1/jobs/{job['id']}/hiring-team"
    mine = {"user_id": ada.user["id"], "role": "hiring_manager"}
    refused = await ada.put(path, json={"members": [mine, {"user_id": eve.user["id"], "role": "recruiter"}]})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/members/1/user_id")
    changed = await ada.put(path, json={"members": [mine]}, headers={"If-Match": '"1"'})
    assert changed.json()["members"][0]["role"] == "hiring_manager" and changed.headers["ETag"].startswith('"2-')
    again = await ada.put(path, json={"members": [mine]})
    assert again.headers["ETag"] == changed.headers["ETag"] and "Consistency-Token" not in again.headers
    assert (await ada.put(path, json={"members": []})).json()["members"] == []


async def test_confidential_job_is_opened_to_nobody_when_asked_from_outside_its_team(ada: Client, member: Any) -> None:
    """Who sees all confidential jobs does not join them, nor unveil them; a member does, and an administrator."""
    seeing = {"jobs.read": "all", "jobs.write": "all", "jobs.read_confidential": "all"}
    bob, eva = await member("bob", seeing), await member("eva", seeing)
    job = await ada.made("/jobs", JOB | {"is_confidential": True})
    path = f"/api/v1/jobs/{job['id']}"

    def team(*clients: Client) -> dict[str, Any]:
        return {"members": [{"user_id": client.user["id"], "role": "recruiter"} for client in clients]}

    refused = [
        await bob.put(f"{path}/hiring-team", json=team(ada, bob)),
        await bob.patch(path, json={"is_confidential": False}),
    ]
    assert [(each.status_code, each.json()["code"]) for each in refused] == [(403, "team_required")] * 2
    assert (await bob.patch(path, json={"title": "Cook"})).status_code == 200
    assert (await ada.put(f"{path}/hiring-team", json=team(bob))).status_code == 200
    assert (await bob.put(f"{path}/hiring-team", json=team(bob, eva))).status_code == 200
    assert (await ada.patch(path, json={"is_confidential": False})).status_code == 200
    assert (await eva.put(f"{path}/hiring-team", json=team(eva))).status_code == 200


@pytest.mark.parametrize("is_confidential", [False, True])
async def test_interviewer_does_not_change_the_team_when_it_alone_shows_the_job(
    ada: Client, member: Any, is_confidential: bool
) -> None:
    """Nor unveils a confidential job; the wider scope, or another role besides, lets them change the team."""
    writing = {"jobs.read": "team", "jobs.write": "team"}
    bob, eva = await member("bob", writing), await member("eva", writing)
    carl = await member("carl", dict.fromkeys(writing, "all"))
    job = await ada.made("/jobs", JOB | {"is_confidential": is_confidential})
    path = f"/api/v1/jobs/{job['id']}"

    def team(**roles: str) -> dict[str, Any]:
        members = {"ada": ada, "bob": bob, "carl": carl, "eva": eva}
        return {"members": [{"user_id": members[name].user["id"], "role": role} for name, role in roles.items()]}

    interviewers = team(ada="recruiter", bob="interviewer", carl="interviewer", eva="coordinator")
    assert (await ada.put(f"{path}/hiring-team", json=interviewers)).status_code == 200
    promoted = team(ada="recruiter", bob="recruiter", carl="interviewer", eva="coordinator")
    refused = await bob.put(f"{path}/hiring-team", json=promoted)
    assert (refused.status_code, refused.json()["code"]) == (403, "team_required")
    of_confidential = 403 if is_confidential else 200
    assert (await bob.patch(path, json={"is_confidential": False})).status_code == of_confidential
    assert (await carl.put(f"{path}/hiring-team", json=interviewers)).status_code == of_confidential
    assert (await eva.put(f"{path}/hiring-team", json=promoted)).status_code == 200
    assert (await bob.put(f"{path}/hiring-team", json=interviewers)).status_code == 200


async def test_job_of_another_tenant_looks_absent_when_asked_for(ada: Client, eve: Client) -> None:
    """By every path under it."""
    job = await ada.made("/jobs", JOB)
    opening = (await ada.read(f"/jobs/{job['id']}/openings"))["items"][0]
    for path in ("", "/hiring-team", "/pipeline", "/openings", "/posts", "/applications"):
        assert (await eve.get(f"/api/v1/jobs/{job['id']}{path}")).status_code == 404
    for path in ("/posts", "/applications"):
        assert (await ada.read(f"/jobs/{job['id']}{path}"))["items"] == []
    for path in ("open", "hold", "archive", "unarchive"):
        assert (await eve.post(f"/api/v1/jobs/{job['id']}/{path}")).status_code == 404
    own = {"reason_id": await reason(eve, "job_close")}
    assert (await eve.post(f"/api/v1/jobs/{job['id']}/close", json=own)).status_code == 404
    assert (await eve.post(f"/api/v1/jobs/{job['id']}/openings")).status_code == 404
    assert (await eve.patch(f"/api/v1/openings/{opening['id']}", json={"external_id": "x"})).status_code == 404
    foreign = await eve.post(
        "/api/v1/jobs", json=JOB | {"office_ids": [(await ada.made("/offices", {"name": "A"}))["id"]]}
    )
    assert foreign.status_code == 422

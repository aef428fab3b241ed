"""What a command keeps of the circumstances of a request, and refusals that only some states provoke."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from tests.api.conftest import Rows
from tests.api.journeys import JOB, OVERRIDE, apply, log_in, open_job, published_post, reason
from tests.client import Client


async def test_session_tells_where_it_was_started(ada: Client, anybody: Client) -> None:
    """By registering and by logging in: the client's own name, and the address that it came from."""
    await log_in(anybody, ada.user["email"])
    sessions = (await ada.read("/me/sessions"))["items"]
    assert len(sessions) == 2
    for session in sessions:
        assert session["user_agent"].startswith("python-httpx/")
        assert session["remote_address"] == "127.0.0.1"


async def test_upload_waits_for_a_day(ada: Client) -> None:
    """Not an hour, not a week."""
    before = datetime.now(UTC)
    answer = await ada.post("/api/v1/uploads", params={"file_name": "cv.txt"}, content=b"My work")
    expires_at = datetime.fromisoformat(answer.json()["expires_at"])
    assert before <= expires_at - timedelta(hours=24) <= datetime.now(UTC)


async def test_applicant_is_kept_as_they_say_who_they_are(ada: Client, anybody: Client) -> None:
    """Each field in its own place, of the candidate and of the application."""
    job = await open_job(ada)
    path = await published_post(ada, job)
    body = {
        "first_name": "Ann", "last_name": "Cid", "email": "ann@example.com", "location": "Graz", "language": "pt",
        "phone": "+49301234567", "links": [{"value": "https://example.com/"}], "source": "newsletter",
    }  # fmt: skip
    answer = await anybody.post(f"{path}/applications", json=body)
    assert answer.status_code == 201, answer.text
    [application] = (await ada.read(f"/jobs/{job['id']}/applications"))["items"]
    candidate = await ada.read(f"/candidates/{application['candidate_id']}")
    named = ("first_name", "last_name", "location", "language")
    assert {name: candidate[name] for name in named} == {name: body[name] for name in named}
    assert [each["value"] for each in candidate["emails"]] == ["ann@example.com"]
    assert [each["value"] for each in candidate["phones"]] == ["+49301234567"]
    assert [each["value"] for each in candidate["links"]] == ["https://example.com/"]
    assert candidate["middle_name"] is None and application["referrer"] == "newsletter"
    assert application["job_id"] == job["id"] and application["post_id"] == path.rpartition("/")[2]


async def test_nobody_gives_a_group_more_than_they_hold(ada: Client, member: Any) -> None:
    """Not for a team either, though they may change what the group is called, or take from it."""
    group = await ada.made("/permission-groups", {"name": "Readers", "permissions": ["jobs.read"]})
    held = {"permissions.write": "all", "users.read": "all", "jobs.read": "all", "jobs.write": "team"}
    bob = await member("bob", held)
    path = f"/api/v1/permission-groups/{group['id']}"
    for permissions in (["pay.read"], ["jobs.read", "pay.read"], ["jobs.write"]):
        refused = await bob.patch(path, json={"permissions": permissions})
        assert (refused.status_code, refused.json().get("code")) == (403, "forbidden"), permissions
    allowed: list[dict[str, Any]] = [{"name": "Lookers"}, {"permissions": []}, {"permissions": ["jobs.read"]}]
    for changes in allowed:
        assert (await bob.patch(path, json=changes)).status_code == 200, changes


async def test_opening_that_is_filled_is_neither_closed_nor_reopened(ada: Client) -> None:
    """An open one is closed for a reason of its kind, once or twice; a closed one is reopened, once or twice."""
    job = await open_job(ada, openings_count=2)
    hired = await apply(ada, job)
    await ada.made(f"/applications/{hired['id']}/hire", OVERRIDE)
    seats = {each["status"]: each["id"] for each in (await ada.read(f"/jobs/{job['id']}/openings"))["items"]}
    closing, wrong = {"reason_id": await reason(ada, "opening_close")}, {"reason_id": await reason(ada, "rejection")}
    for path, body in ((f"{seats['filled']}/close", closing), (f"{seats['filled']}/reopen", {})):
        refused = await ada.post(f"/api/v1/openings/{path}", json=body)
        assert (refused.status_code, refused.json()["code"]) == (409, "status_conflict"), path
        assert refused.json()["current"]["status"] == "filled"
    unknown = await ada.post(f"/api/v1/openings/{seats['open']}/close", json=wrong)
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/reason_id")
    for command, body, status in (("close", closing, "closed"), ("reopen", {}, "open")):
        first, second = [await ada.made(f"/openings/{seats['open']}/{command}", body) for _ in range(2)]
        assert first["status"] == status and first == second


async def test_candidate_who_is_not_active_is_not_changed(ada: Client, rows: Rows) -> None:
    """The state of the row is told; an unknown source is told before it."""
    kim = await ada.made("/candidates", {"first_name": "Kim"})
    await rows("UPDATE candidates SET status = 'anonymized' WHERE id = %(id)s RETURNING 1", id=UUID(kim["id"]))
    path = f"/api/v1/candidates/{kim['id']}"
    refused = await ada.patch(path, json={"first_name": "Lee"})
    assert (refused.status_code, refused.json()["code"]) == (409, "status_conflict")
    assert refused.json()["current"] == {"status": "anonymized", "version": 1}
    unknown = await ada.patch(path, json={"source_id": kim["id"]})
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/source_id")


async def test_openings_are_added_as_many_as_are_asked_for(ada: Client) -> None:
    """Each with the same start; an archived job takes none and tells its state."""
    job = await ada.made("/jobs", JOB | {"openings_count": 0})
    path = f"/jobs/{job['id']}/openings"
    added = await ada.made(path, {"count": 3, "target_start_on": "2031-02-03"})
    assert [each["target_start_on"] for each in added["items"]] == ["2031-02-03"] * 3
    assert len({each["id"] for each in added["items"]}) == 3
    assert len((await ada.made(path))["items"]) == 1
    await ada.made(f"/jobs/{job['id']}/archive")
    refused = await ada.post(f"/api/v1{path}")
    assert (refused.status_code, refused.json()["current"]["status"]) == (409, "archived")

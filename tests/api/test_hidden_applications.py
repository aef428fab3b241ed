"""Applications, candidates and files that somebody does not see: their commands look as if nothing were there."""

from typing import Any
from uuid import uuid4

import pytest

from tests.api.journeys import apply, body_of, join, make_internal, open_job
from tests.client import Client

COMMANDS = pytest.mark.parametrize("command", ["move", "reject", "withdraw", "reopen", "hire", "unhire"])
PERMISSIONS = tuple(f"applications.{verb}" for verb in ("move", "reject", "reopen", "hire", "hire_override", "unhire"))


async def test_candidate_stays_hidden_when_an_application_would_show_them(ada: Client, member: Any) -> None:
    """Who is on a confidential job only, and who is a user, looks like nobody; who has no application is anybody's."""
    bob = await member("bob", {"applications.write": "all", "candidates.read": "all"})
    eva = await member("eva", {})
    job = await open_job(ada)
    hidden = (await apply(ada, await open_job(ada, is_confidential=True)))["candidate_id"]
    internal, fresh = [await ada.made("/candidates", {"first_name": name}) for name in ("Ina", "Kim")]
    await make_internal(ada, internal["id"], eva.user)
    for candidate_id in (hidden, internal["id"], str(uuid4())):
        refused = await bob.post("/api/v1/applications", json={"candidate_id": candidate_id, "job_id": job["id"]})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/candidate_id")
    assert (await bob.get(f"/api/v1/candidates/{hidden}")).status_code == 404
    await bob.made("/applications", {"candidate_id": fresh["id"], "job_id": job["id"]})


@COMMANDS
async def test_application_of_a_user_looks_absent_when_internal_candidates_are_not_seen(
    ada: Client, member: Any, command: str
) -> None:
    """Commands ask for candidates.read_internal as reads do."""
    bob = await member("bob", dict.fromkeys(PERMISSIONS, "all"))
    eva = await member("eva", dict.fromkeys((*PERMISSIONS, "candidates.read_internal"), "all"))
    job = await open_job(ada)
    application = await apply(ada, job)
    await make_internal(ada, application["candidate_id"], (await member("noor", {})).user)
    path, body = f"/api/v1/applications/{application['id']}/{command}", await body_of(ada, job, command)
    assert (await bob.post(path, json=body)).status_code == 404
    assert (await eva.post(path, json=body)).status_code in (200, 409)


@COMMANDS
async def test_application_looks_absent_to_an_interviewer_when_commanded(
    ada: Client, member: Any, command: str
) -> None:
    """Interviewers of a team reach the applications of their panels only; the team's others reach all."""
    bob = await member("bob", dict.fromkeys(PERMISSIONS, "team"))
    job = await open_job(ada)
    application = await apply(ada, job)
    path, body = f"/api/v1/applications/{application['id']}/{command}", await body_of(ada, job, command)
    await join(ada, job, bob.user["id"], "interviewer")
    assert (await bob.post(path, json=body)).status_code == 404
    await join(ada, job, bob.user["id"], "hiring_manager")
    assert (await bob.post(path, json=body)).status_code in (200, 409)


async def test_candidate_and_files_look_absent_to_an_interviewer_when_changed(ada: Client, member: Any) -> None:
    """The same for who stands behind an application, and for submitting one."""
    bob = await member("bob", {
        "candidates.write": "team", "attachments.write": "team", "applications.write": "team", "notes.write": "team",
    })  # fmt: skip
    job = await open_job(ada)
    application = await apply(ada, job)
    person = await ada.made("/candidates", {"first_name": "Lee"})
    path = f"/api/v1/candidates/{application['candidate_id']}"
    upload = (await ada.post("/api/v1/uploads", params={"file_name": "a.txt"}, content=b"A text.")).json()
    attachment = await ada.made(f"{path.removeprefix('/api/v1')}/attachments", {"upload_id": upload["id"]})
    body = {"candidate_id": person["id"], "job_id": job["id"]}
    consent = {"consent_text_id": str(uuid4()), "consent_text_version": 1, "is_granted": False, "source": "other"}
    for role, expected in (
        ("interviewer", (404, 404, 404, 422, 404, 404)), ("recruiter", (200, 422, 204, 201, 201, 422)),
    ):  # fmt: skip
        await join(ada, job, bob.user["id"], role)
        answers = [
            await bob.patch(path, json={"first_name": "Kit"}),
            await bob.post(f"{path}/attachments", json={"upload_id": str(uuid4())}),
            await bob.delete(f"/api/v1/attachments/{attachment['id']}"),
            await bob.post("/api/v1/applications", json=body),
            await bob.post(f"{path}/notes", json={"body": "Met at the fair."}),
            await bob.post(f"{path}/consents", json=consent),
        ]
        assert tuple(answer.status_code for answer in answers) == expected


@COMMANDS
async def test_application_of_another_tenant_looks_absent_when_commanded(
    ada: Client, eve: Client, command: str
) -> None:
    """The same 404 as for an id that nobody has, whatever the body names."""
    job = await open_job(ada)
    application = await apply(ada, job)
    body = await body_of(ada, job, command)
    hidden = await eve.post(f"/api/v1/applications/{application['id']}/{command}", json=body)
    absent = await eve.post(f"/api/v1/applications/{uuid4()}/{command}", json=body)
    assert hidden.status_code == absent.status_code == 404
    assert hidden.json() | {"request_id": ""} == absent.json() | {"request_id": ""}
    assert (await ada.read(f"/applications/{application['id']}")) == application
    assert (await eve.get(f"/api/v1/applications/{application['id']}/history")).status_code == 404
    foreign = {"candidate_id": application["candidate_id"], "job_id": job["id"]}
    assert (await eve.post("/api/v1/applications", json=foreign)).status_code == 422

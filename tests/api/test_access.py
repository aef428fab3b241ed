"""Why a member sees a resource: the explanation says what that member is answered."""

from itertools import product
from typing import Any
from uuid import UUID

import pytest

from tests.api.conftest import Rows
from tests.api.journeys import apply, join, open_job
from tests.api.worlds import upload
from tests.client import Client

PATHS = {
    "job": "/jobs/{}", "opening": "/openings?ids={}", "post": "/posts/{}", "candidate": "/candidates/{}",
    "application": "/applications/{}", "attachment": "/attachments/{}", "note": "/notes/{}",
    "consent": "/consents/{}", "message": "/messages/{}",
}  # fmt: skip
READING = (
    "jobs.read", "posts.read", "candidates.read", "applications.read", "attachments.read", "notes.read",
    "messages.read",
)  # fmt: skip
MEMBERS: dict[str, dict[str, str]] = {
    "nobody": {},
    "team": dict.fromkeys(READING, "team"),
    "all": dict.fromkeys(READING, "all"),
    "confidant": dict.fromkeys((*READING, "jobs.read_confidential", "candidates.read_internal"), "all"),
    "keeper": dict.fromkeys((*READING, "private.read", "candidates.read_internal"), "all"),
}
TEAM_ROLES = (None, "interviewer", "coordinator")


async def job_with_all(ada: Client, *, is_confidential: bool) -> dict[str, str]:
    """A job and one of everything that hangs on it."""
    job = await open_job(ada, is_confidential=is_confidential)
    application = await apply(ada, job, emails=[{"value": f"{job['id']}@example.com"}])
    files = {
        f"{visibility} attachment": await ada.made(
            f"/candidates/{application['candidate_id']}/attachments",
            {"upload_id": await upload(ada, "/api/v1/uploads"), "visibility": visibility},
        )
        for visibility in ("team", "private")
    }
    notes = {
        f"{visibility} {about} note": await ada.made(
            f"/candidates/{application['candidate_id']}/notes",
            {"body": "A", "visibility": visibility, "application_id": application["id"] if about == "own" else None},
        )
        for visibility, about in product(("team", "private"), ("own", "candidate's"))
    }
    about = f"/candidates/{application['candidate_id']}"
    text = await ada.made("/consent-texts", {"purpose": "processing", "language": "en", "text": "A"})
    granted = {"consent_text_id": text["id"], "consent_text_version": 1, "is_granted": True, "source": "paper"}
    consent = await ada.made(f"{about}/consents", granted)
    await ada.made(f"/consent-texts/{text['id']}/archive")
    mail = {"subject": "A", "body": "B", "send_at": "2030-01-01T00:00:00Z"}
    messages = {
        f"{kind} message": await ada.made(f"{about}/messages", mail | {"application_id": application_id})
        for kind, application_id in (("own", application["id"]), ("candidate's", None))
    }
    [opening, *_] = (await ada.read("/openings", params={"job_id": job["id"]}))["items"]
    board = (await ada.read("/job-boards"))["items"][0]
    draft = {"title": "Engineer", "body": "Come.", "job_board_id": board["id"], "language": "en"}
    post = await ada.made(f"/jobs/{job['id']}/posts", draft)
    named = {"job": job, "opening": opening, "post": post, "application": application, "consent": consent}
    named |= files | notes | messages
    return {name: each["id"] for name, each in named.items()} | {"candidate": application["candidate_id"]}


async def explained(ada: Client, user: Client, kind: str, resource_id: str) -> dict[str, Any]:
    """Why a user sees a resource, as Ada is told."""
    query = {"user_id": user.user["id"], "type": kind, "id": resource_id}
    found: dict[str, Any] = await ada.read("/explain-access", params=query)
    return found


async def is_seen(user: Client, kind: str, resource_id: str) -> bool:
    """Whether a user is shown a resource."""
    answer = await user.get(f"/api/v1{PATHS[kind].format(resource_id)}")
    assert answer.status_code in {200, 403, 404}
    return answer.status_code == 200 and answer.json().get("items") != []


async def link(rows: Rows, candidate_id: str, user_id: str | None) -> None:
    """Tells whether a candidate is a user."""
    values = {"candidate_id": UUID(candidate_id), "user_id": user_id and UUID(user_id)}
    await rows("UPDATE candidates SET user_id = %(user_id)s WHERE id = %(candidate_id)s RETURNING 1", **values)


@pytest.mark.parametrize("name", MEMBERS)
async def test_explanation_says_what_the_member_is_answered(ada: Client, member: Any, rows: Rows, name: str) -> None:
    """Of each kind, in each role on the team, confidential or not; while the candidate is a user, or that member."""
    user, colleague = await member(name, MEMBERS[name]), await member("colleague", {})
    for is_confidential in (False, True):
        ids = await job_with_all(ada, is_confidential=is_confidential)
        for role, candidate_is in product(TEAM_ROLES, (None, colleague.user["id"], user.user["id"])):
            members = [{"user_id": ada.user["id"], "role": "recruiter"}]
            members += [{"user_id": user.user["id"], "role": role}] if role else []
            team = await ada.put(f"/api/v1/jobs/{ids['job']}/hiring-team", json={"members": members})
            assert team.is_success, team.text
            await link(rows, ids["candidate"], candidate_is)
            for key, resource_id in ids.items():
                kind = key.rpartition(" ")[2]
                found = await explained(ada, user, kind, resource_id)
                told = (name, key, role, is_confidential, candidate_is, found)
                assert found["is_visible"] == await is_seen(user, kind, resource_id), told
                assert found["reasons"], told
        await link(rows, ids["candidate"], None)


async def test_reasons_name_the_rule_that_decides(ada: Client, member: Any, rows: Rows) -> None:
    """One for each way to see a resource, and not to see it."""
    team = await member("team", MEMBERS["team"])
    everyone = await member("all", MEMBERS["all"])
    confidant = await member("confidant", MEMBERS["confidant"])
    public, secret = [await job_with_all(ada, is_confidential=each) for each in (False, True)]
    lone = await ada.made("/candidates", {"first_name": "Lone"})

    async def why(user: Client, kind: str, resource_id: str) -> tuple[bool, list[str]]:
        found = await explained(ada, user, kind, resource_id)
        return found["is_visible"], [each["code"] for each in found["reasons"]]

    assert await why(everyone, "job", public["job"]) == (True, ["all_jobs"])
    assert await why(everyone, "post", secret["post"]) == (False, ["confidential_job"])
    assert await why(confidant, "opening", secret["opening"]) == (True, ["confidential_permission"])
    assert await why(team, "application", public["application"]) == (False, ["not_on_team"])
    assert await why(team, "candidate", lone["id"]) == (False, ["no_application"])
    assert await why(everyone, "candidate", lone["id"]) == (True, ["no_application"])
    assert await why(everyone, "attachment", public["private attachment"]) == (False, ["private_file"])
    assert await why(everyone, "note", public["private own note"]) == (False, ["private_note"])
    assert await why(everyone, "note", secret["team own note"]) == (False, ["confidential_job"])
    assert await why(everyone, "message", secret["own message"]) == (False, ["confidential_job"])
    assert await why(team, "consent", public["consent"]) == (False, ["not_on_team"])
    await join(ada, {"id": public["job"]}, team.user["id"], "interviewer")
    assert await why(team, "job", public["job"]) == (True, ["hiring_team"])
    assert await why(team, "candidate", public["candidate"]) == (False, ["only_interviewer"])
    await link(rows, public["candidate"], team.user["id"])
    assert await why(team, "application", public["application"]) == (False, ["own_application"])
    assert await why(everyone, "candidate", public["candidate"]) == (False, ["internal_candidate"])
    await ada.made(f"/users/{everyone.user['id']}/disable")
    assert await why(everyone, "job", public["job"]) == (False, ["not_active"])
    nobody = await member("nobody", {})
    assert await why(nobody, "job", public["job"]) == (False, ["no_permission"])


async def test_grants_tell_where_a_permission_comes_from(ada: Client, member: Any) -> None:
    """From a group and from a direct grant; the widest scope is the one that counts."""
    bob = await member("bob", {"jobs.read": "team", "jobs.read_confidential": "all", "users.read": "all"})
    job = await open_job(ada)
    [group] = [each for each in (await ada.read("/permission-groups"))["items"] if each["key"] == "read_only"]
    given = {"permission_group_id": group["id"], "scope": "all"}
    await ada.made(f"/users/{bob.user['id']}/permission-groups", given)
    found = await explained(ada, bob, "job", job["id"])
    assert found["permission"] == "jobs.read" and found["scope"] == "all"
    assert {(each["permission"], each["scope"], each["permission_group_id"]) for each in found["grants"]} == {
        ("jobs.read", "team", None), ("jobs.read", "all", group["id"]), ("jobs.read_confidential", "all", None),
    }  # fmt: skip


async def test_nothing_is_explained_that_the_caller_does_not_see(ada: Client, eve: Client, member: Any) -> None:
    """Neither a hidden job nor another organization's; users of another organization and services are unknown."""
    warden = await member("warden", {"permissions.write": "all", "jobs.read": "all"})
    secret = await open_job(ada, is_confidential=True)
    query = {"user_id": ada.user["id"], "type": "job", "id": secret["id"]}
    assert (await warden.get("/api/v1/explain-access", params=query)).status_code == 404
    assert (await warden.get("/api/v1/explain-access", params=query | {"type": "opening"})).status_code == 404
    assert (await warden.get("/api/v1/explain-access", params=query | {"type": "candidate"})).json()["code"] == (
        "forbidden"
    )
    theirs = await open_job(eve)
    assert (await ada.get("/api/v1/explain-access", params=query | {"id": theirs["id"]})).status_code == 404
    service = await ada.made("/users", {"type": "service", "first_name": "Sync"})
    for user_id in (eve.user["id"], service["id"]):
        refused = await ada.get("/api/v1/explain-access", params=query | {"user_id": user_id})
        assert [each["pointer"] for each in refused.json()["errors"]] == ["?user_id"]

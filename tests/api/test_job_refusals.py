"""Commands on jobs, teams and posts that break two rules at once: which of them the client is told."""

from typing import Any
from uuid import uuid4

from tests.api.journeys import JOB, reason
from tests.client import Client

PAY = {"min_minor": 7_000_000, "max_minor": 9_000_000, "currency": "EUR", "period": "year"}
STALE = {"If-Match": '"99"'}
POST = {"title": "Engineer", "body": "Come."}


async def told(client: Client, method: str, path: str, body: dict[str, Any], **headers: str) -> tuple[str, list[Any]]:
    """The code of a refusal, and the pointer and code of each of its findings."""
    answer = await client.request(method, f"/api/v1{path}", json=body, headers=headers)
    assert answer.status_code in (403, 409, 412, 422), answer.text
    problem = answer.json()
    return problem["code"], [(each["pointer"], each["code"]) for each in problem.get("errors", ())]


async def test_first_rule_is_told_when_a_patch_of_a_job_breaks_several(ada: Client, member: Any) -> None:
    """The team's right, then references, then the pay range, then the version."""
    seeing = {"jobs.read": "all", "jobs.write": "all", "jobs.read_confidential": "all"}
    bob = await member("bob", seeing)
    job = await ada.made("/jobs", JOB | {"is_confidential": True})
    path, unknown = f"/jobs/{job['id']}", str(uuid4())
    patch: dict[str, Any] = {
        "is_confidential": False, "department_id": unknown, "office_ids": [unknown], "pay_range": {"min_minor": 1},
    }  # fmt: skip
    assert await told(bob, "PATCH", path, patch, **STALE) == ("team_required", [])
    references = [("/department_id", "unknown_reference"), ("/office_ids/0", "unknown_reference")]
    assert await told(ada, "PATCH", path, patch, **STALE) == ("invalid", references)
    del patch["department_id"], patch["office_ids"]
    missing = [(f"/pay_range/{name}", "required") for name in ("max_minor", "currency", "period")]
    assert await told(ada, "PATCH", path, patch, **STALE) == ("invalid", missing)
    patch["pay_range"] = PAY | {"max_minor": 9_000}
    assert (await told(ada, "PATCH", path, patch, **STALE))[0] == "invalid"
    patch["pay_range"] = PAY
    assert await told(ada, "PATCH", path, patch, **STALE) == ("version_mismatch", [])
    changed = await ada.patch(f"/api/v1{path}", json=patch)
    assert (changed.json()["pay_range"], changed.json()["is_confidential"]) == (PAY, False)
    upside_down = await told(ada, "PATCH", path, {"pay_range": {"min_minor": 9_500_000}}, **STALE)
    assert upside_down == ("invalid", [("/pay_range/max_minor", "range")])


async def test_first_rule_is_told_when_a_status_cannot_follow(ada: Client) -> None:
    """The reason, then the version, then the status, in words that say what was wanted."""
    job = await ada.made("/jobs", JOB)
    path = f"/jobs/{job['id']}/close"
    wrong, right = [{"reason_id": await reason(ada, kind)} for kind in ("rejection", "job_close")]
    finding = ("invalid", [("/reason_id", "unknown_reference")])
    assert await told(ada, "POST", path, wrong, **STALE) == finding
    assert await told(ada, "POST", path, right, **STALE) == ("version_mismatch", [])
    refused = await ada.post(f"/api/v1{path}", json=right)
    assert (refused.json()["code"], refused.json()["current"]) == ("status_conflict", {"status": "draft", "version": 1})
    assert refused.json()["detail"] == "A job cannot change from draft to closed."


async def test_first_rule_is_told_when_a_team_breaks_several(ada: Client, member: Any) -> None:
    """The team's right, then unknown users, each with its place, then the version."""
    bob = await member("bob", {"jobs.read": "all", "jobs.write": "all", "jobs.read_confidential": "all"})
    job = await ada.made("/jobs", JOB | {"is_confidential": True})
    path = f"/jobs/{job['id']}/hiring-team"
    known = {"user_id": ada.user["id"], "role": "recruiter"}
    team = {"members": [known, *({"user_id": str(uuid4()), "role": "recruiter"} for _ in range(2))]}
    assert await told(bob, "PUT", path, team, **STALE) == ("team_required", [])
    unknown = [(f"/members/{place}/user_id", "unknown_reference") for place in (1, 2)]
    assert await told(ada, "PUT", path, team, **STALE) == ("invalid", unknown)
    assert await told(ada, "PUT", path, {"members": [known]}, **STALE) == ("version_mismatch", [])


async def test_every_unknown_reference_is_told_when_a_job_is_added(ada: Client) -> None:
    """The template, the department, and each office at its place."""
    office = (await ada.made("/offices", {"name": "Graz"}))["id"]
    body = {name: str(uuid4()) for name in ("pipeline_template_id", "department_id")}
    code, found = await told(ada, "POST", "/jobs", JOB | body | {"office_ids": [office, str(uuid4())]})
    pointers = ["/pipeline_template_id", "/department_id", "/office_ids/1"]
    assert (code, found) == ("invalid", [(pointer, "unknown_reference") for pointer in pointers])


async def test_first_rule_is_told_when_a_post_breaks_several(ada: Client) -> None:
    """The board, then the original, then the language; a stale version before ids of questions and the language."""
    job = await ada.made("/jobs", JOB)
    posts, unknown = f"/jobs/{job['id']}/posts", str(uuid4())
    original = await ada.made(posts, POST)
    body = POST | {"job_board_id": unknown, "translation_of": unknown}
    assert await told(ada, "POST", posts, body) == ("invalid", [("/job_board_id", "unknown_reference")])
    body = POST | {"translation_of": unknown}
    assert await told(ada, "POST", posts, body) == ("invalid", [("/translation_of", "unknown_reference")])
    assert (await told(ada, "POST", posts, POST | {"translation_of": original["id"]}))[0] == "language_taken"
    german = await ada.made(posts, POST | {"translation_of": original["id"], "language": "de"})
    path, question = f"/posts/{german['id']}", {"id": unknown, "label": "Where?", "type": "short_text"}
    patch = {"language": original["language"], "questions": [question]}
    assert await told(ada, "PATCH", path, patch, **STALE) == ("version_mismatch", [])
    assert (await told(ada, "PATCH", path, patch))[0] == "invalid"
    assert (await told(ada, "PATCH", path, {"language": original["language"]}))[0] == "language_taken"
    for verb in ("publish", "unpublish"):
        assert await told(ada, "POST", f"{path}/{verb}", {}, **STALE) == ("version_mismatch", [])


async def test_empty_post_is_refused_when_it_is_published_behind_its_version(ada: Client, rows: Any) -> None:
    """A body from before such bodies were refused: the version is told first."""
    job = await ada.made("/jobs", JOB)
    post = await ada.made(f"/jobs/{job['id']}/posts", POST)
    await rows("UPDATE posts SET body_html = '<p>&nbsp;</p>' WHERE id = %(id)s::uuid RETURNING id", id=post["id"])
    path = f"/posts/{post['id']}/publish"
    assert await told(ada, "POST", path, {}, **STALE) == ("version_mismatch", [])
    assert await told(ada, "POST", path, {}) == ("invalid", [("/body", "required")])

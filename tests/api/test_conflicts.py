"""What a conflict tells: the state that its reader should have known, of what they may see."""

import secrets
from typing import Any
from uuid import uuid4

from hiring.errors import Conflict, Taken, declared
from hiring.http.holders import HOLDERS
from tests.api.journeys import JOB, OVERRIDE, apply, groups, open_job, reason, stages
from tests.api.probe import filled, nouns
from tests.client import Client

RACES = {"conflict", "being_changed"}
"""Codes that only two requests at once provoke."""
STAGES = [{"name": "Review", "kind": "review"}, {"name": "Hired", "kind": "hired"}]
POST = {"title": "Engineer", "body": "Come."}
FIELD = {"applies_to": "job", "type": "number"}
Conflicts = dict[str, dict[str, Any]]
OF_MERGES = {"applications_collide", "candidate_merged"}
"""What `test_duplicates` and `test_merge_refusals` provoke."""
OF_BULK_OPERATIONS = {"too_many_bulk_operations"}
"""What `test_bulk_limits` provokes."""


async def refused(client: Client, path: str, body: dict[str, Any] | None = None, method: str = "POST") -> Any:
    """The problem document of a conflict."""
    answer = await client.request(method, f"/api/v1{path}", json=body or {})
    assert answer.status_code == 409, f"{path}: {answer.status_code} {answer.text}"
    return answer.json()


async def conflicts_of_applications(ada: Client) -> Conflicts:
    """Code → `current`, of the commands on applications."""
    job, draft = await open_job(ada, openings_count=0), await ada.made("/jobs", JOB)
    application, twin = await apply(ada, job), await apply(ada, await open_job(ada))
    path, found = f"/applications/{application['id']}", await stages(ada, job)
    new = {"candidate_id": application["candidate_id"], "job_id": job["id"]}
    post = await ada.made(f"/jobs/{job['id']}/posts", POST)
    rejection = {"reason_id": await reason(ada, "rejection")}
    problems = [
        await refused(ada, "/applications", new),
        await refused(ada, "/applications", new | {"job_id": draft["id"]}),
        await refused(ada, "/applications", new | {"post_id": post["id"]}),
        await refused(ada, f"{path}/move", {"to_stage_id": found["hired"]}),
        await refused(ada, f"{path}/move", {"to_stage_id": found["offer"], "from_stage_id": found["hired"]}),
        await refused(ada, f"{path}/reject", rejection | {"message": {}}),
        await refused(ada, f"{path}/hire"),
        await refused(ada, f"{path}/hire", OVERRIDE),
    ]
    await ada.made(f"/applications/{twin['id']}/hire", OVERRIDE)
    await ada.made(f"/jobs/{twin['job_id']}/open")
    problems.append(await refused(ada, "/applications", new | {k: twin[k] for k in ("candidate_id", "job_id")}))
    await ada.made(f"{path}/reject", rejection)
    problems += [await refused(ada, f"{path}/reject", rejection), await refused(ada, f"{path}/unhire", {
        "reason_id": await reason(ada, "unhire"),
    })]  # fmt: skip
    await ada.patch("/api/v1/organization", json={"reapply_window_days": 30})
    problems.append(await refused(ada, "/applications", new))
    return {problem["code"]: problem["current"] for problem in problems}


async def conflicts_of_the_rest(ada: Client) -> Conflicts:
    """Code → `current`, of words and people whom the system needs, and of talent pools."""
    group_id, pool = (await groups(ada))["administrator"], await ada.made("/jobs", JOB | {"kind": "pool"})
    problems = [
        await refused(ada, f"/jobs/{pool['id']}/openings"),
        await refused(ada, f"/users/{ada.user['id']}/disable"),
        await refused(ada, f"/permission-groups/{group_id}", {"name": "Other"}, "PATCH"),
    ]
    return {problem["code"]: problem["current"] for problem in problems}


async def test_conflict_tells_status_and_version_when_a_rule_refuses(ada: Client) -> None:
    """Of the application, of what it needs, or of another application: every code that one request provokes."""
    told = await conflicts_of_applications(ada)
    others = {code: told[code].pop("application_id") for code in told if "application_id" in told[code]}
    stage_id = told["stage_is_another"].pop("stage_id")
    assert others.keys() == {"application_active", "application_hired", "reapply_too_soon"} and stage_id
    assert told == {
        "application_active": {"status": "active", "version": 1},
        "job_not_open": {"status": "draft", "version": 1},
        "post_not_accepting": {"status": "draft", "version": 1},
        "stage_entered_by_command": {"status": "active", "version": 1},
        "stage_is_another": {"status": "active", "version": 1},
        "no_email": {"status": "active", "version": 1},
        "offer_required": {"status": "active", "version": 1},
        "no_opening": {"status": "open", "version": 2},
        "application_hired": {"status": "hired", "version": 2},
        "application_not_active": {"status": "rejected", "version": 2},
        "status_conflict": {"status": "rejected", "version": 2},
        "reapply_too_soon": {"status": "rejected", "version": 2},
    }
    rest = await conflicts_of_the_rest(ada)
    assert rest == {
        "last_administrator": {"status": "active", "version": 1},
        "in_use": {"version": 1},
        "job_is_pool": {"status": "draft", "version": 1},
    }
    codes = {error.code for error in declared(Conflict) if not issubclass(error, Taken)}
    assert codes - RACES - OF_MERGES - OF_BULK_OPERATIONS == told.keys() | rest.keys()


async def test_opening_is_told_when_it_is_not_open_for_a_hire(ada: Client) -> None:
    """A named one that is filled; one of another job is no reference; a closed one is told as the job's own refusal."""
    job, other = await open_job(ada, openings_count=2), await open_job(ada)
    first, second = await apply(ada, job), await apply(ada, job)
    filled, left = sorted((await ada.read(f"/jobs/{job['id']}/openings"))["items"], key=lambda each: str(each["id"]))
    [foreign] = (await ada.read(f"/jobs/{other['id']}/openings"))["items"]
    path = f"/applications/{second['id']}/hire"
    await ada.made(f"/applications/{first['id']}/hire", OVERRIDE | {"opening_id": filled["id"]})
    problem = await refused(ada, path, OVERRIDE | {"opening_id": filled["id"]})
    assert (problem["code"], problem["current"]) == ("no_opening", {"status": "filled", "version": 2})
    for opening_id in (foreign["id"], str(uuid4())):
        unknown = await ada.post(f"/api/v1{path}", json=OVERRIDE | {"opening_id": opening_id})
        found = {"pointer": "/opening_id", "code": "unknown_reference"}
        assert unknown.status_code == 422 and unknown.json()["errors"][0].items() >= found.items()
    await ada.made(f"/openings/{left['id']}/close", {"reason_id": await reason(ada, "opening_close")})
    assert (await refused(ada, path, OVERRIDE | {"opening_id": left["id"]}))["current"]["status"] == "closed"
    assert (await refused(ada, f"/openings/{filled['id']}/reopen"))["current"] == {"status": "filled", "version": 2}


async def holders_of(ada: Client) -> dict[str, tuple[dict[str, Any], str, dict[str, Any]]]:
    """Constraint → who has a value, and the path and the body of a request for it."""
    tag = secrets.token_hex(4)
    external, named = {"external_id": f"id, ({tag})=(2)"}, {"name": f"N, ({tag})=(2)"}
    job, person = await open_job(ada), {"first_name": "Kim"} | external
    kim, lee = [await ada.made("/candidates", each) for each in (person, {"first_name": "Lee"})]
    application = {"candidate_id": kim["id"], "job_id": job["id"]} | external
    posts, openings = f"/jobs/{job['id']}/posts", f"/jobs/{job['id']}/openings"
    original = await ada.made(posts, POST | external)
    bodies: dict[str, tuple[str, dict[str, Any]]] = {
        "departments_external_id_taken": ("/departments", named | external),
        "offices_external_id_taken": ("/offices", named | external),
        "jobs_external_id_taken": ("/jobs", JOB | external),
        "users_external_id_taken": ("/users", {"type": "service", "first_name": "Sync"} | external),
        "users_email_taken": ("/users", {"first_name": "Bob", "email": f"Bob-{tag}@Example.com"}),
        "applications_external_id_taken": ("/applications", application),
        "openings_external_id_taken": (openings, external),
        "posts_language_taken": (posts, POST | {"translation_of": original["id"], "language": "de"}),
        "email_templates_name_taken": ("/email-templates", named | {"language": "de", "subject": "A", "body": "A"}),
        "sender_identities_email_taken": ("/sender-identities", named | {"email": f"Jobs-{tag}@Example.com"}),
        "consent_texts_language_taken": ("/consent-texts", {"purpose": "processing", "language": "de", "text": "A"}),
        "pipeline_templates_name_taken": ("/pipeline-templates", named | {"stages": STAGES}),
        "permission_groups_name_taken": ("/permission-groups", named | {"permissions": []}),
        "custom_fields_key_taken": ("/custom-fields", named | FIELD | {"key": f"k{tag}"}),
        "board_directory_slug_taken": ("/job-boards", named | {"slug": f"b-{tag}"}),
    }
    bodies |= {
        f"{path.removeprefix('/').replace('-', '_')}_name_taken": (path, filled(body, {"new_name": named["name"]}))
        for path, _, body in nouns()
        if body is not None and "external_id" not in body
    }
    made = {constraint: (await ada.made(path, body), path, body) for constraint, (path, body) in bodies.items()}
    return made | {
        "applications_external_id_taken": (
            made["applications_external_id_taken"][0], "/applications", application | {"candidate_id": lee["id"]},
        ),
        "openings_external_id_taken": (made["openings_external_id_taken"][0]["items"][0], openings, external),
        "candidates_external_id_taken": (kim, "/candidates", person),
        "posts_external_id_taken": (original, posts, POST | external),
    }  # fmt: skip


async def test_holder_is_told_when_a_value_is_taken(ada: Client, eve: Client) -> None:
    """Id, version, and status where there is one, for every unique rule; an idempotency key makes no difference."""
    made = await holders_of(ada)
    assert made.keys() == HOLDERS.keys()
    for constraint, (holder, path, body) in made.items():
        now = await ada.read(f"/jobs/{holder['id']}") if path == "/jobs" else holder
        expected = {name: now[name] for name in ("id", "status", "version") if name in now}
        problem = await refused(ada, path, body)
        assert constraint.endswith(problem["code"]) and problem["current"] == expected, (constraint, problem)
    job, _, taken = made["jobs_external_id_taken"]
    keyed = await ada.post("/api/v1/jobs", json=taken, headers={"Idempotency-Key": "k"})
    assert keyed.json()["current"]["id"] == job["id"]
    other = await ada.made("/jobs", JOB)
    patched = await refused(ada, f"/jobs/{other['id']}", {"external_id": taken["external_id"]}, "PATCH")
    assert patched["current"]["id"] == job["id"]
    assert "current" not in await refused(eve, "/job-boards", made["board_directory_slug_taken"][2])


async def test_holder_is_kept_back_when_it_may_not_be_seen(ada: Client, member: Any) -> None:
    """A job of another team, a confidential one, and what somebody may write and not read."""
    bob = await member("bob", {"jobs.write": "all", "jobs.read": "team", "candidates.write": "all"})
    taken = {"external_id": f"hr-{uuid4()}"}
    await ada.made("/jobs", JOB | taken)
    problem = await refused(bob, "/jobs", JOB | taken)
    assert problem["code"] == "external_id_taken" and "current" not in problem
    await ada.made("/candidates", {"first_name": "Kim"} | taken)
    assert "current" not in await refused(bob, "/candidates", {"first_name": "Lee"} | taken)
    carol = await member("carol", {"jobs.write": "all", "jobs.read": "all"})
    assert (await refused(carol, "/jobs", JOB | taken))["current"]["status"] == "draft"
    secret = {"external_id": f"hr-{uuid4()}"}
    await ada.made("/jobs", JOB | secret | {"is_confidential": True})
    assert "current" not in await refused(carol, "/jobs", JOB | secret)

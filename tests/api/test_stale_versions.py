"""Every command that takes If-Match: a version that is not the current one is 412, and nothing is changed."""

from typing import Any

from tests.api.journeys import JOB, OVERRIDE, apply, custom_field, open_job, reason, stages
from tests.api.probe import filled, nouns
from tests.api.test_proposed_updates import path_of, proposed
from tests.api.worlds import made_up
from tests.client import DESCRIBED, Client

STALE = {"If-Match": '"99"'}
STAGES = [{"name": "Review", "kind": "review"}, {"name": "Hired", "kind": "hired"}]
Commands = dict[str, tuple[str, str, dict[str, Any]]]


def conditional() -> set[str]:
    """The operations that take If-Match, as `/openapi.json` tells."""
    return {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, methods in DESCRIBED["paths"].items()
        for method, operation in methods.items()
        if any("If-Match" in str(each) or "IfMatch" in str(each) for each in operation.get("parameters", ()))
    }


async def words_of(ada: Client) -> Commands:
    """Operation → path and body of a command that would succeed, on words of the structure and on users."""
    named = {"name": "Trial"}
    made = {
        "candidates": await ada.made("/candidates", {"first_name": "A"}),
        "custom-fields": await custom_field(ada, "trial"),
        "departments": await ada.made("/departments", named),
        "pipeline-templates": await ada.made("/pipeline-templates", named | {"stages": STAGES}),
        "job-boards": await ada.made("/job-boards", named | {"slug": f"t-{ada.user['id'][-12:]}"}),
        "email-templates": await ada.made("/email-templates", named | {"language": "en", "subject": "A", "body": "B"}),
        "sender-identities": await ada.made("/sender-identities", named | {"email": "jobs@example.com"}),
        "permission-groups": await ada.made("/permission-groups", named | {"permissions": []}),
        "users": await ada.made("/users", {"type": "service", "first_name": "A"}),
    }
    ids = {path.removeprefix("/"): name for path, name, _ in nouns()}
    for path, _, body in nouns():
        if body is not None:
            made[path.removeprefix("/")] = await ada.made(path, filled(body, made_up()))
    found: Commands = {}
    for noun, each in made.items():
        template, path = f"/{noun}/{{{ids[noun]}}}", f"/{noun}/{each['id']}"
        patch = {"first_name": "Other"} if noun in ("candidates", "users") else {"name": "Other"}
        found[f"PATCH {template}"] = ("PATCH", path, patch)
        for command in ("archive", "disable", "enable", "send-verification"):
            found[f"POST {template}/{command}"] = ("POST", f"{path}/{command}", {})
    tag = f"/candidates/{made['candidates']['id']}/tags/{made['tags']['id']}"
    for method in ("PUT", "DELETE"):
        found[f"{method} /candidates/{{candidate_id}}/tags/{{tag_id}}"] = (method, tag, {})
    text = await ada.made("/consent-texts", {"purpose": "processing", "language": "en", "text": "A"})
    template, path = "/consent-texts/{consent_text_id}", f"/consent-texts/{text['id']}"
    found[f"PATCH {template}"] = ("PATCH", path, {"text": "B"})
    found[f"POST {template}/archive"] = ("POST", f"{path}/archive", {})
    found["PATCH /me"] = ("PATCH", "/me", {"first_name": "Other"})
    found["PATCH /organization"] = ("PATCH", "/organization", {"name": "Other"})
    return found


async def jobs_of(ada: Client) -> Commands:
    """The same of jobs, openings, posts and applications."""
    job, draft = await open_job(ada, openings_count=2), await ada.made("/jobs", JOB)
    archived = await ada.made("/jobs", JOB)
    await ada.made(f"/jobs/{archived['id']}/archive")
    opening, other = (await ada.read(f"/jobs/{job['id']}/openings"))["items"]
    closing = {"reason_id": await reason(ada, "opening_close")}
    await ada.made(f"/openings/{other['id']}/close", closing)
    post = await ada.made(f"/jobs/{job['id']}/posts", {"title": "A", "body": "B"})
    members = {"members": [{"user_id": ada.user["id"], "role": "hiring_manager"}]}
    at, seat, on = "/jobs/{job_id}", "/openings/{opening_id}", "/posts/{post_id}"
    stage = {"stages": STAGES, "mapping": {}}
    found: Commands = {
        f"PATCH {at}": ("PATCH", f"/jobs/{job['id']}", {"title": "Other"}),
        f"POST {at}/open": ("POST", f"/jobs/{draft['id']}/open", {}),
        f"POST {at}/hold": ("POST", f"/jobs/{job['id']}/hold", {}),
        f"POST {at}/close": ("POST", f"/jobs/{job['id']}/close", {"reason_id": await reason(ada, "job_close")}),
        f"POST {at}/archive": ("POST", f"/jobs/{draft['id']}/archive", {}),
        f"POST {at}/unarchive": ("POST", f"/jobs/{archived['id']}/unarchive", {}),
        f"PUT {at}/hiring-team": ("PUT", f"/jobs/{job['id']}/hiring-team", members),
        f"PUT {at}/pipeline": ("PUT", f"/jobs/{draft['id']}/pipeline", stage | await mapping(ada, draft)),
        f"PATCH {seat}": ("PATCH", f"/openings/{opening['id']}", {"external_id": "x"}),
        f"POST {seat}/close": ("POST", f"/openings/{opening['id']}/close", closing),
        f"POST {seat}/reopen": ("POST", f"/openings/{other['id']}/reopen", {}),
        f"PATCH {on}": ("PATCH", f"/posts/{post['id']}", {"title": "Other"}),
        f"POST {on}/publish": ("POST", f"/posts/{post['id']}/publish", {}),
        f"POST {on}/unpublish": ("POST", f"/posts/{post['id']}/unpublish", {}),
    }
    return found | await applications_of(ada, job)


async def mapping(ada: Client, job: dict[str, Any]) -> dict[str, Any]:
    """A pipeline of a stage that stays, and the last one."""
    pipeline = (await ada.read(f"/jobs/{job['id']}/pipeline"))["stages"]
    return {"stages": [{key: stage[key] for key in ("id", "name", "kind")} for stage in pipeline], "mapping": {}}


async def applications_of(ada: Client, job: dict[str, Any]) -> Commands:
    """Operation → path and body, on an active, a rejected and a hired application, and on a note."""
    active, rejected, hired = [await apply(ada, job) for _ in range(3)]
    refusal = {"reason_id": await reason(ada, "rejection")}
    await ada.made(f"/applications/{rejected['id']}/reject", refusal)
    await ada.made(f"/applications/{hired['id']}/hire", OVERRIDE)
    bodies: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        "move": (active, {"to_stage_id": (await stages(ada, job))["offer"]}),
        "reject": (active, refusal),
        "withdraw": (active, {"reason_id": await reason(ada, "withdrawal")}),
        "hire": (active, OVERRIDE),
        "transfer": (active, {"job_id": (await open_job(ada))["id"]}),
        "reopen": (rejected, {}),
        "unhire": (hired, {"reason_id": await reason(ada, "unhire")}),
    }
    note = await ada.made(f"/candidates/{active['candidate_id']}/notes", {"body": "A"})
    merge = {"candidate_id": hired["candidate_id"], "keep": {job["id"]: hired["id"]}}
    untag = {"action": "untag", "arguments": {"tag_id": active["id"]}, "application_ids": [active["id"]]}
    operation = await ada.made("/bulk-operations", untag)
    return {
        f"POST /applications/{{application_id}}/{command}": ("POST", f"/applications/{each['id']}/{command}", body)
        for command, (each, body) in bodies.items()
    } | {
        "PATCH /applications/{application_id}": ("PATCH", f"/applications/{active['id']}", {"referrer": "B"}),
        "PATCH /notes/{note_id}": ("PATCH", f"/notes/{note['id']}", {"body": "B"}),
        "POST /candidates/{candidate_id}/merge": ("POST", f"/candidates/{active['candidate_id']}/merge", merge),
        "POST /bulk-operations/{bulk_operation_id}/cancel": ("POST", f"/bulk-operations/{operation['id']}/cancel", {}),
    }


async def proposals_of(ada: Client) -> Commands:
    """The same of what a candidate wrote differently to a board."""
    async with Client(ada.address) as anybody:
        candidate = await proposed(ada, anybody)
    template = "POST /candidates/{candidate_id}/proposed-updates/{proposed_update_id}"
    return {f"{template}/{each}": ("POST", path_of(candidate, each), {}) for each in ("take", "drop")}


async def test_command_is_refused_when_its_version_is_stale(ada: Client) -> None:
    """Whichever command it is; the answer has the current version, and tells of no event."""
    commands = await jobs_of(ada) | await words_of(ada) | await proposals_of(ada)
    expected = conditional()
    assert expected <= commands.keys(), expected - commands.keys()
    for name in sorted(expected):
        method, path, body = commands[name]
        refused = await ada.request(method, f"/api/v1{path}", json=body, headers=STALE)
        assert refused.status_code == 412, (name, refused.text)
        problem = refused.json()
        assert problem["code"] == "version_mismatch" and problem["current"]["version"] < 9, (name, problem)
        assert "Consistency-Token" not in refused.headers

"""An organization that has one of everything, and the names that the probes give its ids."""

import json
import re
import secrets
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any

from tests.api.journeys import JOB, custom_field
from tests.api.probe import PERSON, STAGES, endpoints, filled, nouns
from tests.client import PASSWORD, Client

QUESTIONS: list[dict[str, Any]] = [
    {"label": "Where?", "type": "single_select", "options": [{"label": "Wien"}]}, {"label": "Work?", "type": "file"},
]  # fmt: skip
LANGUAGES = cycle(("de", "nl", "da", "sv", "fi", "pl", "cs", "hu", "it", "es", "pt", "ro"))
PURPOSES = cycle(("processing", "retention"))
REASONS = ("rejection", "withdrawal", "job_close", "opening_close", "unhire")

NEXT_YEAR = (datetime.now(UTC) + timedelta(days=365)).isoformat()
CLOCKS = re.compile(r'^\W*"(as_of|last_used_at|fresh_to|feed_position|at)"')


async def world_of(client: Client, anybody: Client) -> dict[str, str]:
    """Makes two of every noun, so that every list has two pages; gives the ids of one of each."""
    ids: dict[str, str] = {"code": "jobs.read", "name": "funnel", "board": client.organization["slug"]}
    for _ in range(2):
        tag = secrets.token_hex(4)
        for name, other in (("department_id", "parent_id"), ("job_id", "other_job_id"), ("stage_id", "other_stage_id")):
            ids[other] = ids.get(name, "")
        ids |= await structure(client, tag) | await people(client, tag)
        ids |= await work(client, tag, ids)
        ids |= await applicants(client, anybody, tag, ids)
    return ids | await strays(client, anybody, ids)


def made_up() -> dict[str, str]:
    """Names that nothing has yet."""
    name = f"new-{secrets.token_hex(6)}"
    return {
        "new_name": name, "new_key": name.replace("-", "_"), "new_slug": name, "new_email": f"{name}@example.com",
        "new_language": next(LANGUAGES),
    }  # fmt: skip


async def structure(client: Client, tag: str) -> dict[str, str]:
    """Departments, templates, boards, reasons of every kind, and every noun that names no other."""
    named = {"name": f"N{tag}"}
    made = {name: await client.made(path, filled(body, made_up())) for path, name, body in nouns() if body is not None}
    size = await custom_field(client, f"k{tag}", "single_select", labels=("M",))
    kit = await client.made("/interview-kits", {"name": f"K{tag}", "attributes": [{"name": "Clarity"}]})
    asked = {"purpose": next(PURPOSES), "language": "en", "text": "You may keep it."}
    thanks = {"language": "en", "subject": "{{job_title}}", "body": "Hello {{candidate_first_name}}."}
    made |= {
        "asked_consent_text_id": await client.made("/consent-texts", asked),
        "consent_text_id": await client.made("/consent-texts", asked | {"language": next(LANGUAGES)}),
        "email_template_id": await client.made("/email-templates", {"name": f"T{tag}"} | thanks),
        "mail_template_id": await client.made("/email-templates", {"name": f"M{tag}"} | thanks),
        "sender_identity_id": await client.made("/sender-identities", {"name": "A", "email": made_up()["new_email"]}),
        "interview_kit_id": kit,
        "attribute_id": kit["attributes"][0],
        "custom_field_id": size,
        "custom_option_id": size["options"][0],
        "department_id": await client.made("/departments", named | {"external_id": f"dep-{tag}"}),
        "pipeline_template_id": await client.made("/pipeline-templates", named | {"stages": STAGES}),
        "job_board_id": await client.made("/job-boards", named | {"slug": f"board-{tag}"}),
    }
    for _ in range(2):
        made["board_key_id"] = await client.made(f"/job-boards/{made['job_board_id']['id']}/keys", named)
    reasons = {}
    for kind in REASONS:
        reasons[f"{kind}_reason_id"] = await client.made("/reasons", {"name": f"{kind} {tag}", "kind": kind})
    return {name: each["id"] for name, each in (made | reasons).items()}


async def people(client: Client, tag: str) -> dict[str, str]:
    """Users, groups, grants, keys, a second login."""
    group = await client.made("/permission-groups", {"name": f"G{tag}", "permissions": ["jobs.read"]})
    member = await client.made(
        "/users", {"first_name": "Bob", "email": f"bob-{tag}@example.com", "external_id": f"usr-{tag}"}
    )
    service = await client.made("/users", {"type": "service", "first_name": "Sync"})
    grants = f"/users/{member['id']}"
    for code in ("jobs.read", "structure.read"):
        await client.made(f"{grants}/permissions", {"permission": code, "scope": "all"})
    groups = (await client.read("/permission-groups"))["items"]
    for each in (group["id"], groups[-1]["id"]):
        await client.made(f"{grants}/permission-groups", {"permission_group_id": each, "scope": "all"})
    key = await client.made(
        "/api-keys", {"user_id": service["id"], "name": "Sync", "permissions": {"jobs.read": "all"}}
    )
    before = {each["id"] for each in (await client.read("/me/sessions"))["items"]}
    await client.made("/login", {"email": client.user["email"], "password": PASSWORD})
    after = {each["id"] for each in (await client.read("/me/sessions"))["items"]}
    return {
        "permission_group_id": group["id"], "user_id": member["id"], "service_user_id": service["id"],
        "api_key_id": key["id"], "session_id": (after - before).pop(),
    }  # fmt: skip


async def work(client: Client, tag: str, ids: dict[str, str]) -> dict[str, str]:
    """An open job with its team, its pipeline, its openings and its posts."""
    parts = {
        "department_id": ids["department_id"], "office_ids": [ids["office_id"]], "external_id": f"job-{tag}",
        "pipeline_template_id": ids["pipeline_template_id"], "openings_count": 2,
    }  # fmt: skip
    job = await client.made("/jobs", JOB | parts)
    await client.made(f"/jobs/{job['id']}/open")
    team = {"members": [{"user_id": ids["user_id"], "role": "interviewer"}]}
    assert (await client.put(f"/api/v1/jobs/{job['id']}/hiring-team", json=team)).is_success
    stages = [each["id"] for each in (await client.read(f"/jobs/{job['id']}/pipeline"))["stages"]]
    [opening] = (await client.made(f"/jobs/{job['id']}/openings", {"external_id": f"opn-{tag}"}))["items"]
    post = {"title": "Engineer", "body": "Come.", "job_board_id": ids["job_board_id"], "questions": QUESTIONS}
    posts = [
        await client.made(f"/jobs/{job['id']}/posts", post | {"language": language, "external_id": f"{language}-{tag}"})
        for language in ("fr", "en")
    ]
    for each in posts:
        await client.made(f"/posts/{each['id']}/publish")
    return {
        "job_id": job["id"], "first_stage_id": stages[0], "removed_stage_id": stages[1], "stage_id": stages[2],
        "last_stage_id": stages[3], "opening_id": opening["id"], "post_id": posts[1]["id"], "board": f"board-{tag}",
        "question_id": posts[1]["questions"][0]["id"], "file_question_id": posts[1]["questions"][1]["id"],
        "option_id": posts[1]["questions"][0]["options"][0]["id"],
    }  # fmt: skip


async def applicants(client: Client, anybody: Client, tag: str, ids: dict[str, str]) -> dict[str, str]:
    """Candidates with all that belongs to them and their applications; one has applied through the board."""
    people = []
    for role in ("kim", "lee"):
        emails = [{"value": f"{role}-{tag}@example.com"}]
        body = {"first_name": role, "emails": emails, "external_id": f"{role}-{tag}", "source_id": ids["source_id"]}
        people.append(await client.made("/candidates", body))
    assert (await client.put(f"/api/v1/candidates/{people[0]['id']}/tags/{ids['tag_id']}")).is_success
    double = {"first_name": "kim", "emails": [{"value": f"kim-{tag}@example.com"}]}
    doubles = [await client.made("/candidates", double) for _ in range(2)]
    await client.made("/applications", {"candidate_id": doubles[0]["id"], "job_id": ids["job_id"]})
    application = await client.made("/applications", {
        "candidate_id": people[0]["id"], "job_id": ids["job_id"], "source_id": ids["source_id"],
        "stage_id": ids["removed_stage_id"], "post_id": ids["post_id"], "external_id": f"app-{tag}",
    })  # fmt: skip
    await client.made(f"/applications/{application['id']}/move", {"to_stage_id": ids["first_stage_id"]})
    assigned = {"assignee_id": ids["service_user_id"]}
    assert (await client.patch(f"/api/v1/applications/{application['id']}", json=assigned)).is_success
    board = f"/boards/{ids['board']}/posts/{ids['post_id']}/applications"
    thanked = await anybody.made(board, PERSON | {"email": f"zoe-{tag}@example.com"})
    untag = {"action": "untag", "arguments": {"tag_id": ids["tag_id"]}, "filter": {"job_id": ids["job_id"]}}
    operations = [await client.made("/bulk-operations", untag) for _ in range(2)]
    return {
        "candidate_id": people[0]["id"], "other_candidate_id": people[1]["id"],
        "double_candidate_id": doubles[0]["id"], "bulk_operation_id": operations[1]["id"],
        "proposed_update_id": people[0]["id"], **assigned,
        "application_id": application["id"], "token": thanked["status_url"].rpartition("/")[2],
    } | await belongings(client, f"/candidates/{people[0]['id']}", application["id"], ids)  # fmt: skip


async def belongings(client: Client, path: str, application_id: str, ids: dict[str, str]) -> dict[str, str]:
    """Files, a note, mails, results and a consent of a candidate, some about an application."""
    note = {"body": "Met at the fair.", "application_id": application_id, "mentions": [ids["service_user_id"]]}
    mail = {"subject": "Our call", "body": "On Monday.", "application_id": application_id, "send_at": NEXT_YEAR}
    result = {"label": "Coding test", "url": "https://vendor.example/results/1", "score": "87 of 100"}
    consent = {"consent_text_id": ids["consent_text_id"], "consent_text_version": 1}
    made: dict[str, Any] = {}
    for _ in range(2):
        file = {"upload_id": await upload(client, "/api/v1/uploads")}
        made |= {
            "attachment_id": await client.made(f"{path}/attachments", file),
            "message_id": await client.made(f"{path}/messages", mail),
            "result_link_id": await client.made(f"{path}/result-links", result),
            "consent_id": await client.made(f"{path}/consents", consent | {"is_granted": True, "source": "paper"}),
        }
    made["note_id"] = await client.made(f"{path}/notes", note)
    return {name: each["id"] for name, each in made.items()}


async def strays(client: Client, anybody: Client, ids: dict[str, str]) -> dict[str, str]:
    """Files that wait to be attached."""
    board = f"/api/v1/boards/{ids['board']}/uploads"
    return {"upload_id": await upload(client, "/api/v1/uploads")} | {
        f"{name}_upload_id": await upload(anybody, board) for name in ("resume", "cover", "answer")
    }


async def upload(client: Client, path: str) -> str:
    """The id of a file that was sent."""
    answer = await client.post(
        path, params={"file_name": "a.txt"}, content=b"A text.", headers={"Content-Type": "text/plain"}
    )
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


async def seen(client: Client, ids: dict[str, str]) -> dict[str, Any]:
    """Whatever an organization can read of its own, by path; what clocks say is left out."""
    result = {}
    for endpoint in endpoints():
        if endpoint.method == "GET" and not endpoint.operation.is_public:
            answer = await client.get(filled(endpoint.path, ids), **endpoint.options(ids))
            assert answer.status_code == 200, (endpoint.name, answer.text)
            is_json = answer.headers["Content-Type"] == "application/json"
            text = json.dumps(answer.json(), sort_keys=True) if is_json else answer.text
            result[endpoint.name] = [part for part in text.split(", ") if not CLOCKS.match(part)]
    return result

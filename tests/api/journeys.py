"""Short ways to the situations that tests begin in."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from hiring.config import Settings
from hiring.services.tokens import mailed_token
from tests.api.conftest import Rows
from tests.client import PASSWORD, Client

NEW_PASSWORD = "another horse, another battery"
JOB = {"title": "Engineer", "employment_type": "full_time", "workplace": "hybrid"}
OVERRIDE = {"override_reason": "Signed on paper"}


async def custom_field(
    client: Client, key: str, kind: str = "short_text", applies_to: str = "candidate", labels: Sequence[str] = ()
) -> dict[str, Any]:
    """A new custom field, for a select with options of these labels."""
    options = [{"label": label} for label in labels]
    body = {"key": key, "name": key, "applies_to": applies_to, "type": kind, "options": options}
    return await client.made("/custom-fields", body)


async def log_in(client: Client, email: str, password: str = PASSWORD, **more: str) -> Any:
    """The answer to a login."""
    return await client.post("/api/v1/login", json={"email": email, "password": password} | more)


async def mailed(rows: Rows, settings: Settings, kind: str, user_id: str) -> str:
    """The token of the latest mailed link of a user."""
    return (await mailed_all(rows, settings, kind, user_id))[-1]


async def mailed_all(rows: Rows, settings: Settings, kind: str, user_id: str) -> list[str]:
    """The tokens of all mailed links of a user, oldest first."""
    links = await rows(
        "SELECT id FROM mailed_links WHERE kind = %(kind)s AND user_id = %(user_id)s ORDER BY id",
        kind=kind, user_id=UUID(user_id),
    )  # fmt: skip
    return [mailed_token(settings.tokens.secret, UUID(str(link_id))) for (link_id,) in links]


async def groups(client: Client) -> dict[str, str]:
    """The ids of the built-in permission groups, by key."""
    return {group["key"]: group["id"] for group in (await client.read("/permission-groups"))["items"]}


async def open_job(client: Client, **changes: Any) -> dict[str, Any]:
    """A job that takes applications."""
    job = await client.made("/jobs", JOB | changes)
    return await client.made(f"/jobs/{job['id']}/open")


async def apply(client: Client, job: dict[str, Any], **candidate: Any) -> dict[str, Any]:
    """An application of a new candidate."""
    person = await client.made("/candidates", {"first_name": "Kim"} | candidate)
    return await client.made("/applications", {"candidate_id": person["id"], "job_id": job["id"]})


async def make_internal(client: Client, candidate_id: str, user: dict[str, Any]) -> None:
    """Says that a candidate is this user, who is another than who says it."""
    answer = await client.patch(f"/api/v1/candidates/{candidate_id}", json={"user_id": user["id"]})
    assert answer.status_code == 200, answer.text


async def join(client: Client, job: dict[str, Any], user_id: str, role: str) -> None:
    """Puts a user on a job's hiring team beside who asks."""
    members = [{"user_id": client.user["id"], "role": "recruiter"}, {"user_id": user_id, "role": role}]
    answer = await client.put(f"/api/v1/jobs/{job['id']}/hiring-team", json={"members": members})
    assert answer.status_code == 200, answer.text


async def stages(client: Client, job: dict[str, Any]) -> dict[str, str]:
    """The ids of a job's stages, by kind."""
    pipeline = await client.read(f"/jobs/{job['id']}/pipeline")
    return {stage["kind"]: stage["id"] for stage in pipeline["stages"]}


async def reason(client: Client, kind: str) -> str:
    """The id of a reason of a kind."""
    found: str = (await client.read("/reasons", params={"kind": kind}))["items"][0]["id"]
    return found


async def published_post(client: Client, job: dict[str, Any], **changes: Any) -> str:
    """The public path of a post that accepts applications."""
    post = await client.made(f"/jobs/{job['id']}/posts", {"title": job["title"], "body": "Come."} | changes)
    await client.made(f"/posts/{post['id']}/publish")
    return f"/api/v1/boards/{client.organization['slug']}/posts/{post['id']}"


async def body_of(client: Client, job: dict[str, Any], command: str) -> dict[str, Any]:
    """What a command on an application of a job is sent with."""
    reasons = {"reject": "rejection", "withdraw": "withdrawal", "unhire": "unhire"}
    if command in reasons:
        return {"reason_id": await reason(client, reasons[command])}
    return {"move": {"to_stage_id": (await stages(client, job))["offer"]}, "hire": OVERRIDE}.get(command, {})

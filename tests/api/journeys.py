"""Short ways to the situations that tests begin in."""

from typing import Any

from tests.client import Client

JOB = {"title": "Engineer", "employment_type": "full_time", "workplace": "hybrid"}


async def open_job(client: Client, **changes: Any) -> dict[str, Any]:
    """A job that takes applications."""
    job = await client.made("/jobs", JOB | changes)
    return await client.made(f"/jobs/{job['id']}/open")


async def apply(client: Client, job: dict[str, Any], **candidate: Any) -> dict[str, Any]:
    """An application of a new candidate."""
    person = await client.made("/candidates", {"first_name": "Kim"} | candidate)
    return await client.made("/applications", {"candidate_id": person["id"], "job_id": job["id"]})


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

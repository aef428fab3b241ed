"""Short ways to candidates who are merged, for tests of it."""

from typing import Any

from tests.api.journeys import apply
from tests.client import Client

PATH = "/api/v1/candidates"


async def person(client: Client, **fields: Any) -> dict[str, Any]:
    """A new candidate."""
    return await client.made("/candidates", {"first_name": "Kim"} | fields)


async def merged(client: Client, survivor: Any, other: Any, **more: Any) -> dict[str, Any]:
    """What merging one candidate into another answered."""
    return await client.made(f"/candidates/{survivor['id']}/merge", {"candidate_id": other["id"]} | more)


async def refused(client: Client, survivor: Any, other_id: str, **more: Any) -> tuple[int, str, Any]:
    """The status and code of a refused merge, with its findings or the state behind it."""
    answer = await client.post(f"{PATH}/{survivor['id']}/merge", json={"candidate_id": other_id} | more)
    problem = answer.json()
    found = [(each["pointer"], each["code"]) for each in problem.get("errors", ())]
    return answer.status_code, problem["code"], found or problem.get("current")


async def both_applied(client: Client, job: Any) -> tuple[Any, Any]:
    """Applications of two new candidates to one job."""
    return await apply(client, job), await apply(client, job)


def candidate_of(application: dict[str, Any]) -> dict[str, str]:
    """The candidate of an application, by id."""
    return {"id": application["candidate_id"]}


async def apply_to(client: Client, candidate: dict[str, str], job: Any) -> dict[str, Any]:
    """An application of a candidate who is there."""
    return await client.made("/applications", {"candidate_id": candidate["id"], "job_id": job["id"]})

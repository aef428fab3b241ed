"""Every command in every state: it does what `hiring/domain/states.py` says, or is refused with the state it met."""

from typing import Any, NamedTuple
from uuid import uuid4

import pytest

from hiring.domain.states import BY_WORKER, MACHINES, ways
from tests.api.journeys import JOB, OVERRIDE, apply, body_of, open_job, reason
from tests.api.worlds import NEXT_YEAR
from tests.client import Client

POST = {"title": "Engineer", "body": "Come."}
LAST_HIRE = "the hire that fills the last opening"
TRIED = [
    (noun, state, command)
    for noun, machine in MACHINES.items()
    for state, steps in ways(machine).items()
    for command in machine.transitions
    if not {*steps, command} & {*BY_WORKER.get(noun, ())}
]
"""What the worker does, and what follows from it, is tried in `tests/consumers`."""
PLACES = {
    "job": "/jobs", "opening": "/openings", "post": "/posts", "candidate": "/candidates",
    "application": "/applications", "bulk operation": "/bulk-operations", "message": "/messages", "user": "/users",
    "word of the vocabulary": "/departments",
}  # fmt: skip


class Met(NamedTuple):
    """A resource that commands are sent to, and the job that it belongs to."""

    path: str
    job: dict[str, Any]


async def made(client: Client, noun: str) -> Met:
    """A new resource in its first state."""
    job = await (client.made("/jobs", JOB) if noun == "job" else open_job(client))
    if noun == "opening":
        resource = (await client.read(f"/jobs/{job['id']}/openings"))["items"][0]
    elif noun == "post":
        resource = await client.made(f"/jobs/{job['id']}/posts", POST)
    elif noun == "candidate":
        resource = await client.made("/candidates", {"first_name": "Kim"})
    elif noun == "bulk operation":
        tagging = {"action": "tag", "arguments": {"tag_id": str(uuid4())}, "filter": {"job_id": job["id"]}}
        resource = await client.made("/bulk-operations", tagging)
    elif noun == "message":
        recipient = await client.made("/candidates", {"first_name": "Kim", "emails": [{"value": "kim@example.com"}]})
        mail = {"subject": "Our call", "body": "On Monday.", "send_at": NEXT_YEAR}
        resource = await client.made(f"/candidates/{recipient['id']}/messages", mail)
    elif noun == "user":
        resource = await client.made("/users", {"type": "service", "first_name": "Sync"})
    elif noun == "word of the vocabulary":
        resource = await client.made("/departments", {"name": "Engineering"})
    else:
        resource = job if noun == "job" else await apply(client, job)
    return Met(f"{PLACES[noun]}/{resource['id']}", job)


async def sent(client: Client, noun: str, met: Met, command: str) -> Any:
    """The answer to a command; people are hired and unhired for openings through their applications."""
    path, body = f"{met.path}/{command}", {}
    if command == "merge":
        survivor = await client.made("/candidates", {"first_name": "Kim"})
        path, body = f"/candidates/{survivor['id']}/merge", {"candidate_id": met.path.rpartition("/")[2]}
    elif command == "transfer":
        body = {"job_id": (await open_job(client))["id"]}
    elif noun == "application":
        body = await body_of(client, met.job, command)
    elif command == "close":
        body = {"reason_id": await reason(client, f"{noun}_close")}
    elif noun == "opening" and command == "hire of an application":
        hired = await apply(client, met.job)
        path, body = f"/applications/{hired['id']}/hire", OVERRIDE | {"opening_id": met.path.rpartition("/")[2]}
    elif noun == "opening" and command == "unhire of an application":
        application_id = (await read(client, met))["application_id"]
        path, body = f"/applications/{application_id}/unhire", {"reason_id": await reason(client, "unhire")}
    elif command == LAST_HIRE:
        [hired] = (await client.read(f"/jobs/{met.job['id']}/applications"))["items"]
        path, body = f"/applications/{hired['id']}/hire", OVERRIDE
    return await client.post(f"/api/v1{path}", json=body)


async def read(client: Client, met: Met) -> Any:
    """The resource as it is now; a merged candidate's id lists the survivor, and some resources are read one by one."""
    if met.path.startswith(("/bulk-operations", "/messages")):
        return await client.read(met.path)
    place, _, resource_id = met.path.rpartition("/")
    [resource] = (await client.read(place, params={"ids": resource_id}))["items"]
    return resource if resource["id"] == resource_id else {"status": "merged"}


def is_sent(noun: str, state: str, command: str) -> bool:
    """Whether a client can try it: nobody is unhired whom nobody hired, or hired who could not apply to the job."""
    is_unhire_of_nobody = (noun, command) == ("opening", "unhire of an application") and state != "filled"
    return not is_unhire_of_nobody and not (
        command == LAST_HIRE and "open" not in (state, *ways(MACHINES[noun])[state])
    )


@pytest.mark.parametrize(("noun", "state", "command"), [each for each in TRIED if is_sent(*each)])
async def test_command_leads_where_it_should_when_sent_in_a_state(
    ada: Client, noun: str, state: str, command: str
) -> None:
    """A hire fills an opening, and the job that it closes is opened again; whom it hires applied before."""
    met, machine = await made(ada, noun), MACHINES[noun]
    for step in ways(machine)[state]:
        assert (await sent(ada, noun, met, step)).status_code == 200
        if (noun, step) == ("job", "open"):
            await apply(ada, met.job)
    if noun == "opening" and state == "filled":
        await ada.post(f"/api/v1/jobs/{met.job['id']}/open")
    former = await read(ada, met)
    assert former["status"] == state
    answer, transition = await sent(ada, noun, met, command), machine.transitions[command]
    now = await read(ada, met)
    if state in transition.sources:
        assert (answer.status_code, now["status"]) == (200, transition.target), answer.text
    elif state in transition.settled:
        assert (answer.status_code, now) == (200, former), answer.text
    else:
        assert (answer.status_code, now) == (409, former), answer.text
        assert answer.json()["current"]["status"] == state, answer.text

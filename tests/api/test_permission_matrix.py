"""Who is answered what by every operation: `permission_matrix.tsv`, cell by cell, each caller in a world of its own.

`make matrix` writes it anew.
"""

import csv
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import httpx
import pytest

from hiring.domain.permissions import PERMISSIONS
from tests.api.conftest import Rows
from tests.api.journeys import OVERRIDE, apply, join, make_internal
from tests.api.probe import Endpoint, endpoints, filled
from tests.api.worlds import made_up, world_of
from tests.client import Client

MATRIX = Path(__file__).with_name("permission_matrix.tsv")
EVERYTHING = dict.fromkeys(PERMISSIONS, "all")
OF_TEAMS = {code: "team" if each.is_scoped else "all" for code, each in PERMISSIONS.items()}
ORDER = ("GET", "PUT", "PATCH", "POST", "DELETE")
ENDS_THE_SESSION = "POST /logout"
STALE = {"If-Match": '"0"'}
"""No version of anything: a command that is permitted is answered with 412 and changes nothing."""
NOW = {"Consistency-Token": ""}
"""Reports have the hire already, and another organization would wait for it in vain."""
PROPOSE = """
UPDATE candidates SET proposed_update = '{
    "first_name": "Zoe", "last_name": "", "phones": [], "links": [], "location": "", "language": "de"
}' WHERE id = %(id)s RETURNING proposed_update_id(proposed_update)::text
"""
OWNED = {"bulk_operation_id": ("bulk_operations", "requested_by"), "note_id": ("notes", "author")}
"""What its author alone sees or changes → the column that says who that is."""

World = dict[str, str]
ClientOf = Callable[[Endpoint], Awaitable[Client]]


class Stage(NamedTuple):
    """What callers are made of: an administrator and her world, another tenant's, and the ways to more."""

    ada: Client
    eve: Client
    anybody: Client
    member: Any
    rows: Rows
    ids: World
    closing: AsyncExitStack

    async def hand_over(self, client: Client) -> None:
        """Makes a caller the author of what others would be refused, so that permissions alone decide."""
        for name, (table, column) in OWNED.items() if client.user else ():
            await self.rows(
                f"UPDATE {table} SET {column} = jsonb_set({column}, '{{user_id}}', to_jsonb(%(user_id)s::text))"
                " WHERE id = %(id)s RETURNING id",
                id=UUID(self.ids[name]), user_id=client.user["id"],
            )  # fmt: skip

    async def keyed(self, path: str, body: dict[str, Any]) -> Client:
        """A client with a key that the administrator makes."""
        made = await self.ada.made(path, body)
        return await self.closing.enter_async_context(Client(self.ada.address, made["secret"]))


async def anyone(stage: Stage) -> ClientOf:
    """Nobody is logged in."""
    return always(stage.anybody)


async def stranger(stage: Stage) -> ClientOf:
    """A member without any permission."""
    return always(await stage.member("stranger", {}))


async def other_tenant(stage: Stage) -> ClientOf:
    """The administrator of another organization."""
    return always(stage.eve)


async def everything(stage: Stage) -> ClientOf:
    """A member with every permission, for all."""
    return always(await stage.member("everything", EVERYTHING))


async def team(stage: Stage) -> ClientOf:
    """A member with every permission for teams, who is a recruiter of both jobs."""
    return always(await teammate(stage, "recruiter"))


async def interviewer(stage: Stage) -> ClientOf:
    """A member with every permission for teams, who interviews for both jobs."""
    return always(await teammate(stage, "interviewer"))


async def other_team(stage: Stage) -> ClientOf:
    """A member with every permission for teams, who is on none."""
    return always(await stage.member("other", OF_TEAMS))


async def hidden_job(stage: Stage) -> ClientOf:
    """A member with every permission but the one that shows confidential jobs, which both are."""
    for name in ("job_id", "other_job_id"):
        hidden = await stage.ada.patch(f"/api/v1/jobs/{stage.ids[name]}", json={"is_confidential": True})
        assert hidden.status_code == 200, hidden.text
    held = {code: scope for code, scope in EVERYTHING.items() if code != "jobs.read_confidential"}
    return always(await stage.member("hidden", held))


async def candidate_is_user(stage: Stage) -> ClientOf:
    """A member with every permission, who is each of the candidates."""
    client = await stage.member("candidate", EVERYTHING)
    for name in ("candidate_id", "other_candidate_id", "double_candidate_id"):
        await make_internal(stage.ada, stage.ids[name], client.user)
    return always(client)


async def board_key(stage: Stage) -> ClientOf:
    """A key of the board."""
    return always(await stage.keyed(f"/job-boards/{stage.ids['job_board_id']}/keys", {"name": "Site"}))


async def narrow_key(stage: Stage) -> ClientOf:
    """A key that holds the permission of the operation for all, and no other; none where none is asked for."""
    return await keys(stage, lambda code: {code: "all"} if code else {})


async def key_without(stage: Stage) -> ClientOf:
    """A key that holds every permission for all but that of the operation."""
    return await keys(stage, lambda code: {each: "all" for each in PERMISSIONS if each != code})


CALLERS = (
    anyone, stranger, other_tenant, everything, team, interviewer, other_team, hidden_job, candidate_is_user, board_key,
    narrow_key, key_without,
)  # fmt: skip
"""The columns of the matrix; their docstrings say who they are."""


def always(client: Client) -> ClientOf:
    """One client for all operations."""

    async def found(_: Endpoint) -> Client:
        return client

    return found


async def teammate(stage: Stage, role: str) -> Client:
    """A member with every permission for teams, in a role on both jobs."""
    client: Client = await stage.member(role, OF_TEAMS)
    for name in ("job_id", "other_job_id"):
        await join(stage.ada, {"id": stage.ids[name]}, client.user["id"], role)
    return client


async def keys(stage: Stage, held: Callable[[str | None], dict[str, str]]) -> ClientOf:
    """API keys of a service user, one for each permission that an operation asks for."""
    service = await stage.ada.made("/users", {"type": "service", "first_name": "Sync"})
    made: dict[str | None, Client] = {}

    async def found(endpoint: Endpoint) -> Client:
        code = endpoint.operation.permission
        if code not in made:
            body = {"user_id": service["id"], "name": "Sync", "permissions": held(code)}
            made[code] = await stage.keyed("/api-keys", body)
            made[code].user = service
        return made[code]

    return found


def cell(answer: httpx.Response) -> str:
    """What the matrix says of an answer.

    `yes`: it was done, or only a state or a version stood in the way. `none`: a page without anything. Else the status,
    for a 403 with its code where that is not of a missing permission.
    """
    if answer.is_success or answer.status_code in (409, 412):
        is_json = answer.headers.get("Content-Type", "") == "application/json"
        return "none" if is_json and answer.json().get("items") == [] else "yes"
    code = answer.json()["code"]
    return f"{answer.status_code}" if answer.status_code != 403 or code == "forbidden" else f"403 {code}"


def committed() -> list[dict[str, str]]:
    """The rows of the golden file."""
    with MATRIX.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def write(column: str, cells: dict[str, str]) -> None:
    """Writes one column of the golden file anew."""
    old = {row["operation"]: row for row in committed()} if MATRIX.exists() else {}
    names = [each.__name__ for each in CALLERS]
    with MATRIX.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["operation", "permission", *names], delimiter="\t", lineterminator="\n")
        writer.writeheader()
        for endpoint in endpoints():
            row = {name: old.get(endpoint.name, {}).get(name, "") for name in names}
            given = {"operation": endpoint.name, "permission": endpoint.operation.access}
            writer.writerow(row | given | {column: cells[endpoint.name]})


@pytest.fixture
async def stage(ada: Client, eve: Client, anybody: Client, member: Any, rows: Rows) -> AsyncIterator[Stage]:
    """One of everything, in two organizations, and a hire for the reports."""
    async with AsyncExitStack() as closing:
        ids = await world_of(ada, anybody)
        [(proposed_update_id,)] = await rows(PROPOSE, id=UUID(ids["candidate_id"]))
        ids["proposed_update_id"] = proposed_update_id
        hired = await apply(ada, {"id": ids["job_id"]})
        hire = await ada.post(f"/api/v1/applications/{hired['id']}/hire", json=OVERRIDE)
        token = {"Consistency-Token": hire.headers["Consistency-Token"]}
        assert (await ada.read("/reports/time-to-hire", headers=token))["items"]
        yield Stage(ada, eve, anybody, member, rows, ids, closing)


def test_matrix_has_every_operation_and_every_caller() -> None:
    """In the order of the routes."""
    rows = committed()
    told = [(row["operation"], row["permission"]) for row in rows]
    assert told == [(each.name, each.operation.access) for each in endpoints()]
    assert set(rows[0]) == {"operation", "permission", *(each.__name__ for each in CALLERS)}


@pytest.mark.usefixtures("ingesting")
@pytest.mark.parametrize("caller", CALLERS, ids=lambda each: each.__name__)
async def test_caller_is_answered_as_the_matrix_says(
    stage: Stage, caller: Callable[[Stage], Awaitable[ClientOf]]
) -> None:
    """Reads first and removals last; what is there is named, and what a version guards stays as it was."""
    client_of, cells = await caller(stage), {}
    await stage.hand_over(await client_of(next(endpoints())))
    for endpoint in sorted(endpoints(), key=lambda each: (each.name == ENDS_THE_SESSION, ORDER.index(each.method))):
        options = endpoint.options(stage.ids | made_up())
        if endpoint.method != "GET":
            options["headers"] = options.get("headers", {}) | STALE
        elif "/reports/" in endpoint.path:
            options["headers"] = NOW
        client = await client_of(endpoint)
        cells[endpoint.name] = cell(await client.request(endpoint.method, filled(endpoint.path, stage.ids), **options))
    if os.environ.get("HIRING_WRITE_MATRIX"):
        write(caller.__name__, cells)
    assert cells == {row["operation"]: row[caller.__name__] for row in committed()}

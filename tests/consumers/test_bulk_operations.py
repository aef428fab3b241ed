"""Bulk operations: what is chosen, what becomes of each item, and that each is done once."""

import asyncio
import itertools
from typing import Any
from uuid import UUID, uuid4

import httpx

from hiring.config import Settings
from hiring.consumers import automation
from hiring.consumers.base import Context
from hiring.database import Database
from hiring.http.dependencies import Dependencies
from tests.api.journeys import OVERRIDE, apply, custom_field, open_job, reason, stages
from tests.api.races import at_once, shuffled, until_each_occurred
from tests.api.test_bulk_operations import applied, items, requested
from tests.background import until
from tests.client import Client
from tests.consumers.conftest import Working
from tests.consumers.test_notifications_failures import envelope_of
from tests.databases import Admin

Commands = dict[str, dict[str, Any]]
"""The bodies of commands, by the last part of their paths."""
Answered = list[tuple[str, str, httpx.Response]]
"""What was heard about an application and a command."""
EVENTS = """
SELECT e.type, e.aggregate_id::text, e.causation_id::text, e.data FROM events AS e
WHERE e.organization_id = %(organization_id)s AND e.causation_id = %(id)s ORDER BY e.id
"""
HISTORY = """
SELECT c.application_id::text, count(*) FROM stage_changes AS c
WHERE c.organization_id = %(organization_id)s AND c.change = %(change)s GROUP BY c.application_id
"""


async def ended(client: Client, operation: dict[str, Any]) -> dict[str, Any]:
    """The operation when it has ended; its counts are those of its items."""

    async def has_ended() -> bool:
        return (await client.read(f"/bulk-operations/{operation['id']}"))["ended_at"] is not None

    await until(has_ended)
    found = await client.read(f"/bulk-operations/{operation['id']}")
    outcomes = [each["outcome"] for each in await items(client, operation)]
    told = [found["total_count"] - found["done_count"]]
    told += [found[f"{name}_count"] for name in ("succeeded", "unchanged", "refused")]
    assert told == [outcomes.count(name) for name in ("pending", "succeeded", "unchanged", "refused")]
    return found


async def carried_out(client: Client, working: Working, operation: dict[str, Any]) -> dict[str, Any]:
    """The operation after a worker has ended it."""
    async with working(automation.CONSUMER):
        return await ended(client, operation)


async def commanded_by_twenty(client: Client, ids: list[str], commands: Commands) -> Answered:
    """Sends all commands to each application at once, and to as many applications as make twenty callers at most."""
    answered, order, size = [], [ids[place] for place in shuffled(len(ids))], 20 // len(commands)
    for place in range(0, len(order), size):
        asked = list(itertools.product(order[place : place + size], commands))
        answers = await at_once(
            *(client.post(f"/api/v1/applications/{each}/{command}", json=commands[command]) for each, command in asked)
        )
        assert {answer.status_code for answer in answers} <= {200, 409}
        answered += [(*each, answer) for each, answer in zip(asked, answers, strict=True)]
    return answered


def ends_of(answered: Answered, done: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """What ended each application: a single command, or the bulk operation that has these items."""
    ends = [(each, command) for each, command, answer in answered if command != "move" and answer.is_success]
    return ends + [(each["application_id"], "bulk") for each in done if each["outcome"] == "succeeded"]


async def test_items_are_moved_as_one_by_one_when_a_worker_carries_them_out(
    ada: Client, admin: Admin, working: Working
) -> None:
    """Each with its own history and event; what is there already stays, what is refused tells why."""
    job = await open_job(ada)
    kinds = await stages(ada, job)
    ids = await applied(ada, job, 6)
    await ada.made(f"/applications/{ids[0]}/move", {"to_stage_id": kinds["offer"]})
    await ada.made(f"/applications/{ids[1]}/reject", {"reason_id": await reason(ada, "rejection")})
    refused = await ada.post(f"/api/v1/applications/{ids[1]}/move", json={"to_stage_id": kinds["offer"]})
    arguments = {"to_stage_id": kinds["offer"], "note": "All of them."}
    operation = await requested(ada, "move", arguments, filter={"job_id": job["id"]})
    assert operation["total_count"] == 6 and operation["requested_by"]["id"] == ada.user["id"]
    assert {name: value for name, value in operation["arguments"].items() if value is not None} == arguments
    late = await applied(ada, job, 1)
    found = await carried_out(ada, working, operation)
    assert (found["status"], found["succeeded_count"], found["unchanged_count"], found["refused_count"]) == (
        "completed", 4, 1, 1,
    )  # fmt: skip
    outcomes = {each["application_id"]: each for each in await items(ada, operation)}
    assert list(outcomes) == ids and late[0] not in outcomes
    assert [outcomes[each]["outcome"] for each in ids] == ["unchanged", "refused", *["succeeded"] * 4]
    for outcome in ("pending", "succeeded", "unchanged", "refused"):
        page = await ada.read(f"/bulk-operations/{operation['id']}/items", params={"outcome": outcome, "limit": "2"})
        expected = [each for each in outcomes.values() if each["outcome"] == outcome]
        assert page["items"] == expected[:2] and (page["next_cursor"] is None) == (len(expected) < 3)
    error, problem = outcomes[ids[1]]["error"], refused.json()
    assert error == {"errors": None} | {name: problem[name] for name in ("code", "detail", "current")}
    for each in ids[2:]:
        history = (await ada.read(f"/applications/{each}/history"))["items"]
        assert (history[0]["change"], history[0]["note"]) == ("moved", "All of them.")
    told = await admin(EVENTS, organization_id=UUID(ada.organization["id"]), id=UUID(operation["id"]))
    assert [each[1] for each in told if each[0] == "application.stage_changed"] == ids[2:]
    assert [each[3]["succeeded_count"] for each in told if each[0] == "bulk_operation.completed"] == [4]
    assert (await ada.read(f"/applications/{late[0]}"))["stage"]["id"] != kinds["offer"]


async def test_candidates_are_tagged_and_rejected_ones_are_mailed(ada: Client, admin: Admin, working: Working) -> None:
    """A candidate with two applications gets the tag once; one without an address is refused the mail."""
    job, other = await open_job(ada), await open_job(ada)
    ids = await applied(ada, job, 3)
    kim = await apply(ada, other)
    both = await ada.made("/applications", {"candidate_id": kim["candidate_id"], "job_id": job["id"]})
    tag = await ada.made("/tags", {"name": "Bulk"})
    named = {"application_ids": [*ids, kim["id"], both["id"]]}
    tagged = await carried_out(ada, working, await requested(ada, "tag", {"tag_id": tag["id"]}, **named))
    assert (tagged["succeeded_count"], tagged["unchanged_count"]) == (4, 1)
    assert (await ada.read(f"/candidates/{kim['candidate_id']}"))["tags"] == ["Bulk"]
    untagged = await carried_out(ada, working, await requested(ada, "untag", {"tag_id": tag["id"]}, **named))
    assert (untagged["succeeded_count"], untagged["unchanged_count"]) == (4, 1)
    arguments = {"reason_id": await reason(ada, "rejection"), "message": {}}
    operation = await requested(ada, "reject", arguments, filter={"job_id": job["id"], "status": "active"})
    rejected = await carried_out(ada, working, operation)
    assert (rejected["succeeded_count"], rejected["refused_count"]) == (3, 1)
    assert [each["error"]["code"] for each in await items(ada, operation) if each["error"]] == ["no_email"]
    mails = await admin(
        "SELECT m.application_id::text FROM messages AS m WHERE m.application_id = ANY (%(ids)s) ORDER BY 1",
        ids=[UUID(each) for each in ids],
    )  # fmt: skip
    assert [each for (each,) in mails] == ids


async def test_fields_are_set_as_a_patch_of_each_would(ada: Client, admin: Admin, working: Working) -> None:
    """What is named is changed, null clears, what is so already stays; an external id fits one of them."""
    job = await open_job(ada)
    ids = await applied(ada, job, 3)
    first = {"referrer": "Fair", "source_application_id": "S-1", "external_id": None}
    await ada.patch(f"/api/v1/applications/{ids[0]}", json=first | {"referrer_id": ada.user["id"]})
    changes = first | {"referrer_id": ada.user["id"]}
    operation = await requested(ada, "set_fields", {"changes": changes}, filter={"job_id": job["id"]})
    assert operation["arguments"]["changes"] == changes
    found = await carried_out(ada, working, operation)
    assert (found["succeeded_count"], found["unchanged_count"]) == (2, 1)
    told = await admin(EVENTS, organization_id=UUID(ada.organization["id"]), id=UUID(operation["id"]))
    assert [each[0] for each in told] == ["application.updated"] * 2 + ["bulk_operation.completed"]
    once = {"referrer": None, "external_id": "A-7"}
    found = await carried_out(ada, working, await requested(ada, "set_fields", {"changes": once}, application_ids=ids))
    assert (found["succeeded_count"], found["refused_count"]) == (1, 2)
    shown = [await ada.read(f"/applications/{each}") for each in ids]
    assert [(each["referrer"], each["external_id"]) for each in shown] == [
        (None, "A-7"),
        ("Fair", None),
        ("Fair", None),
    ]
    assert {each["source_application_id"] for each in shown} == {"S-1"}


async def test_applications_are_assigned_as_a_patch_of_each_would(ada: Client, working: Working) -> None:
    """To an active user; those of one user can be given to another, and a disabled one is the outcome of each."""
    job = await open_job(ada)
    ids = await applied(ada, job, 3)
    bob = await ada.made("/users", {"type": "service", "first_name": "Bob"})
    to_bob, to_ada = {"assignee_id": bob["id"]}, {"assignee_id": ada.user["id"]}
    await ada.patch(f"/api/v1/applications/{ids[0]}", json=to_bob)
    found = await carried_out(ada, working, await requested(ada, "assign", to_bob, application_ids=ids[:2]))
    assert (found["succeeded_count"], found["unchanged_count"]) == (1, 1)
    found = await carried_out(ada, working, await requested(ada, "assign", to_ada, filter=to_bob))
    assert (found["total_count"], found["succeeded_count"]) == (2, 2)
    shown = [(await ada.read(f"/applications/{each}"))["assignee_id"] for each in ids]
    assert shown == [ada.user["id"], ada.user["id"], None]
    await ada.made(f"/users/{bob['id']}/disable")
    found = await carried_out(ada, working, await requested(ada, "assign", to_bob, application_ids=ids))
    assert found["refused_count"] == 3
    assert [each["pointer"] for each in (await items(ada, found))[0]["error"]["errors"]] == ["/assignee_id"]


async def test_custom_fields_are_set_when_they_fit(ada: Client, working: Working) -> None:
    """They are merged into what each has; a value that is unfit is the outcome of each."""
    for key in ("weeks", "hours"):
        await custom_field(ada, key, "number", "application")
    job = await open_job(ada)
    ids = await applied(ada, job, 2)
    await ada.patch(f"/api/v1/applications/{ids[0]}", json={"custom_fields": {"hours": 20}})
    fit: dict[str, Any] = {"changes": {"custom_fields": {"weeks": 4}}}
    found = await carried_out(ada, working, await requested(ada, "set_fields", fit, application_ids=ids))
    assert found["succeeded_count"] == 2
    shown = [(await ada.read(f"/applications/{each}"))["custom_fields"] for each in ids]
    assert shown == [{"hours": 20, "weeks": 4}, {"weeks": 4}]
    listed = await ada.read("/applications", params={"custom.weeks": "4"})
    assert [each["id"] for each in listed["items"]] == ids[::-1]
    unfit = {"changes": {"custom_fields": {"weeks": "4", "months": 1}}}
    found = await carried_out(ada, working, await requested(ada, "set_fields", unfit, application_ids=ids))
    wrong = [(each["pointer"], each["code"]) for each in (await items(ada, found))[0]["error"]["errors"]]
    assert wrong == [("/custom_fields/months", "unknown_field"), ("/custom_fields/weeks", "type")]
    assert found["refused_count"] == 2


async def test_nothing_is_changed_when_it_is_a_dry_run(ada: Client, admin: Admin, working: Working) -> None:
    """Each item has the outcome that it would have, and no event, history or version tells of it."""
    job = await open_job(ada)
    kinds = await stages(ada, job)
    ids = await applied(ada, job, 3)
    await ada.made(f"/applications/{ids[0]}/reject", {"reason_id": await reason(ada, "rejection")})
    before = [await ada.read(f"/applications/{each}") for each in ids]
    operation = await requested(ada, "move", {"to_stage_id": kinds["offer"]}, application_ids=ids, dry_run=True)
    found = await carried_out(ada, working, operation)
    assert found["is_dry_run"] and (found["succeeded_count"], found["refused_count"]) == (2, 1)
    assert [await ada.read(f"/applications/{each}") for each in ids] == before
    told = await admin(EVENTS, organization_id=UUID(ada.organization["id"]), id=UUID(operation["id"]))
    assert [each[0] for each in told] == ["bulk_operation.completed"]


async def test_no_other_item_is_done_when_it_is_cancelled(ada: Client, working: Working) -> None:
    """Neither of one that is pending, nor of one that runs; the counts stay as they were at the answer."""
    job = await open_job(ada)
    kinds = await stages(ada, job)
    ids = await applied(ada, job, 200)
    pending = await requested(ada, "move", {"to_stage_id": kinds["offer"]}, application_ids=ids)
    path = f"/bulk-operations/{pending['id']}/cancel"
    cancelled = await ada.made(path)
    assert (cancelled["status"], cancelled["version"]) == ("cancelled", 2) and cancelled == await ada.made(path)
    running = await requested(ada, "move", {"to_stage_id": kinds["offer"]}, application_ids=ids)
    async with working(automation.CONSUMER):

        async def runs() -> bool:
            return int((await ada.read(f"/bulk-operations/{running['id']}"))["done_count"]) > 5

        await until(runs)
        stopped = await ada.made(f"/bulk-operations/{running['id']}/cancel")
        assert 5 < stopped["done_count"] < 200
        last = await requested(ada, "move", {"to_stage_id": kinds["screen"]}, application_ids=ids[-1:])
        assert (await ended(ada, last))["succeeded_count"] == 1
    assert await ada.read(f"/bulk-operations/{running['id']}") == stopped
    assert (await ended(ada, pending))["done_count"] == 0
    answer = await ada.post(f"/api/v1/bulk-operations/{last['id']}/cancel")
    assert (answer.status_code, answer.json()["code"]) == (409, "status_conflict")


async def test_it_fails_when_the_permission_is_revoked_meanwhile(ada: Client, admin: Admin, working: Working) -> None:
    """Nothing more is done for a requester who may not do it, and it is found by them and administrators alone."""
    job = await open_job(ada)
    ids = await applied(ada, job, 3)
    user = await ada.made("/users", {"type": "service", "first_name": "Sync"})
    permissions = {"applications.read": "all", "applications.move": "all", "candidates.write": "all"}
    key = await ada.made("/api-keys", {"user_id": user["id"], "name": "Sync", "permissions": permissions})
    async with Client(ada.address, key["secret"]) as robot:
        operation = await requested(
            robot, "move", {"to_stage_id": (await stages(ada, job))["offer"]}, application_ids=ids
        )
        assert [each["id"] for each in (await robot.read("/bulk-operations"))["items"]] == [operation["id"]]
        assert operation["id"] in [each["id"] for each in (await ada.read("/bulk-operations"))["items"]]
        own = await requested(ada, "untag", {"tag_id": str(uuid4())}, application_ids=ids)
        hidden = await robot.get(f"/api/v1/bulk-operations/{own['id']}/items")
        assert hidden.status_code == 404
        assert (await robot.post(f"/api/v1/bulk-operations/{own['id']}/cancel")).status_code == 404
        answer = await robot.post(
            "/api/v1/bulk-operations",
            json={"action": "reject", "arguments": {"reason_id": str(uuid4())}, "application_ids": ids},
        )
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert (await ada.delete(f"/api/v1/api-keys/{key['id']}")).status_code == 204
    found = await carried_out(ada, working, operation)
    assert (found["status"], found["done_count"]) == ("failed", 0)
    refused = await carried_out(ada, working, own)
    assert refused["refused_count"] == 3
    assert {each["error"]["code"] for each in await items(ada, own)} == {"not_found"}


async def test_each_item_is_done_once_when_twenty_workers_have_the_event(
    ada: Client, admin: Admin, settings: Settings, dependencies: Dependencies, worker_db: Database
) -> None:
    """The same event twenty times at once, and again when all is done."""
    job = await open_job(ada)
    ids = await applied(ada, job, 30)
    operation = await requested(ada, "move", {"to_stage_id": (await stages(ada, job))["offer"]}, application_ids=ids)
    context, event = Context(settings, dependencies.db, asyncio.Event()), await envelope_of(admin, operation["id"])
    await asyncio.gather(*(automation.handle(context, event) for _ in range(20)), return_exceptions=True)
    await automation.handle(context, event)
    found = await ended(ada, operation)
    assert (found["status"], found["succeeded_count"]) == ("completed", 30)
    done = await admin(HISTORY, organization_id=UUID(ada.organization["id"]), change="moved")
    assert sorted(done) == [(each, 1) for each in ids]


async def test_bulk_and_single_commands_end_each_application_once_when_they_race(ada: Client, working: Working) -> None:
    """Twenty clients reject, hire and move what a bulk operation rejects: one of them ends it, the others are told."""
    rejection = {"reason_id": await reason(ada, "rejection")}

    async def play() -> set[str]:
        job = await open_job(ada, openings_count=40)
        ids, kinds = await applied(ada, job, 40), await stages(ada, job)
        commands = {"reject": rejection, "hire": OVERRIDE, "move": {"to_stage_id": kinds["offer"]}}
        operation = await requested(ada, "reject", rejection, filter={"job_id": job["id"]})
        answered = await commanded_by_twenty(ada, ids, commands)
        assert (await ended(ada, operation))["status"] == "completed"
        done = await items(ada, operation)
        ends = ends_of(answered, done)
        assert sorted(each for each, _ in ends) == ids
        assert {each["error"]["code"] for each in done if each["error"]} <= {"application_not_active"}
        return {end for _, end in ends}

    async with working(automation.CONSUMER):
        await until_each_occurred(play, {"bulk", "reject", "hire"}, minimum_rounds=1)

"""Requests of bulk operations: what they are refused for, and which applications they choose."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.api.journeys import apply, make_internal, open_job, published_post, reason, stages
from tests.client import Client, findings

TEMPLATE = {"name": "Call", "language": "en", "subject": "Call", "body": "Hello."}


async def applied(client: Client, job: dict[str, Any], count: int) -> list[str]:
    """The ids of new applications, in their order."""
    made = [await apply(client, job, emails=[{"value": f"p{n}@example.com"}]) for n in range(count)]
    return sorted(each["id"] for each in made)


async def requested(client: Client, action: str, arguments: dict[str, Any], **chosen: Any) -> dict[str, Any]:
    """An operation that nobody has begun."""
    answer = await client.post("/api/v1/bulk-operations", json={"action": action, "arguments": arguments} | chosen)
    assert answer.status_code == 202, answer.text
    operation: dict[str, Any] = answer.json()
    assert answer.headers["Location"] == f"/api/v1/bulk-operations/{operation['id']}"
    assert operation["status"] == "pending" and operation["done_count"] == 0
    return operation


async def items(client: Client, operation: dict[str, Any]) -> list[dict[str, Any]]:
    """All items, page by page."""
    found: list[dict[str, Any]] = []
    params: dict[str, Any] = {"limit": 100}
    while True:
        page = await client.read(f"/bulk-operations/{operation['id']}/items", params=params)
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        params["cursor"] = page["next_cursor"]


async def test_only_what_the_requester_sees_is_chosen(ada: Client, eve: Client) -> None:
    """A hidden application that is named is unknown, as one that is not there; a filter leaves it out."""
    job, secret = await open_job(ada), await open_job(ada, is_confidential=True)
    [seen], [hidden] = await applied(ada, job, 1), await applied(ada, secret, 1)
    user = await ada.made("/users", {"type": "service", "first_name": "Sync"})
    permissions = {"applications.read": "all", "applications.move": "all"}
    key = await ada.made("/api-keys", {"user_id": user["id"], "name": "Sync", "permissions": permissions})
    move = {"to_stage_id": (await stages(ada, job))["offer"]}
    async with Client(ada.address, key["secret"]) as robot:
        operation = await requested(robot, "move", move, filter={"status": "active"})
        assert [each["application_id"] for each in await items(robot, operation)] == [seen]
        for client, ids, unknown in (
            (robot, [seen, hidden, str(uuid4())], ["1", "2"]), (eve, [seen], ["0"]),
        ):  # fmt: skip
            answer = await client.post(
                "/api/v1/bulk-operations", json={"action": "move", "arguments": move, "application_ids": ids}
            )
            assert findings(answer) == [(f"/application_ids/{place}", "unknown_reference") for place in unknown]
        foreign = await requested(eve, "move", move, filter={"job_id": job["id"]})
        assert foreign["total_count"] == 0 and (await items(eve, foreign)) == []
        assert (await eve.get(f"/api/v1/bulk-operations/{operation['id']}")).status_code == 404


async def test_items_are_shown_where_their_applications_are(ada: Client, member: Any) -> None:
    """Of an operation by another user, who saw more; and of one's own, when a job has become confidential since."""
    job, secret = await open_job(ada), await open_job(ada)
    seen, own = await applied(ada, job, 2)
    [hidden] = await applied(ada, secret, 1)
    grants = {"applications.read": "all", "applications.move": "all"}
    insider = await member("insider", grants | {"candidates.read_internal": "all", "candidates.write": "all"})
    colleague = await member("colleague", grants)
    application = await ada.read(f"/applications/{own}")
    await make_internal(insider, application["candidate_id"], ada.user)
    move = {"to_stage_id": (await stages(ada, job))["offer"]}
    active = {"filter": {"status": "active"}}
    whole = await requested(insider, "move", move, **active)
    narrower = await requested(colleague, "move", move, **active)
    confidential = await ada.patch(f"/api/v1/jobs/{secret['id']}", json={"is_confidential": True})
    assert confidential.status_code == 200, confidential.text
    for client, asked, shown in (
        (ada, whole, {seen, hidden}), (insider, whole, {seen, own}), (ada, narrower, {seen, hidden}),
        (colleague, narrower, {seen}),
    ):  # fmt: skip
        assert {each["application_id"] for each in await items(client, asked)} == shown
    assert (whole["total_count"], narrower["total_count"]) == (3, 2)


async def test_request_is_refused_when_the_caller_reads_no_applications(ada: Client) -> None:
    """Changing candidates does not tell who applied where: nothing is counted, and no id is told to be one."""
    job = await open_job(ada)
    ids = await applied(ada, job, 1)
    tag, user = await ada.made("/tags", {"name": "A"}), await ada.made("/users", {"type": "service", "first_name": "S"})
    permissions = {"candidates.read": "all", "candidates.write": "all"}
    key = await ada.made("/api-keys", {"user_id": user["id"], "name": "S", "permissions": permissions})
    async with Client(ada.address, key["secret"]) as robot:
        for chosen in ({"filter": {"job_id": job["id"]}}, {"application_ids": ids}, {"application_ids": [job["id"]]}):
            body = {"action": "tag", "arguments": {"tag_id": tag["id"]}, "dry_run": True} | chosen
            answer = await robot.post("/api/v1/bulk-operations", json=body)
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), answer.text
            assert "applications.read" in answer.json()["detail"]


async def test_filter_chooses_what_the_list_of_applications_shows(ada: Client) -> None:
    """By each of its members alone, and by two of them at once."""
    job = await open_job(ada)
    post = (await published_post(ada, job)).rpartition("/")[2]
    source = await ada.made("/sources", {"name": "Fair", "kind": "campaign"})
    told: tuple[dict[str, str], ...] = (
        {"post_id": post}, {"source_id": source["id"], "external_id": "A-1"}, {"applied_at": "2020-02-01T00:00:00Z"},
    )  # fmt: skip
    for each in told:
        person = await ada.made("/candidates", {"first_name": "Kim"})
        await ada.made("/applications", {"candidate_id": person["id"], "job_id": job["id"]} | each)
    filters = (
        {"post_id": post}, {"source_id": source["id"]}, {"external_id": "A-1"}, {"job_id": job["id"]},
        {"applied_since": "2020-02-01T00:00:00Z"}, {"applied_before": "2020-02-01T00:00:00Z"},
        {"applied_before": "2020-02-01T00:00:01Z"}, {"applied_since": "2021-01-01T00:00:00Z", "post_id": post},
    )  # fmt: skip
    for chosen in filters:
        listed = (await ada.read("/applications", params=chosen))["items"]
        operation = await requested(ada, "untag", {"tag_id": str(uuid4())}, filter=chosen)
        found = [each["application_id"] for each in await items(ada, operation)]
        assert found == sorted(each["id"] for each in listed), chosen
        pending = await ada.read(f"/bulk-operations/{operation['id']}/items", params={"outcome": "pending"})
        assert [each["application_id"] for each in pending["items"]] == found


async def test_moments_are_told_in_utc_wherever_they_were_sent_from(ada: Client) -> None:
    """Those of arguments, too: of mails, of rejections, and of a rejection by the closing of a job."""
    sent, told = "2099-06-01T09:30:00+05:30", "2099-06-01T04:00:00Z"
    job, template = await open_job(ada), await ada.made("/email-templates", TEMPLATE)
    rejection = {"reason_id": await reason(ada, "rejection"), "message": {"send_at": sent}}
    for action, arguments in (
        ("message", {"template_id": template["id"], "send_at": sent}), ("reject", rejection),
    ):  # fmt: skip
        operation = await requested(ada, action, arguments, filter={"job_id": job["id"]})
        found = operation["arguments"]["send_at"] or operation["arguments"]["message"]["send_at"]
        assert found == told, action
    body = {"reason_id": await reason(ada, "job_close"), "active_applications": {"reject": rejection}}
    closed = await ada.post(f"/api/v1/jobs/{job['id']}/close", json=body)
    operation = await ada.read(closed.headers["Location"].removeprefix("/api/v1"))
    assert operation["arguments"]["message"]["send_at"] == told


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"action": "move", "arguments": {}}, ["/arguments/to_stage_id", "/application_ids"]),
        ({"action": "tag", "arguments": {"tag_id": str(UUID(int=1)), "note": "A"}, "filter": {}},
         ["/arguments/note", "/filter"]),
        ({"action": "untag", "arguments": {"tag_id": str(UUID(int=1))}, "filter": {"status": "active"},
          "application_ids": [str(UUID(int=1))] * 2}, ["/application_ids/1", "/filter"]),
        ({"action": "move", "arguments": {"to_stage_id": str(UUID(int=1))}, "application_ids": []},
         ["/application_ids"]),
        ({"action": "set_fields", "arguments": {"changes": {"referrer": 3, "stage_id": None}},
          "filter": {"post_id": "x"}},
         ["/arguments/changes/referrer", "/arguments/changes/stage_id", "/filter/post_id"]),
        ({"action": "move", "arguments": {"to_stage_id": str(UUID(int=1)), "changes": {}},
          "filter": {"status": "active"}},
         ["/arguments/changes"]),
        ({"action": "hire", "arguments": {}, "application_ids": [str(UUID(int=1))]}, ["/action"]),
    ],
)  # fmt: skip
async def test_request_is_refused_when_it_contradicts_itself(
    ada: Client, body: dict[str, Any], pointers: list[str]
) -> None:
    """Each fault with its pointer, and nothing is kept."""
    answer = await ada.post("/api/v1/bulk-operations", json=body)
    assert answer.status_code == 422, answer.text
    assert sorted(each["pointer"] for each in answer.json()["errors"]) == sorted(pointers)
    assert (await ada.read("/bulk-operations"))["items"] == []


async def test_pending_operation_is_cancelled_once_when_twenty_ask_at_once(ada: Client) -> None:
    """All get the same answer, and a stale version is refused."""
    job = await open_job(ada)
    ids = await applied(ada, job, 1)
    operation = await requested(ada, "move", {"to_stage_id": (await stages(ada, job))["offer"]}, application_ids=ids)
    path = f"/bulk-operations/{operation['id']}/cancel"
    stale = await ada.post(f"/api/v1{path}", headers={"If-Match": '"2"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "version_mismatch")
    answers = await asyncio.gather(*(ada.made(path) for _ in range(20)))
    assert all(each == answers[0] for each in answers)
    assert (answers[0]["status"], answers[0]["version"], answers[0]["done_count"]) == ("cancelled", 2, 0)

"""The history of an application through the REST API: an entry for each thing that happened to it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from tests.api.conftest import Blocked, Rows
from tests.api.journeys import OVERRIDE, apply, join, open_job, reason, stages
from tests.client import Client


async def test_history_has_an_entry_when_something_happened(ada: Client, rows: Rows) -> None:
    """With the stages before and after, the reason and the note that were given, the event's id, and who did it."""
    job = await open_job(ada)
    application = await apply(ada, job)
    path, stage = f"/applications/{application['id']}", await stages(ada, job)
    rejection, withdrawal, unhire = [await reason(ada, kind) for kind in ("rejection", "withdrawal", "unhire")]
    for verb, body in (
        ("move", {"to_stage_id": stage["screen"], "note": "a"}), ("reject", {"reason_id": rejection, "note": "b"}),
        ("reopen", {"stage_id": stage["offer"], "note": "c"}), ("withdraw", {"reason_id": withdrawal}),
        ("reopen", {}), ("hire", OVERRIDE | {"note": "d"}), ("unhire", {"reason_id": unhire, "note": "e"}),
    ):  # fmt: skip
        await ada.made(f"{path}/{verb}", body)
    history = list(reversed((await ada.read(f"{path}/history"))["items"]))
    members = ("change", "from_stage_id", "to_stage_id", "reason_id", "note")
    review, screen, offer, hired = (stage[kind] for kind in ("review", "screen", "offer", "hired"))
    assert [tuple(each[member] for member in members) for each in history] == [
        ("submitted", None, review, None, None), ("moved", review, screen, None, "a"),
        ("rejected", screen, screen, rejection, "b"), ("reopened", screen, offer, None, "c"),
        ("withdrawn", offer, offer, withdrawal, None), ("reopened", offer, offer, None, None),
        ("hired", offer, hired, None, "d"), ("unhired", hired, offer, unhire, "e"),
    ]  # fmt: skip
    assert {(each["application_id"], each["actor"]["user_id"]) for each in history} == {
        (application["id"], ada.user["id"])
    }
    times = [datetime.fromisoformat(each["occurred_at"]) for each in history]
    assert times == sorted(times)
    events = await rows(
        "SELECT e.id::text FROM events AS e WHERE e.aggregate_id = %(id)s ORDER BY e.aggregate_version",
        id=UUID(application["id"]),
    )
    assert [each["id"] for each in history] == [event_id for (event_id,) in events]


async def test_candidate_has_changed_when_their_application_has(ada: Client) -> None:
    """Who reads the candidates that have changed reads this one again, whose version stays."""
    job = await open_job(ada)
    application = await apply(ada, job)
    path, stage = f"/applications/{application['id']}", await stages(ada, job)

    async def candidate() -> Any:
        return await ada.read(f"/candidates/{application['candidate_id']}")

    before = await candidate()
    for verb, body in (
        ("move", {"to_stage_id": stage["screen"]}), ("reject", {"reason_id": await reason(ada, "rejection")}),
        ("reopen", {}), ("withdraw", {"reason_id": await reason(ada, "withdrawal")}), ("reopen", {}),
        ("hire", OVERRIDE), ("unhire", {"reason_id": await reason(ada, "unhire")}),
    ):  # fmt: skip
        await ada.made(f"{path}/{verb}", body)
        after = await candidate()
        assert after["updated_at"] > before["updated_at"] and after["version"] == before["version"], verb
        before = after


async def test_history_is_in_the_order_in_which_it_happened_when_a_command_had_to_wait(
    ada: Client, rows: Rows, blocked: Blocked
) -> None:
    """A reopening that waits for its job comes behind the withdrawal that did not; its event has the lower id."""
    job = await open_job(ada)
    application = await apply(ada, job)
    path = f"/applications/{application['id']}"
    await rows("BEGIN; SELECT FROM jobs WHERE id = %(id)s FOR UPDATE", id=UUID(job["id"]))
    try:
        reopening = await blocked(ada.post(f"/api/v1{path}/reopen"))
        await ada.made(f"{path}/withdraw", {"reason_id": await reason(ada, "withdrawal")})
    finally:
        await rows("COMMIT; SELECT 1")
    reopened = await reopening
    assert reopened.json()["status"] == "active", reopened.text
    first = await ada.read(f"{path}/history", params={"limit": 1})
    rest = await ada.read(f"{path}/history", params={"cursor": first["next_cursor"]})
    steps = [*first["items"], *rest["items"]]
    assert [each["change"] for each in steps] == ["reopened", "withdrawn", "submitted"]
    assert steps[0]["id"] < steps[1]["id"] and rest["next_cursor"] is None


async def test_all_history_is_listed_where_its_applications_are_seen(ada: Client, eve: Client, member: Any) -> None:
    """Newest first, page by page; of teams only theirs, and of one application only its own."""
    job, secret = await open_job(ada), await open_job(ada, is_confidential=True)
    one, two, hidden = await apply(ada, job), await apply(ada, job), await apply(ada, secret)
    await ada.made(f"/applications/{one['id']}/move", {"to_stage_id": (await stages(ada, job))["offer"]})
    everyone = await member("everyone", {"applications.read": "all"})
    team = await member("team", {"applications.read": "team"})
    stranger = await member("stranger", {"applications.read": "team"})
    await join(ada, job, team.user["id"], "recruiter")
    ids, of_ids = [one["id"], two["id"], one["id"]], {"application_id": hidden["id"]}
    for client, seen in (
        (ada, [one["id"], hidden["id"], *ids[1:]]), (everyone, ids), (team, ids), (stranger, []), (eve, []),
    ):  # fmt: skip
        whole = (await client.read("/stage-changes", params={"limit": 1_000}))["items"]
        assert [each["application_id"] for each in whole] == seen
        assert (await client.read("/stage-changes", params=of_ids))["items"] == [
            each for each in whole if each["application_id"] == hidden["id"]
        ]
        first = await client.read("/stage-changes", params={"limit": 1})
        assert first["items"] == whole[:1] and (first["next_cursor"] is None) == (len(whole) < 2)
        if first["next_cursor"]:
            rest = await client.read("/stage-changes", params={"limit": 9, "cursor": first["next_cursor"]})
            assert rest["items"] == whole[1:]

"""Transfers: an application ends, and another one of its candidate begins on another job."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.api.conftest import Rows
from tests.api.journeys import JOB, OVERRIDE, apply, join, open_job, reason, stages
from tests.api.races import against_close, at_once_behind, outcome, outcomes, until_each_occurred
from tests.api.test_reports import by_kind, report
from tests.client import Client

EVENTS = """
SELECT e.type, e.aggregate_id::text, e.data, e.previous, c.type
FROM outbox AS o
JOIN events AS e ON e.id = o.event_id
LEFT JOIN events AS c ON c.id = e.causation_id
WHERE e.aggregate_id IN (%(first)s, %(second)s)
ORDER BY o.sequence
"""


async def transfer(client: Client, application: dict[str, Any], job: dict[str, Any], **more: Any) -> Any:
    """The answer to a transfer."""
    path = f"/api/v1/applications/{application['id']}/transfer"
    return await client.post(path, json={"job_id": job["id"]} | more)


async def moved_to(client: Client, application: dict[str, Any], job: dict[str, Any]) -> dict[str, Any]:
    """The application that a transfer begins."""
    answer = await transfer(client, application, job)
    assert answer.status_code == 200, answer.text
    return await client.read(f"/applications/{answer.json()['transferred_to']}")


async def of_job(client: Client, job: dict[str, Any]) -> list[dict[str, Any]]:
    """The applications to a job."""
    items: list[dict[str, Any]] = (await client.read(f"/jobs/{job['id']}/applications"))["items"]
    return items


async def test_both_applications_name_each_other_when_one_is_transferred(ada: Client) -> None:
    """What is known goes along, but for the post and the external id."""
    job, other = await open_job(ada), await open_job(ada)
    kim = await ada.made("/candidates", {"first_name": "Kim"})
    source = (await ada.read("/sources"))["items"][0]["id"]
    known = {
        "source_id": source, "source_application_id": "B-7", "referrer": "A friend", "referrer_id": ada.user["id"]
    }  # fmt: skip
    long_ago = {"external_id": "A-1", "applied_at": "2020-01-01T00:00:00Z"}
    first = await ada.made("/applications", {"candidate_id": kim["id"], "job_id": job["id"]} | known | long_ago)
    before = datetime.now(UTC)
    answer = await transfer(ada, first, other)
    ended = answer.json()
    assert (answer.status_code, ended["id"], ended["status"], ended["outcome"]) == (
        200,
        first["id"],
        "transferred",
        None,
    )
    assert (ended["version"], ended["stage"], ended["external_id"]) == (2, first["stage"], "A-1")
    assert datetime.fromisoformat(ended["ended_at"]) >= before
    begun = await ada.read(f"/applications/{ended['transferred_to']}")
    assert begun["transferred_from"] == first["id"] and begun["transferred_to"] is None
    assert (begun["status"], begun["outcome"], begun["version"], begun["ended_at"]) == ("active", "open", 1, None)
    assert (begun["job_id"], begun["candidate_id"]) == (other["id"], kim["id"])
    assert begun["stage"]["id"] == (await stages(ada, other))["review"]
    assert {name: begun[name] for name in known} == known
    assert (begun["external_id"], begun["post_id"]) == (None, None)
    assert datetime.fromisoformat(begun["applied_at"]) >= before


async def test_both_applications_tell_of_a_transfer(ada: Client, rows: Rows) -> None:
    """In their histories with its note, and in an event each, of which the first is the cause of the second."""
    job, other = await open_job(ada), await open_job(ada)
    ended = (await transfer(ada, await apply(ada, job), other, note="Too senior.")).json()
    begun = await ada.read(f"/applications/{ended['transferred_to']}")
    histories = [
        [(each["change"], each["note"]) for each in (await ada.read(f"/applications/{one['id']}/history"))["items"]]
        for one in (ended, begun)
    ]
    assert histories == [[("transferred", "Too senior."), ("submitted", None)], [("submitted", "Too senior.")]]
    written = await rows(EVENTS, first=UUID(ended["id"]), second=UUID(begun["id"]))
    _, transferred, submitted = written
    assert transferred == (
        "application.transferred", ended["id"],
        {"candidate_id": ended["candidate_id"], "job_id": job["id"], "transferred_to": begun["id"]},
        {"status": "active"}, None,
    )  # fmt: skip
    assert submitted[:2] == ("application.submitted", begun["id"]) and submitted[4] == "application.transferred"
    assert submitted[2]["transferred_from"] == ended["id"]


async def test_answers_and_what_the_link_said_go_along(ada: Client, anybody: Client) -> None:
    """Of an application through a board, which has no post on the other job."""
    job, other = await open_job(ada), await open_job(ada)
    question = {"label": "Why us?", "type": "long_text"}
    post = await ada.made(f"/jobs/{job['id']}/posts", {"title": "A", "body": "B", "questions": [question]})
    await ada.made(f"/posts/{post['id']}/publish")
    await anybody.made(f"/boards/{ada.organization['slug']}/posts/{post['id']}/applications", {
        "first_name": "Zoë", "email": "zoe@example.com", "source_details": {"utm_source": "newsletter"},
        "answers": [{"question_id": post["questions"][0]["id"], "value": "The meters."}],
    })  # fmt: skip
    [first] = await of_job(ada, job)
    begun = await moved_to(ada, first, other)
    assert first["answers"][0]["value"] == "The meters."
    kept = ("answers", "source_details", "source_id", "custom_fields")
    assert [begun[name] for name in kept] == [first[name] for name in kept]
    assert (first["post_id"], begun["post_id"]) == (post["id"], None)


async def test_transfer_is_refused_when_the_rules_say_so(ada: Client) -> None:
    """Which job, which stage, which application, and what the candidate has on the other job; nothing changes."""
    job, other, draft = await open_job(ada), await open_job(ada), await ada.made("/jobs", JOB)
    first = await apply(ada, job)
    own, there = await stages(ada, job), await stages(ada, other)

    async def told(application: dict[str, Any], target: dict[str, Any], **more: Any) -> tuple[int, str]:
        answer = await transfer(ada, application, target, **more)
        body = answer.json()
        return answer.status_code, body["errors"][0]["code"] if body["code"] == "invalid" else body["code"]

    assert await told(first, {"id": str(uuid4())}) == (422, "unknown_reference")
    assert await told(first, job) == (422, "contradiction")
    assert await told(first, other, stage_id=own["review"]) == (422, "stage_not_in_pipeline")
    assert await told(first, draft) == (409, "job_not_open")
    assert await told(first, other, stage_id=there["hired"]) == (409, "stage_entered_by_command")
    twin = await ada.made("/applications", {"candidate_id": first["candidate_id"], "job_id": other["id"]})
    assert await told(first, other) == (409, "application_active")
    await ada.made(f"/applications/{twin['id']}/hire", OVERRIDE)
    await ada.made(f"/jobs/{other['id']}/open")
    assert await told(first, other) == (409, "application_hired")
    assert await ada.read(f"/applications/{first['id']}") == first
    await ada.made(f"/applications/{first['id']}/reject", {"reason_id": await reason(ada, "rejection")})
    assert await told(first, await open_job(ada)) == (409, "application_not_active")
    assert await told(first, job) == (422, "contradiction")


async def test_transferred_application_stays_ended(ada: Client) -> None:
    """No command is for it any more; the one that took its place goes on."""
    job, other = await open_job(ada), await open_job(ada)
    first = await apply(ada, job)
    begun = await moved_to(ada, first, other)
    rejection, withdrawal, unhire = [await reason(ada, kind) for kind in ("rejection", "withdrawal", "unhire")]
    own = await stages(ada, job)
    for command, body, code in (
        ("move", {"to_stage_id": own["offer"]}, "application_not_active"),
        ("reject", {"reason_id": rejection}, "application_not_active"),
        ("withdraw", {"reason_id": withdrawal}, "application_not_active"),
        ("hire", OVERRIDE, "application_not_active"),
        ("transfer", {"job_id": (await open_job(ada))["id"]}, "application_not_active"),
        ("reopen", {}, "status_conflict"), ("unhire", {"reason_id": unhire}, "status_conflict"),
    ):  # fmt: skip
        refused = await ada.post(f"/api/v1/applications/{first['id']}/{command}", json=body)
        assert (refused.status_code, refused.json()["code"]) == (409, code), command
        assert refused.json()["current"] == {"status": "transferred", "version": 2}
    hired = await ada.made(f"/applications/{begun['id']}/hire", OVERRIDE)
    assert (hired["status"], hired["outcome"]) == ("hired", "hired")


async def test_window_holds_for_a_transfer_but_not_to_take_one_back(ada: Client) -> None:
    """Withdrawn from the other job a moment ago is too soon; transferred away from it is not."""
    await ada.patch("/api/v1/organization", json={"reapply_window_days": 30})
    job, other = await open_job(ada), await open_job(ada)
    first = await apply(ada, job)
    begun = await moved_to(ada, first, other)
    back = await moved_to(ada, begun, job)
    assert back["transferred_from"] == begun["id"]
    await ada.made(f"/applications/{back['id']}/withdraw", {"reason_id": await reason(ada, "withdrawal")})
    third = await ada.made("/applications", {
        "candidate_id": first["candidate_id"], "job_id": (await open_job(ada))["id"],
    })  # fmt: skip
    early = await transfer(ada, third, job)
    assert (early.status_code, early.json()["code"]) == (409, "reapply_too_soon")
    assert early.json()["current"]["application_id"] == back["id"]


async def test_transfer_needs_both_jobs_when_the_scope_is_team(ada: Client, member: Any) -> None:
    """An application of a job that the caller does not see is not found; such a job is unknown."""
    bob = await member("bob", {"applications.transfer": "team", "applications.read": "team"})
    job, other = await open_job(ada), await open_job(ada)
    first = await apply(ada, job)
    assert (await transfer(bob, first, other)).status_code == 404
    await join(ada, job, bob.user["id"], "recruiter")
    unseen = await transfer(bob, first, other)
    assert (unseen.status_code, unseen.json()["errors"][0]["pointer"]) == (422, "/job_id")
    await join(ada, other, bob.user["id"], "interviewer")
    assert (await transfer(bob, first, other)).status_code == 422
    await join(ada, other, bob.user["id"], "coordinator")
    assert (await transfer(bob, first, other)).status_code == 200


@pytest.mark.usefixtures("ingesting")
async def test_transferred_application_is_no_rejection_and_another_one_begins(ada: Client) -> None:
    """On the other job, from the same source, where it counts by itself; who transfers adds it."""
    job, other = await open_job(ada), await open_job(ada)
    first = await apply(ada, job)
    await ada.made(f"/applications/{first['id']}/move", {"to_stage_id": (await stages(ada, job))["screen"]})
    before = (await report(ada, "funnel"))["as_of"]
    await ada.made(f"/applications/{first['id']}/transfer", {"job_id": other["id"]})
    here, there = await by_kind(ada, job_id=job["id"]), await by_kind(ada, job_id=other["id"])
    assert (here["screen"]["transferred"], here["screen"]["rejected"], here["screen"]["active"]) == (1, 0, 0)
    assert (there["review"]["active"], there["screen"]["reached"]) == (1, 0)
    assert (await by_kind(ada, as_of=before))["screen"]["active"] == 1
    assert (await by_kind(ada, as_of=before))["review"]["reached"] == 1
    [source] = (await report(ada, "sources"))["items"]
    assert (source["applications"], source["transferred"], source["rejected"]) == (2, 1, 0)
    [user] = (await report(ada, "recruiters"))["items"]
    assert (user["added"], user["moved"], user["rejected"], user["applications"]) == (2, 1, 0, 2)


async def test_transfer_happens_once_when_it_is_repeated(ada: Client) -> None:
    """With a key the answer comes again; without one it is a conflict."""
    job, other = await open_job(ada), await open_job(ada)
    first = await apply(ada, job)
    path, body, key = f"/api/v1/applications/{first['id']}/transfer", {"job_id": other["id"]}, {"Idempotency-Key": "t"}
    once, again = [await ada.post(path, json=body, headers=key) for _ in range(2)]
    assert (once.status_code, again.json()) == (200, once.json())
    assert (await ada.post(path, json=body)).json()["code"] == "application_not_active"
    assert len(await of_job(ada, other)) == 1


async def one_end(ada: Client, rows: Rows, application: dict[str, Any], answers: list[Any]) -> None:
    """One of the commands won, and the application has one end, and one successor where it was transferred."""
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * (len(answers) - 1)
    now = await ada.read(f"/applications/{application['id']}")
    history = (await ada.read(f"/applications/{application['id']}/history"))["items"]
    assert now["version"] == len(history) == 2
    text = "SELECT id::text FROM applications WHERE transferred_from = %(id)s"
    successors = [found for (found,) in await rows(text, id=UUID(application["id"]))]
    assert successors == ([now["transferred_to"]] if now["status"] == "transferred" else [])


@pytest.mark.parametrize("rival", ["hire", "reject", "transfer"])
async def test_one_of_twenty_wins_when_a_transfer_races(ada: Client, rows: Rows, rival: str) -> None:
    """Ten transfers to two jobs against ten others: the application ends once, and nothing is doubled."""

    async def play() -> set[str]:
        job, others = await open_job(ada), [await open_job(ada) for _ in range(2)]
        first = await apply(ada, job)
        body = {"hire": OVERRIDE, "reject": {"reason_id": await reason(ada, "rejection")}}.get(
            rival, {"job_id": others[1]["id"]}
        )
        path = f"/api/v1/applications/{first['id']}"
        rivals = [ada.post(f"{path}/{rival}", json=body) for _ in range(10)]
        transfers = [transfer(ada, first, others[n % 2]) for n in range(10)]
        answers = await at_once_behind(rows, "candidates", [{"id": first["candidate_id"]}], *rivals, *transfers)
        await one_end(ada, rows, first, answers)
        [opening] = (await ada.read(f"/jobs/{job['id']}/openings"))["items"]
        is_hired = (await ada.read(f"/applications/{first['id']}"))["status"] == "hired"
        assert opening["application_id"] == (first["id"] if is_hired else None)
        return {"rival" if outcomes(answers[:10])["200"] else "transfer"}

    await until_each_occurred(play, {"rival", "transfer"})


async def test_candidate_is_active_once_when_twenty_bring_them_to_a_job(ada: Client, rows: Rows) -> None:
    """Transfers of two applications, submissions and reopenings of a rejected one: one of all is active there."""
    rejection = {"reason_id": await reason(ada, "rejection")}

    async def play() -> set[str]:
        target, *jobs = [await open_job(ada) for _ in range(3)]
        kim = await ada.made("/candidates", {"first_name": "Kim"})
        bodies = [{"candidate_id": kim["id"], "job_id": each["id"]} for each in (target, *jobs)]
        rejected, *made = [await ada.made("/applications", each) for each in bodies]
        path = f"/applications/{rejected['id']}"
        await ada.made(f"{path}/reject", rejection)
        requests = [
            *(transfer(ada, made[n % 2], target) for n in range(8)),
            *(ada.post("/api/v1/applications", json=bodies[0]) for _ in range(6)),
            *(ada.post(f"/api/v1{path}/reopen", json={}) for _ in range(6)),
        ]
        answers = await at_once_behind(rows, "candidates", [kim], *requests)
        assert sorted(answer.status_code for answer in answers)[1:] == [409] * 19
        [active] = [each for each in await of_job(ada, target) if each["status"] == "active"]
        told = [each.json()["current"] for each in answers if outcome(each) == "application_active"]
        assert {each["application_id"] for each in told} == {active["id"]}
        ended = [each for each in made if (await ada.read(f"/applications/{each['id']}"))["status"] == "transferred"]
        assert [each["id"] for each in ended] == [each for each in [active["transferred_from"]] if each is not None]
        return {"transfer" if ended else "reopening" if active["id"] == rejected["id"] else "submission"}

    await until_each_occurred(play, {"transfer", "submission", "reopening"})


async def test_job_that_closes_meanwhile_takes_no_transfer(ada: Client, rows: Rows) -> None:
    """Twenty candidates are transferred while the job closes: what came in came before, and nobody is lost."""

    async def play() -> set[str]:
        job, other = await open_job(ada), await open_job(ada)
        made = await asyncio.gather(*(apply(ada, job) for _ in range(20)))
        requests = [transfer(ada, each, other) for each in made]
        found = outcomes(await against_close(ada, rows, other, requests, locked=made))
        assert len(await of_job(ada, other)) == found["200"]
        active = [each for each in await of_job(ada, job) if each["status"] == "active"]
        assert len(active) == found["job_not_open"]
        return set(found)

    await until_each_occurred(play, {"200", "job_not_open"})

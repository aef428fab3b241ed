"""The timeline of a candidate: what happened, in which order, and to whom it is told."""

import asyncio
from typing import Any
from uuid import UUID

from tests.api.conftest import Rows
from tests.api.journeys import apply, join, make_internal, open_job, reason, stages
from tests.api.merging import merged, person
from tests.client import Client

EVERYTHING = ("candidates.read", "applications.read", "attachments.read", "messages.read", "notes.read")
SENT = """
SELECT record_event(m.organization_id, uuid_v7(), '{"type": "system", "id": null, "user_id": null}', uuid_v7(),
                    'message.sent', 'message', m.id, 2, jsonb_build_object(
                        'kind', m.kind, 'candidate_id', m.candidate_id, 'application_id', m.application_id,
                        'user_id', m.user_id
                    ))
FROM messages AS m WHERE m.application_id = %(id)s OR m.candidate_id = %(candidate_id)s
"""


async def timeline(client: Client, candidate_id: str, limit: int = 100) -> list[dict[str, Any]]:
    """All that the timeline of a candidate tells a client, read in pages."""
    found: list[dict[str, Any]] = []
    query: dict[str, Any] = {"limit": limit}
    while True:
        page = await client.read(f"/candidates/{candidate_id}/timeline", params=query)
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        query["cursor"] = page["next_cursor"]


async def told(client: Client, candidate_id: str) -> list[str]:
    """The types of these events, oldest first."""
    return [each["type"] for each in reversed(await timeline(client, candidate_id))]


async def attached(client: Client, candidate_id: str, **changes: Any) -> dict[str, Any]:
    """A file of a candidate."""
    sent = await client.post("/api/v1/uploads?file_name=cv.txt", content=b"Kim", headers={"Content-Type": "text/plain"})
    return await client.made(f"/candidates/{candidate_id}/attachments", {"upload_id": sent.json()["id"]} | changes)


async def lived(client: Client, job: dict[str, Any]) -> dict[str, Any]:
    """An application with a file, a note, a result link and a move."""
    application = await apply(client, job)
    candidate_id = application["candidate_id"]
    await attached(client, candidate_id)
    await client.made(f"/candidates/{candidate_id}/notes", {"body": "A", "application_id": application["id"]})
    await client.made(f"/candidates/{candidate_id}/result-links", {"label": "A", "url": "https://vendor.example/1"})
    await client.patch(f"/api/v1/candidates/{candidate_id}", json={"location": "Berlin"})
    offer = (await stages(client, job))["offer"]
    await client.made(f"/applications/{application['id']}/move", {"to_stage_id": offer})
    return application


LIFE = [
    "candidate.created", "application.submitted", "attachment.uploaded", "note.created", "result_link.created",
    "candidate.updated", "application.stage_changed",
]  # fmt: skip


async def test_timeline_tells_what_happened_newest_first(ada: Client, eve: Client) -> None:
    """Of the candidate alone, in pages that overlap nowhere, with who did it and when; another tenant finds nothing."""
    job = await open_job(ada)
    application, _ = await lived(ada, job), await lived(ada, job)
    found = await timeline(ada, application["candidate_id"])
    assert [each["type"] for each in reversed(found)] == LIFE
    assert found == sorted(found, key=lambda each: str(each["id"]), reverse=True)
    for limit in (1, 3):
        assert await timeline(ada, application["candidate_id"], limit) == found
    last = found[0]
    assert last["aggregate"] == {"type": "application", "id": application["id"], "version": 2}
    assert last["actor"] == {"type": "user", "id": ada.user["id"], "user_id": ada.user["id"]}
    assert last["data"]["job_id"] == job["id"] and last["previous"] == {"stage_id": application["stage"]["id"]}
    assert (await eve.get(f"/api/v1/candidates/{application['candidate_id']}/timeline")).status_code == 404


async def test_event_is_told_with_the_permission_for_its_resource(ada: Client, member: Any) -> None:
    """Each alone: without it, nothing of that kind, and all of the others; the candidate needs the operation's own."""
    application = await lived(ada, await open_job(ada))
    of = {"applications.read": "application", "attachments.read": "attachment", "notes.read": "note"}
    for missing, kind in of.items():
        held = dict.fromkeys((name for name in EVERYTHING if name != missing), "all")
        reader = await member(kind, held)
        expected = [each for each in LIFE if not each.startswith(f"{kind}.")]
        assert await told(reader, application["candidate_id"]) == expected
    deaf = await member("deaf", dict.fromkeys(of, "all"))
    answer = await deaf.get(f"/api/v1/candidates/{application['candidate_id']}/timeline")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_event_is_told_to_those_who_see_its_application(ada: Client, member: Any) -> None:
    """A candidate of two jobs: who sees one of them, or nothing confidential, is told nothing of the other."""
    opened, secret = await open_job(ada), await open_job(ada, is_confidential=True)
    application = await lived(ada, opened)
    candidate_id = application["candidate_id"]
    other = await ada.made("/applications", {"candidate_id": candidate_id, "job_id": secret["id"]})
    await ada.made(f"/candidates/{candidate_id}/notes", {"body": "B", "application_id": other["id"]})
    tia, cora, ivo = [await member(name, dict.fromkeys(EVERYTHING, "team")) for name in ("tia", "cora", "ivo")]
    carl = await member("carl", dict.fromkeys(EVERYTHING, "all"))
    await join(ada, opened, tia.user["id"], "coordinator")
    await join(ada, secret, cora.user["id"], "recruiter")
    of_other = ["application.submitted", "note.created"]
    assert await told(ada, candidate_id) == LIFE + of_other
    for reader in (tia, carl):
        assert await told(reader, candidate_id) == LIFE
    common = ["candidate.created", "attachment.uploaded", "result_link.created", "candidate.updated"]
    assert await told(cora, candidate_id) == common + of_other
    assert (await ivo.get(f"/api/v1/candidates/{candidate_id}/timeline")).status_code == 404
    half = await member("half", dict.fromkeys(EVERYTHING, "all") | {"notes.read": "team"})
    assert await told(half, candidate_id) == ["candidate.created", "result_link.created", "candidate.updated"]


async def test_event_of_what_is_private_is_told_to_those_who_see_it(ada: Client, member: Any) -> None:
    """A note to its author and with the permission, a file with the permission."""
    application = await apply(ada, await open_job(ada))
    candidate_id = application["candidate_id"]
    bob = await member("bob", dict.fromkeys((*EVERYTHING, "notes.write"), "all"))
    carl = await member("carl", dict.fromkeys(EVERYTHING, "all"))
    dora = await member("dora", dict.fromkeys((*EVERYTHING, "private.read"), "all"))
    await bob.made(f"/candidates/{candidate_id}/notes", {"body": "A", "visibility": "private"})
    await attached(ada, candidate_id, visibility="private")
    begun = ["candidate.created", "application.submitted"]
    assert await told(carl, candidate_id) == begun
    assert await told(bob, candidate_id) == [*begun, "note.created"]
    assert await told(dora, candidate_id) == [*begun, "note.created", "attachment.uploaded"]


async def test_timeline_is_hidden_from_its_own_candidate(ada: Client, member: Any) -> None:
    """Whatever they may do, and from callers who see no internal candidates."""
    application = await apply(ada, await open_job(ada))
    ina = await member("ina", dict.fromkeys((*EVERYTHING, "candidates.read_internal"), "all"))
    bob = await member("bob", dict.fromkeys(EVERYTHING, "all"))
    await make_internal(ada, application["candidate_id"], ina.user)
    path = f"/api/v1/candidates/{application['candidate_id']}/timeline"
    assert [(await each.get(path)).status_code for each in (ina, bob, ada)] == [404, 404, 200]


async def test_nothing_is_told_of_what_was_deleted(ada: Client) -> None:
    """A file, a note, a result link: neither that it came nor that it went."""
    candidate = await person(ada)
    path = f"/candidates/{candidate['id']}"
    made = {
        "/attachments": await attached(ada, candidate["id"]),
        "/notes": await ada.made(f"{path}/notes", {"body": "A"}),
        f"{path}/result-links": await ada.made(f"{path}/result-links", {"label": "A", "url": "https://a.example"}),
    }
    assert len(await timeline(ada, candidate["id"])) == 4
    for noun, each in made.items():
        assert (await ada.delete(f"/api/v1{noun}/{each['id']}")).status_code == 204
    assert await told(ada, candidate["id"]) == ["candidate.created"]


async def test_mail_is_told_with_its_application(ada: Client, member: Any, rows: Rows) -> None:
    """That it was sent to the candidate; not that it was due, and nothing of a mail to a colleague."""
    job = await open_job(ada)
    application = await apply(ada, job, emails=[{"value": "kim@example.com"}])
    candidate_id = application["candidate_id"]
    bob = await member("bob", {})
    rejected = {"reason_id": await reason(ada, "rejection"), "message": {"send_at": "2030-01-01T00:00:00Z"}}
    await ada.made(f"/applications/{application['id']}/reject", rejected)
    await ada.made(f"/candidates/{candidate_id}/notes", {"body": "A", "mentions": [bob.user["id"]]})
    await rows(SENT, id=UUID(application["id"]), candidate_id=UUID(candidate_id))
    expected = ["candidate.created", "application.submitted", "application.rejected", "note.created", "message.sent"]
    assert await told(ada, candidate_id) == expected
    reader = await member("reader", {"candidates.read": "all"})
    assert await told(reader, candidate_id) == ["candidate.created"]


async def test_timeline_of_the_survivor_has_both_when_candidates_are_merged(ada: Client) -> None:
    """And of those who were merged before; the old ids lead there."""
    job, other_job = await open_job(ada), await open_job(ada)
    one, two, three = await person(ada), await lived(ada, job), await lived(ada, other_job)
    first, second = {"id": two["candidate_id"]}, {"id": three["candidate_id"]}
    before = [await timeline(ada, each) for each in (first["id"], second["id"], one["id"])]
    await merged(ada, first, second)
    await merged(ada, one, first)
    found = await timeline(ada, one["id"])
    later = [each for each in found if each["type"] in ("candidate.merged", "candidate.updated")]
    known = {each["id"] for events in before for each in events}
    assert known < {each["id"] for each in found}
    new = [(each["type"], each["aggregate"]["id"]) for each in reversed(later) if each["id"] not in known]
    assert new == [
        ("candidate.merged", second["id"]), ("candidate.updated", first["id"]),
        ("candidate.merged", first["id"]), ("candidate.updated", one["id"]),
    ]  # fmt: skip
    moved = await ada.get(f"/api/v1/candidates/{second['id']}/timeline?limit=3")
    assert moved.status_code == 301
    assert moved.headers["Location"] == f"/api/v1/candidates/{one['id']}/timeline?limit=3"


async def test_no_event_is_lost_when_twenty_write_while_it_is_read(ada: Client) -> None:
    """Each note is told once; a page that is read meanwhile has no event twice."""
    candidate = await person(ada)
    path = f"/candidates/{candidate['id']}"
    writes = [ada.made(f"{path}/notes", {"body": f"No. {number}"}) for number in range(20)]
    reads = [timeline(ada, candidate["id"], 2) for _ in range(5)]
    *found, made = await asyncio.gather(*reads, asyncio.gather(*writes))
    for events in found:
        assert len({each["id"] for each in events}) == len(events)
    ids = [each["aggregate"]["id"] for each in await timeline(ada, candidate["id"])]
    assert sorted(ids) == sorted([candidate["id"], *(each["id"] for each in made)])

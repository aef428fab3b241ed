"""Exports of candidates: what is in them, and who may make one."""

from itertools import chain
from typing import Any
from uuid import UUID

from hiring.domain.permissions import PERMISSIONS
from tests.api.conftest import Rows
from tests.api.journeys import apply, join, make_internal, open_job, published_post, reason
from tests.api.merging import merged, person
from tests.client import Client

MANY = """
INSERT INTO notes (organization_id, id, candidate_id, author, body, mentions, ever_mentioned, visibility)
SELECT organization_id, uuid_v7(), id, '{"type": "system", "id": null, "user_id": null, "on_behalf_of": null}',
       repeat('A', 1000), '{}', '{}', 'team'
FROM candidates, generate_series(1, 250) WHERE id = %(id)s RETURNING id
"""


async def exported(client: Client, candidate_id: str) -> dict[str, Any]:
    """The export of a candidate."""
    return await client.read(f"/candidates/{candidate_id}/export")


async def test_export_has_all_that_is_kept(ada: Client, anybody: Client) -> None:
    """Each part as its own list shows it, and the mails; nothing of another candidate."""
    job, secret = await open_job(ada), await open_job(ada, is_confidential=True)
    path = await published_post(ada, job)
    assert (await anybody.post(f"{path}/applications", json={"first_name": "Kim", "email": "k@example.com"})).is_success
    [application] = (await ada.read(f"/jobs/{job['id']}/applications"))["items"]
    candidate_id = application["candidate_id"]
    other = await ada.made("/applications", {"candidate_id": candidate_id, "job_id": secret["id"]})
    note = {"body": "A", "visibility": "private", "application_id": other["id"]}
    about = f"/candidates/{candidate_id}"
    written = await ada.made(f"{about}/notes", note)
    sent = await ada.post("/api/v1/uploads?file_name=cv.txt", content=b"K", headers={"Content-Type": "text/plain"})
    file = await ada.made(f"{about}/attachments", {"upload_id": sent.json()["id"], "visibility": "private"})
    result = await ada.made(f"{about}/result-links", {"label": "A", "url": "https://vendor.example/1"})
    rejected = {"reason_id": await reason(ada, "rejection"), "note": "No.", "message": {}}
    await ada.made(f"/applications/{application['id']}/reject", rejected)
    await apply(ada, job)
    found = await exported(ada, candidate_id)
    assert found["candidate"] == await ada.read(about)
    applications = (await ada.read("/applications", params={"candidate_id": candidate_id}))["items"]
    assert found["applications"] == applications and len(applications) == 2
    histories = [(await ada.read(f"/applications/{each['id']}/history"))["items"] for each in applications]
    steps = sorted(chain(*histories), key=lambda each: str(each["id"]), reverse=True)
    assert found["stage_changes"] == steps
    assert (found["notes"], found["attachments"], found["result_links"]) == ([written], [file], [result])
    kinds = [(each["kind"], each["recipient"], each["application_id"]) for each in found["messages"]]
    of_kim = ("k@example.com", application["id"])
    assert kinds == [("application_rejected", *of_kim), ("application_received", *of_kim)]
    assert found["events"] == (await ada.read(f"{about}/timeline", params={"limit": 100}))["items"]


async def test_export_has_every_page_when_there_are_many(ada: Client, rows: Rows) -> None:
    """Two hundred and fifty notes, each once."""
    candidate = await person(ada)
    made = {str(id_) for (id_,) in await rows(MANY, id=UUID(candidate["id"]))}
    found = await exported(ada, candidate["id"])
    assert len(found["notes"]) == 250 and {each["id"] for each in found["notes"]} == made


async def test_export_needs_its_own_permission(ada: Client, eve: Client, member: Any) -> None:
    """With it alone all is exported; without it nothing, whatever else is held; another tenant's is absent."""
    candidate = await person(ada)
    path = f"/api/v1/candidates/{candidate['id']}/export"
    alone = await member("alone", {"candidates.export": "all"})
    others = await member("others", {name: "all" for name in PERMISSIONS if name != "candidates.export"})
    refused = await others.get(path)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert (await exported(alone, candidate["id"]))["candidate"]["id"] == candidate["id"]
    assert (await eve.get(path)).status_code == 404


async def test_export_has_what_is_of_the_team_when_the_scope_is_team(ada: Client, member: Any) -> None:
    """Of a candidate of two jobs the other one's application, history, notes, mails and events are left out."""
    job, other_job = await open_job(ada), await open_job(ada)
    application = await apply(ada, job, emails=[{"value": "kim@example.com"}])
    candidate_id = application["candidate_id"]
    other = await ada.made("/applications", {"candidate_id": candidate_id, "job_id": other_job["id"]})
    notes = [
        await ada.made(
            f"/candidates/{candidate_id}/notes", {"body": "A", "application_id": each["id"], "visibility": "private"}
        )
        for each in (application, other)
    ]
    rejected = {"reason_id": await reason(ada, "rejection"), "message": {}}
    for each in (application, other):
        await ada.made(f"/applications/{each['id']}/reject", rejected)
    tia = await member("tia", {"candidates.export": "team"})
    assert (await tia.get(f"/api/v1/candidates/{candidate_id}/export")).status_code == 404
    await join(ada, job, tia.user["id"], "coordinator")
    found, whole = await exported(tia, candidate_id), await exported(ada, candidate_id)
    assert found["notes"] == [notes[0]] and len(whole["notes"]) == 2
    for part, count in (("applications", 1), ("stage_changes", 2), ("messages", 1)):
        assert (len(found[part]), len(whole[part])) == (count, 2 * count), part
    assert other["id"] not in str(found) and notes[1]["id"] not in str(found)


async def test_nobody_exports_themselves(ada: Client, member: Any) -> None:
    """Whatever they may do: others do."""
    candidate = await person(ada)
    ina = await member("ina", dict.fromkeys(PERMISSIONS, "all"))
    await make_internal(ada, candidate["id"], ina.user)
    assert (await ina.get(f"/api/v1/candidates/{candidate['id']}/export")).status_code == 404
    assert (await exported(ada, candidate["id"]))["candidate"]["user_id"] == ina.user["id"]


async def test_export_has_the_profiles_of_those_who_were_merged(ada: Client, eve: Client) -> None:
    """As they were, one merge after another; what the survivor did not take over is nowhere else."""
    one, two, three = [await person(ada, last_name=name, current_title=name) for name in ("Kern", "Lee", "Roth")]
    await merged(ada, two, three)
    await merged(ada, one, two)
    profiles = (await exported(ada, one["id"]))["merged_candidates"]
    assert [(each["id"], each["last_name"], each["merged_into"]) for each in profiles] == [
        (three["id"], "Roth", two["id"]), (two["id"], "Lee", one["id"]),
    ]  # fmt: skip
    assert all(each["status"] == "merged" for each in profiles)
    stranger = await person(eve)
    assert (await exported(eve, stranger["id"]))["merged_candidates"] == []


async def test_export_of_a_merged_candidate_is_that_of_the_survivor(ada: Client) -> None:
    """The old id leads there."""
    one, two = await person(ada), await person(ada)
    await merged(ada, one, two)
    moved = await ada.get(f"/api/v1/candidates/{two['id']}/export")
    assert (moved.status_code, moved.headers["Location"]) == (301, f"/api/v1/candidates/{one['id']}/export")

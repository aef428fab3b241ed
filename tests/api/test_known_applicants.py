"""What an application through a board makes of people who are known, and how they are told of it."""

from typing import Any
from uuid import UUID

import pytest

from tests.api.conftest import Rows
from tests.api.journeys import open_job, published_post, reason, stages
from tests.client import Client

PERSON = {"first_name": "Zoë", "last_name": "D’Árc 李", "email": "zoe@example.com"}


@pytest.mark.parametrize(
    ("wrote", "is_proposed"),
    [
        ({}, False), ({"last_name": None}, False), ({"phone": "+49 30 1"}, False),
        ({"links": [{"value": "https://example.com/zoe", "kind": "other"}]}, False),
        ({"last_name": "Lee-Kern"}, True), ({"phone": "+49 30 2"}, True), ({"location": "Porto"}, True),
        ({"links": [{"value": "https://example.com/other", "kind": "website"}]}, True),
    ],
)  # fmt: skip
async def test_update_is_proposed_when_an_applicant_writes_what_is_not_known(
    ada: Client, anybody: Client, wrote: dict[str, Any], is_proposed: bool
) -> None:
    """What they left out, and a number or an address of another kind, is nothing new. Rules: B19."""
    known = {
        "first_name": PERSON["first_name"], "last_name": PERSON["last_name"], "emails": [{"value": PERSON["email"]}],
        "phones": [{"value": "+49 30 1", "kind": "work"}],
        "links": [{"value": "https://example.com/zoe", "kind": "website"}],
    }  # fmt: skip
    candidate = await ada.made("/candidates", known)
    path = await published_post(ada, await open_job(ada))
    applied = await anybody.post(f"{path}/applications", json=PERSON | wrote)
    assert applied.status_code == 201, applied.text
    proposed = (await ada.read(f"/candidates/{candidate['id']}"))["proposed_update"]
    assert (proposed is not None) == is_proposed, proposed


async def test_rejection_names_the_job_as_the_applicant_knows_it(ada: Client, anybody: Client, rows: Rows) -> None:
    """By the post's title; who was added without a post knows the job's."""
    job = await open_job(ada, title="Backfill for Bob")
    path = await published_post(ada, job, title="Firmware Engineer")
    assert (await anybody.post(f"{path}/applications", json=PERSON)).status_code == 201
    added = await ada.made("/candidates", {"first_name": "Kim", "emails": [{"value": "kim@example.com"}]})
    await ada.made("/applications", {"candidate_id": added["id"], "job_id": job["id"]})
    why = await reason(ada, "rejection")
    for application in (await ada.read("/applications"))["items"]:
        await ada.made(f"/applications/{application['id']}/reject", {"reason_id": why, "message": {}})
    found = await rows(
        "SELECT recipient, facts ->> 'job_title' FROM messages WHERE organization_id = %(id)s"
        " AND kind = 'application_rejected' ORDER BY 1",
        id=UUID(ada.organization["id"]),
    )
    assert [tuple(each) for each in found] == [
        ("kim@example.com", "Backfill for Bob"),
        (PERSON["email"], "Firmware Engineer"),
    ]


async def test_lead_becomes_an_applicant_when_they_apply(ada: Client, anybody: Client, rows: Rows) -> None:
    """Their application leaves the leads with what they sent, and they are thanked; its source stays. Rules: B39."""
    job = await open_job(ada)
    pipeline = (await ada.read(f"/jobs/{job['id']}/pipeline"))["stages"]
    kept = [{key: stage[key] for key in ("id", "name", "kind")} for stage in pipeline]
    changed = await ada.put(
        f"/api/v1/jobs/{job['id']}/pipeline", json={"stages": [{"name": "Lead", "kind": "lead"}, *kept]}
    )
    assert changed.status_code == 200, changed.text
    entered = await stages(ada, job)
    person = await ada.made("/candidates", {"first_name": "Zoë", "emails": [{"value": PERSON["email"]}]})
    found = await ada.made(
        "/applications", {"candidate_id": person["id"], "job_id": job["id"], "stage_id": entered["lead"]}
    )
    path = await published_post(ada, job)
    uploaded = await anybody.post(
        f"{path.partition('/posts/')[0]}/uploads", params={"file_name": "zoe.txt"}, content=b"Zoe",
        headers={"Content-Type": "text/plain"},
    )  # fmt: skip
    sent = PERSON | {"resume_upload_id": uploaded.json()["id"]}
    for _ in range(2):
        assert (await anybody.post(f"{path}/applications", json=sent)).status_code == 201
        sent = PERSON
    [application] = (await ada.read("/applications"))["items"]
    assert application["stage"]["id"] == entered["review"]
    assert {key: application[key] for key in ("id", "status", "post_id", "source_id", "version")} == {
        "id": found["id"], "status": "active", "post_id": path.rpartition("/")[2], "source_id": found["source_id"],
        "version": 2,
    }  # fmt: skip
    files = (await ada.read("/attachments", params={"candidate_id": person["id"]}))["items"]
    assert [each["file_name"] for each in files] == ["zoe.txt"]
    messages = (await ada.read("/messages", params={"candidate_id": person["id"]}))["items"]
    assert {each["kind"] for each in messages} == {"application_received", "already_applied"}
    history = (await ada.read(f"/applications/{found['id']}/history"))["items"]
    assert [each["change"] for each in history] == ["moved", "submitted"]

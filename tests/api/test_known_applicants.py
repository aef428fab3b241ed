"""What an application through a board makes of people who are known, and how they are told of it."""

from typing import Any
from uuid import UUID

import pytest

from tests.api.conftest import Rows
from tests.api.journeys import open_job, published_post, reason
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

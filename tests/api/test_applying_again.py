"""Rule 14: the board answers alike whatever is there; what comes of an application hangs on those before it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from tests.api.conftest import Rows
from tests.api.journeys import OVERRIDE, make_internal, open_job, published_post, reason
from tests.api.test_robots import told
from tests.client import Client

PERSON = {"first_name": "Noor", "email": "noor@example.com"}
WINDOW_DAYS = 30
IS_MADE = {
    "never": True, "a user, never": True, "active": False, "a user, active": False, "hired": False,
    "rejected in the window": False, "rejected before the window": True,
}  # fmt: skip
"""What the applicant had before → whether another application of theirs is made."""
COUNTS = """
SELECT count(a.id), count(DISTINCT c.id) FROM candidates AS c
LEFT JOIN applications AS a ON a.organization_id = c.organization_id AND a.candidate_id = c.id
WHERE c.organization_id = %(id)s
"""


async def stand(client: Client, before: str, job_id: str) -> None:
    """A candidate with the applicant's address, and what they had before on the job."""
    candidate = await client.made("/candidates", {"first_name": "Noor", "emails": [{"value": PERSON["email"]}]})
    if not before.endswith("never"):
        await apply(client, before, {"candidate_id": candidate["id"], "job_id": job_id})
    if before.startswith("a user"):
        user = await client.made("/users", {"first_name": "Noor", "email": PERSON["email"]})
        await make_internal(client, candidate["id"], user)


async def apply(client: Client, before: str, body: dict[str, str]) -> None:
    """An application of a candidate to a job, and what became of it."""
    days = WINDOW_DAYS + (1 if before.endswith("before the window") else -1)
    applied_at = (datetime.now(UTC) - timedelta(days=days)).isoformat()
    application = await client.made("/applications", body | {"applied_at": applied_at})
    if before == "hired":
        await client.made(f"/applications/{application['id']}/hire", OVERRIDE)
        await client.made(f"/jobs/{body['job_id']}/open")
    elif before.startswith("rejected"):
        rejection = {"reason_id": await reason(client, "rejection")}
        await client.made(f"/applications/{application['id']}/reject", rejection)


@pytest.mark.parametrize("before", IS_MADE)
async def test_answer_is_the_same_whatever_the_applicant_had_before(
    ada: Client, anybody: Client, rows: Rows, before: str
) -> None:
    """As a stranger's; the mail alone tells, and where an application is made it is the known candidate's."""
    await ada.patch("/api/v1/organization", json={"reapply_window_days": WINDOW_DAYS if "window" in before else 0})
    job = await open_job(ada)
    path = await published_post(ada, job)
    await stand(ada, before, job["id"])
    own = {"id": UUID(ada.organization["id"])}
    [(former, _)] = await rows(COUNTS, **own)
    known = await anybody.post(f"{path}/applications", json=PERSON)
    assert await rows(COUNTS, **own) == [(former + IS_MADE[before], 1)]
    mails = await rows("SELECT kind FROM messages WHERE organization_id = %(id)s AND kind <> 'invitation'", **own)
    assert mails == [("application_received" if IS_MADE[before] else "already_applied",)]
    stranger = await anybody.post(f"{path}/applications", json=PERSON | {"email": "nobody@example.com"})
    assert stranger.status_code == 201 and told(known) == told(stranger)

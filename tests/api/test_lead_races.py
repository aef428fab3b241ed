"""What becomes of leads, and of the files of applicants, when a board and recruiters act at once."""

import itertools
from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.api.conftest import Rows
from tests.api.journeys import open_job, published_post, reason, stages
from tests.api.merging import PATH, person
from tests.api.races import at_once_behind, outcomes, until_each_occurred
from tests.client import Client

EVENTS = """
SELECT e.type FROM outbox AS o JOIN events AS e ON e.id = o.event_id
WHERE e.organization_id = %(id)s AND e.type IN ('candidate.merged', 'application.stage_changed')
ORDER BY o.sequence
"""
ENDS = {"reject": "rejected", "transfer": "transferred"}


@dataclass
class Lead:
    """Somebody who is sourced for a job of their own, with the post through which they may apply."""

    ada: Client
    anybody: Client
    job: dict[str, Any]
    stages: dict[str, str]
    post: str
    candidate: dict[str, Any]
    application: dict[str, Any]

    @property
    def path(self) -> str:
        """Where the application is that they are sourced with."""
        return f"/applications/{self.application['id']}"

    async def form(self) -> dict[str, str]:
        """What they send to apply, with a resume of its own."""
        uploaded = await self.anybody.post(
            f"{self.post.partition('/posts/')[0]}/uploads", params={"file_name": "cv.txt"}, content=b"Kim",
            headers={"Content-Type": "text/plain"},
        )  # fmt: skip
        email = self.candidate["emails"][0]["value"]
        return {"first_name": "Kim", "email": email, "resume_upload_id": uploaded.json()["id"]}

    async def applied(self, form: dict[str, str]) -> httpx.Response:
        """Applies through the board."""
        return await self.anybody.post(f"{self.post}/applications", json=form)

    async def history(self) -> list[str]:
        """What happened to the application, first things first."""
        return [each["change"] for each in reversed((await self.ada.read(f"{self.path}/history"))["items"])]

    async def applications(self) -> Any:
        """Every application to the job."""
        return (await self.ada.read(f"/jobs/{self.job['id']}/applications"))["items"]

    async def files(self) -> Any:
        """Every file of the candidate, or of the survivor of a merge."""
        return (await self.ada.read("/attachments", params={"candidate_id": self.candidate["id"]}))["items"]


async def lead_of(ada: Client, anybody: Client) -> Lead:
    """A new lead."""
    job = await open_job(ada)
    kept = (await ada.read(f"/jobs/{job['id']}/pipeline"))["stages"]
    named = [{key: each[key] for key in ("id", "name", "kind")} for each in kept]
    changed = {"stages": [{"name": "Lead", "kind": "lead"}, *named]}
    answer = await ada.put(f"/api/v1/jobs/{job['id']}/pipeline", json=changed)
    assert answer.status_code == 200, answer.text
    entered, candidate = await stages(ada, job), await person(ada, emails=[{"value": f"kim-{job['id']}@example.com"}])
    sourced = {"candidate_id": candidate["id"], "job_id": job["id"], "stage_id": entered["lead"]}
    return Lead(
        ada, anybody, job, entered, await published_post(ada, job), candidate, await ada.made("/applications", sourced)
    )


async def raced(lead: Lead, rows: Rows, path: str, body: dict[str, Any], *, reads_first: bool) -> Counter[str]:
    """Ten apply through the board, which reads the post before it writes, and ten recruiters send a command.

    The recruiters read, too, where they are to: else they would always be first. Gives the outcomes of their command.
    """

    async def commanded() -> httpx.Response:
        if reads_first:
            await lead.ada.get(lead.post)
        return await lead.ada.post(f"/api/v1{path}", json=body)

    forms = [await lead.form() for _ in range(10)]
    answers = await at_once_behind(
        rows, "candidates", [lead.candidate], *(commanded() for _ in range(10)),
        *(lead.applied(form) for form in forms),
    )  # fmt: skip
    assert outcomes(answers[10:]) == {"201": 10}
    return outcomes(answers[:10])


async def test_lead_applies_once_when_recruiters_move_them(ada: Client, anybody: Client, rows: Rows) -> None:
    """Who was moved before is an applicant already, and nothing of the form is kept. Rules: A12, B39."""
    turns = itertools.cycle((False, True))

    async def play() -> set[str]:
        lead = await lead_of(ada, anybody)
        body = {"from_stage_id": lead.stages["lead"], "to_stage_id": lead.stages["screen"]}
        found = await raced(lead, rows, f"{lead.path}/move", body, reads_first=next(turns))
        [application] = await lead.applications()
        has_applied = application["post_id"] is not None
        assert found == ({"stage_is_another": 10} if has_applied else {"200": 1, "stage_is_another": 9})
        assert application["stage"]["kind"] == ("review" if has_applied else "screen")
        assert (application["version"], await lead.history()) == (2, ["submitted", "moved"])
        assert [each["application_id"] for each in await lead.files()] == [application["id"]] * has_applied
        return {"applied" if has_applied else "moved"}

    await until_each_occurred(play, {"applied", "moved"})


@pytest.mark.parametrize("verb", ENDS)
async def test_lead_applies_once_when_their_application_is_ended(
    ada: Client, anybody: Client, rows: Rows, verb: str
) -> None:
    """Where it had ended before, they apply anew. A file is where it came, and goes along with a transfer.

    Rules: A9, B39, V14.
    """
    why, turns = await reason(ada, "rejection"), itertools.cycle((False, True))

    async def play() -> set[str]:
        lead, target = await lead_of(ada, anybody), await open_job(ada)
        body = {"reason_id": why} if verb == "reject" else {"job_id": target["id"]}
        found = await raced(lead, rows, f"{lead.path}/{verb}", body, reads_first=next(turns))
        assert found == {"200": 1, "application_not_active": 9}
        *anew, ended = await lead.applications()
        has_applied = ended["post_id"] is not None
        assert await lead.history() == ["submitted", *["moved"] * has_applied, ENDS[verb]]
        assert [each["status"] for each in anew] in (["active"], [] if has_applied else ["active"])
        came = [ended, *(await ada.read(f"/jobs/{target['id']}/applications"))["items"]][-1]
        expected = [each["id"] for each in anew] + [came["id"]] * has_applied
        assert sorted(each["application_id"] for each in await lead.files()) == sorted(expected)
        return {"applied" if has_applied else "ended"}

    await until_each_occurred(play, {"applied", "ended"})


async def test_lead_applies_once_when_they_are_merged(ada: Client, anybody: Client, rows: Rows) -> None:
    """Before the merge or after it, when their application is the survivor's: nothing of the form is lost.

    Rules: B39, D9.
    """
    turns = itertools.cycle((False, True))

    async def play() -> set[str]:
        lead, survivor = await lead_of(ada, anybody), await person(ada)
        done = len(await rows(EVENTS, id=UUID(ada.organization["id"])))
        path, body = f"/candidates/{survivor['id']}/merge", {"candidate_id": lead.candidate["id"]}
        found = await raced(lead, rows, path, body, reads_first=next(turns))
        assert found == {"200": 1, "candidate_merged": 9}
        [application] = await lead.applications()
        assert (application["id"], application["candidate_id"]) == (lead.application["id"], survivor["id"])
        assert application["post_id"] is not None and application["stage"]["kind"] == "review"
        assert await lead.history() == ["submitted", "moved"]
        [file] = await lead.files()
        assert (file["application_id"], file["candidate_id"]) == (application["id"], survivor["id"])
        order = [name for (name,) in await rows(EVENTS, id=UUID(ada.organization["id"]))][done:]
        assert sorted(order) == ["application.stage_changed", "candidate.merged"]
        return {order[0]}

    await until_each_occurred(play, {"application.stage_changed", "candidate.merged"})


async def test_file_goes_along_when_its_application_is_transferred_and_merged(
    ada: Client, anybody: Client, rows: Rows
) -> None:
    """Ten of each at once: it is the survivor's, and where the application is that took the place of the first.

    Rules: D9, V14.
    """

    async def play() -> set[str]:
        lead, target, survivor = await lead_of(ada, anybody), await open_job(ada), await person(ada)
        assert (await lead.applied(await lead.form())).status_code == 201
        merge, transfer = f"{PATH}/{survivor['id']}/merge", f"/api/v1{lead.path}/transfer"
        answers = await at_once_behind(
            rows, "candidates", [lead.candidate],
            *(ada.post(merge, json={"candidate_id": lead.candidate["id"]}) for _ in range(10)),
            *(ada.post(transfer, json={"job_id": target["id"]}) for _ in range(10)),
        )  # fmt: skip
        assert outcomes(answers[:10]) == {"200": 1, "candidate_merged": 9}
        assert outcomes(answers[10:]) == {"200": 1, "application_not_active": 9}
        [made] = (await ada.read(f"/jobs/{target['id']}/applications"))["items"]
        [file] = await lead.files()
        assert (file["application_id"], file["candidate_id"]) == (made["id"], survivor["id"])
        [ended] = [each.json() for each in answers[10:] if each.is_success]
        return {"merged" if ended["candidate_id"] == survivor["id"] else "transferred"}

    await until_each_occurred(play, {"merged", "transferred"})

"""What merging candidates keeps whole while others write: nothing is lost, and every id leads to one survivor."""

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Coroutine, Sequence
from time import monotonic
from typing import Any
from uuid import UUID

import pytest
from httpx import Response

from hiring.config import Settings
from tests.api.conftest import Blocked, Rows
from tests.api.journeys import JOB, OVERRIDE, apply, open_job, published_post, reason
from tests.api.worlds import upload
from tests.background import until
from tests.client import Client
from tests.databases import administered

PATH = "/api/v1/candidates"
TABLES = ("applications", "attachments", "notes", "result_links", "consents", "messages", "candidate_emails")
LEFT_BEHIND = " UNION ALL ".join(
    f"SELECT '{table}', x.candidate_id::text FROM {table} AS x"
    " JOIN candidates AS c ON c.organization_id = x.organization_id AND c.id = x.candidate_id"
    " WHERE x.organization_id = %(organization_id)s AND c.status = 'merged'"
    for table in TABLES
)
"""What still names a candidate that was merged."""
MADE = """
SELECT a.job_id::text, count(*)::integer FROM applications AS a
WHERE a.organization_id = %(organization_id)s AND a.candidate_id = %(survivor_id)s GROUP BY 1
"""
"""How many applications of the survivor each job has."""
THANKED = """
SELECT count(*)::integer FROM messages
WHERE organization_id = %(organization_id)s AND kind = 'application_received'
"""
"""How many were thanked for applying through a board, which answers all of them alike."""
MERGED = {(noun, "candidate_merged") for noun in ("applications", "attachments", "notes", "merge")}
REFUSALS = MERGED | {("applications", "application_active"), ("merge", "applications_collide")}
"""What may stand in the way while others merge."""
MANY = """
INSERT INTO applications (organization_id, id, candidate_id, job_id, stage_id, status, ended_at)
SELECT a.organization_id, uuid_v7(), a.candidate_id, a.job_id, a.stage_id, 'withdrawn', clock_timestamp()
FROM applications AS a, generate_series(2, 1000) WHERE a.id = %(id)s RETURNING id
"""


class Family:
    """Candidates who are all one person, with what was written about them and acknowledged."""

    def __init__(self, client: Client, people: Sequence[dict[str, Any]]) -> None:
        self.client, self.people = client, people
        self.written: dict[str, set[str]] = {"applications": set(), "attachments": set(), "notes": set()}
        self.merges, self.refusals = 0, Counter[tuple[str, str]]()

    def told(self, noun: str, answer: Response) -> bool:
        """Whether something was done; counts what stood in the way."""
        if answer.status_code == 409:
            self.refusals[noun, answer.json()["code"]] += 1
        return answer.is_success

    async def merge(self, survivor: str, other: str) -> int:
        """Merges two, keeping the survivor's application where both have one; gives the status of the answer."""
        body: dict[str, Any] = {"candidate_id": other}
        answer = await self.client.post(f"{PATH}/{survivor}/merge", json=body)
        if answer.status_code == 409 and answer.json()["code"] == "applications_collide":
            body["keep"] = {each["job_id"]: each["application_id"] for each in answer.json()["current"]["pairs"]}
            answer = await self.client.post(f"{PATH}/{survivor}/merge", json=body)
        assert answer.status_code in (200, 409, 422), answer.text
        self.merges += self.told("merge", answer)
        return answer.status_code

    async def write(self, path: str, body: dict[str, Any]) -> None:
        """Writes something about a candidate, and keeps its id where that was acknowledged."""
        answer, noun = await self.client.post(f"/api/v1/{path}", json=body), path.rpartition("/")[2]
        assert answer.status_code in (201, 409), answer.text
        if self.told(noun, answer):
            self.written[noun].add(answer.json()["id"])

    async def attach(self, candidate_id: str) -> None:
        """Attaches a file."""
        upload = await self.client.post(
            "/api/v1/uploads?file_name=cv.txt", content=b"Kim", headers={"Content-Type": "text/plain"}
        )
        await self.write(f"candidates/{candidate_id}/attachments", {"upload_id": upload.json()["id"], "kind": "resume"})

    async def end(self) -> str:
        """Merges those who are left, and gives the one survivor."""
        survivor, *others = [each["id"] for each in (await self.client.read("/candidates"))["items"]]
        for other in others:
            assert await self.merge(survivor, other) == 200
        return str(survivor)

    async def lost(self, survivor: str) -> set[str]:
        """What was acknowledged and is not the survivor's."""
        found = set[str]()
        for noun in self.written:
            query = {"candidate_id": survivor, "limit": 100}
            found |= {each["id"] for each in (await self.client.read(f"/{noun}", params=query))["items"]}
        return set[str]().union(*self.written.values()) - found


async def family(client: Client, number: int) -> Family:
    """A family of so many candidates with addresses of their own."""
    bodies = [{"first_name": "Kim", "emails": [{"value": f"k{each}@example.com"}]} for each in range(number)]
    return Family(client, [await client.made("/candidates", each) for each in bodies])


async def test_nothing_is_lost_when_trees_are_merged_while_others_write(
    ada: Client, anybody: Client, rows: Rows, address: str
) -> None:
    """Twenty runs: what was acknowledged is the survivor's, each old id leads to them, and no job has two of theirs."""
    refusals = Counter[tuple[str, str]]()
    for run in range(20):
        async with await Client.register(address) as client:
            jobs = [await open_job(client), await open_job(client)]
            board = await published_post(client, jobs[1])
            kin = await family(client, 8)
            ids = [each["id"] for each in kin.people]
            pairs = [(0, 1), (2, 3), (0, 2), (4, 5), (6, 7), (4, 6), (7, 0)]
            work: list[Coroutine[Any, Any, Any]] = [kin.merge(ids[one], ids[other]) for one, other in pairs]
            for number, each in enumerate(ids):
                work += [kin.write(f"candidates/{each}/notes", {"body": "?"}), kin.attach(each)]
                work.append(kin.write("applications", {"candidate_id": each, "job_id": jobs[0]["id"]}))
                applicant = {"first_name": "Kim", "email": f"k{number}@example.com"}
                work.append(anybody.post(f"{board}/applications", json=applicant))
            random.Random(run).shuffle(work)
            answers = await asyncio.gather(*work)
            assert all(each.status_code == 201 for each in answers if isinstance(each, Response))
            assert kin.merges and all(kin.written.values()), "each kind of work was done"
            refusals += kin.refusals
            survivor = await kin.end()
            assert not await kin.lost(survivor)
            for old in ids:
                found = await client.get(f"{PATH}/{old}")
                assert old == survivor or found.json()["merged_into"] == survivor, found.text
            own = {"organization_id": UUID(client.organization["id"])}
            assert not await rows(LEFT_BEHIND, **own)
            [(thanked,)] = await rows(THANKED, **own)
            made: dict[str, int] = dict(await rows(MADE, **own, survivor_id=UUID(survivor)))
            assert thanked and made == {jobs[0]["id"]: len(kin.written["applications"]), jobs[1]["id"]: thanked}
            for job in jobs:
                query = {"status": "active", "limit": 100}
                assert len((await client.read(f"/jobs/{job['id']}/applications", params=query))["items"]) == 1
    assert MERGED <= refusals.keys() <= REFUSALS, "merges and other work did meet, and nothing else was in the way"


async def test_loss_is_found_when_a_row_stays_with_a_merged_candidate(ada: Client, rows: Rows) -> None:
    """The control of the test above: one note that is left behind is told by both of its looks."""
    kin = await family(ada, 2)
    [survivor, other] = [each["id"] for each in kin.people]
    await kin.write(f"candidates/{other}/notes", {"body": "?"})
    assert await kin.merge(survivor, other) == 200 and not await kin.lost(survivor)
    [note] = kin.written["notes"]
    await rows("UPDATE notes SET candidate_id = %(o)s WHERE id = %(id)s RETURNING id", o=UUID(other), id=UUID(note))
    assert await kin.lost(survivor) == {note}
    assert await rows(LEFT_BEHIND, organization_id=UUID(ada.organization["id"])) == [("notes", other)]


async def test_one_of_two_survives_when_twenty_merge_them_in_both_directions(ada: Client) -> None:
    """One merge is made; the others hear that it is, and nobody leads in a circle."""
    for _ in range(5):
        kin = await family(ada, 2)
        one, two = [each["id"] for each in kin.people]
        statuses = await asyncio.gather(*(kin.merge(*each) for each in [(one, two), (two, one)] * 10))
        assert sorted(statuses) == [200] + [409] * 19
        found = [await ada.get(f"{PATH}/{each}") for each in (one, two)]
        assert sorted(each.status_code for each in found) == [200, 301]


async def test_circle_is_never_made_when_twenty_merge_a_ring(ada: Client) -> None:
    """Each into the next: at least one stays, and every id leads to one that stays."""
    kin = await family(ada, 20)
    ids = [each["id"] for each in kin.people]
    await asyncio.gather(*(kin.merge(*pair) for pair in itertools.pairwise([*ids, ids[0]])))
    found = [await ada.get(f"{PATH}/{each}") for each in ids]
    kept = {each.json()["id"] for each in found if each.status_code == 200}
    assert kept and {each.json()["merged_into"] for each in found if each.status_code == 301} <= kept


async def test_application_is_the_survivors_when_twenty_apply_during_the_merge(ada: Client) -> None:
    """To twenty jobs, in the name of the candidate that is being merged: in before, or told where they are now."""
    jobs = [await open_job(ada) for _ in range(20)]
    made, refusals = 0, Counter[tuple[str, str]]()
    for _ in range(5):
        kin = await family(ada, 2)
        survivor, other = [each["id"] for each in kin.people]
        writes = [kin.write("applications", {"candidate_id": other, "job_id": job["id"]}) for job in jobs]
        await asyncio.gather(*writes[:10], kin.merge(survivor, other), *writes[10:])
        assert kin.merges == 1 and not await kin.lost(survivor)
        made, refusals = made + len(kin.written["applications"]), refusals + kin.refusals
    assert made and refusals == {("applications", "candidate_merged"): 100 - made}, "both did happen"


async def test_hire_stands_when_it_meets_the_merge(ada: Client) -> None:
    """Twenty runs: the hired application stays, or was withdrawn before it could be hired; never both."""
    for _ in range(20):
        job = await ada.made("/jobs", JOB)
        await ada.made(f"/jobs/{job['id']}/open")
        one, two = await apply(ada, job), await apply(ada, job)
        keep = {job["id"]: one["id"]}
        merged, hired = await asyncio.gather(
            ada.post(f"{PATH}/{one['candidate_id']}/merge", json={"candidate_id": two["candidate_id"], "keep": keep}),
            ada.post(f"/api/v1/applications/{two['id']}/hire", json=OVERRIDE),
        )
        states = [(await ada.read(f"/applications/{each['id']}"))["status"] for each in (one, two)]
        told = (merged.status_code, hired.status_code)
        assert (told, states) in (
            ((200, 409), ["active", "withdrawn"]), ((422, 200), ["active", "hired"])
        ), (merged.text, hired.text)  # fmt: skip


async def test_thousand_applications_move_when_their_candidate_is_merged(ada: Client, rows: Rows) -> None:
    """In one transaction, within the time that a request may take."""
    job = await open_job(ada)
    application, survivor = await apply(ada, job), await ada.made("/candidates", {"first_name": "Kim"})
    await rows(MANY, id=UUID(application["id"]))
    begun = monotonic()
    body = {"candidate_id": application["candidate_id"]}
    merge = await ada.made(f"/candidates/{survivor['id']}/merge", body)
    taken_s = monotonic() - begun
    assert merge["moved"]["applications_count"] == 1000 and taken_s < 3, taken_s


@pytest.mark.parametrize("table", ["applications", "attachments", "notes"])
async def test_survivor_is_locked_first_by_what_waited_for_the_merge(
    ada: Client, rows: Rows, settings: Settings, blocked: Blocked, table: str
) -> None:
    """Nothing of theirs is locked before them: else who goes the right way round would wait for it, in a circle."""
    application, kim = await apply(ada, await open_job(ada)), await ada.made("/candidates", {"first_name": "Kim"})
    path = f"/candidates/{application['candidate_id']}"
    if table == "notes":
        note = await ada.made(f"{path}/notes", {"body": "A"})
        request = ada.patch(f"/api/v1/notes/{note['id']}", json={"body": "B"})
    elif table == "attachments":
        file = await ada.made(
            f"{path}/attachments", {"kind": "other", "upload_id": await upload(ada, "/api/v1/uploads")}
        )
        request = ada.delete(f"/api/v1/attachments/{file['id']}")
    else:
        reasoned = {"reason_id": await reason(ada, "rejection")}
        request = ada.post(f"/api/v1/applications/{application['id']}/reject", json=reasoned)
    old_id, survivor_id = UUID(application["candidate_id"]), UUID(kim["id"])
    async with administered(settings) as merging, administered(settings) as other:
        await other("BEGIN; SELECT FROM candidates WHERE id = %(id)s FOR NO KEY UPDATE", id=survivor_id)
        await merging(
            "BEGIN; SET LOCAL session_replication_role = replica;"  # no triggers, which would lock the survivor
            " UPDATE candidates SET status = 'merged', merged_into = %(survivor_id)s WHERE id = %(old_id)s;"
            f" UPDATE {table} SET candidate_id = %(survivor_id)s WHERE candidate_id = %(old_id)s",
            old_id=old_id, survivor_id=survivor_id,
        )  # fmt: skip
        task = await blocked(request)
        await merging("COMMIT")

        async def is_waiting() -> bool:
            waiting = "SELECT pid FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))"
            return task.done() or await other(waiting) != []

        await until(is_waiting)
        free = f"SELECT id FROM {table} WHERE candidate_id = %(id)s FOR UPDATE SKIP LOCKED"
        assert len(await rows(free, id=survivor_id)) == 1
        await other("COMMIT")
    assert (await task).is_success

"""Which rows a permission reaches: a team's jobs, not its interviewers' applicants, not colleagues who apply."""

from typing import Any

import pytest

from tests.api.journeys import apply, make_internal, open_job
from tests.api.worlds import upload, world_of
from tests.client import Client

READ_BY = {
    "jobs.read": (("/jobs", "job_id"), ("/openings", None)), "posts.read": (("/posts", "post_id"),),
    "candidates.read": (("/candidates", "candidate_id"), ("/consents", "consent_id")),
    "applications.read": (("/applications", "application_id"),),
    "attachments.read": (("/attachments", "attachment_id"),), "notes.read": (("/notes", "note_id"),),
}  # fmt: skip
"""Permission → the lists that it shows, and the ids of single resources."""
LONG_AGO = "2020-01-01T00:00:00Z"
TEAM_READING = (
    "jobs.read", "applications.read", "candidates.read", "attachments.read", "notes.read", "structure.read",
)  # fmt: skip


async def test_team_sees_its_jobs_only_when_its_scope_is_team(ada: Client, member: Any) -> None:
    """Jobs, openings, applications and candidates of others' jobs are not there; confidential ones need their team."""
    bob = await member(
        "bob", {"jobs.read": "team", "applications.read": "team", "candidates.read": "team", "users.read": "all"}
    )
    carl = await member("carl", {"jobs.read": "all", "applications.read": "all"})
    mine, other = await open_job(ada), await open_job(ada, is_confidential=True)
    team = {"members": [{"user_id": bob.user["id"], "role": "hiring_manager"}]}
    await ada.put(f"/api/v1/jobs/{mine['id']}/hiring-team", json=team)
    applications = {}
    for job in (mine, other):
        person = await ada.made("/candidates", {"first_name": "Kim"})
        applications[job["id"]] = await ada.made("/applications", {"candidate_id": person["id"], "job_id": job["id"]})
    assert [job["id"] for job in (await bob.read("/jobs"))["items"]] == [mine["id"]]
    assert [job["id"] for job in (await carl.read("/jobs"))["items"]] == [mine["id"]]
    assert (await bob.get(f"/api/v1/jobs/{other['id']}")).status_code == 404
    assert (await carl.get(f"/api/v1/jobs/{other['id']}/pipeline")).status_code == 404
    assert [each["job_id"] for each in (await bob.read("/applications"))["items"]] == [mine["id"]]
    seen = (await bob.read("/candidates"))["items"]
    assert [each["id"] for each in seen] == [applications[mine["id"]]["candidate_id"]]
    hidden = applications[other["id"]]
    assert (await bob.get(f"/api/v1/candidates/{hidden['candidate_id']}")).status_code == 404
    assert (await carl.get(f"/api/v1/applications/{hidden['id']}")).status_code == 404
    assert (await bob.read("/openings"))["items"][0]["job_id"] == mine["id"]


async def test_interviewer_sees_no_applicants_when_on_the_team(ada: Client, member: Any) -> None:
    """Neither in any list nor by id, and no count of them; with another role besides, all of it."""
    bob = await member("bob", dict.fromkeys(TEAM_READING, "team"))
    job = await open_job(ada)
    team = f"/api/v1/jobs/{job['id']}/hiring-team"
    await ada.put(team, json={"members": [{"user_id": bob.user["id"], "role": "interviewer"}]})
    person = await ada.made("/candidates", {"first_name": "Kim", "external_id": "kim"})
    file = await ada.made(
        f"/candidates/{person['id']}/attachments", {"upload_id": await upload(ada, "/api/v1/uploads")}
    )
    body = {"candidate_id": person["id"], "job_id": job["id"], "external_id": "kim-1"}
    application = await ada.made("/applications", body)
    note = await ada.made(f"/candidates/{person['id']}/notes", {"body": "A", "application_id": application["id"]})
    since = {"updated_since": "2020-01-01T00:00:00Z"}
    lists: list[tuple[str, dict[str, str]]] = [
        *(("/applications", filters) for filters in ({}, since, {"status": "active"}, {"ids": application["id"]})),
        *(("/applications", {name: application[name]}) for name in ("external_id", "candidate_id", "job_id")),
        ("/applications", {"stage_id": application["stage"]["id"]}), (f"/jobs/{job['id']}/applications", {}),
        *(("/candidates", filters) for filters in ({}, since, {"external_id": "kim"}, {"ids": person["id"]})),
        *(("/attachments", filters) for filters in ({}, since, {"kind": file["kind"]}, {"ids": file["id"]})),
        ("/attachments", {"candidate_id": person["id"]}),
        *(("/notes", filters) for filters in ({}, since, {"ids": note["id"]}, {"application_id": application["id"]})),
        ("/notes", {"candidate_id": person["id"]}),
    ]  # fmt: skip
    made = {"applications": application, "candidates": person, "attachments": file, "notes": note}
    found = [f"/{noun}/{each['id']}" for noun, each in made.items()]

    async def seen() -> tuple[set[int], set[int], int]:
        listed = {len((await bob.read(path, params=filters))["items"]) for path, filters in lists}
        statuses = {(await bob.get(f"/api/v1{path}")).status_code for path in found}
        stages = (await bob.read(f"/jobs/{job['id']}/pipeline"))["stages"]
        return listed, statuses, sum(stage["applications_count"] for stage in stages)

    assert (await bob.read("/jobs"))["items"][0]["id"] == job["id"]
    assert (await bob.read("/openings"))["items"][0]["job_id"] == job["id"]
    assert await seen() == ({0}, {404}, 0)
    roles = [{"user_id": bob.user["id"], "role": role} for role in ("interviewer", "coordinator")]
    await ada.put(team, json={"members": roles})
    assert await seen() == ({1}, {200}, 1)


async def test_colleague_who_applies_is_hidden_when_the_permission_is_missing(ada: Client, member: Any) -> None:
    """Their application is as hidden as they are, in lists and in counts; nobody ever sees their own."""
    codes = ("jobs.read", "applications.read", "candidates.read")
    bob, carl = await member("bob", dict.fromkeys(codes, "all")), await member("carl", dict.fromkeys(codes, "all"))
    job = await open_job(ada)
    mine, other = [await apply(ada, job) for _ in range(2)]
    await make_internal(ada, mine["candidate_id"], carl.user)
    written = await ada.patch(f"/api/v1/candidates/{other['candidate_id']}", json={"current_title": "Chef"})
    token = {"Consistency-Token": written.headers["Consistency-Token"]}

    async def seen(client: Client) -> tuple[list[list[str]], int, int]:
        listed = []
        for filters in ({}, {"job_id": job["id"]}, {"status": "active"}, {"updated_since": "2020-01-01T00:00:00Z"}):
            items = (await client.read("/applications", params=filters, headers=token))["items"]
            listed.append(sorted(item["id"] for item in items))
        found = await client.get(f"/api/v1/applications/{mine['id']}", headers=token)
        stages = (await client.read(f"/jobs/{job['id']}/pipeline", headers=token))["stages"]
        return listed, found.status_code, sum(stage["applications_count"] for stage in stages)

    hidden = [[other["id"]]] * 4, 404, 1
    assert await seen(bob) == hidden and await seen(carl) == hidden
    assert await seen(ada) == ([[mine["id"], other["id"]]] * 4, 200, 2)
    for who in (bob, carl):
        await ada.made(
            f"/users/{who.user['id']}/permissions", {"permission": "candidates.read_internal", "scope": "all"}
        )
    assert (await seen(bob))[1:] == (200, 2) and await seen(carl) == hidden


async def test_rows_are_seen_by_their_own_permission_alone(ada: Client, anybody: Client, member: Any) -> None:
    """Whoever holds it for all rows sees all; whoever holds all others so, and it for a team's, sees a team's only."""
    ids = await world_of(ada, anybody)
    for code, shown in READ_BY.items():
        reader = await member(f"reader-{code}", {code: "all"})
        outsider = await member(f"outsider-{code}", dict.fromkeys(READ_BY, "all") | {code: "team"})
        for path, name in shown:
            expected = [each["id"] for each in (await ada.read(path, params={"limit": 100}))["items"]]
            found = (await reader.read(path, params={"limit": 100}))["items"]
            assert [each["id"] for each in found] == expected != [], path
            assert (await outsider.read(path))["items"] == [], path
            single = f"/api/v1{path}/{ids[name] if name else ''}"
            statuses = [(await who.get(single)).status_code for who in (reader, outsider)]
            assert name is None or statuses == [200, 404], (path, statuses)


async def test_pipeline_counts_the_applications_that_its_reader_sees(ada: Client, member: Any) -> None:
    """None without the permission for them, those of a team on the team alone."""
    job = await open_job(ada)
    await apply(ada, job)
    for name, held, count in (
        ("none", {}, 0), ("team", {"applications.read": "team"}, 0), ("all", {"applications.read": "all"}, 1),
    ):  # fmt: skip
        reader = await member(name, {"jobs.read": "all"} | held)
        stages = (await reader.read(f"/jobs/{job['id']}/pipeline"))["stages"]
        assert sum(stage["applications_count"] for stage in stages) == count, name
        assert (await reader.get(f"/api/v1/jobs/{job['id']}/hiring-team")).status_code == 200


@pytest.mark.parametrize(
    ("grants", "told"),
    [
        ({"jobs.read": "team"}, {"jobs": "team", "openings": "team"}),
        ({"jobs.read": "all"}, {"jobs": 'all;without="confidential"', "openings": 'all;without="confidential"'}),
        ({"jobs.read": "all", "jobs.read_confidential": "team"}, {"jobs": 'all;without="confidential"'}),
        ({"jobs.read": "all", "jobs.read_confidential": "all"}, {"jobs": "all", "openings": "all", "posts": None}),
        ({"candidates.read": "team", "candidates.read_internal": "team"}, {"candidates": "team"}),
        ({"candidates.read": "all", "candidates.read_internal": "team"},
         {"candidates": 'all;without="confidential internal"'}),
        ({"applications.read": "team"}, {"applications": 'team;without="internal"', "candidates": None}),
        ({"attachments.read": "all", "candidates.read_internal": "all"},
         {"attachments": 'all;without="confidential private"', "notes": None}),
        ({"notes.read": "all", "private.read": "team"}, {"notes": 'all;without="confidential internal private"'}),
        ({"notes.read": "team", "private.read": "team"}, {"notes": 'team;without="internal"'}),
    ],
)  # fmt: skip
async def test_part_is_told_when_a_caller_sees_no_more(
    member: Any, grants: dict[str, str], told: dict[str, str | None]
) -> None:
    """In the header of lists, in each order, and for each kind in `/me`; a kind that cannot be read is null there."""
    bob = await member("bob", grants)
    kinds = (await bob.read("/me"))["visibility"]
    for kind, header in told.items():
        lists = [await bob.get(f"/api/v1/{kind}", params=query) for query in ({}, {"updated_since": LONG_AGO})]
        assert [each.headers.get("Visibility") for each in lists] == [header, header]
        scope, _, without = (header or "").partition(";without=")
        expected = {"scope": scope, "without": without.strip('"').split()}
        assert kinds[kind] == (None if header is None else expected)


async def test_nobody_is_told_of_a_part_where_there_is_none(ada: Client) -> None:
    """Of what every reader sees alike; a patch of one's own user tells the same as reading it."""
    assert "Visibility" not in (await ada.get("/api/v1/departments")).headers
    changed = await ada.patch("/api/v1/me", json={"first_name": "Ada"})
    assert changed.json()["visibility"] == (await ada.read("/me"))["visibility"]
    assert changed.json()["visibility"]["attachments"] == {"scope": "all", "without": []}

"""`?expand=` shows related resources within, each as its own address shows it, to whom may see it there."""

from itertools import chain
from typing import Any

from tests.api.journeys import JOB, apply, join
from tests.client import Client

PAY = {"min_minor": 1, "max_minor": 2, "currency": "EUR", "period": "year"}
LONG_AGO = "2020-01-01T00:00:00Z"


async def world(client: Client) -> dict[str, Any]:
    """A job with all that can be shown within it, and what shows it within."""
    department = await client.made("/departments", {"name": "Works"})
    offices = [await client.made("/offices", {"name": name}) for name in ("Graz", "Bern")]
    ids = {"department_id": department["id"], "office_ids": [office["id"] for office in offices]}
    job = await client.made("/jobs", JOB | ids | {"pay_range": PAY, "external_id": "job-1"})
    post = await client.made(f"/jobs/{job['id']}/posts", {"title": "Engineer", "body": "Come.", "external_id": "p-1"})
    job = await client.made(f"/jobs/{job['id']}/open")
    application = await apply(client, job, external_id="kim")
    candidate = await client.read(f"/candidates/{application['candidate_id']}")
    opening = (await client.read("/openings"))["items"][0]
    return {
        "department": department, "offices": offices, "job": job, "post": post, "opening": opening,
        "application": application, "candidate": candidate,
    }  # fmt: skip


def lists(made: dict[str, Any]) -> chain[tuple[str, dict[str, str], str]]:
    """Every list that can be expanded, in every way that it is read: path, filters, what it lists."""
    job, application = made["job"]["id"], made["application"]
    everywhere: list[dict[str, str]] = [{}, {"updated_since": LONG_AGO}]
    of_job = [{"job_id": job}, {"job_id": job, "status": "active"}, {"job_id": job, "updated_since": LONG_AGO}]
    return chain(
        (("/jobs", by, "job") for by in [
            *everywhere, {"status": "open"}, {"department_id": made["department"]["id"]}, {"external_id": "job-1"},
            {"ids": job},
        ]),
        (("/posts", by, "post") for by in [
            *everywhere, {"job_id": job}, {"external_id": "p-1"}, {"ids": made["post"]["id"]},
        ]),
        (("/openings", by, "opening") for by in [*everywhere, {"job_id": job}, {"ids": made["opening"]["id"]}]),
        (("/applications", by, "application") for by in [
            *everywhere, *of_job, {"status": "active"}, {"status": "active", "updated_since": LONG_AGO},
            {"candidate_id": application["candidate_id"]}, {"stage_id": application["stage"]["id"]},
            {"ids": application["id"]},
        ]),
        [(f"/jobs/{job}/applications", {}, "application")],
    )  # fmt: skip


WITHIN = {
    "job": ("department", "offices"), "post": ("job",), "opening": ("job",), "application": ("candidate", "job"),
}  # fmt: skip


async def test_related_resources_are_shown_within_when_asked_for(ada: Client, member: Any) -> None:
    """In every list and way to read it, for who sees all jobs and for who sees their teams' only."""
    made = await world(ada)
    bob = await member(
        "bob", dict.fromkeys(("jobs.read", "posts.read", "applications.read", "candidates.read"), "team")
    )
    await ada.made(f"/users/{bob.user['id']}/permissions", {"permission": "structure.read", "scope": "all"})
    await ada.made(f"/users/{bob.user['id']}/permissions", {"permission": "pay.read", "scope": "team"})
    await join(ada, made["job"], bob.user["id"], "recruiter")
    made["job"] = await ada.read(f"/jobs/{made['job']['id']}")
    for client in (ada, bob):
        for path, filters, kind in lists(made):
            plain = (await client.read(path, params=filters))["items"]
            asked = filters | {"expand": ",".join(WITHIN[kind])}
            expanded = (await client.read(path, params=asked))["items"]
            assert expanded == [item | {name: made[name] for name in WITHIN[kind]} for item in plain], (path, filters)
            assert [item["id"] for item in plain] == [made[kind]["id"]], (path, filters)


async def test_single_resource_has_no_etag_when_expanded(ada: Client) -> None:
    """It changes with what it shows; one that is asked for by name alone comes alone."""
    made = await world(ada)
    for path, kind in (("jobs", "job"), ("posts", "post"), ("applications", "application")):
        url = f"/api/v1/{path}/{made[kind]['id']}"
        plain = await ada.get(url)
        for name in WITHIN[kind]:
            expanded = await ada.get(url, params={"expand": name})
            assert expanded.json() == plain.json() | {name: made[name]}
            assert "ETag" in plain.headers and "ETag" not in expanded.headers
    bare = await ada.made("/jobs", JOB)
    shown = await ada.read(f"/jobs/{bare['id']}", params={"expand": "department,offices"})
    assert shown == bare | {"department": None, "offices": []}


async def test_expansion_is_refused_when_its_permission_does_not_reach_as_far(ada: Client, member: Any) -> None:
    """What is within is never more than its own address shows: not the candidate, not the pay."""
    made = await world(ada)
    url = f"/api/v1/applications/{made['application']['id']}"
    bob = await member("bob", {"applications.read": "all", "candidates.read": "team", "jobs.read": "all"})
    for path in ("/api/v1/applications", url):
        refused = await bob.get(path, params={"expand": "candidate"})
        assert refused.status_code == 403 and "candidates.read" in refused.json()["detail"]
    assert (await bob.get(url, params={"expand": "job"})).json()["job"] == made["job"] | {"pay_range": None}
    assert (await bob.get("/api/v1/jobs", params={"expand": "offices"})).status_code == 403


async def test_unknown_expansion_is_refused_when_asked_for(ada: Client) -> None:
    """The list of what can be shown within is short and closed."""
    for path, names, place in (
        ("/jobs", "openings", "/0"), ("/applications", "candidate,offers", "/1"), ("/posts", "", "/0"),
        ("/users", "job", ""),
    ):  # fmt: skip
        refused = await ada.get(f"/api/v1{path}", params={"expand": names})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, f"?expand{place}")

"""Reports through the API: what is counted of what the caller sees, from the events of real commands."""

import csv
import io
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import httpx
import msgspec
import pytest

from hiring.config import Settings
from hiring.database import Database
from hiring.handlers.reports import REPORTS
from hiring.http.dependencies import Dependencies
from tests.api.conftest import Serve
from tests.api.journeys import apply, join, make_internal, open_job, reason, stages
from tests.api.merging import both_applied, candidate_of, merged
from tests.client import Client
from tests.databases import administered
from tests.replica import replay_held

NOW = {"Consistency-Token": ""}
"""Waits for nothing, such as the write of another organization, which would never come."""
PERIOD_REPORTS = [name for name in REPORTS if name != "jobs"]


pytestmark = pytest.mark.usefixtures("ingesting")


async def report(client: Client, name: str, **query: Any) -> dict[str, Any]:
    """A report with all that was written before: the client sends the latest token."""
    headers = {"Consistency-Token": Client.latest_writes[client.address]}
    return await client.read(f"/reports/{name}", params=query, headers=headers)


async def by_kind(client: Client, name: str = "funnel", **query: Any) -> dict[str, dict[str, Any]]:
    """The rows of a report by kind of stage."""
    return {row["kind"]: row for row in (await report(client, name, **query))["items"]}


async def moved(client: Client, application: dict[str, Any], stage_id: str) -> None:
    await client.made(f"/applications/{application['id']}/move", {"to_stage_id": stage_id})


async def hired(client: Client, job: dict[str, Any], application: dict[str, Any]) -> None:
    await client.made(f"/jobs/{job['id']}/openings", {"count": 1})
    await client.made(f"/applications/{application['id']}/hire", {"override_reason": "No offers yet."})


async def test_numbers_follow_what_was_done_when_each_report_is_read(ada: Client) -> None:
    """Four applications: one waits, one is rejected after an interview, one withdraws, one is hired."""
    job = await open_job(ada)
    by_kind_of = await stages(ada, job)
    first, second, third, fourth = [await apply(ada, job) for _ in range(4)]
    await moved(ada, second, by_kind_of["interview"])
    await ada.made(f"/applications/{second['id']}/reject", {"reason_id": await reason(ada, "rejection")})
    await ada.made(f"/applications/{third['id']}/withdraw", {"reason_id": await reason(ada, "withdrawal")})
    await hired(ada, job, fourth)
    funnel = await by_kind(ada)
    assert {kind: row["reached"] for kind, row in funnel.items()} == {
        "review": 4, "screen": 2, "assessment": 2, "interview": 2, "offer": 1, "hired": 1,
    }  # fmt: skip
    assert (funnel["review"]["active"], funnel["review"]["withdrawn"], funnel["interview"]["rejected"]) == (1, 1, 1)
    assert funnel["screen"]["conversion"] == funnel["screen"]["share"] == 0.5
    [hires] = (await report(ada, "time-to-hire"))["items"]
    assert hires["hires"] == 1 and 0 <= hires["median_days"] < 0.01
    assert (await report(ada, "time-to-hire-distribution"))["items"] == [{"from_days": 0, "to_days": 7, "hires": 1}]
    [fills] = (await report(ada, "time-to-fill"))["items"]
    assert fills["filled"] == 1
    stays = await by_kind(ada, "time-in-stage")
    assert (stays["review"]["ended"], stays["review"]["running"], stays["interview"]["ended"]) == (3, 1, 1)
    [source] = (await report(ada, "sources"))["items"]
    assert (source["applications"], source["hired"], source["hire_rate"]) == (4, 1, 0.25)
    [openings] = (await report(ada, "openings"))["items"]
    assert (openings["created"], openings["filled"], openings["open"]) == (2, 1, 1)
    forecast = await by_kind(ada, "forecast")
    assert (forecast["review"]["active"], forecast["review"]["ended"], forecast["review"]["hired"]) == (1, 3, 1)
    [user] = (await report(ada, "recruiters"))["items"]
    assert (user["user_id"], user["added"], user["moved"], user["hired"]) == (ada.user["id"], 4, 1, 1)
    [row] = (await report(ada, "jobs"))["items"]
    assert (row["job_id"], row["active"], row["stale"], row["open_openings"]) == (job["id"], 1, 0, 1)
    assert first["status"] == "active"


async def test_hire_does_not_count_any_more_when_it_is_taken_back(ada: Client) -> None:
    """The report as of the moment before shows it."""
    job = await open_job(ada)
    application = await apply(ada, job)
    await hired(ada, job, application)
    before = (await report(ada, "funnel"))["as_of"]
    await ada.made(f"/applications/{application['id']}/unhire", {"reason_id": await reason(ada, "unhire")})
    assert (await by_kind(ada))["hired"]["reached"] == 0
    assert (await by_kind(ada, as_of=before))["hired"]["reached"] == 1
    assert (await report(ada, "time-to-hire"))["items"] == []


async def test_application_counts_once_when_its_candidate_is_merged(ada: Client) -> None:
    """Of two to a job, the one that stays; a report as of the moment before has both, as one after a reopening."""
    job = await open_job(ada)
    kept, ended = await both_applied(ada, job)
    before = (await report(ada, "funnel"))["as_of"]
    await merged(ada, candidate_of(kept), candidate_of(ended), keep={job["id"]: kept["id"]})
    review = (await by_kind(ada))["review"]
    assert (review["reached"], review["active"], review["withdrawn"]) == (1, 1, 0)
    assert (await by_kind(ada, as_of=before))["review"]["reached"] == 2
    await ada.made(f"/applications/{kept['id']}/withdraw", {"reason_id": await reason(ada, "withdrawal")})
    await ada.made(f"/applications/{ended['id']}/reopen")
    review = (await by_kind(ada))["review"]
    assert (review["reached"], review["active"], review["withdrawn"]) == (2, 1, 1)


async def test_nothing_is_counted_when_another_organization_hires(ada: Client, eve: Client) -> None:
    """By no report, filter, moment or granularity."""
    job = await open_job(eve)
    await hired(eve, job, await apply(eve, job))
    assert (await by_kind(eve))["hired"]["reached"] == 1
    for query in ({}, {"job_id": job["id"]}, {"granularity": "day"}, {"recruiter_id": eve.user["id"]}):
        for name in PERIOD_REPORTS:
            if "granularity" in query and name in ("forecast", "time-to-hire-distribution"):
                continue
            items = (await ada.read(f"/reports/{name}", params=query, headers=NOW))["items"]
            assert not [row for row in items if any(row.get(each) for each in COUNTS)], (name, query)
    assert (await ada.read("/reports/jobs", params={"job_id": job["id"]}, headers=NOW))["items"] == []


COUNTS = (
    "reached", "hires", "filled", "ended", "running", "applications", "created", "open", "active", "open_openings",
    "added", "hired",
)  # fmt: skip


async def test_reader_of_a_team_counts_their_jobs_alone(ada: Client, member: Any) -> None:
    """As interviewer none of them, and confidential jobs only with the permission or on the team."""
    mine, other = await open_job(ada), await open_job(ada)
    for job in (mine, other):
        await apply(ada, job)
    noor = await member("noor", {"applications.read": "team"})
    assert await by_kind(noor) == {}
    await join(ada, mine, noor.user["id"], "interviewer")
    assert await by_kind(noor) == {}
    await join(ada, mine, noor.user["id"], "recruiter")
    assert (await by_kind(noor))["review"]["reached"] == 1
    assert [row["job_id"] for row in (await report(noor, "jobs"))["items"]] == [mine["id"]]
    assert await by_kind(noor, job_id=other["id"]) == {}
    everybody = await member("omar", {"applications.read": "all"})
    assert (await by_kind(everybody))["review"]["reached"] == 2
    await ada.patch(f"/api/v1/jobs/{other['id']}", json={"is_confidential": True})
    assert (await by_kind(everybody))["review"]["reached"] == 1
    assert (await by_kind(everybody, job_id=other["id"])) == {}


async def test_own_application_is_not_counted_when_the_reader_is_the_candidate(ada: Client, member: Any) -> None:
    """Those of users are counted with candidates.read_internal only."""
    job = await open_job(ada)
    noor = await member("noor", {"applications.read": "all", "candidates.read_internal": "all"})
    omar = await member("omar", {"applications.read": "all"})
    application = await apply(ada, job)
    await apply(ada, job)
    await make_internal(ada, application["candidate_id"], noor.user)
    assert (await by_kind(noor))["review"]["reached"] == 1
    assert (await by_kind(omar))["review"]["reached"] == 1
    assert (await by_kind(ada))["review"]["reached"] == 2


@pytest.mark.parametrize("name", REPORTS)
async def test_report_is_csv_when_csv_alone_is_accepted(name: str, ada: Client) -> None:
    """The same rows under the same names; null is an empty cell."""
    job = await open_job(ada)
    await hired(ada, job, await apply(ada, job))
    await apply(ada, job) if (await ada.read(f"/jobs/{job['id']}"))["status"] == "open" else None
    await ada.made(f"/jobs/{(await open_job(ada))['id']}/openings", {"count": 1})
    query = {"as_of": (await report(ada, "funnel"))["as_of"]}
    items = (await report(ada, name, **query))["items"]
    answer = await ada.get(f"/api/v1/reports/{name}", params=query, headers={"Accept": "text/csv"})
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8" and "Accept" in answer.headers["Vary"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert items and [list(row) for row in rows] == [list(row) for row in items]
    assert rows == [{key: "" if value is None else str(value) for key, value in row.items()} for row in items]


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize("name", REPORTS)
async def test_report_is_a_page_when_a_browser_asks(name: str, ada: Client) -> None:
    """With the picture, every member in the table, and nothing that a strict policy would refuse."""
    job = await open_job(ada)
    await hired(ada, job, await apply(ada, job))
    await ada.made(f"/jobs/{job['id']}/openings", {"count": 1})
    query = {"as_of": (await report(ada, "funnel"))["as_of"]}
    found = await report(ada, name, **query)
    answer = await ada.get(f"/api/v1/reports/{name}", params=query, headers={"Accept": BROWSER})
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8" and "Accept" in answer.headers["Vary"]
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert '<svg class="picture" role="img"' in answer.text and f"/docs/reports#{name}" in answer.text
    assert answer.text.count('<th scope="row"') >= len(found["items"]) > 0
    assert "to_on" not in found or f"{found['from_on']} to {found['to_on']}" in answer.text
    assert f"event {found['fresh_to']['feed_position']:,}" in answer.text


@pytest.mark.parametrize(
    ("accepted", "media_type"),
    [
        ("*/*", "application/json"),
        ("application/json, text/html", "application/json"),
        ("text/html;q=0.5, application/json;q=0.4", "text/html"),
        ("text/html;q=0", "application/json"),
        ("text/csv, text/html", "text/csv"),
        ("text/csv;q=0.5, text/html", "text/html"),
        ("text/csv, application/json", "application/json"),
        ("*/*;q=x", "application/json"),
    ],
)
async def test_form_is_the_preferred_one_when_several_are_accepted(accepted: str, media_type: str, ada: Client) -> None:
    """JSON where neither a page nor CSV is wanted more."""
    answer = await ada.get("/api/v1/reports/funnel", headers={"Accept": accepted})
    assert answer.headers["Content-Type"].partition(";")[0] == media_type


@pytest.mark.parametrize("name", REPORTS)
async def test_statement_is_shown_when_it_is_asked_for(name: str, ada: Client) -> None:
    """With the views that it reads."""
    shown = await ada.read(f"/reports/{name}/sql")
    assert shown["name"] == name and "organization_id = {organization_id:UUID}" in shown["sql"]
    assert "CREATE OR REPLACE VIEW seen_applications" in shown["views"]
    assert (await ada.get("/api/v1/reports/nobody/sql")).status_code == 404


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"from_on": "2026-02-01", "to_on": "2026-01-31"}, "?from_on"),
        ({"granularity": "year"}, "?granularity"),
        ({"job_id": "1"}, "?job_id"),
        ({"stage": "x"}, "?stage"),
        ({"from_on": "2010-01-01", "to_on": "2026-01-31", "granularity": "day"}, "?granularity"),
    ],
)
async def test_query_is_refused_when_it_makes_no_sense(query: dict[str, str], name: str, ada: Client) -> None:
    """By name."""
    answer = await ada.get("/api/v1/reports/funnel", params=query)
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [name]


async def test_nothing_confidential_is_counted_when_the_replica_does_not_know_it(
    ada: Client, member: Any, settings: Settings
) -> None:
    """ClickHouse has a job before the replica does; who may not see it is not told of it, in any number."""
    omar = await member("omar", {"applications.read": "all", "jobs.read": "all"})
    await by_kind(ada)
    await Client.caught_up[ada.address]()
    before = {name: (await omar.read(f"/reports/{name}", headers=NOW))["items"] for name in REPORTS}
    async with administered(settings) as admin, replay_held(admin, settings.postgres.replicas[0].port):
        job = await open_job(ada, is_confidential=True, openings_count=3)
        await moved(ada, await apply(ada, job), (await stages(ada, job))["interview"])
        assert (await by_kind(ada))["review"]["reached"] == 1  # her token is proven on the primary
        for name in REPORTS:
            assert (await omar.read(f"/reports/{name}", headers=NOW))["items"] == before[name], name


@pytest.mark.parametrize("time_zone", ["America/Vancouver", "Africa/Casablanca"])
async def test_row_is_of_the_day_that_was_asked_for_when_a_time_zone_has_changed_lately(
    ada: Client, time_zone: str
) -> None:
    """One database of time zones says where days begin and in which one something happened."""
    await ada.patch("/api/v1/organization", json={"time_zone": time_zone})
    job, day = await open_job(ada), date(2026, 11, 15)
    for at in (time(0, 15), time(23, 45)):
        person = await ada.made("/candidates", {"first_name": "Kim"})
        applied_at = datetime.combine(day, at, ZoneInfo(time_zone)).astimezone(UTC).isoformat()
        application = {"candidate_id": person["id"], "job_id": job["id"], "applied_at": applied_at}
        await ada.made("/applications", application)
    for granularity, period in (("day", "2026-11-15"), ("week", "2026-11-09"), ("month", "2026-11-01")):
        query = {"from_on": str(day), "to_on": str(day), "granularity": granularity}
        found = [(row["period"], row["applications"]) for row in (await report(ada, "sources", **query))["items"]]
        assert found == [(period, 2)]


async def test_nothing_is_counted_when_the_source_is_the_one_that_means_none(ada: Client) -> None:
    """Applications without a source have a zero UUID in ClickHouse, which nobody can ask for."""
    await apply(ada, await open_job(ada))
    assert [row["source_id"] for row in (await report(ada, "sources"))["items"]] == [None]
    assert (await report(ada, "sources", source_id=str(UUID(int=0))))["items"] == []
    assert await by_kind(ada, source_id=str(UUID(int=0))) == {}


async def test_reports_are_refused_when_there_is_no_clickhouse(
    ada: Client, serve: Serve, dependencies: Dependencies, settings: Settings
) -> None:
    """503 with what to switch on; everything else works."""
    off = msgspec.structs.replace(settings, clickhouse=msgspec.structs.replace(settings.clickhouse, host=None))
    db = await Database.open(off, role="command")
    async with serve({"db": db}) as address, httpx.AsyncClient(base_url=f"{address}/api/v1") as client:
        headers = {"Authorization": ada.headers["Authorization"]}
        answer = await client.get("/reports/funnel", headers=headers)
        jobs = await client.get("/jobs", headers=headers)
    await db.close()
    assert (answer.status_code, answer.json()["code"], jobs.status_code) == (503, "analytics_disabled", 200)
    assert "clickhouse.host" in answer.json()["detail"]


async def test_freshness_is_told_when_an_event_is_not_a_fact_yet(ada: Client, ingesting: None) -> None:
    """A report is at most a moment old, and says how far it is."""
    job = await open_job(ada)
    await apply(ada, job)
    first = await report(ada, "funnel")
    assert first["fresh_to"]["feed_position"] > 0 and first["fresh_to"]["at"] <= first["as_of"]
    lost = await ada.get("/api/v1/reports/funnel", params={"job_id": str(uuid4())})
    assert lost.json()["items"] == []

"""Facts in bulk through the API: what was done, in parts and in each form, of what the caller sees."""

import csv
import io
from datetime import datetime
from typing import Any

import httpx
import msgspec
import pyarrow as pa
import pytest
from pyarrow import parquet

from hiring.config import Settings
from hiring.database import Database
from tests.api.conftest import Serve
from tests.api.journeys import OVERRIDE, apply, join, make_internal, open_job, reason, stages
from tests.client import Client

DATASETS = ("stage_changes", "applications")
ARROW, PARQUET = "application/vnd.apache.arrow.stream", "application/vnd.apache.parquet"

pytestmark = pytest.mark.usefixtures("ingesting")


async def taken(client: Client, name: str, accept: str = "text/csv", **query: Any) -> httpx.Response:
    """A part of the facts, with all that was written before: the client sends the latest token."""
    headers = {"Consistency-Token": Client.latest_writes[client.address], "Accept": accept}
    answer = await client.get(f"/api/v1/reports/facts/{name}", params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer


async def rows_of(client: Client, name: str, **query: Any) -> list[dict[str, str]]:
    """The rows of a part."""
    return list(csv.DictReader(io.StringIO((await taken(client, name, **query)).text)))


async def done(client: Client, application: dict[str, Any], verb: str, **body: Any) -> dict[str, Any]:
    """A command on an application."""
    return await client.made(f"/applications/{application['id']}/{verb}", body)


async def test_every_change_is_a_row_when_an_application_went_far(ada: Client) -> None:
    """In the order in which it happened; what an event does not tell is an empty cell."""
    job = await open_job(ada)
    by_kind = await stages(ada, job)
    application = await apply(ada, job)
    await done(ada, application, "move", to_stage_id=by_kind["interview"])
    why = await reason(ada, "rejection")
    await done(ada, application, "reject", reason_id=why)
    await done(ada, application, "reopen")
    await ada.made(f"/jobs/{job['id']}/openings", {"count": 1})
    await done(ada, application, "hire", **OVERRIDE)
    rows = await rows_of(ada, "stage_changes", job_id=job["id"])
    assert [row["type"] for row in rows] == [
        "application.submitted", "application.stage_changed", "application.rejected", "application.reopened",
        "application.hired",
    ]  # fmt: skip
    positions = [int(row["position"]) for row in rows]
    assert positions == sorted(set(positions)) and [row["application_version"] for row in rows] == list("12345")
    assert {row["application_id"] for row in rows} == {application["id"]} and len(
        {row["event_id"] for row in rows}
    ) == 5
    assert {row["user_id"] for row in rows} == {ada.user["id"]} and {row["job_id"] for row in rows} == {job["id"]}
    assert (rows[1]["stage_id"], rows[1]["stage_kind"]) == (by_kind["interview"], "interview")
    assert [row["reason_id"] for row in rows] == ["", "", why, "", ""]
    assert rows[0]["applied_at"] == application["applied_at"] and {row["applied_at"] for row in rows[1:]} == {""}


async def test_application_comes_again_when_something_has_happened_to_it(ada: Client) -> None:
    """At a higher position, so that a reader who goes on from the last one gets it."""
    job = await open_job(ada)
    by_kind = await stages(ada, job)
    first, second = await apply(ada, job), await apply(ada, job)
    rows = await rows_of(ada, "applications", job_id=job["id"])
    assert [row["application_id"] for row in rows] == [first["id"], second["id"]]
    assert [(row["state"], row["furthest_kind"], row["application_version"]) for row in rows] == [
        ("active", "review", "1")
    ] * 2
    await done(ada, first, "move", to_stage_id=by_kind["offer"])
    await done(ada, first, "withdraw", reason_id=await reason(ada, "withdrawal"))
    [row] = await rows_of(ada, "applications", job_id=job["id"], after_position=rows[-1]["position"])
    assert (row["application_id"], row["state"], row["furthest_kind"]) == (first["id"], "withdrawn", "offer")
    assert row["entered_at"] == first["applied_at"] < row["last_at"] and row["application_version"] == "3"
    nothing = await taken(ada, "applications", job_id=job["id"], after_position=row["position"])
    assert nothing.text.count("\n") == 1, "the names of the columns alone"


@pytest.mark.parametrize("name", DATASETS)
async def test_parts_are_the_whole_when_each_goes_on_from_the_last(name: str, ada: Client) -> None:
    """No row twice, and none left out."""
    job = await open_job(ada)
    for _ in range(5):
        await apply(ada, job)
    whole = await rows_of(ada, name, job_id=job["id"])
    parts, position = [], "0"
    while part := await rows_of(ada, name, job_id=job["id"], after_position=position, limit=2):
        parts += part
        position = part[-1]["position"]
    assert parts == whole and len(whole) == 5


@pytest.mark.parametrize("name", DATASETS)
async def test_every_form_has_the_same_rows_when_they_are_read_by_their_own_library(name: str, ada: Client) -> None:
    """Ids as text, instants with their time zone, numbers as numbers."""
    job = await open_job(ada)
    await apply(ada, job)
    await apply(ada, job)
    expected = await rows_of(ada, name, job_id=job["id"])
    arrow, columns = await taken(ada, name, ARROW, job_id=job["id"]), await taken(ada, name, PARQUET, job_id=job["id"])
    assert (arrow.headers["Content-Type"], columns.headers["Content-Type"]) == (ARROW, PARQUET)
    assert "Accept" in arrow.headers["Vary"]
    for table in (pa.ipc.open_stream(arrow.content).read_all(), parquet.read_table(io.BytesIO(columns.content))):
        assert [{key: cell(value) for key, value in row.items()} for row in table.to_pylist()] == expected
        assert pa.types.is_uint64(table.schema.field("position").type)
        assert pa.types.is_string(table.schema.field("application_id").type)
        assert table.schema.field("last_at" if name == "applications" else "occurred_at").type.tz == "UTC"


def cell(value: object) -> str:
    """A value as CSV has it."""
    if value is None:
        return ""
    return f"{value:%Y-%m-%dT%H:%M:%S.%fZ}" if isinstance(value, datetime) else str(value)


@pytest.mark.parametrize(
    ("accepted", "media_type"),
    [
        ("*/*", "text/csv"),
        ("application/json", "text/csv"),
        (f"{PARQUET};q=0.5, {ARROW}", ARROW),
        (f"text/csv;q=0.1, {PARQUET}", PARQUET),
        ("application/*", ARROW),
    ],
)
async def test_form_is_the_preferred_one_when_several_are_accepted(accepted: str, media_type: str, ada: Client) -> None:
    """CSV where none is."""
    answer = await taken(ada, "stage_changes", accepted)
    assert answer.headers["Content-Type"].partition(";")[0] == media_type


@pytest.mark.parametrize("name", DATASETS)
async def test_nothing_is_sent_when_the_head_alone_is_asked_for(name: str, ada: Client) -> None:
    """With the headers of the whole."""
    answer = await ada.head(f"/api/v1/reports/facts/{name}", headers={"Accept": PARQUET})
    assert (answer.status_code, answer.headers["Content-Type"], answer.content) == (200, PARQUET, b"")
    assert "Content-Length" not in answer.headers  # nobody knows it before the end


@pytest.mark.parametrize("name", DATASETS)
async def test_rows_are_those_that_the_reader_sees(name: str, ada: Client, eve: Client, member: Any) -> None:
    """Of one's teams, without confidential jobs of others, and never of another organization."""
    mine, other, foreign = await open_job(ada), await open_job(ada), await open_job(eve)
    applications = {job["id"]: await apply(ada, job) for job in (mine, other)}
    await apply(eve, foreign)
    noor = await member("noor", {"applications.read": "team"})
    omar = await member("omar", {"applications.read": "all"})
    assert await rows_of(noor, name) == []
    await join(ada, mine, noor.user["id"], "recruiter")
    assert {row["application_id"] for row in await rows_of(noor, name)} == {applications[mine["id"]]["id"]}
    assert await rows_of(noor, name, job_id=other["id"]) == []
    assert {row["job_id"] for row in await rows_of(omar, name)} >= {mine["id"], other["id"]}
    await ada.patch(f"/api/v1/jobs/{other['id']}", json={"is_confidential": True})
    seen = {row["job_id"] for row in await rows_of(omar, name)}
    assert mine["id"] in seen and not seen & {other["id"], foreign["id"]}
    for query in ({"job_id": foreign["id"]}, {"recruiter_id": eve.user["id"]}):
        assert await rows_of(ada, name, **query) == []


@pytest.mark.parametrize("name", DATASETS)
async def test_own_application_is_no_row_when_the_reader_is_the_candidate(name: str, ada: Client, member: Any) -> None:
    """As in reports."""
    job = await open_job(ada)
    noor = await member("noor", {"applications.read": "all", "candidates.read_internal": "all"})
    application = await apply(ada, job)
    await make_internal(ada, application["candidate_id"], noor.user)
    assert await rows_of(noor, name, job_id=job["id"]) == []
    assert len(await rows_of(ada, name, job_id=job["id"])) == 1


@pytest.mark.parametrize(
    ("query", "pointer"),
    [({"limit": 0}, "?limit"), ({"limit": 1_000_001}, "?limit"), ({"after_position": -1}, "?after_position"),
     ({"as_of": "2026-01-01T00:00:00Z"}, "?as_of")],
)  # fmt: skip
async def test_query_is_refused_when_it_makes_no_sense(query: dict[str, Any], pointer: str, ada: Client) -> None:
    """By name, as a problem."""
    answer = await ada.get("/api/v1/reports/facts/applications", params=query)
    assert answer.status_code == 422 and [each["pointer"] for each in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize("host", [None, "127.0.0.1"])
async def test_facts_are_refused_when_clickhouse_does_not_answer(
    host: str | None, ada: Client, serve: Serve, settings: Settings
) -> None:
    """A problem, not the beginning of a file; nobody listens at port 1."""
    clickhouse = msgspec.structs.replace(settings.clickhouse, host=host, port=1)
    db = await Database.open(msgspec.structs.replace(settings, clickhouse=clickhouse), role="command")
    async with serve({"db": db}) as address, httpx.AsyncClient(base_url=f"{address}/api/v1") as client:
        headers = {"Authorization": ada.headers["Authorization"]}
        answer = await client.get("/reports/facts/applications", headers=headers)
    await db.close()
    code = "analytics_disabled" if host is None else "analytics_unavailable"
    assert (answer.status_code, answer.json()["code"]) == (503, code)
    assert answer.headers["Content-Type"] == "application/problem+json"

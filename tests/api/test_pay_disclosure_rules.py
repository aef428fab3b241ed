"""Laws on pay: which post is published where, on which day; and that they are listed with their sources."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from hiring.config import Settings
from tests.api.journeys import open_job
from tests.client import Client, findings
from tests.databases import administered

PAY = {"min_minor": 5_000_000, "max_minor": 6_000_000, "currency": "EUR", "period": "year"}
POST: dict[str, Any] = {"title": "Engineer", "body": "Come."}
HISTORY = {"label": "What do you earn?", "type": "number", "topic": "salary_history"}
EXPECTED = {"label": "What do you expect to earn?", "type": "number"}
EAST, WEST = "Pacific/Kiritimati", "Pacific/Pago_Pago"
"""The places with the earliest and the latest day: they never have the same one."""
ADD = """
INSERT INTO pay_disclosure_rules (place, begins_on, kind, is_salary_history_refused, law, sources, read_on)
VALUES (%(place)s, %(begins_on)s::text::date, %(kind)s, %(refuses)s, 'Law of a test', '{https://law.example/}',
        '2026-12-02')
"""
Enact = Callable[..., Awaitable[None]]


@pytest.fixture
async def enact(settings: Settings) -> AsyncIterator[Enact]:
    """Adds a law for a place that has none and that no other test names; it is gone after the test."""
    async with administered(settings) as admin:

        async def added(place: str, begins_on: date, *, kind: str = "in_post", refuses: bool = False) -> None:
            await admin(ADD, place=place, begins_on=str(begins_on), kind=kind, refuses=refuses)

        yield added
        await admin("DELETE FROM pay_disclosure_rules WHERE law = 'Law of a test'")


async def draft(ada: Client, **changes: Any) -> str:
    """The path of a draft of a job without an office."""
    return await post_of(ada, await open_job(ada), **changes)


async def job_at(ada: Client, **office: Any) -> tuple[dict[str, Any], str]:
    """An open job at a new office, and the path of the office."""
    made = await ada.made("/offices", {"name": "Office"} | office)
    return await open_job(ada, office_ids=[made["id"]]), f"/api/v1/offices/{made['id']}"


async def post_of(ada: Client, job: dict[str, Any], **changes: Any) -> str:
    """The path of a draft of a job."""
    post = await ada.made(f"/jobs/{job['id']}/posts", POST | changes)
    return f"/api/v1/posts/{post['id']}"


async def published(ada: Client, path: str) -> list[tuple[str, str]]:
    """What is wrong with a post that is to be published: pointer and code; nothing where it is published."""
    answer = await ada.post(f"{path}/publish", json={})
    return [] if answer.status_code == 200 else findings(answer)


REQUIRED = [("/pay_ranges", "pay_range_required")]
REFUSED = [("/questions/1/topic", "salary_history_refused")]


@pytest.mark.parametrize(
    ("places", "law"),
    [
        ({"locations": [{"city": "Graz", "country": "AT"}]}, "AT"),
        ({"locations": [{"region": "AT-6"}]}, "AT"),
        ({"locations": [{"city": "Ottawa", "country": "CA"}, {"country": "IT"}]}, "IT"),
        ({"locations": [{"city": "Denver", "region": "US-CO", "country": "US"}]}, "US-CO"),
        ({"remote_regions": ["PT", "LV"]}, "LV"),
        ({"remote_regions": ["US-NY"]}, "US-NY"),
        ({"remote_regions": ["LT-VL"]}, "LT"),
        ({"remote_regions": ["US"]}, "US-CA"),
        ({"locations": [{"country": "SK"}], "is_internal": True}, "SK"),
        ({"locations": [{"region": "US-CA"}]}, "US-CA"),
        ({"locations": [{"region": "US-WA"}]}, "US-WA"),
    ],
)
async def test_post_is_published_with_pay_when_a_law_demands_it(ada: Client, places: dict[str, Any], law: str) -> None:
    """In the country, in the part of it, from afar; the refusal names law and place, and changes nothing."""
    path = await draft(ada, **places)
    refused = await ada.post(f"{path}/publish", json={})
    assert findings(refused) == REQUIRED
    assert f" {law} " in refused.json()["errors"][0]["detail"]
    read = (await ada.get(path)).json()
    assert (read["status"], read["version"]) == ("draft", 1)
    assert (await ada.patch(path, json={"pay_ranges": [PAY]})).status_code == 200
    assert await published(ada, path) == []


@pytest.mark.parametrize(
    "places",
    [
        {}, {"locations": [{"city": "Graz"}]}, {"locations": [{"country": "US"}]}, {"locations": [{"region": "US-TX"}]},
        {"remote_regions": ["US-TX", "CA"]}, {"locations": [{"country": "PL"}]}, {"locations": [{"country": "DE"}]},
    ],
)  # fmt: skip
async def test_post_is_published_without_pay_when_no_law_demands_it(ada: Client, places: dict[str, Any]) -> None:
    """A place that is not told, one without a law, a country of which a part has one, a law for the interview."""
    assert await published(ada, await draft(ada, **places)) == []


@pytest.mark.parametrize("change", [{"locations": [{"country": "AT"}]}, {"remote_regions": ["US"]}])
async def test_published_post_is_not_changed_when_it_would_break_a_law(ada: Client, change: dict[str, Any]) -> None:
    """Neither by a place nor by taking the pay away; both together may change, and all else does."""
    path = await draft(ada)
    assert await published(ada, path) == []
    assert findings(await ada.patch(path, json=change)) == REQUIRED
    both = await ada.patch(path, json=change | {"pay_ranges": [PAY]})
    assert both.status_code == 200, both.text
    without: list[dict[str, Any]] = [{"pay_ranges": None}, {"pay_ranges": []}]
    for patch in without:
        assert findings(await ada.patch(path, json=patch)) == REQUIRED
    assert (await ada.get(path)).json() == {name: value for name, value in both.json().items() if name != "warnings"}
    assert (await ada.patch(path, json={"title": "Lead"})).status_code == 200
    assert (await ada.patch(path, json={"pay_ranges": None, **dict.fromkeys(change)})).status_code == 200
    assert (await ada.post(f"{path}/unpublish", json={})).status_code == 200
    assert (await ada.patch(path, json=change)).status_code == 200, "a draft may be unfinished"
    assert await published(ada, path) == REQUIRED


async def test_earlier_pay_is_not_asked_for_when_a_law_forbids_it(ada: Client) -> None:
    """At publishing, and in a change of a published post; the topic may be taken away, and is no new question."""
    warsaw = {"locations": [{"city": "Warszawa", "country": "PL"}]}
    path = await draft(ada, **warsaw, questions=[EXPECTED, HISTORY])
    refused = await ada.post(f"{path}/publish", json={})
    assert findings(refused) == REFUSED and " PL " in refused.json()["errors"][0]["detail"]
    expected, asked = (await ada.get(path)).json()["questions"]
    assert (expected["topic"], asked["topic"]) == (None, "salary_history")
    kept = [{name: each[name] for name in ("id", "label", "type")} for each in (expected, asked)]
    assert (await ada.patch(path, json={"questions": kept})).json()["questions"][1]["id"] == asked["id"]
    assert await published(ada, path) == []
    assert findings(await ada.patch(path, json={"questions": [EXPECTED, HISTORY]})) == REFUSED
    elsewhere = await draft(ada, locations=[{"country": "AT"}], pay_ranges=[PAY], questions=[EXPECTED, HISTORY])
    assert await published(ada, elsewhere) == [], "Austria does not forbid it"
    assert findings(await ada.patch(elsewhere, json={"remote_regions": ["US-NY"]})) == REFUSED
    wrong = await ada.patch(path, json={"questions": [EXPECTED | {"topic": "religion"}]})
    assert findings(wrong) == [("/questions/0/topic", "enum")]


async def test_law_holds_from_its_first_day_when_that_is_the_organizations(ada: Client, enact: Enact) -> None:
    """On one moment: today where the day began first, not yet where it begins last; and a later one's nowhere."""
    today = datetime.now(UTC).astimezone(ZoneInfo(EAST)).date()
    await enact("AQ", today, refuses=True)
    await enact("BV", today + timedelta(days=2))  # tomorrow may begin during the test
    path = await draft(ada, locations=[{"country": "AQ"}], questions=[EXPECTED, HISTORY])
    later = await draft(ada, locations=[{"country": "BV"}])
    for zone, expected in ((WEST, []), (EAST, REQUIRED)):
        changed = await ada.patch("/api/v1/organization", json={"time_zone": zone})
        assert changed.status_code == 200, changed.text
        assert await published(ada, path) == expected, zone
        assert await published(ada, later) == [], zone
        for each in (path, later):
            assert (await ada.post(f"{each}/unpublish", json={})).status_code == 200


async def test_published_post_goes_on_when_a_law_begins(ada: Client, anybody: Client, enact: Enact) -> None:
    """Its text may be changed, and publishing again is no news; a change of its places, and going back, are refused."""
    path = await draft(ada, locations=[{"country": "HM"}])
    assert await published(ada, path) == []
    await enact("HM", date(2026, 1, 1))
    public = f"/boards/{ada.organization['slug']}/posts/{path.rpartition('/')[2]}"
    assert (await anybody.read(public))["pay_ranges"] == []
    assert (await ada.patch(path, json={"title": "Lead"})).status_code == 200
    assert await published(ada, path) == []
    assert findings(await ada.patch(path, json={"locations": [{"country": "HM", "city": "Atlas Cove"}]})) == REQUIRED
    assert (await ada.post(f"{path}/unpublish", json={})).status_code == 200
    assert await published(ada, path) == REQUIRED


@pytest.mark.parametrize("office", [{"country": "AT"}, {"region": "AT-9"}, {"country": "US", "region": "US-CO"}])
async def test_post_is_published_with_pay_when_an_office_is_under_a_law(ada: Client, office: dict[str, Any]) -> None:
    """Of its job: whatever location the post names, and also where the office is archived."""
    job, place = await job_at(ada, **office)
    path = await post_of(ada, job)
    assert await published(ada, path) == REQUIRED
    assert await published(ada, await post_of(ada, job, locations=[{"country": "PT"}])) == REQUIRED
    assert (await ada.post(f"{place}/archive", json={})).is_success
    assert await published(ada, path) == REQUIRED
    assert (await ada.patch(f"/api/v1/jobs/{job['id']}", json={"office_ids": []})).is_success
    assert await published(ada, path) == []


async def test_job_gets_no_office_when_a_published_post_would_break_its_law(ada: Client) -> None:
    """Neither alone nor beside others; it keeps all it had, and drafts and posts with pay hinder nothing."""
    job, _ = await job_at(ada, country="PT")
    vienna = (await ada.made("/offices", {"name": "Wien", "country": "AT"}))["id"]
    path, other = await post_of(ada, job), await post_of(ada, job)
    assert await published(ada, path) == []
    at = f"/api/v1/jobs/{job['id']}"
    for office_ids in ([vienna], [*job["office_ids"], vienna]):
        refused = await ada.patch(at, json={"office_ids": office_ids, "title": "Lead"})
        assert findings(refused) == [("/office_ids", "pay_range_required")]
        assert refused.json()["errors"][0]["detail"].startswith("A post for AT must state the pay: ")
    assert (await ada.get(at)).json() == job
    assert (await ada.patch(path, json={"pay_ranges": [PAY]})).is_success
    moved = await ada.patch(at, json={"office_ids": [vienna, *job["office_ids"]]})
    assert moved.is_success, moved.text
    assert findings(await ada.patch(path, json={"pay_ranges": None})) == REQUIRED
    assert await published(ada, other) == REQUIRED


async def test_office_does_not_move_when_a_published_post_would_break_a_law(ada: Client, eve: Client) -> None:
    """By its country or its region; in another organization it moves, and here once the post is off the board."""
    job, office = await job_at(ada, country="US")
    path = await post_of(ada, job, questions=[EXPECTED, HISTORY])
    assert await published(ada, path) == []
    before = (await ada.get(office)).json()
    assert findings(await ada.patch(office, json={"region": "US-CO"})) == [("/region", "pay_range_required")]
    assert findings(await ada.patch(office, json={"country": "IT"})) == [("/country", "pay_range_required")]
    assert findings(await ada.patch(office, json={"country": "PL"})) == [("/country", "salary_history_refused")]
    assert (await ada.get(office)).json() == before
    assert (await ada.patch(office, json={"name": "Denver", "region": "US-TX"})).is_success
    theirs = f"/api/v1/offices/{(await eve.made('/offices', {'name': 'Office', 'country': 'US'}))['id']}"
    assert (await eve.patch(theirs, json={"region": "US-CO"})).is_success
    assert (await ada.post(f"{path}/unpublish", json={})).is_success
    assert (await ada.patch(office, json={"region": "US-CO"})).is_success
    assert await published(ada, path) == REQUIRED


async def test_author_is_warned_when_a_law_demands_the_pay_before_the_interview(ada: Client) -> None:
    """At publishing and at each change, by the name of the law, until the post tells the pay."""
    path = await draft(ada, remote_regions=["PL-14"], is_internal=True)
    answers = [await ada.post(f"{path}/publish", json={}), await ada.patch(path, json={"title": "Lead"})]
    for answer in answers:
        [warning] = answer.json()["warnings"]
        assert (warning["pointer"], warning["code"]) == ("/pay_ranges", "pay_before_interview")
        assert "(PL: Labour Code" in warning["detail"]
    told = await ada.patch(path, json={"pay_ranges": [PAY]})
    assert told.json()["warnings"] == []


def without_region(answer: httpx.Response) -> list[str]:
    """Where an answer says that a region is missing."""
    return [each["pointer"] for each in answer.json()["warnings"] if each["code"] == "region_missing"]


@pytest.mark.parametrize("is_internal", [False, True])
async def test_author_is_warned_when_a_law_on_pay_is_found_by_a_region_that_is_missing(
    ada: Client, is_internal: bool
) -> None:
    """B38: at publishing and at each change, of each location and an office, until it is named or the pay is told."""
    job, office = await job_at(ada, country="US")
    denver, austin = {"city": "Denver", "country": "US"}, {"region": "US-TX", "country": "US"}
    graz: dict[str, Any] = {"city": "Graz", "country": "DE"}
    path = await post_of(ada, job, locations=[denver, austin, graz, {"city": "Denver"}], is_internal=is_internal)
    asked = [await ada.post(f"{path}/publish", json={}) for _ in range(2)]
    for answer in (*asked, await ada.patch(path, json={"title": "Lead"})):
        assert without_region(answer) == ["/job_id", "/locations/0"], answer.text
    assert (await ada.patch(office, json={"region": "US-TX"})).is_success
    assert without_region(await ada.patch(path, json={"title": "Engineer"})) == ["/locations/0"]
    assert findings(await ada.patch(path, json={"locations": [denver | {"region": "US-CO"}]})) == REQUIRED
    assert without_region(await ada.patch(path, json={"locations": [austin, graz]})) == []
    assert without_region(await ada.patch(path, json={"locations": [austin, denver]})) == ["/locations/1"]
    assert without_region(await ada.patch(path, json={"pay_ranges": [PAY]})) == []


async def test_author_is_warned_of_a_missing_region_when_a_law_of_one_has_begun(ada: Client, enact: Enact) -> None:
    """B38: not before its first day, and not of a country whose law is its own."""
    today = datetime.now(UTC).date()
    await enact("NZ-AUK", today - timedelta(days=2))
    await enact("NO-03", today + timedelta(days=3))
    path = await draft(ada, locations=[{"country": "NO"}, {"country": "NZ"}, {"country": "PL"}])
    assert without_region(await ada.post(f"{path}/publish", json={})) == ["/locations/1"]


async def test_laws_are_listed_with_their_sources_when_anybody_asks(anybody: Client) -> None:
    """By place and first day, each with an address that was read; caches may keep them."""
    answer = await anybody.get("/api/v1/pay-disclosure-rules")
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    laws = answer.json()["items"]
    places = [each["region"] or each["country"] for each in laws]
    assert places == sorted(places)
    assert set(places) >= {"AT", "IT", "LT", "LV", "PL", "SK", "US-CA", "US-CO", "US-NY", "US-WA"}
    for law in laws:
        assert law["law"] and law["begins_on"] and law["read_on"] >= "2026-12-02"
        assert all(httpx.URL(each).host for each in law["sources"])
    [poland] = [each for each in laws if each["country"] == "PL"]
    assert (poland["kind"], poland["is_salary_history_refused"]) == ("before_interview", True)

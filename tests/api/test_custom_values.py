"""Lists of candidates, applications and jobs by what they have in custom fields."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest

from tests.api.conftest import Rows
from tests.api.journeys import JOB, apply, custom_field, join, open_job
from tests.client import Client, findings

LISTS = ("candidates", "applications", "jobs")
APART = """
WITH given AS (
    SELECT c.id, 'candidate' AS applies_to, c.custom_fields AS given
    FROM candidates AS c WHERE c.organization_id = %(organization_id)s
    UNION ALL
    SELECT a.id, 'application', a.custom_fields
    FROM applications AS a WHERE a.organization_id = %(organization_id)s
    UNION ALL
    SELECT j.id, 'job', j.custom_fields
    FROM jobs AS j WHERE j.organization_id = %(organization_id)s
),
made AS (
    SELECT g.id, n.field_id, n.value
    FROM given AS g, custom_values_of(%(organization_id)s, g.applies_to, g.given) AS n
),
kept AS (
    SELECT v.resource_id, v.field_id, v.value
    FROM custom_values AS v WHERE v.organization_id = %(organization_id)s
)
SELECT count(*) FROM ((TABLE made EXCEPT ALL TABLE kept) UNION ALL (TABLE kept EXCEPT ALL TABLE made)) AS d
"""


async def apart_count(rows: Rows, client: Client) -> int:
    """How many values are not kept as the resources of an organization have them, or are kept though none has them."""
    [(count,)] = await rows(APART, organization_id=UUID(client.organization["id"]))
    return int(count)


async def ids_by(client: Client, noun: str, **params: Any) -> list[str]:
    """The ids of a list by filters, in pages of two."""
    found: list[str] = []
    more: dict[str, str] = {}
    while True:
        page = await client.read(f"/{noun}", params=params | {"limit": 2} | more)
        found += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            return found
        more = {"cursor": page["next_cursor"]}


async def with_values(client: Client, values: Sequence[Any], key: str = "a") -> dict[str, list[str]]:
    """A candidate, an application and a job for each value; their ids by the names of their lists."""
    job, made = await open_job(client), dict[str, list[str]]({noun: [] for noun in LISTS})
    for value in values:
        application = await apply(client, job)
        new = await client.made("/jobs", JOB)
        for noun, id_ in (
            ("candidates", application["candidate_id"]),
            ("applications", application["id"]),
            ("jobs", new["id"]),
        ):
            answer = await client.patch(f"/api/v1/{noun}/{id_}", json={"custom_fields": {key: value}})
            assert answer.status_code == 200, answer.text
            made[noun].append(id_)
    return made


async def fields(client: Client, kind: str, key: str = "a", labels: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The same field of candidates, applications and jobs."""
    return [await custom_field(client, key, kind, noun.removesuffix("s"), labels) for noun in LISTS]


@pytest.mark.parametrize(
    ("kind", "values", "sought", "places"),
    [
        ("short_text", ["x", "X", "x", "x", "y"], "x", [0, 2, 3]), ("boolean", [True, False, True], "true", [0, 2]),
        ("number", [20, 20.0, 2, 0.5, 2e1], "20.0", [0, 1, 4]), ("number", [0.5, 5, -0.5], "0.50", [0]),
        ("date", ["2026-01-31", "2026-02-01"], "2026-02-01", [1]), ("number", [0, -0.0, 1], "-0", [0, 1]),
    ],
)  # fmt: skip
async def test_list_has_what_has_the_value_when_it_is_filtered(
    ada: Client, eve: Client, rows: Rows, kind: str, values: list[Any], sought: str, places: list[int]
) -> None:
    """Newest first, in pages; another tenant with the same key and value sees only their own."""
    await fields(ada, kind)
    await fields(eve, kind)
    made = await with_values(ada, values)
    for noun in LISTS:
        expected = [made[noun][place] for place in reversed(places)]
        assert await ids_by(ada, noun, **{"custom.a": sought}) == expected, noun
        assert await ids_by(eve, noun, **{"custom.a": sought}) == []
    assert await apart_count(rows, ada) == 0


async def test_list_follows_when_a_value_is_changed_and_removed(ada: Client, rows: Rows) -> None:
    """Of a select with several values each one finds the resource."""
    options = [
        [each["id"] for each in field["options"]] for field in await fields(ada, "multi_select", labels=("a", "b"))
    ]
    for noun, (first, second) in zip(LISTS, options, strict=True):
        other = (await ada.made("/candidates", {"first_name": "A"}))["id"] if noun == "candidates" else None
        id_ = other or (
            (await apply(ada, await open_job(ada)))["id"] if noun == "applications" else (await open_job(ada))["id"]
        )
        for value, by_first, by_second in (
            ([first], [id_], []), ([first, second], [id_], [id_]), ([second], [], [id_]), (None, [], []),
        ):  # fmt: skip
            assert (await ada.patch(f"/api/v1/{noun}/{id_}", json={"custom_fields": {"a": value}})).status_code == 200
            assert await ids_by(ada, noun, **{"custom.a": first}) == by_first
            assert await ids_by(ada, noun, **{"custom.a": second.upper()}) == by_second
    assert await apart_count(rows, ada) == 0


async def test_filter_is_refused_when_it_makes_no_sense(ada: Client, eve: Client) -> None:
    """An unknown key, a value of another type, two fields at once, another filter."""
    await fields(eve, "short_text", "theirs")
    for kind in ("number", "boolean", "date", "single_select", "long_text", "url"):
        await fields(ada, kind, kind, ("a",) if kind == "single_select" else ())
    alone = (
        ("custom.theirs", "x", "unknown_parameter"), ("custom", "x", "unknown_parameter"), ("custom.A", "x", "format"),
        ("custom.number", "x", "type"), ("custom.number", "1e999", "type"), ("custom.boolean", "1", "type"),
        ("custom.date", "2026-02-30", "format"), ("custom.single_select", "a", "format"),
        ("custom.long_text", "x", "unexpected"), ("custom.url", "x", "unexpected"),
        ("custom.number", "", "too_short"), ("custom.number", "x" * 201, "too_long"),
    )  # fmt: skip
    beside = (
        ("custom.date", "2026-01-01", "?custom.date"), ("external_id", "x", "?external_id"),
        ("updated_since", "2026-01-01T00:00:00Z", "?updated_since"), ("ids", str(UUID(int=1)), "?custom"),
    )  # fmt: skip
    for noun in LISTS:
        for name, text, code in alone:
            assert await told(ada, noun, {name: text}) == [(f"?{name}", code)], (noun, name, text)
        for name, text, pointer in beside:
            assert await told(ada, noun, {"custom.number": "1", name: text}) == [(pointer, "not_combinable")], noun


async def test_filter_goes_with_the_job_of_applications(ada: Client, member: Any) -> None:
    """Newest first, in pages, for who sees all jobs and who sees this one; no other filter of them goes with it."""
    await fields(ada, "number")
    made = await with_values(ada, [1, 2, 1, 1])
    await with_values(ada, [1])
    job = (await ada.read(f"/applications/{made['applications'][0]}"))["job_id"]
    bob = await member("bob", {"applications.read": "team", "jobs.read": "all"})
    expected = [made["applications"][place] for place in (3, 2, 0)]
    assert await ids_by(bob, "applications", job_id=job, **{"custom.a": "1"}) == []
    await join(ada, {"id": job}, bob.user["id"], "coordinator")
    for reader in (ada, bob):
        assert await ids_by(reader, "applications", job_id=job, **{"custom.a": "1"}) == expected
        assert await ids_by(reader, f"jobs/{job}/applications", **{"custom.a": "1"}) == expected
    for name, text in (("status", "active"), ("stage_id", job), ("candidate_id", job), ("source_id", job)):
        params = {"custom.a": "1", "job_id": job, name: text}
        assert await told(ada, "applications", params) == [(f"?{name}", "not_combinable")]
    assert await told(ada, "candidates", {"custom.a": "1", "tag_id": job}) == [("?tag_id", "not_combinable")]


async def test_filter_goes_with_kind_status_and_department_of_jobs(ada: Client, member: Any) -> None:
    """With one and with several, for who sees all jobs and who sees some."""
    await custom_field(ada, "a", applies_to="job")
    department = (await ada.made("/departments", {"name": "Kitchen"}))["id"]
    bodies: tuple[dict[str, Any], ...] = (
        {"custom_fields": {"a": "x"}}, {"custom_fields": {"a": "x"}, "department_id": department},
        {"custom_fields": {"a": "y"}, "department_id": department}, {"department_id": department},
        {"custom_fields": {"a": "x"}, "department_id": department, "kind": "pool"},
    )  # fmt: skip
    jobs = [(await ada.made("/jobs", JOB | body))["id"] for body in bodies]
    for place in (0, 1, 2, 3):
        await ada.made(f"/jobs/{jobs[place]}/open")
    bob = await member("bob", {"jobs.read": "team"})
    for place in (1, 2, 4):
        await join(ada, {"id": jobs[place]}, bob.user["id"], "interviewer")
    for params, places in (
        ({"status": "open"}, [1, 0]), ({"department_id": department}, [4, 1]),
        ({"status": "open", "department_id": department}, [1]), ({"status": "draft"}, [4]), ({"status": "closed"}, []),
        ({"kind": "pool"}, [4]), ({"kind": "job"}, [1, 0]), ({"kind": "job", "department_id": department}, [1]),
        ({"kind": "pool", "status": "open"}, []),
    ):  # fmt: skip
        assert await ids_by(ada, "jobs", **params, **{"custom.a": "x"}) == [jobs[place] for place in places]
        seen = [jobs[place] for place in places if place in (1, 2, 4)]
        assert await ids_by(bob, "jobs", **params, **{"custom.a": "x"}) == seen


async def test_value_is_found_when_its_field_is_made_later_and_it_changes(ada: Client, rows: Rows) -> None:
    """As the release before wrote it: nothing finds it until custom fields of its candidate change, whichever."""
    kim = (await ada.made("/candidates", {"first_name": "Kim"}))["id"]
    change = "UPDATE candidates SET custom_fields = '{\"old\": 4}' WHERE id = %(id)s RETURNING id"
    await rows(change, id=UUID(kim))
    for key in ("old", "other"):
        await custom_field(ada, key, "number")
    assert (await ada.read(f"/candidates/{kim}"))["custom_fields"] == {"old": 4}
    assert await ids_by(ada, "candidates", **{"custom.old": "4"}) == []
    changed = await ada.patch(f"/api/v1/candidates/{kim}", json={"custom_fields": {"other": 1}})
    assert changed.status_code == 200
    assert await ids_by(ada, "candidates", **{"custom.old": "4"}) == [kim]
    assert await apart_count(rows, ada) == 0


async def told(client: Client, noun: str, params: dict[str, str]) -> list[tuple[str, str]]:
    """What is wrong with the query of a list, by pointers and codes."""
    return findings(await client.get(f"/api/v1/{noun}", params=params))


async def test_list_has_what_the_caller_sees_when_they_see_a_part(ada: Client, member: Any, rows: Rows) -> None:
    """Those of the caller's teams, where they are no interviewer only; confidential jobs hide theirs from others."""
    await fields(ada, "boolean")
    made = await with_values(ada, [True] * 3)
    grants = {f"{noun}.read": "team" for noun in LISTS}
    bob = await member("bob", grants)
    for noun in LISTS:
        assert await ids_by(bob, noun, **{"custom.a": "true"}) == []
    job = (await ada.read(f"/applications/{made['applications'][0]}"))["job_id"]
    await join(ada, {"id": job}, bob.user["id"], "coordinator")
    await join(ada, {"id": made["jobs"][1]}, bob.user["id"], "interviewer")
    assert await ids_by(bob, "jobs", **{"custom.a": "true"}) == [made["jobs"][1]]
    for noun in ("candidates", "applications"):
        assert await ids_by(bob, noun, **{"custom.a": "true"}) == made[noun][::-1]
        assert await ids_by(bob, noun, **{"custom.a": "false"}) == []
    for secret in (job, made["jobs"][0]):
        await rows("UPDATE jobs SET is_confidential = true WHERE id = %(id)s RETURNING id", id=UUID(secret))
    cid = await member("cid", {f"{noun}.read": "all" for noun in LISTS})
    assert await ids_by(cid, "jobs", **{"custom.a": "true"}) == made["jobs"][:0:-1]
    for noun in ("candidates", "applications"):
        assert await ids_by(cid, noun, **{"custom.a": "true"}) == []


async def test_lists_and_values_agree_when_twenty_clients_change_one_candidate(ada: Client, rows: Rows) -> None:
    """Whatever the order, one value is left, and it alone finds the candidate."""
    await custom_field(ada, "a", "number")
    kim = (await ada.made("/candidates", {"first_name": "Kim"}))["id"]
    patches = [ada.patch(f"/api/v1/candidates/{kim}", json={"custom_fields": {"a": number}}) for number in range(20)]
    assert [answer.status_code for answer in await asyncio.gather(*patches)] == [200] * 20
    [left] = [each for each in range(20) if await ids_by(ada, "candidates", **{"custom.a": str(each)})]
    assert (await ada.read(f"/candidates/{kim}"))["custom_fields"] == {"a": left}
    assert await apart_count(rows, ada) == 0

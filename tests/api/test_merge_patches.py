"""PATCH is a JSON Merge Patch (RFC 7396): null clears, lists replace, objects are merged, and the whole stays valid."""

from typing import Any, get_origin
from uuid import UUID

import msgspec
import pytest

from hiring.domain.misfits import members
from tests.api.conftest import Race
from tests.api.journeys import JOB, custom_field
from tests.api.probe import endpoints, filled
from tests.api.worlds import world_of
from tests.client import Client

PAY = {"min_minor": 7_000_000, "max_minor": 9_000_000, "currency": "EUR", "period": "year"}
NEVER_EMPTY = {"required_fields", "stages", "options"}
"""Lists that have a member at all times."""
VALUES: dict[str, Any] = {
    "office_ids": ["{office_id}"], "locations": [{"city": "Graz"}], "remote_regions": ["PT"], "pay_ranges": [PAY],
    "attributes": [{"name": "Clarity"}],
    "questions": [{"label": "Where?", "type": "short_text"}], "emails": [{"value": "kim@example.com"}],
    "phones": [{"value": "+43 1 234"}], "links": [{"value": "https://example.com"}], "tags": ["python"],
    "allowed_origins": ["https://example.com"], "permissions": ["jobs.read"], "mail_allow_list": ["kim@example.com"],
    "custom_fields": {"a": "b"}, "mentions": ["{service_user_id}"], "pay_range": PAY,
    "interview-kits questions": ["Where?"],
}  # fmt: skip
"""Of fields that are more than a text; of those of one noun alone, its path stands before the field."""
EMPTY: dict[str, Any] = {name: [] for name in VALUES} | {
    "mail_allow_list": None,
    "custom_fields": {},
    "pay_range": None,
}
"""What null makes of them; of a list of addresses for trials, it is that there is none."""


async def test_null_clears_whatever_may_be_empty(ada: Client, anybody: Client) -> None:
    """Every field of every merge patch: a list becomes empty, other things null; what must be there is a 422."""
    ids = await world_of(ada, anybody)
    await ada.made("/tags", {"name": "python"})
    for noun in ("candidate", "application", "job"):
        await custom_field(ada, "a", applies_to=noun)
    cleared: set[str] = set()
    for endpoint in endpoints():
        if endpoint.method != "PATCH" or endpoint.operation.body is None:
            continue
        path = filled(endpoint.path, ids)
        for field in msgspec.structs.fields(endpoint.operation.body):
            kinds, name = members(field.type), f"{endpoint.path.rsplit('/')[-2]} {field.name}"
            if (value := VALUES.get(name, VALUES.get(field.name))) is not None:
                kept = await ada.patch(path, json=filled({field.name: value}, ids))
                assert kept.status_code == 200 and kept.json()[field.name] not in (None, [], {}), kept.text
            answer = await ada.patch(path, json={field.name: None})
            if type(None) in kinds:
                assert answer.status_code == 200, (endpoint.name, field.name, answer.text)
                assert answer.json()[field.name] == EMPTY.get(field.name), (endpoint.name, field.name)
                cleared.add(field.name)
            else:
                assert answer.json()["errors"][0]["pointer"] == f"/{field.name}", answer.text
                assert field.name in NEVER_EMPTY or list not in [get_origin(kind) for kind in kinds], field.name
    assert cleared >= {name for name in VALUES if " " not in name}


@pytest.mark.parametrize(
    ("kept", "patch", "outcome"),
    [
        (PAY, {"max_minor": 9_900_000}, PAY | {"max_minor": 9_900_000}),
        (PAY, {"currency": "CAD", "period": "month"}, PAY | {"currency": "CAD", "period": "month"}),
        (PAY, {}, PAY), (PAY, None, None), (None, PAY, PAY),
        (PAY, {"max_minor": 5}, ["/pay_range/max_minor"]), (PAY, {"currency": None}, ["/pay_range/currency"]),
        (PAY, {"currency": "XXXX"}, ["/pay_range/currency"]), (PAY, {"max": 5}, ["/pay_range/max"]),
        (None, {"max_minor": 5, "period": "hour"}, ["/pay_range/min_minor", "/pay_range/currency"]),
    ],
)  # fmt: skip
async def test_pay_range_is_merged_and_is_a_whole_one_when_patched(
    ada: Client, kept: Any, patch: Any, outcome: Any
) -> None:
    """What is not named keeps its value; what would be half a range, or go downwards, changes nothing at all."""
    job = await ada.made("/jobs", JOB | {"pay_range": kept})
    changed = await ada.patch(f"/api/v1/jobs/{job['id']}", json={"title": "Cook", "pay_range": patch})
    if isinstance(outcome, list):
        assert changed.status_code == 422, changed.text
        assert [each["pointer"] for each in changed.json()["errors"]] == outcome
        assert await ada.read(f"/jobs/{job['id']}") == job
    else:
        assert changed.status_code == 200, changed.text
        assert (changed.json()["title"], changed.json()["pay_range"]) == ("Cook", outcome)


async def test_halves_of_a_pay_range_are_both_kept_when_patched_at_once(ada: Client, race: Race) -> None:
    """The later one is merged into what the earlier one left; of two that would cross, one is refused."""
    job = await ada.made("/jobs", JOB | {"pay_range": PAY | {"min_minor": 100, "max_minor": 900}})
    lock = "SELECT FROM jobs WHERE id = %(id)s FOR NO KEY UPDATE"
    for low, high, codes in ((200, 800, [200, 200]), (700, 600, [200, 422])):
        patches = [
            ada.patch(f"/api/v1/jobs/{job['id']}", json={"pay_range": each})
            for each in ({"min_minor": low}, {"max_minor": high})
        ]
        answers = await race(lock, {"id": UUID(job["id"])}, *patches)
        assert sorted(each.status_code for each in answers) == codes
    pay = (await ada.read(f"/jobs/{job['id']}"))["pay_range"]
    assert (pay["min_minor"], pay["max_minor"]) in ((700, 800), (200, 600))


async def test_half_a_pay_range_tells_nothing_when_pay_may_not_be_seen(ada: Client, member: Any) -> None:
    """A refusal would tell the other half; a whole range replaces it, and other fields are changed beside it."""
    job = await ada.made("/jobs", JOB | {"pay_range": PAY})
    bob = await member("bob", {"jobs.read": "all", "jobs.write": "all"})
    path = f"/api/v1/jobs/{job['id']}"
    halves = [await bob.patch(path, json={"pay_range": {"max_minor": pay}}) for pay in (5, 9_900_000)]
    assert [each.status_code for each in halves] == [422, 422]
    assert halves[0].json()["errors"] == halves[1].json()["errors"]
    assert (await bob.patch(path, json={"title": "Cook"})).status_code == 200
    assert (await ada.read(f"/jobs/{job['id']}"))["pay_range"] == PAY
    assert (await bob.patch(path, json={"pay_range": PAY | {"min_minor": 1}})).json()["pay_range"] is None
    assert (await ada.read(f"/jobs/{job['id']}"))["pay_range"]["min_minor"] == 1

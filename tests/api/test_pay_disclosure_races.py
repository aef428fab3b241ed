"""No published post breaks a law on pay, however publishing meets a change of its pay, its job or an office."""

import asyncio
from uuid import UUID

import pytest

from tests.api.conftest import Race
from tests.api.test_pay_disclosure_rules import PAY, draft, job_at, post_of
from tests.client import Client, findings


@pytest.mark.parametrize("is_turned", [False, True])
@pytest.mark.parametrize(
    ("held", "first", "second"),
    [
        ("jobs", "publish", "join"), ("posts", "publish", "join"), ("offices", "publish", "move"),
        ("posts", "publish", "move"), ("offices", "join_published", "move"), ("posts", "publish_paid", "unpay"),
        ("posts", "unpay_published", "join"),
    ],
)  # fmt: skip
async def test_one_is_refused_when_two_that_break_a_law_together_meet(
    ada: Client, race: Race, held: str, first: str, second: str, is_turned: bool
) -> None:
    """Either is lawful alone; whichever comes second sees what the first has done, whatever row they wait for."""
    job, office = await job_at(ada, country="AT" if first == "publish_paid" else "PT")
    at, vienna = f"/api/v1/jobs/{job['id']}", (await ada.made("/offices", {"name": "Wien", "country": "AT"}))["id"]
    if first == "join_published":
        assert (await ada.patch(at, json={"office_ids": []})).is_success
    paid = {"pay_ranges": [PAY]} if "pay" in second or "unpay" in first else {}
    path = await post_of(ada, job, **paid)
    if first.endswith("_published"):
        assert (await ada.post(f"{path}/publish", json={})).is_success
    requests = {
        "publish": ada.post(f"{path}/publish", json={}),
        "join": ada.patch(at, json={"office_ids": [vienna] if second == "join" else job["office_ids"]}),
        "move": ada.patch(office, json={"country": "AT"}),
        "unpay": ada.patch(path, json={"pay_ranges": None}),
    }
    both = [requests.pop(each.partition("_")[0]) for each in ((second, first) if is_turned else (first, second))]
    for unsent in requests.values():
        unsent.close()
    rows = {"jobs": at, "posts": path, "offices": office}
    lock = f"SELECT id FROM {held} WHERE id = %(id)s FOR NO KEY UPDATE"
    answers = await race(lock, {"id": UUID(rows[held].rpartition("/")[2])}, *both)
    assert [code for each in answers if each.status_code != 200 for _, code in findings(each)] == ["pay_range_required"]


async def test_no_post_breaks_a_law_when_it_is_published_while_its_office_moves(ada: Client) -> None:
    """Twenty clients, in each of three ways: the job gets the office, the office moves, both at once."""
    job, office = await job_at(ada, country="PT")
    vienna = (await ada.made("/offices", {"name": "Wien", "country": "AT"}))["id"]
    path, at = await post_of(ada, job), f"/api/v1/jobs/{job['id']}"
    here, there = {"office_ids": job["office_ids"]}, {"office_ids": [vienna]}
    for changes in ([(at, there)], [(office, {"country": "AT"})], [(at, here), (office, {"country": "AT"})]):
        for address, body in ((at, here), (office, {"country": "PT"})):
            assert (await ada.patch(address, json=body)).is_success
        if len(changes) == 2:
            assert (await ada.patch(at, json={"office_ids": []})).is_success
        answers = await asyncio.gather(
            *(ada.post(f"{path}/publish", json={}) for _ in range(10)),
            *(ada.patch(address, json=body) for _ in range(10 // len(changes)) for address, body in changes),
        )
        assert {each.status_code for each in answers} <= {200, 422}
        is_published = (await ada.get(path)).json()["status"] == "published"
        places = [(await ada.read(f"/offices/{each}"))["country"] for each in (await ada.get(at)).json()["office_ids"]]
        assert not (is_published and "AT" in places), changes
        assert (await ada.post(f"{path}/unpublish", json={})).is_success


async def test_law_is_never_broken_when_many_change_and_publish_a_post_at_once(ada: Client) -> None:
    """Twenty clients: whatever comes first, no published post in Austria is without pay."""
    path = await draft(ada, locations=[{"country": "AT"}], pay_ranges=[PAY])
    for _ in range(2):
        answers = await asyncio.gather(
            *(ada.post(f"{path}/publish", json={}) for _ in range(10)),
            *(ada.patch(path, json={"pay_ranges": None}) for _ in range(10)),
        )
        assert {each.status_code for each in answers} <= {200, 409, 422}
        post = (await ada.get(path)).json()
        assert post["pay_ranges"] == [PAY] or post["status"] != "published"
        assert (await ada.post(f"{path}/unpublish", json={})).status_code == 200
        assert (await ada.patch(path, json={"pay_ranges": [PAY]})).status_code == 200

"""Departments through the REST API."""

import asyncio
from uuid import uuid4

from tests.client import Client

PATH = "/api/v1/departments"


async def test_department_is_added_read_changed_and_archived_when_permitted(ada: Client) -> None:
    """The life of a department."""
    added = await ada.post(PATH, json={"name": " Engineering ", "external_id": "eng"})
    assert added.status_code == 201
    body = added.json()
    assert (body["name"], body["status"], body["version"]) == ("Engineering", "active", 1)
    location = added.headers["Location"]
    assert added.headers["ETag"].startswith('"1-') and added.headers["Consistency-Token"]
    assert (await ada.get(location)).json() == body
    changed = await ada.patch(location, json={"name": "R&D", "external_id": None}, headers={"If-Match": '"1"'})
    assert (changed.json()["name"], changed.json()["external_id"], changed.json()["version"]) == ("R&D", None, 2)
    archived = await ada.post(f"{location}/archive")
    assert archived.json()["status"] == "archived"
    again = await ada.post(f"{location}/archive")
    assert again.json() == archived.json() and "Consistency-Token" not in again.headers


async def test_department_is_refused_when_nobody_asks(anybody: Client) -> None:
    """No token, no answer."""
    answer = await anybody.get(PATH)
    assert answer.status_code == 401 and answer.headers["WWW-Authenticate"].startswith("Bearer")


async def test_department_of_another_tenant_looks_absent_when_asked_for(ada: Client, eve: Client) -> None:
    """The same bytes but for the request id."""
    body = await ada.made("/departments", {"name": "Secret"})
    hidden, absent = await eve.get(f"{PATH}/{body['id']}"), await eve.get(f"{PATH}/{uuid4()}")
    assert hidden.status_code == absent.status_code == 404
    assert hidden.json() | {"request_id": ""} == absent.json() | {"request_id": ""}
    assert (await eve.patch(f"{PATH}/{body['id']}", json={"name": "Mine"})).status_code == 404
    under = await eve.post(PATH, json={"name": "Below", "parent_id": body["id"]})
    assert under.status_code == 422 and under.json()["errors"][0]["pointer"] == "/parent_id"
    assert (await eve.read("/departments"))["items"] == []


async def test_bad_bodies_are_told_precisely_when_sent(ada: Client) -> None:
    """Not JSON is 400, a wrong shape 422 with a pointer, another media type 415, a large body 413."""
    bad = [
        (b"{", 400, None), (b'{"name": 3}', 422, "/name"), (b'{"name": "a", "nmae": 1}', 422, "/nmae"),
        (b"{}", 422, "/name"),
        (b'{"name": "a\\u0000"}', 422, "/name"), (b'{"name": ""}', 422, "/name"), (b"[]", 422, ""),
        (b'{"name": "a", "parent_id": "x"}', 422, "/parent_id"), (b'\xff', 400, None), (b"[" * 10_000, 400, None),
        (b"[" * 100_000, 422, ""),
    ]  # fmt: skip
    for content, status, pointer in bad:
        answer = await ada.post(PATH, content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code == status, (content, answer.text)
        assert pointer is None or answer.json()["errors"][0]["pointer"] == pointer
    form = await ada.post(PATH, data={"name": "a"})
    assert form.status_code == 415
    large = await ada.post(PATH, content=b"x" * 3_000_000, headers={"Content-Type": "application/json"})
    assert large.status_code == 413
    assert (await ada.read("/departments"))["items"] == []


async def test_idempotency_key_gives_the_first_answer_when_repeated_at_once(ada: Client) -> None:
    """Twenty twins make one department; another body with the key is refused."""
    headers = {"Idempotency-Key": "one"}
    answers = await asyncio.gather(*(ada.post(PATH, json={"name": "Once"}, headers=headers) for _ in range(20)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    made = [answer.json()["id"] for answer in answers if answer.status_code == 201]
    assert len(set(made)) == 1
    again = await ada.post(PATH, json={"name": "Once"}, headers=headers)
    assert again.status_code == 201 and again.headers["Idempotent-Replayed"] == "true" and again.json()["id"] == made[0]
    assert (await ada.post(PATH, json={"name": "Other"}, headers=headers)).status_code == 422
    assert len((await ada.read("/departments"))["items"]) == 1


async def test_stale_version_is_412_when_named(ada: Client) -> None:
    """If-Match with an older version changes nothing."""
    body = await ada.made("/departments", {"name": "A"})
    await ada.patch(f"{PATH}/{body['id']}", json={"name": "B"})
    stale = await ada.patch(f"{PATH}/{body['id']}", json={"name": "C"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412 and stale.json()["current"] == {"version": 2}
    known = (await ada.get(f"{PATH}/{body['id']}")).headers["ETag"]
    not_modified = await ada.get(f"{PATH}/{body['id']}", headers={"If-None-Match": known})
    assert not_modified.status_code == 304


async def test_parent_is_judged_before_the_version_when_both_are_wrong(ada: Client) -> None:
    """First a parent that cannot be given, then one that is below the department, then its version."""
    top = await ada.made("/departments", {"name": "Top"})
    below, old = [await ada.made("/departments", {"name": name, "parent_id": top["id"]}) for name in ("Below", "Old")]
    await ada.made(f"/departments/{old['id']}/archive")
    other = await ada.made("/departments", {"name": "Other"})
    findings = {
        str(uuid4()): ("unknown_reference", "There is no such parent."),
        old["id"]: ("unknown_reference", "There is no such parent."),
        below["id"]: ("circular", "A department cannot be below itself."),
        top["id"]: ("circular", "A department cannot be below itself."),
    }
    for headers in ({}, {"If-Match": '"9"'}):
        for parent_id, finding in findings.items():
            refused = await ada.patch(f"{PATH}/{top['id']}", json={"parent_id": parent_id}, headers=headers)
            [error] = refused.json()["errors"]
            assert (refused.status_code, error["pointer"]) == (422, "/parent_id")
            assert (error["code"], error["detail"]) == finding
    stale = await ada.patch(f"{PATH}/{top['id']}", json={"parent_id": other["id"]}, headers={"If-Match": '"9"'})
    assert (stale.status_code, stale.json()["current"]) == (412, {"version": 1})
    moved = await ada.patch(f"{PATH}/{old['id']}", json={"parent_id": top["id"], "name": "Older"})
    assert moved.json()["name"] == "Older"
    under = await ada.post(PATH, json={"name": "Under", "parent_id": old["id"]})
    assert (under.status_code, under.json()["errors"][0]["code"]) == (422, "unknown_reference")


async def test_tree_stays_a_tree_when_two_moves_would_close_a_circle(ada: Client) -> None:
    """Of two opposite moves at once, one is refused."""
    for _ in range(5):
        first, second = [await ada.made("/departments", {"name": name}) for name in "ab"]
        answers = await asyncio.gather(
            ada.patch(f"{PATH}/{first['id']}", json={"parent_id": second["id"]}),
            ada.patch(f"{PATH}/{second['id']}", json={"parent_id": first["id"]}),
        )
        assert sorted(answer.status_code for answer in answers) == [200, 422]


async def test_pages_hold_every_department_once_when_followed(ada: Client) -> None:
    """Cursors lead through the list, newest first, and a forged one is refused."""
    ids = [(await ada.made("/departments", {"name": f"D{number}"}))["id"] for number in range(7)]
    seen, cursor = [], None
    while True:
        page = await ada.read("/departments", params={"limit": 3} | ({"cursor": cursor} if cursor else {}))
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
        assert len(page["items"]) == 3
    assert seen == ids[::-1]
    changed = await ada.read("/departments", params={"updated_since": "2020-01-01T00:00:00Z", "limit": 100})
    assert [item["id"] for item in changed["items"]] == ids
    some = await ada.read("/departments", params={"ids": f"{ids[0]},{uuid4()},{ids[2]}"})
    assert [item["id"] for item in some["items"]] == [ids[2], ids[0]]
    page = await ada.read("/departments", params={"limit": 3})
    for forged in ("x", page["next_cursor"][:-2] + "AA"):
        assert (await ada.get(PATH, params={"cursor": forged})).status_code == 422
    assert (await ada.get(PATH, params={"cursor": page["next_cursor"], "status": "active"})).status_code == 422
    assert (await ada.get(PATH, params={"limit": "1000"})).json()["errors"][0]["pointer"] == "?limit"

"""Where the ids of a candidate lead who was merged into another one."""

from collections import defaultdict
from typing import Any
from uuid import uuid4

from tests.api.journeys import apply, join, open_job
from tests.api.merging import PATH, apply_to, candidate_of, merged, person, refused
from tests.api.probe import endpoints, filled
from tests.api.worlds import made_up
from tests.client import DESCRIBED, Client

FILTERED = [
    path.removeprefix("/api/v1") for path, operations in DESCRIBED["paths"].items()
    if any(each.get("name") == "candidate_id" and each["in"] == "query"
           for each in operations.get("get", {}).get("parameters", ()))
]  # fmt: skip
"""The lists that have a filter by candidate."""


async def test_old_id_leads_to_the_survivor_when_candidates_were_merged(ada: Client, eve: Client) -> None:
    """Every read moves there, and any other request is refused; chains end at the last. No list shows it."""
    one, two, three = [await person(ada, emails=[{"value": f"{name}@example.com"}]) for name in "abc"]
    await merged(ada, two, one)
    await merged(ada, three, two)
    for old in (one, two):
        ids = defaultdict(lambda: str(uuid4()), made_up() | {"candidate_id": old["id"]})
        for endpoint in (each for each in endpoints() if "{candidate_id}" in each.path):
            path = filled(endpoint.path, ids)
            answer = await ada.request(endpoint.method, path, **endpoint.options(ids))
            told = answer.json()
            assert told.get("merged_into") == three["id"], (endpoint.name, answer.text)
            if endpoint.method != "GET":
                assert (answer.status_code, told["code"]) == (409, "candidate_merged")
                assert told["current"] == {"status": "merged"}
                continue
            assert (answer.status_code, told["code"]) == (301, "candidate_moved")
            assert answer.headers["Location"] == path.replace(old["id"], three["id"])
            assert answer.headers["Cache-Control"] == "no-store" and "ETag" not in answer.headers
        paged = await ada.get(f"{PATH}/{old['id']}/duplicates?limit=3")
        assert paged.headers["Location"] == f"{PATH}/{three['id']}/duplicates?limit=3"
        for named in (old["id"], f"{old['id']},{three['id']}"):
            listed = await ada.read("/candidates", params={"ids": named})
            assert [each["id"] for each in listed["items"]] == [three["id"]]
        explained = await ada.read(f"/explain-access?user_id={ada.user['id']}&type=candidate&id={old['id']}")
        assert explained["is_visible"]
        assert (await eve.read("/candidates", params={"ids": old["id"]}))["items"] == []
        assert (await eve.get(f"{PATH}/{old['id']}")).status_code == 404
        assert await refused(ada, three, old["id"]) == (409, "candidate_merged", {"status": "merged"})
    job = await open_job(ada)
    body = {"candidate_id": one["id"], "job_id": job["id"]}
    for _ in range(2):
        told = (await ada.post("/api/v1/applications", json=body)).json()
        assert (told["code"], told["merged_into"]) == ("candidate_merged", three["id"])
    assert [each["id"] for each in (await ada.read("/candidates"))["items"]] == [three["id"]]


async def test_filter_by_an_old_id_finds_what_the_survivor_has(ada: Client, eve: Client) -> None:
    """In every list that can be filtered by a candidate; a bulk operation is refused, as every command is."""
    job = await open_job(ada)
    application = await apply(ada, job)
    one, two = candidate_of(application), await person(ada)
    three = await person(ada)
    await merged(ada, two, one)
    await merged(ada, three, two)
    path = f"/candidates/{three['id']}"
    text = await ada.made("/consent-texts", {"purpose": "retention", "language": "en", "text": "Kept."})
    consent = {"consent_text_id": text["id"], "consent_text_version": 1, "is_granted": True, "source": "phone"}
    upload = await ada.post("/api/v1/uploads?file_name=a.txt", content=b"a", headers={"Content-Type": "text/plain"})
    made = {
        "/applications": application["id"], "/notes": (await ada.made(f"{path}/notes", {"body": "Kind."}))["id"],
        "/consents": (await ada.made(f"{path}/consents", consent))["id"],
        "/attachments": (await ada.made(f"{path}/attachments", {"upload_id": upload.json()["id"]}))["id"],
    }  # fmt: skip
    assert set(FILTERED) == {*made, "/messages"}
    for old in (one, two, three):
        for place, made_id in made.items():
            for more in ({}, {"updated_since": "2020-01-01T00:00:00Z"}):
                if more and place == "/applications":
                    continue
                listed = await ada.read(place, params={"candidate_id": old["id"]} | more)
                assert [each["id"] for each in listed["items"]] == [made_id], (place, more)
            assert (await eve.read(place, params={"candidate_id": old["id"]}))["items"] == []
    for client, status in ((ada, 409), (eve, 202)):
        answer = await client.post("/api/v1/bulk-operations", json={
            "action": "assign", "arguments": {"assignee_id": client.user["id"]}, "filter": {"candidate_id": one["id"]},
        })  # fmt: skip
        assert answer.status_code == status, answer.text
        assert answer.json().get("merged_into") == (three["id"] if status == 409 else None)


async def test_external_id_leads_to_the_survivor_when_its_candidate_was_merged(ada: Client, eve: Client) -> None:
    """Each of several, however many merges lie between; who wants to use it again hears of the survivor."""
    one, two, three = [await person(ada, external_id=f"x-{name}") for name in "abc"]
    await merged(ada, two, one)
    survivor = (await merged(ada, three, two))["candidate"]
    for name in "abc":
        assert (await ada.read("/candidates", params={"external_id": f"x-{name}"}))["items"] == [survivor]
        assert (await eve.read("/candidates", params={"external_id": f"x-{name}"}))["items"] == []
        taken = await ada.post(PATH, json={"first_name": "Kim", "external_id": f"x-{name}"})
        assert (taken.status_code, taken.json()["code"]) == (409, "external_id_taken")
        assert taken.json()["current"]["id"] == three["id"]


async def test_old_id_is_of_nothing_when_the_caller_does_not_see_the_survivor(ada: Client, member: Any) -> None:
    """As for a candidate that there never was, by reads, by other requests and by references."""
    mine, hidden = await open_job(ada), await open_job(ada)
    bob = await member("bob", dict.fromkeys(("candidates.read", "candidates.write", "applications.write"), "team"))
    await join(ada, mine, bob.user["id"], "recruiter")
    survivor, other = candidate_of(await apply(ada, hidden)), await person(ada)
    await merged(ada, survivor, other)
    for old in (other["id"], str(uuid4())):
        assert (await bob.get(f"{PATH}/{old}")).status_code == 404
        assert (await bob.read("/candidates", params={"ids": old}))["items"] == []
        assert (await bob.patch(f"{PATH}/{old}", json={"first_name": "K"})).status_code == 404
        told = await bob.post("/api/v1/applications", json={"candidate_id": old, "job_id": mine["id"]})
        assert (told.status_code, told.json()["errors"][0]["pointer"]) == (422, "/candidate_id")
    await apply_to(ada, survivor, mine)
    assert (await bob.get(f"{PATH}/{other['id']}")).status_code == 301

"""Candidates who are one person: how they are found, and what merging them changes."""

from typing import Any
from uuid import UUID

import pytest

from tests.api.conftest import Race, Rows
from tests.api.journeys import apply, custom_field, make_internal, open_job, published_post, reason
from tests.api.merging import PATH, both_applied, candidate_of, merged, person, refused
from tests.client import Client

EVENTS = """
SELECT e.type, e.aggregate_id::text, e.aggregate_version, e.data, e.previous FROM events AS e
WHERE e.organization_id = %(organization_id)s AND e.correlation_id = (
    SELECT m.correlation_id FROM events AS m WHERE m.type = 'candidate.merged' AND m.aggregate_id = %(id)s
) ORDER BY e.type
"""
CHANGED = (
    "custom_fields", "emails", "external_id", "has_legal_hold", "is_possible_duplicate", "last_name", "name",
    "phones", "retain_until", "tags",
)  # fmt: skip
"""The fields that the second of two_of_kim changes."""
KEEP = "UPDATE candidates SET has_legal_hold = %(hold)s, retain_until = %(until)s"


async def test_duplicates_are_active_candidates_with_the_same_address(ada: Client, eve: Client) -> None:
    """Newest first, each with what they share, in pages; nobody of another organization."""
    one = await person(ada, emails=[{"value": "kim@example.com"}, {"value": "k@example.com"}])
    two = await person(ada, emails=[{"value": "K@example.com"}, {"value": "kim@EXAMPLE.com"}])
    three = await person(ada, emails=[{"value": "k@example.com"}, {"value": "other@example.com"}])
    await person(ada, emails=[{"value": "other@example.com"}])
    await person(eve, emails=[{"value": "kim@example.com"}])
    path = f"/candidates/{one['id']}/duplicates"
    found = (await ada.read(path))["items"]
    assert [(each["candidate"], each["shared"]) for each in found] == [
        (three, {"emails": ["k@example.com"]}), (two, {"emails": ["k@example.com", "kim@example.com"]})
    ]  # fmt: skip
    page = await ada.read(path, params={"limit": 1})
    rest = await ada.read(path, params={"limit": 1, "cursor": page["next_cursor"]})
    assert page["items"] + rest["items"] == found and rest["next_cursor"] is None
    assert (await eve.get(f"/api/v1{path}")).status_code == 404


async def two_of_kim(client: Client, rows: Rows) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two candidates who differ in nearly all that they have."""
    for name in ("a", "b"):
        await client.made("/tags", {"name": name})
    for key, kind in (("size", "short_text"), ("own", "number"), ("z", "number")):
        await custom_field(client, key, kind)
    one = await person(
        client, emails=[{"value": "kim@example.com"}], phones=[{"value": "123"}], tags=["a"], location="Bonn",
        custom_fields={"size": "M", "own": 1},
    )  # fmt: skip
    two = await person(
        client, last_name="Ito", emails=[{"value": "kim@example.com", "kind": "work"}, {"value": "ito@example.com"}],
        phones=[{"value": "456"}], tags=["b", "a"], location="Köln", external_id="x-2",
        custom_fields={"size": "L", "z": 2},
    )  # fmt: skip
    change = f"{KEEP}, is_possible_duplicate = true"
    for each, hold, until in ((one, False, "2031-01-01"), (two, True, "2030-01-01")):
        await rows(f"{change} WHERE id = %(id)s RETURNING id", hold=hold, until=until, id=UUID(each["id"]))
    return one, two


async def test_survivor_keeps_its_own_fields_when_another_is_merged_into_it(ada: Client, rows: Rows) -> None:
    """Empty ones are filled, lists are joined, the shorter keeping and a legal hold win."""
    one, two = await two_of_kim(ada, rows)
    answer = await merged(ada, one, two)
    survivor = answer["candidate"]
    assert survivor == await ada.read(f"/candidates/{one['id']}")
    assert {name: survivor[name] for name in ("id", "first_name", "name", "location", "external_id", "version")} == {
        "id": one["id"], "first_name": "Kim", "name": "Kim Ito", "location": "Bonn", "external_id": "x-2", "version": 2,
    }  # fmt: skip
    assert survivor["emails"] == [*one["emails"], {"value": "ito@example.com", "kind": "personal"}]
    assert [each["value"] for each in survivor["phones"]] == ["123", "456"] and survivor["tags"] == ["a", "b"]
    assert survivor["custom_fields"] == {"size": "M", "own": 1, "z": 2}
    assert (survivor["has_legal_hold"], survivor["retain_until"]) == (True, "2030-01-01")
    assert survivor["is_possible_duplicate"] is False
    assert answer["changed_fields"] == list(CHANGED)
    told = await rows(EVENTS, organization_id=UUID(ada.organization["id"]), id=UUID(two["id"]))
    assert told == [
        ("candidate.merged", two["id"], 2, {"merged_into": one["id"]}, {}),
        ("candidate.updated", one["id"], 2, {"fields": list(CHANGED)}, {}),
    ]
    for address in ("kim@example.com", "ito@example.com"):
        assert (await ada.read("/candidates", params={"email": address}))["items"] == [survivor]


@pytest.mark.parametrize(("own", "others", "kept"), [
    ((False, "2031-01-01"), (True, "2030-01-01"), (True, "2030-01-01")),
    ((True, "2030-01-01"), (False, "2031-01-01"), (True, "2030-01-01")),
    ((True, "2030-01-01"), (True, None), (True, "2030-01-01")),
    ((False, None), (False, "2030-01-01"), (False, "2030-01-01")),
    ((False, None), (False, None), (False, None)),
])  # fmt: skip
async def test_survivor_is_kept_as_the_stricter_of_two_says(
    ada: Client, rows: Rows, own: tuple[bool, str | None], others: tuple[bool, str | None], kept: Any
) -> None:
    """Rule 9: the earlier day and any legal hold, whichever of the two has them."""
    people = [await person(ada), await person(ada)]
    for each, (hold, until) in zip(people, (own, others), strict=True):
        await rows(f"{KEEP} WHERE id = %(id)s RETURNING id", hold=hold, until=until, id=UUID(each["id"]))
    survivor = (await merged(ada, *people))["candidate"]
    assert (survivor["has_legal_hold"], survivor["retain_until"]) == kept


async def test_dry_run_tells_what_the_merge_does_and_changes_nothing(ada: Client, rows: Rows) -> None:
    """The same answer, but for the version and the moment of the change."""
    one, two = await two_of_kim(ada, rows)
    before = [await ada.read(f"/candidates/{each['id']}") for each in (one, two)]
    [(count,)] = await rows(
        "SELECT count(*) FROM events WHERE organization_id = %(id)s", id=UUID(ada.organization["id"])
    )
    path = f"{PATH}/{one['id']}/merge"
    answer = await ada.post(path, json={"candidate_id": two["id"], "dry_run": True})
    assert answer.status_code == 200 and "Consistency-Token" not in answer.headers
    assert [await ada.read(f"/candidates/{each['id']}") for each in (one, two)] == before
    assert await rows(
        "SELECT count(*) FROM events WHERE organization_id = %(id)s", id=UUID(ada.organization["id"])
    ) == [(count,)]
    tried, done = answer.json(), await merged(ada, one, two)
    assert (tried.pop("is_dry_run"), done.pop("is_dry_run")) == (True, False)
    for each in (tried, done):
        del each["candidate"]["version"], each["candidate"]["updated_at"]
    assert tried == done


async def test_everything_moves_when_a_candidate_is_merged(ada: Client, rows: Rows) -> None:
    """No row of any table that names a candidate names the other one, except its own and its events."""
    job, other_job = await open_job(ada), await open_job(ada)
    one, two = await apply(ada, job), await apply(ada, other_job, emails=[{"value": "kim@example.com"}])
    survivor, other = candidate_of(one), candidate_of(two)
    upload = (
        await ada.post("/api/v1/uploads?file_name=cv.txt", content=b"Kim", headers={"Content-Type": "text/plain"})
    ).json()
    file = await ada.made(f"/candidates/{other['id']}/attachments", {"upload_id": upload["id"], "kind": "resume"})
    note = await ada.made(f"/candidates/{other['id']}/notes", {"body": "Good.", "application_id": two["id"]})
    result = {"label": "Test", "url": "https://vendor.example/1"}
    await ada.made(f"/candidates/{other['id']}/result-links", result)
    text = await ada.made("/consent-texts", {"purpose": "processing", "language": "en", "text": "A"})
    consent = {"consent_text_id": text["id"], "consent_text_version": 1, "is_granted": True, "source": "paper"}
    await ada.made(f"/candidates/{other['id']}/consents", consent)
    rejected = {"reason_id": await reason(ada, "rejection"), "message": {"send_at": "2030-01-01T00:00:00Z"}}
    await ada.made(f"/applications/{two['id']}/reject", rejected)
    answer = await merged(ada, survivor, other)
    belongings = ("applications", "attachments", "notes", "result_links", "consents")
    assert answer["moved"] == {f"{each}_count": 1 for each in belongings}
    for path in (f"/applications/{two['id']}", f"/attachments/{file['id']}", f"/notes/{note['id']}"):
        assert (await ada.read(path))["candidate_id"] == survivor["id"]
    tables = await rows(
        "SELECT c.table_name FROM information_schema.columns AS c"
        " WHERE c.table_schema = 'public' AND c.column_name = 'candidate_id' ORDER BY 1"
    )
    assert len(tables) >= 6
    for (table,) in tables:
        [(count,)] = await rows(f"SELECT count(*) FROM {table} WHERE candidate_id = %(id)s", id=UUID(other["id"]))
        assert count == 0 or table == "candidate_tags", table
    assert len((await ada.read(f"/applications/{two['id']}/history"))["items"]) == 2


@pytest.mark.parametrize("is_own_kept", [True, False])
async def test_one_of_two_active_applications_is_withdrawn_when_the_other_is_kept(
    ada: Client, rows: Rows, is_own_kept: bool
) -> None:
    """Without a choice merging is refused with the pair; what ends has the built-in reason, one event and no mail."""
    job = await open_job(ada)
    own, others = await both_applied(ada, job)
    survivor, other = candidate_of(own), candidate_of(others)
    pair = {"job_id": job["id"], "application_id": own["id"], "other_application_id": others["id"]}
    open_pair = pair | {"kept_application_id": None}
    assert await refused(ada, survivor, other["id"]) == (409, "applications_collide", {"pairs": [open_pair]})
    assert (await merged(ada, survivor, other, dry_run=True))["pairs"] == [open_pair]
    kept, ended = (own, others) if is_own_kept else (others, own)
    chosen = pair | {"kept_application_id": kept["id"]}
    answer = await merged(ada, survivor, other, keep={job["id"]: kept["id"]})
    assert answer["pairs"] == [chosen]
    stays, ends = [await ada.read(f"/applications/{each['id']}") for each in (kept, ended)]
    assert (stays["status"], stays["version"], ends["status"], ends["version"]) == ("active", 1, "withdrawn", 2)
    assert stays["candidate_id"] == ends["candidate_id"] == survivor["id"]
    why = await ada.read(f"/reasons/{ends['end_reason_id']}")
    assert (why["kind"], why["key"]) == ("withdrawal", "merged")
    history = (await ada.read(f"/applications/{ended['id']}/history"))["items"]
    assert [each["change"] for each in history] == ["withdrawn", "submitted"] and history[0]["reason_id"] == why["id"]
    told = await rows(EVENTS, organization_id=UUID(ada.organization["id"]), id=UUID(other["id"]))
    about = {"candidate_id": survivor["id"], "job_id": job["id"], "kept_application_id": kept["id"]}
    data = about | {"reason_id": why["id"]}
    assert [each for each in told if each[0].startswith("application")] == [
        ("application.withdrawn", ended["id"], 2, data, {"status": "active"})
    ]
    assert not await rows("SELECT FROM messages WHERE candidate_id = %(id)s", id=UUID(survivor["id"]))


async def test_survivor_is_internal_when_the_other_candidate_was(ada: Client, member: Any) -> None:
    """Also its applications: who is a user is hidden from that user."""
    job = await open_job(ada)
    own = await apply(ada, job)
    other = await person(ada)
    bob = await member(
        "bob", dict.fromkeys(("candidates.read", "applications.read", "candidates.read_internal"), "all")
    )
    await make_internal(ada, other["id"], bob.user)
    assert (await bob.get(f"/api/v1/applications/{own['id']}")).status_code == 200
    assert (await merged(ada, candidate_of(own), other))["candidate"]["user_id"] == bob.user["id"]
    for path in (f"applications/{own['id']}", f"candidates/{own['candidate_id']}", f"candidates/{other['id']}"):
        assert (await bob.get(f"/api/v1/{path}")).status_code == 404


async def test_mark_of_a_duplicate_is_taken_away_when_a_patch_says_so(ada: Client, rows: Rows) -> None:
    """Two people may share an address; whoever finds out says it."""
    kim = await person(ada)
    await rows("UPDATE candidates SET is_possible_duplicate = true WHERE id = %(id)s RETURNING id", id=UUID(kim["id"]))
    answer = await ada.patch(f"{PATH}/{kim['id']}", json={"is_possible_duplicate": False})
    assert (answer.json()["is_possible_duplicate"], answer.json()["version"]) == (False, 2)


async def test_applicant_is_known_again_when_the_doubles_were_merged(ada: Client, anybody: Client) -> None:
    """With two candidates of one address the board adds a third; with one left it finds that one."""
    body = {"first_name": "Kim", "email": "kim@example.com"}
    one, two = [await person(ada, emails=[{"value": body["email"]}]) for _ in range(2)]
    job = await open_job(ada)
    await anybody.post(f"{await published_post(ada, job)}/applications", json=body)
    [third] = [each for each in (await ada.read("/candidates"))["items"] if each["is_possible_duplicate"]]
    for other in (two, third):
        await merged(ada, one, other)
    other_job = await open_job(ada)
    await anybody.post(f"{await published_post(ada, other_job)}/applications", json=body)
    for each in (job, other_job):
        [application] = (await ada.read(f"/jobs/{each['id']}/applications"))["items"]
        assert application["candidate_id"] == one["id"]


async def test_note_waits_for_the_merge_when_they_meet(ada: Client, race: Race) -> None:
    """Behind the lock it finds the candidate merged: nothing hangs on the old id."""
    one, two = await person(ada), await person(ada)
    merge, note = await race(
        "SELECT FROM candidates WHERE id = %(id)s FOR UPDATE", {"id": UUID(two["id"])},
        ada.post(f"{PATH}/{one['id']}/merge", json={"candidate_id": two["id"]}),
        ada.post(f"{PATH}/{two['id']}/notes", json={"body": "Late."}),
    )  # fmt: skip
    assert (merge.status_code, note.status_code, note.json()["merged_into"]) == (200, 409, one["id"])

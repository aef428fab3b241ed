"""Notes about candidates: who sees them, who changes them, and what is left of them."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.api.conftest import Rows
from tests.api.journeys import apply, groups, join, make_internal, open_job
from tests.client import Client, findings

READING = ("notes.read", "notes.write")
EVENTS = """
SELECT e.type, e.aggregate_version, e.data FROM events AS e
WHERE e.organization_id = %(organization_id)s AND e.aggregate_id = %(note_id)s ORDER BY e.aggregate_version, e.id
"""


async def noted(client: Client, application: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A note about the candidate of an application."""
    return await client.made(f"/candidates/{application['candidate_id']}/notes", {"body": "Call again."} | changes)


async def sees(client: Client, note: dict[str, Any]) -> bool:
    """Whether a note is shown to a client: by its id and in every list alike."""
    found = await client.get(f"/api/v1/notes/{note['id']}")
    ways: list[dict[str, str]] = [{}, {"ids": note["id"]}, {"candidate_id": note["candidate_id"]}]
    ways += [{"updated_since": "2020-01-01T00:00:00Z"} | way for way in (ways[0], ways[2])]
    if note["application_id"] is not None:
        ways += [{"application_id": note["application_id"]}]
    listed = set()
    for way in ways:
        items = (await client.read("/notes", params={"limit": "100"} | way))["items"]
        listed.add(note in items)
        assert note in items or note["id"] not in [each["id"] for each in items]
    assert listed == {found.status_code == 200}, (found.status_code, listed)
    assert found.status_code in (200, 404) and (found.status_code == 404 or found.json() == note)
    return found.status_code == 200


async def test_note_reads_as_it_was_written(ada: Client, member: Any, rows: Rows) -> None:
    """With its author, mentions and application; a patch changes it, and events tell of it by ids."""
    bob = await member("bob", {})
    application = await apply(ada, await open_job(ada))
    text = "<b>Call</b> again,\n\ton Monday:\u2028 she has a 火 ☃ question\x07."
    note = await noted(ada, application, body=text, application_id=application["id"], mentions=[bob.user["id"]])
    author = {"type": "user", "id": ada.user["id"], "user_id": ada.user["id"], "on_behalf_of": None}
    assert note | {
        "body": text, "author": author, "mentions": [bob.user["id"]], "visibility": "team", "version": 1,
        "application_id": application["id"], "candidate_id": application["candidate_id"],
    } == note  # fmt: skip
    assert await sees(ada, note)
    patch = {"body": "Done.", "mentions": None, "visibility": "private"}
    changed = await ada.patch(f"/api/v1/notes/{note['id']}", json=patch, headers={"If-Match": '"1"'})
    expected = note | patch | {"mentions": [], "version": 2, "updated_at": changed.json()["updated_at"]}
    assert changed.json() == expected and expected["updated_at"] > note["updated_at"]
    assert (await ada.delete(f"/api/v1/notes/{note['id']}")).status_code == 204
    assert not await sees(ada, changed.json())
    told = await rows(EVENTS, organization_id=UUID(ada.organization["id"]), note_id=UUID(note["id"]))
    ids = {name: note[name] for name in ("candidate_id", "application_id")}
    assert told == [
        ("note.created", 1, ids), ("note.updated", 2, ids | {"fields": ["body", "mentions", "visibility"]}),
        ("note.deleted", 2, ids),
    ]  # fmt: skip
    for again in (await ada.delete(f"/api/v1/notes/{note['id']}"), await ada.patch(
        f"/api/v1/notes/{note['id']}", json={"body": "Back."}
    )):  # fmt: skip
        assert again.status_code == 404


async def test_candidate_moves_when_a_note_does(ada: Client) -> None:
    """Its `updated_at`, not its version: with a note that is added, changed and deleted, not with one that stays."""
    application = await apply(ada, await open_job(ada))
    path, seen = f"/candidates/{application['candidate_id']}", []

    async def look() -> None:
        seen.append(await ada.read(path))

    await look()
    note = await noted(ada, application)
    await look()
    await ada.patch(f"/api/v1/notes/{note['id']}", json={"body": "Done."})
    await look()
    await ada.delete(f"/api/v1/notes/{note['id']}")
    await look()
    moments = [each["updated_at"] for each in seen]
    assert moments == sorted(set(moments)) and {each["version"] for each in seen} == {1}


async def test_private_note_is_seen_by_its_author_and_with_the_permission(ada: Client, member: Any) -> None:
    """By no other teammate, in no list; a colleague who sees it does not change it unless an administrator."""
    job = await open_job(ada)
    application = await apply(ada, job)
    bob, carl = [await member(name, dict.fromkeys(READING, "team")) for name in ("bob", "carl")]
    dora = await member("dora", dict.fromkeys((*READING, "private.read"), "all"))
    half = await member("half", {"notes.read": "all", "private.read": "team"})
    team = [{"user_id": each.user["id"], "role": "hiring_manager"} for each in (bob, carl)]
    await ada.put(f"/api/v1/jobs/{job['id']}/hiring-team", json={"members": team})
    private = await noted(bob, application, visibility="private")
    shared = await noted(bob, application)
    assert [await sees(each, private) for each in (bob, carl, dora, half, ada)] == [True, False, True, False, True]
    assert [await sees(each, shared) for each in (bob, carl, dora, half, ada)] == [True] * 5
    path = f"/api/v1/notes/{private['id']}"
    for client, status in ((carl, 404), (dora, 403), (bob, 200), (ada, 200)):
        answer = await client.patch(path, json={"body": f"By {client.user['id']}."})
        assert answer.status_code == status, answer.text
    assert (await bob.read(f"/notes/{private['id']}"))["author"]["id"] == bob.user["id"]
    assert [(await each.delete(path)).status_code for each in (carl, dora, ada)] == [404, 403, 204]


async def test_note_is_changed_by_its_author_and_administrators_alone(ada: Client, member: Any) -> None:
    """Whoever else may write notes is refused with a code, and told nothing of the version; nothing has changed."""
    application = await apply(ada, await open_job(ada))
    bob, carl = [await member(name, dict.fromkeys(READING, "all")) for name in ("bob", "carl")]
    note = await noted(bob, application)
    path = f"/api/v1/notes/{note['id']}"
    for answer in (
        await carl.patch(path, json={"body": "Mine.", "mentions": [str(uuid4())]}, headers={"If-Match": '"9"'}),
        await carl.delete(path),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "author_required")
        assert "current" not in answer.json()
    grant = {"permission_group_id": (await groups(ada))["administrator"], "scope": "team"}
    await ada.made(f"/users/{carl.user['id']}/permission-groups", grant)
    assert (await carl.delete(path)).status_code == 403
    assert await bob.read(f"/notes/{note['id']}") == note
    assert (await bob.delete(path)).status_code == 204


async def test_note_about_an_application_is_for_those_who_see_it(ada: Client, member: Any, rows: Rows) -> None:
    """A candidate of two jobs: who sees one of them, or nothing confidential, sees neither the other's notes."""
    opened, secret = await open_job(ada), await open_job(ada, is_confidential=True)
    application = await apply(ada, opened)
    other = await ada.made("/applications", {"candidate_id": application["candidate_id"], "job_id": secret["id"]})
    about = [await noted(ada, application, application_id=each) for each in (None, application["id"], other["id"])]
    bob, cora, ivo = [await member(name, dict.fromkeys(READING, "team")) for name in ("bob", "cora", "ivo")]
    carl = await member("carl", dict.fromkeys(READING, "all"))
    deaf = await member("deaf", {"candidates.read": "all", "applications.read": "all"})
    await join(ada, opened, bob.user["id"], "coordinator")
    await join(ada, secret, cora.user["id"], "recruiter")
    seen = {who: [await sees(who, each) for each in about] for who in (ada, bob, cora, ivo, carl)}
    assert [*seen.values()] == [[True] * 3, [True, True, False], [True, False, True], [False] * 3, [True, True, False]]
    assert (await deaf.get("/api/v1/notes")).status_code == 403
    path = f"/api/v1/candidates/{application['candidate_id']}/notes"
    for client, status in ((bob, 422), (carl, 422), (cora, 201), (ivo, 404)):
        answer = await client.post(path, json={"body": "A", "application_id": other["id"]})
        assert answer.status_code == status, answer.text
    await join(ada, opened, ivo.user["id"], "interviewer")
    assert not any([await sees(ivo, each) for each in about])
    await rows("UPDATE jobs SET is_confidential = true WHERE id = %(id)s RETURNING id", id=UUID(opened["id"]))
    assert not any([await sees(carl, each) for each in about])


async def test_note_is_hidden_from_its_own_candidate(ada: Client, member: Any) -> None:
    """Whatever they may do, and though they wrote it; and from callers who see no internal candidates."""
    application = await apply(ada, await open_job(ada))
    ina = await member("ina", dict.fromkeys((*READING, "private.read", "candidates.read_internal"), "all"))
    bob = await member("bob", dict.fromkeys(READING, "all"))
    notes = [await noted(ina, application), await noted(ada, application, mentions=[ina.user["id"]])]
    assert [await sees(ina, each) for each in notes] == [True, True]
    await make_internal(ada, application["candidate_id"], ina.user)
    for each in notes:
        assert [await sees(client, each) for client in (ina, bob, ada)] == [False, False, True]
        for client in (ina, bob):
            assert (await client.delete(f"/api/v1/notes/{each['id']}")).status_code == 404
            assert (await client.patch(f"/api/v1/notes/{each['id']}", json={"body": "A"})).status_code == 404
    path = f"/api/v1/candidates/{application['candidate_id']}/notes"
    assert [(await each.post(path, json={"body": "A"})).status_code for each in (ina, bob)] == [404, 404]


async def test_note_of_another_tenant_looks_absent(ada: Client, eve: Client) -> None:
    """Also an application and a user of another tenant, which a note names."""
    application, own = [await apply(who, await open_job(who)) for who in (ada, eve)]
    note = await noted(ada, application)
    assert not await sees(eve, note)
    path, body = f"/api/v1/notes/{note['id']}", {"body": "Mine."}
    assert [(await eve.delete(path)).status_code, (await eve.patch(path, json=body)).status_code] == [404, 404]
    named = {"body": "A", "application_id": application["id"], "mentions": [eve.user["id"], ada.user["id"]]}
    expected = [("/application_id", "unknown_reference"), ("/mentions/1", "unknown_reference")]
    assert findings(await eve.post(f"/api/v1/candidates/{own['candidate_id']}/notes", json=named)) == expected
    assert (await ada.read(f"/notes/{note['id']}")) == note


async def test_mention_is_an_active_user_when_it_is_new(ada: Client, member: Any) -> None:
    """An unknown, an invited and a disabled one are pointed at; who was mentioned before stays. 422 goes before 412."""
    application = await apply(ada, await open_job(ada))
    bob, carl = [await member(name, {}) for name in ("bob", "carl")]
    invited = await ada.made("/users", {"first_name": "I", "email": f"i-{ada.user['id'][-8:]}@example.com"})
    note = await noted(ada, application, mentions=[bob.user["id"], ada.user["id"]])
    for each in (bob, carl):
        await ada.made(f"/users/{each.user['id']}/disable")
    path, stale = f"/api/v1/notes/{note['id']}", {"If-Match": '"9"'}
    mentions = [str(uuid4()), bob.user["id"], carl.user["id"], ada.user["id"], invited["id"]]
    unknown = [(f"/mentions/{place}", "unknown_reference") for place in (0, 2, 4)]
    assert findings(await ada.patch(path, json={"mentions": mentions}, headers=stale)) == unknown
    added = await ada.post(f"/api/v1/candidates/{application['candidate_id']}/notes",
                           json={"body": "A", "mentions": mentions})  # fmt: skip
    assert findings(added) == [(f"/mentions/{place}", "unknown_reference") for place in (0, 1, 2, 4)]
    kept = await ada.patch(path, json={"mentions": [ada.user["id"], bob.user["id"]]})
    assert kept.json()["mentions"] == [ada.user["id"], bob.user["id"]]
    assert (await ada.patch(path, json={"mentions": None})).json()["mentions"] == []
    assert findings(await ada.patch(path, json={"mentions": [bob.user["id"]]})) == [
        ("/mentions/0", "unknown_reference")
    ]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({}, ("/body", "required")), ({"body": ""}, ("/body", "too_short")), ({"body": None}, ("/body", "type")),
        ({"body": "a" * 100_001}, ("/body", "too_long")), ({"body": 7}, ("/body", "type")),
        ({"body": "A", "visibility": "public"}, ("/visibility", "enum")),
        ({"body": "A", "mentions": [str(UUID(int=n)) for n in range(21)]}, ("/mentions", "too_long")),
        ({"body": "A", "mentions": ["ada"]}, ("/mentions/0", "format")),
        ({"body": "A", "author": {}}, ("/author", "unknown_field")),
    ],
)  # fmt: skip
async def test_note_is_refused_when_it_is_of_another_shape(
    ada: Client, body: dict[str, Any], found: tuple[str, str]
) -> None:
    """With the field that is wrong, and nothing is written."""
    application = await apply(ada, await open_job(ada))
    answer = await ada.post(f"/api/v1/candidates/{application['candidate_id']}/notes", json=body)
    assert findings(answer) == [found]
    assert (await ada.read("/notes"))["items"] == []


async def test_note_is_added_once_when_its_request_is_repeated(ada: Client) -> None:
    """Twenty at once, with one key."""
    application = await apply(ada, await open_job(ada))
    path, key = f"/api/v1/candidates/{application['candidate_id']}/notes", {"Idempotency-Key": str(uuid4())}
    answers = await asyncio.gather(*(ada.post(path, json={"body": "A"}, headers=key) for _ in range(20)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    [note] = (await ada.read("/notes"))["items"]
    assert {answer.json()["id"] for answer in answers if answer.status_code == 201} == {note["id"]}


async def test_each_version_is_changed_once_when_twenty_change_a_note_at_once(ada: Client, rows: Rows) -> None:
    """Each reads, appends and sends the version: those who were late read again, and no line is lost."""
    note = await noted(ada, await apply(ada, await open_job(ada)), body="Lines:")
    path = f"/notes/{note['id']}"

    async def append(number: int) -> None:
        while True:
            now = await ada.read(path)
            body, match = {"body": f"{now['body']}\n{number}"}, {"If-Match": f'"{now["version"]}"'}
            answer = await ada.patch(f"/api/v1{path}", json=body, headers=match)
            if answer.status_code == 200:
                assert answer.json()["version"] == now["version"] + 1
                return
            assert answer.status_code == 412

    await asyncio.gather(*map(append, range(20)))
    found = await ada.read(path)
    assert sorted(map(int, found["body"].splitlines()[1:])) == [*range(20)] and found["version"] == 21
    told = await rows(EVENTS, organization_id=UUID(ada.organization["id"]), note_id=UUID(note["id"]))
    assert [version for _, version, _ in told] == [*range(1, 22)]


async def test_deleted_note_stays_deleted_when_twenty_change_it_at_once(ada: Client, rows: Rows) -> None:
    """One deletion of several is made; the changes came before it, or find nothing; its event is the last."""
    note = await noted(ada, await apply(ada, await open_job(ada)))
    path = f"/api/v1/notes/{note['id']}"
    requests = [
        ada.delete(path) if number % 7 == 3 else ada.patch(path, json={"body": f"No. {number}"}) for number in range(20)
    ]
    statuses = [answer.status_code for answer in await asyncio.gather(*requests)]
    changed_count = statuses.count(200)
    assert statuses.count(204) == 1 and changed_count + statuses.count(404) == 19, statuses
    assert (await ada.get(path)).status_code == 404 and (await ada.read("/notes"))["items"] == []
    told = await rows(EVENTS, organization_id=UUID(ada.organization["id"]), note_id=UUID(note["id"]))
    [deleted] = [version for kind, version, _ in told if kind == "note.deleted"]
    others = [version for kind, version, _ in told if kind != "note.deleted"]
    assert others == [*range(1, changed_count + 2)] and deleted == others[-1]
    assert await rows("SELECT id FROM notes WHERE id = %(id)s", id=UUID(note["id"])) == []


async def test_notes_and_mentions_are_all_kept_when_twenty_write_about_a_candidate_at_once(ada: Client) -> None:
    """Each is there once, in the list of its candidate."""
    application = await apply(ada, await open_job(ada))
    made = await asyncio.gather(*(noted(ada, application, body=f"No. {number}") for number in range(20)))
    params = {"candidate_id": application["candidate_id"], "limit": "100"}
    found = (await ada.read("/notes", params=params))["items"]
    assert sorted(each["id"] for each in found) == sorted(each["id"] for each in made)
    assert found == sorted(found, key=lambda each: str(each["id"]), reverse=True)

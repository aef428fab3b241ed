"""Sender identities: a mailed link proves that an address is the organization's own, and only then is it used."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from hiring.config import Settings
from hiring.services.tokens import mailed_token
from tests.api import words
from tests.api.conftest import Race, Rows, Serve
from tests.api.test_mail_bounds import BOUNDS
from tests.client import Client, findings

PATH = "/sender-identities"
VERIFY = f"/api/v1{PATH}/verify"
SENDER = {"name": "Careers", "email": "careers@example.com"}
TEMPLATE = {"name": "Call", "language": "en", "subject": "Call", "body": "Hello."}
LINKS = "SELECT id FROM mailed_links WHERE sender_identity_id = %(id)s ORDER BY id"
EVENTS = """
SELECT type, aggregate_version, actor ->> 'type', data
FROM events
WHERE aggregate_id = %(id)s ORDER BY aggregate_version
"""
Body = dict[str, Any]


async def links(client: Client, rows: Rows, settings: Settings, sender: Body) -> list[str]:
    """The tokens of the links that were mailed to a sender's address, after one more was asked for."""
    await client.made(f"{PATH}/{sender['id']}/send-verification")
    return [mailed_token(settings.tokens.secret, id_) for (id_,) in await rows(LINKS, id=UUID(sender["id"]))]


async def verify(client: Client, token: str) -> httpx.Response:
    """Uses a link."""
    return await client.post(VERIFY, json={"token": token})


async def verified(client: Client, rows: Rows, settings: Settings, **changes: Any) -> Body:
    """A sender whose address is verified."""
    email = f"jobs-{client.user['id'][-12:]}@example.com"
    sender = await client.made(PATH, SENDER | {"email": email} | changes)
    [token] = await links(client, rows, settings, sender)
    found: Body = (await verify(client, token)).json()
    return found


async def named_by(client: Client, sender_identity_id: str) -> list[httpx.Response]:
    """Answers to all that names a sender: a new template and board, and changes of both."""
    name = {"sender_identity_id": sender_identity_id}
    template = await client.made("/email-templates", TEMPLATE | {"name": sender_identity_id})
    board = (await client.read("/job-boards"))["items"][0]
    return [
        await client.post("/api/v1/email-templates", json=TEMPLATE | name | {"name": f"Of {sender_identity_id}"}),
        await client.patch(f"/api/v1/email-templates/{template['id']}", json=name),
        await client.post("/api/v1/job-boards", json={"name": "B", "slug": f"b-{sender_identity_id}"} | name),
        await client.patch(f"/api/v1/job-boards/{board['id']}", json=name),
    ]


async def test_sender_is_added_renamed_and_archived_when_permitted(ada: Client, eve: Client) -> None:
    """As every word; the address is in lower case and never changes."""
    await words.check_life_cycle(ada, eve, "sender-identities", SENDER, {"name": "Talent"})
    [sender] = (await ada.read(PATH))["items"]
    assert sender["verified_at"] is None
    refused = await ada.patch(f"/api/v1{PATH}/{sender['id']}", json={"email": "other@example.com"})
    assert findings(refused) == [("/email", "unknown_field")]
    again = [await ada.post(f"/api/v1{PATH}", json=SENDER | {"email": "Careers@Example.com"}) for _ in range(2)]
    assert [each.status_code for each in again] == [201, 409] and again[1].json()["code"] == "email_taken"
    assert (await eve.post(f"/api/v1{PATH}", json=SENDER)).status_code == 201


@pytest.mark.parametrize(
    "email",
    ["zoë@example.com", "a@b@example.com", "a@example.com\r\nBcc: eve@example.com", "", "a" * 250 + "@example.com"],
)
async def test_sender_is_refused_when_no_mail_can_be_from_its_address(ada: Client, email: str) -> None:
    """Nothing that would be another header, and no address that not every mail server takes."""
    refused = await ada.post(f"/api/v1{PATH}", json=SENDER | {"email": email})
    assert refused.status_code == 422 and [each["pointer"] for each in refused.json()["errors"]] == ["/email"]
    assert (await ada.post(f"/api/v1{PATH}", json=SENDER | {"name": "A\r\nBcc: eve@example.com"})).status_code == 422
    assert (await ada.read(PATH))["items"] == []


async def test_address_is_verified_when_a_link_is_used(
    ada: Client, anybody: Client, rows: Rows, settings: Settings
) -> None:
    """Once: the others stop working. An event tells of it, and the mail is one to the user who asked."""
    sender = await ada.made(PATH, SENDER | {"email": f"{ada.user['id']}@example.com"})
    [token] = await links(ada, rows, settings, sender)
    [(recipient, user_id, kind)] = await rows(
        "SELECT recipient, user_id, kind FROM messages WHERE mailed_link_id = %(id)s",
        id=(await rows(LINKS, id=UUID(sender["id"])))[0][0],
    )
    assert (recipient, str(user_id), kind) == (sender["email"], ada.user["id"], "sender_verification")
    answer = await verify(anybody, token)
    found = answer.json()
    assert answer.status_code == 200 and found["verified_at"] is not None and found["version"] == 2
    assert await ada.read(f"{PATH}/{sender['id']}") == found
    assert (await verify(anybody, token)).json()["code"] == "link_invalid"
    assert await links(ada, rows, settings, sender) == [token]
    told = await rows(EVENTS, id=UUID(sender["id"]))
    assert told == [
        ("vocabulary.changed", 1, "user", {"change": "created"}),
        ("vocabulary.changed", 2, "anonymous", {"change": "updated", "fields": ["verified_at"]}),
    ]


async def test_link_is_used_once_when_twenty_use_it_at_once(
    ada: Client, anybody: Client, rows: Rows, settings: Settings
) -> None:
    """One verifies, the others are told that the link does not work."""
    sender = await ada.made(PATH, SENDER | {"email": f"{ada.user['id']}@example.com"})
    [token] = await links(ada, rows, settings, sender)
    answers = await asyncio.gather(*(verify(anybody, token) for _ in range(20)))
    assert sorted(each.status_code for each in answers) == [200] + [422] * 19
    assert len(await rows(EVENTS, id=UUID(sender["id"]))) == 2


async def test_link_is_refused_when_it_is_old_or_of_another_kind_or_its_sender_archived(
    ada: Client, anybody: Client, rows: Rows, settings: Settings
) -> None:
    """A link to verify a sender sets no password either, and one for a password verifies none."""
    sender = await ada.made(PATH, SENDER | {"email": f"{ada.user['id']}@example.com"})
    [token] = await links(ada, rows, settings, sender)
    for path in ("/password-resets/confirm", "/invitations/accept"):
        refused = await anybody.post(
            f"/api/v1{path}", json={"token": token, "password": "correct horse battery staple"}
        )
        assert refused.json()["code"] == "link_invalid"
    await anybody.post("/api/v1/password-resets", json={"email": ada.user["email"]})
    [(reset,)] = await rows(
        "SELECT id FROM mailed_links WHERE user_id = %(id)s AND kind = 'password_reset'", id=UUID(ada.user["id"])
    )
    for wrong in (mailed_token(settings.tokens.secret, reset), "none"):
        assert (await verify(anybody, wrong)).json()["code"] == "link_invalid"
    later = "UPDATE mailed_links SET expires_at = expires_at + %(by)s WHERE sender_identity_id = %(id)s RETURNING id"
    await rows(later, id=UUID(sender["id"]), by=-timedelta(days=3))
    assert (await verify(anybody, token)).status_code == 422
    await rows(later, id=UUID(sender["id"]), by=timedelta(days=3))
    await ada.made(f"{PATH}/{sender['id']}/archive")
    assert (await verify(anybody, token)).status_code == 422
    refused = await ada.post(f"/api/v1{PATH}/{sender['id']}/send-verification")
    assert (refused.status_code, refused.json()["code"]) == (409, "status_conflict")
    assert (await ada.read(f"{PATH}/{sender['id']}"))["verified_at"] is None


async def test_address_gets_few_links_when_many_are_asked_for(
    ada: Client, eve: Client, serve: Serve, rows: Rows
) -> None:
    """One in a while, and so many a day, whatever organizations ask, twenty times at once."""
    email = ada.user["email"]
    senders = [(client, await client.made(PATH, SENDER | {"email": email})) for client in (ada, eve)]
    ids = [UUID(sender["id"]) for _, sender in senders]

    async def ask_twenty_times(address: str) -> int:
        asked = [
            client.post(f"{address}/api/v1{PATH}/{sender['id']}/send-verification")
            for client, sender in senders for _ in range(10)
        ]  # fmt: skip
        assert {each.status_code for each in await asyncio.gather(*asked)} == {200}
        [(count,)] = await rows("SELECT count(*) FROM mailed_links WHERE sender_identity_id = ANY (%(ids)s)", ids=ids)
        return int(count)

    async with serve(mails=BOUNDS) as address:
        counts = [await ask_twenty_times(address)]
        for _ in range(BOUNDS.links_per_day + 1):
            await rows(
                "UPDATE link_directory SET created_at = created_at - %(by)s WHERE mailed_link_id IN"
                " (SELECT id FROM mailed_links WHERE sender_identity_id = ANY (%(ids)s)) RETURNING 1",
                by=timedelta(seconds=BOUNDS.link_interval_s), ids=ids,
            )  # fmt: skip
            counts.append(await ask_twenty_times(address))
        await ada.post(f"{address}/api/v1/password-resets", json={"email": ada.user["email"]})
    most = BOUNDS.links_per_day
    assert counts == [*range(1, most + 1), most, most]
    [(kind,)] = await rows(
        "SELECT kind FROM mailed_links WHERE user_id = %(id)s AND kind <> 'sender_verification'",
        id=UUID(ada.user["id"]),
    )
    assert kind == "password_reset", "links that verify held up one for a new password"


async def test_answer_tells_nobody_whether_a_link_was_mailed(ada: Client, eve: Client, serve: Serve) -> None:
    """An address that another organization has just had a link mailed to is told of by no header either."""
    email = f"jobs-{ada.user['id'][-12:]}@example.com"
    senders = [(client, await client.made(PATH, SENDER | {"email": email})) for client in (ada, eve)]
    async with serve(mails=BOUNDS) as address:
        mailed, withheld = [
            await client.post(f"{address}/api/v1{PATH}/{sender['id']}/send-verification") for client, sender in senders
        ]
    assert mailed.status_code == withheld.status_code == 200
    assert list(mailed.headers) == list(withheld.headers)


async def test_sender_is_named_when_it_is_verified_and_active(
    ada: Client, eve: Client, rows: Rows, settings: Settings
) -> None:
    """By templates and boards, which keep one that is archived; never one of another organization, or of nobody."""
    fresh = await ada.made(PATH, SENDER)
    theirs, sender = await verified(eve, rows, settings), await verified(ada, rows, settings)
    for wrong in (fresh, theirs, {"id": ada.user["id"]}):
        for refused in await named_by(ada, wrong["id"]):
            assert findings(refused) == [("/sender_identity_id", "unknown_reference")]
    answers = await named_by(ada, sender["id"])
    assert [each.status_code for each in answers] == [201, 200, 201, 200]
    assert {each.json()["sender_identity_id"] for each in answers} == {sender["id"]}
    await ada.made(f"{PATH}/{sender['id']}/archive")
    template, board = answers[0].json(), answers[3].json()
    for path, word in (
        (f"/api/v1/email-templates/{template['id']}", template),
        (f"/api/v1/job-boards/{board['id']}", board),
    ):
        kept = await ada.patch(path, json={"sender_identity_id": sender["id"]})
        assert kept.status_code == 200 and kept.json() == word
        assert (await ada.patch(path, json={"sender_identity_id": None})).json()["sender_identity_id"] is None
        assert (await ada.patch(path, json={"sender_identity_id": sender["id"]})).status_code == 422


@pytest.mark.parametrize("is_archived_first", [True, False])
async def test_archived_sender_is_not_named_when_both_happen_at_once(
    ada: Client, rows: Rows, race: Race, settings: Settings, *, is_archived_first: bool
) -> None:
    """The one that comes second waits for the first, and is refused where that was the archiving."""
    sender = await verified(ada, rows, settings)
    archive = ada.post(f"/api/v1{PATH}/{sender['id']}/archive")
    named = ada.post("/api/v1/email-templates", json=TEMPLATE | {"sender_identity_id": sender["id"]})
    requests = (archive, named) if is_archived_first else (named, archive)
    answers = await race(
        "SELECT FROM sender_identities WHERE id = %(id)s FOR UPDATE", {"id": UUID(sender["id"])}, *requests
    )
    assert [each.status_code for each in answers] == ([200, 422] if is_archived_first else [201, 200])

"""Mails to people who did not ask: nobody can flood the address of somebody else, and nobody is told of the bound."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from hiring.commands.sessions import MAXIMUM_ACCOUNTS, email_hash
from hiring.config import Mails
from tests.api.conftest import Rows, Serve
from tests.api.journeys import open_job, published_post
from tests.client import PASSWORD, Client

REPEATS = 30
BOUNDS = Mails(
    link_interval_s=300, links_per_day=3, applicant_per_day=3, candidate_per_day=20, confirms_registration=True,
    fixed_sender_name="Hiring",
)  # fmt: skip
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def victim_of(ada: Client) -> str:
    return f"victim-{ada.organization['slug']}@example.com"


async def apply_as(client: Client, post: str, email: str) -> dict[str, Any]:
    answer = await client.post(f"{post}/applications", json={"first_name": "Kim", "email": email, "answers": []})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def kinds(rows: Rows, email: str) -> Counter[str]:
    """The mails that an address gets, by their kinds; each has its event, which makes it go out."""
    found = await rows(
        """SELECT m.kind FROM messages AS m
           JOIN events AS e ON e.organization_id = m.organization_id AND e.id = m.id AND e.type = 'message.due'
           WHERE m.recipient = %(email)s""",
        email=email,
    )
    return Counter(kind for (kind,) in found)


async def make_older(rows: Rows, email: str, age: timedelta) -> None:
    """Lets time pass for the mails of an address, and for what is counted of its links."""
    await rows(
        """WITH older_link AS (
               UPDATE link_directory SET created_at = created_at - %(age)s
               WHERE email_hash = decode(%(email_hash)s, 'hex')
           )
           UPDATE messages SET created_at = created_at - %(age)s WHERE recipient = %(email)s RETURNING id""",
        age=age, email=email, email_hash=email_hash(email),
    )  # fmt: skip


async def test_address_gets_one_mail_a_day_when_it_applies_again_and_again(
    ada: Client, anybody: Client, rows: Rows
) -> None:
    """Side by side and one after the other, to one job: thanks once, and once that there is an application already."""
    post, email = await published_post(ada, await open_job(ada)), victim_of(ada)
    answers = await asyncio.gather(*(apply_as(anybody, post, email) for _ in range(REPEATS)))
    assert all(answer.keys() == {"status_url"} for answer in answers)
    assert await kinds(rows, email) == {"application_received": 1, "already_applied": 1}
    await make_older(rows, email, DAY - MINUTE)
    await apply_as(anybody, post, email)
    assert await kinds(rows, email) == {"application_received": 1, "already_applied": 1}
    await make_older(rows, email, 2 * MINUTE)
    await apply_as(anybody, post, email)
    assert await kinds(rows, email) == {"application_received": 1, "already_applied": 2}


async def test_address_gets_one_mail_when_several_candidates_have_it(ada: Client, anybody: Client, rows: Rows) -> None:
    """Then each repeat makes a possible duplicate, and none of them makes another mail."""
    email = victim_of(ada)
    for _ in range(2):
        await ada.made("/candidates", {"first_name": "Kim", "emails": [{"value": email}]})
    post = await published_post(ada, await open_job(ada))
    await asyncio.gather(*(apply_as(anybody, post, email) for _ in range(5)))
    assert (await kinds(rows, email))["application_received"] == 1


async def test_address_gets_so_many_mails_a_day_when_it_applies_to_many_jobs(
    ada: Client, serve: Serve, rows: Rows
) -> None:
    """Its applications are taken all the same, and answered alike; another address has a bound of its own."""
    posts, email = [await published_post(ada, await open_job(ada)) for _ in range(5)], victim_of(ada)
    async with serve(mails=BOUNDS) as address, Client(address) as client:
        for post in posts:
            await apply_as(client, post, email)
        await apply_as(client, posts[-1], f"other-{email}")
    assert await kinds(rows, email) == {"application_received": BOUNDS.applicant_per_day}
    assert await kinds(rows, f"other-{email}") == {"application_received": 1}
    found = await rows(
        """SELECT count(*)::integer FROM applications AS a
           JOIN candidate_emails AS m ON m.organization_id = a.organization_id AND m.candidate_id = a.candidate_id
           WHERE m.email = %(email)s""",
        email=email,
    )
    assert found == [(5,)]


@pytest.mark.parametrize("is_invited", [False, True])
async def test_account_gets_one_link_in_a_while_and_so_many_a_day_when_many_ask(
    ada: Client, serve: Serve, rows: Rows, is_invited: bool
) -> None:
    """For a new password, or the invitation again, which counts itself; whoever asks hears the same."""
    email, kind = ada.user["email"], "password_reset"
    if is_invited:
        email, kind = victim_of(ada), "invitation"
        await ada.made("/users", {"first_name": "Bob", "email": email})
        await make_older(rows, email, timedelta(seconds=BOUNDS.link_interval_s) + MINUTE)
    made = int(is_invited)
    async with serve(mails=BOUNDS) as address, Client(address) as client:

        async def ask() -> None:
            answer = await client.post("/api/v1/password-resets", json={"email": email})
            assert (answer.status_code, answer.text) == (202, "{}")

        await asyncio.gather(*(ask() for _ in range(REPEATS)))
        assert await kinds(rows, email) == {kind: made + 1}
        await make_older(rows, email, timedelta(seconds=BOUNDS.link_interval_s) - MINUTE)
        await ask()
        assert await kinds(rows, email) == {kind: made + 1}
        for _ in range(4):
            await make_older(rows, email, timedelta(seconds=BOUNDS.link_interval_s))
            await ask()
        assert await kinds(rows, email) == {kind: BOUNDS.links_per_day}
        await make_older(rows, email, DAY)
        await ask()
        assert await kinds(rows, email) == {kind: BOUNDS.links_per_day + 1}
    links = await rows(
        "SELECT count(*)::integer FROM mailed_links WHERE organization_id = %(id)s", id=UUID(ada.organization["id"])
    )
    assert links == [(BOUNDS.links_per_day + 1,)], "a link that was not mailed was made"


async def register(client: Client, email: str, number: int) -> dict[str, Any]:
    """Registers an organization with an address; it is not confirmed."""
    body = {"organization_name": f"Org {number}", "email": email, "password": PASSWORD, "first_name": "Eve"}
    answer = await client.post("/api/v1/register", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def ask(client: Client, email: str) -> None:
    answer = await client.post("/api/v1/password-resets", json={"email": email})
    assert (answer.status_code, answer.text) == (202, "{}")


@pytest.mark.parametrize("confirms", [True, False])
async def test_address_gets_so_many_links_a_day_when_many_organizations_are_registered_with_it(
    ada: Client, serve: Serve, rows: Rows, confirms: bool
) -> None:
    """They share what one account gets, also when many ask at once, and whether or not they are to be confirmed."""
    mails = msgspec.structs.replace(BOUNDS, confirms_registration=confirms)
    async with serve(mails=mails) as address, Client(address) as client:
        email = victim_of(ada)
        slugs = [
            (await register(client, email, number))["organization"]["slug"] for number in range(MAXIMUM_ACCOUNTS + 1)
        ]
        await asyncio.gather(*(ask(client, email) for _ in range(5)))
        await ask(client, email)
        assert await kinds(rows, email) == {"password_reset": BOUNDS.links_per_day}
        login = {"email": email, "password": PASSWORD, "organization": slugs[-1]}
        answer = await client.post("/api/v1/login", json=login)
        assert answer.status_code == 200, answer.text
        await make_older(rows, email, DAY - MINUTE)
        await ask(client, email)
        assert await kinds(rows, email) == {"password_reset": BOUNDS.links_per_day}
        await make_older(rows, email, 2 * MINUTE)
        await ask(client, email)
        assert await kinds(rows, email) == {"password_reset": 2 * BOUNDS.links_per_day}


async def test_confirmed_organization_mails_its_links_when_unconfirmed_ones_have_used_up_theirs(
    ada: Client, serve: Serve, rows: Rows
) -> None:
    """Whoever registers organizations with the address of somebody else does not lock its owner out."""
    await rows(
        "UPDATE organizations SET confirmed_at = now() WHERE organization_id = %(id)s RETURNING slug",
        id=UUID(ada.organization["id"]),
    )
    email = f"owner-{victim_of(ada)}"
    async with serve(mails=BOUNDS) as address, Client(address) as client:
        for number in range(BOUNDS.links_per_day + 1):
            await register(client, email, number)
        await ask(client, email)
        assert await kinds(rows, email) == {"password_reset": BOUNDS.links_per_day}
        await ada.made("/users", {"first_name": "Bob", "email": email})
        assert await kinds(rows, email) == {"password_reset": BOUNDS.links_per_day, "invitation": 1}


async def test_address_gets_so_many_invitations_a_day_when_many_organizations_invite_it(
    ada: Client, serve: Serve, rows: Rows
) -> None:
    """Also side by side; the others have a member who is invited, and no link that was not mailed."""
    mails, email = msgspec.structs.replace(BOUNDS, confirms_registration=False), victim_of(ada)
    async with serve(mails=mails) as address, Client(address) as client:
        tokens = [
            (await register(client, f"{number}-{email}", number))["access_token"]
            for number in range(3 * BOUNDS.links_per_day)
        ]

        async def invite(token: str) -> str:
            async with Client(address, token) as inviting:
                return str((await inviting.made("/users", {"first_name": "Bob", "email": email}))["status"])

        assert set(await asyncio.gather(*map(invite, tokens))) == {"invited"}
        await ask(client, email)
    assert await kinds(rows, email) == {"invitation": BOUNDS.links_per_day}
    links = await rows(
        """SELECT count(*)::integer FROM mailed_links AS k
           JOIN users AS u ON u.organization_id = k.organization_id AND u.id = k.user_id
           WHERE u.email = %(email)s""",
        email=email,
    )
    assert links == [(BOUNDS.links_per_day,)]


async def test_organization_is_not_confirmed_when_it_registered_itself(ada: Client, rows: Rows) -> None:
    """Until a link to its first address is used, also where nothing depends on it."""
    found = await rows(
        "SELECT confirmed_at FROM organizations WHERE organization_id = %(id)s", id=UUID(ada.organization["id"])
    )
    assert found == [(None,)]

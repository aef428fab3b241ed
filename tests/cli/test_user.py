"""`hiring user`, for operators."""

import secrets
from functools import partial

from tests.background import until
from tests.cli.command import hiring, hiring_beside, hiring_on_a_terminal
from tests.client import PASSWORD, Client

NEW_PASSWORD = "another horse, another battery"
LIMIT_S = 2
"""A process hears of ended sessions within a second; the other second is a busy machine's."""


async def log_in(client: Client, email: str, password: str) -> int:
    return (await client.post("/api/v1/login", json={"email": email, "password": password})).status_code


async def is_logged_out(client: Client) -> bool:
    return (await client.get("/api/v1/me")).status_code == 401


async def test_administrator_can_log_in_when_created(anybody: Client) -> None:
    """They hold every permission in an organization of their own, and no session is left behind."""
    email = f"Grace-{secrets.token_hex(4)}@example.com"
    made = await hiring_beside(
        "user", "create-administrator", email, "--organization", "Navy", "--first-name", "Grace", given=f"{PASSWORD}\n"
    )
    assert made.returncode == 0, made.stderr
    login = await anybody.post("/api/v1/login", json={"email": email, "password": PASSWORD})
    async with Client(anybody.address, login.json()["access_token"]) as grace:
        navy = await grace.read("/organization")
        assert navy["name"] == "Navy"
        assert made.stdout == f"organization {navy['id']}: {email.lower()} is its administrator\n"
        assert (await grace.read("/users"))["items"][0]["email"] == email.lower()
        assert len((await grace.read("/me/sessions"))["items"]) == 1


async def test_password_is_new_and_sessions_end_when_reset(ada: Client, anybody: Client) -> None:
    """Also a session that was just used ends, within a second; and the password is nowhere to be seen."""
    email = ada.user["email"]
    assert (await ada.get("/api/v1/me")).status_code == 200
    reset = await hiring_beside("user", "reset-password", email, given=NEW_PASSWORD)
    assert (reset.returncode, reset.stdout) == (0, f"{email} has a new password; sessions ended: 1\n"), reset.stderr
    await until(partial(is_logged_out, ada), LIMIT_S)
    assert await log_in(anybody, email, PASSWORD) == 401
    assert await log_in(anybody, email, NEW_PASSWORD) == 200
    assert NEW_PASSWORD not in reset.stdout + reset.stderr


async def test_password_is_read_to_its_end_when_it_is_as_long_as_allowed(ada: Client, anybody: Client) -> None:
    """A thousand characters, and not one more."""
    email, longest = ada.user["email"], "x" * 1_000
    refused = await hiring_beside("user", "reset-password", email, given=f"{longest}x\n")
    assert (refused.returncode, refused.stderr) == (1, "hiring user: A password has at most 1000 characters.\n")
    for given in (f"{longest}\n", longest):
        reset = await hiring_beside("user", "reset-password", email, given=given)
        assert reset.returncode == 0, reset.stderr
        assert await log_in(anybody, email, longest) == 200


async def test_password_is_typed_twice_when_there_is_a_terminal(ada: Client, anybody: Client) -> None:
    """One that is mistyped once changes nothing."""
    email, asked = ada.user["email"], ("New password: ", "Again: ")
    for again, status, expected in (
        ("another hoarse", 1, ("", "hiring user: the passwords differ\n")),
        (NEW_PASSWORD, 0, (f"{email} has a new password; sessions ended: 1\n", "")),
    ):
        typed = list(zip(asked, (NEW_PASSWORD, again), strict=True))
        done = await hiring_on_a_terminal("user", "reset-password", email, typed=typed)
        assert (done.returncode, (done.stdout, done.stderr)) == (status, expected)
        assert await log_in(anybody, email, NEW_PASSWORD) == (401 if status else 200)


async def test_one_account_is_chosen_when_the_address_has_several(ada: Client, anybody: Client) -> None:
    """By the organization's slug; without it nothing happens."""
    email = ada.user["email"]
    async with await Client.register(ada.address, email=email) as other:
        slug = other.organization["slug"]
        refused = await hiring_beside("user", "reset-password", email, given=NEW_PASSWORD)
        assert refused.returncode == 1 and refused.stderr.endswith("has 2 accounts: choose with --organization\n")
        chosen = await hiring_beside("user", "reset-password", email, "--organization", slug, given=NEW_PASSWORD)
        assert chosen.returncode == 0, chosen.stderr
        await until(partial(is_logged_out, other), LIMIT_S)
        assert (await ada.get("/api/v1/me")).status_code == 200


def test_one_line_tells_what_is_wrong_when_it_is() -> None:
    """An unknown address, no address, a short password, none at all."""
    unknown = f"nobody-{secrets.token_hex(4)}@example.com"
    founding = ("user", "create-administrator", unknown, "--organization", "Navy", "--first-name", "Grace")
    for arguments, given, sentence in [
        (("user", "reset-password", unknown), NEW_PASSWORD, f"{unknown} has no active account\n"),
        (
            ("user", "reset-password", unknown, "--organization", "navy"),
            NEW_PASSWORD,
            f"{unknown} has no active account in navy\n",
        ),
        (("user", "reset-password", "nobody"), NEW_PASSWORD, "'nobody': "),
        (founding, "short\n", "A password has at least 12 characters."),
        (founding, "", "A password has at least 12 characters."),
    ]:
        refused = hiring(*arguments, given=given)
        assert refused.returncode == 1 and refused.stderr.startswith(f"hiring user: {sentence}"), refused.stderr
        assert refused.stderr.count("\n") == 1

"""Accounts: registering, logging in, staying logged in, passwords, invitations."""

import asyncio
import re
from typing import Any

import jwt
import pytest

from hiring.commands.sessions import MAXIMUM_HASHES
from tests.api.journeys import log_in
from tests.client import PASSWORD, Client


async def test_organization_is_founded_with_all_it_needs_when_registered(ada: Client) -> None:
    """Administrator, groups, reasons, sources, pipeline, board; a second of the same name gets another slug."""
    me = await ada.read("/me")
    assert (me["name"], me["status"], me["type"]) == ("Ada Lovelace", "active", "member")
    groups = (await ada.read("/permission-groups"))["items"]
    assert {group["key"] for group in groups} == {
        "administrator", "recruiter", "hiring_manager", "interviewer", "read_only",
    }  # fmt: skip
    assert all("jobs.read" in group["permissions"] and group["is_built_in"] for group in groups)
    assert (await ada.read("/job-boards"))["items"][0]["is_default"]
    async with await Client.register(ada.address, organization_name=ada.organization["name"]) as twin:
        assert re.fullmatch(rf"{ada.organization['slug']}-[0-9a-f]{{6}}", twin.organization["slug"])


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"email": "nobody"}, "/email"), ({"password": "short"}, "/password"), ({"first_name": " "}, "/first_name"),
        ({"organization_name": "a\nb"}, "/organization_name"), ({"admin": True}, "/admin"),
    ],
)  # fmt: skip
async def test_registration_is_refused_when_its_body_is_wrong(
    anybody: Client, change: dict[str, Any], pointer: str
) -> None:
    """Each finding has its pointer."""
    body = {"organization_name": "A", "email": "a@example.com", "password": PASSWORD, "first_name": "A"} | change
    refused = await anybody.post("/api/v1/register", json=body)
    assert refused.status_code == 422 and refused.json()["errors"][0]["pointer"] == pointer


async def test_login_is_the_same_refusal_when_anything_is_wrong(ada: Client, anybody: Client) -> None:
    """An unknown address, a wrong password, another organization: nobody learns which accounts there are."""
    good = await log_in(anybody, ada.user["email"].upper())
    assert good.status_code == 200 and good.json()["token_type"] == "Bearer"
    refused = [
        await log_in(anybody, "nobody@example.com"),
        await log_in(anybody, ada.user["email"], "wrong horse battery staple"),
        await log_in(anybody, ada.user["email"], organization="no-such-organization"),
    ]
    assert {answer.status_code for answer in refused} == {401}
    assert len({str(answer.json() | {"request_id": ""}) for answer in refused}) == 1
    nameless = await anybody.post("/api/v1/login", json={"password": PASSWORD})
    assert nameless.status_code == 422 and nameless.json()["errors"][0]["pointer"] == "/email"


async def test_organization_is_asked_for_when_a_password_fits_several(ada: Client, anybody: Client) -> None:
    """Only after a password that is right in more than one."""
    async with await Client.register(ada.address, email=ada.user["email"]) as other:
        asked = await log_in(anybody, ada.user["email"])
        assert (asked.status_code, asked.json()["code"]) == (422, "organization_required")
        for client in (ada, other):
            answer = await log_in(anybody, ada.user["email"], organization=client.organization["slug"])
            assert answer.status_code == 200
            claims = jwt.decode(answer.json()["access_token"], options={"verify_signature": False})
            assert claims["org"] == client.organization["id"]


async def test_login_compares_five_passwords_when_an_address_has_more(ada: Client, anybody: Client) -> None:
    """Those of the oldest organizations; an invitation that nobody accepted is none. Whoever names theirs is found."""
    email = f"many-{ada.user['email']}"
    await ada.made("/users", {"first_name": "Bob", "email": email})
    slugs = []
    for number in range(MAXIMUM_HASHES + 1):
        async with await Client.register(ada.address, email=email, password=f"{PASSWORD} {number}") as client:
            slugs.append(client.organization["slug"])
    fitting = [(await log_in(anybody, email, f"{PASSWORD} {number}")).status_code for number in range(len(slugs))]
    assert fitting == [200] * MAXIMUM_HASHES + [401]
    named = await log_in(anybody, email, f"{PASSWORD} {MAXIMUM_HASHES}", organization=slugs[-1])
    assert named.status_code == 200


async def test_session_goes_on_when_its_refresh_token_is_exchanged(ada: Client, anybody: Client) -> None:
    """Within the grace the spent token gives the same successor; later its reuse ends the session."""
    first = await anybody.post("/api/v1/refresh", json={"refresh_token": ada.refresh_token})
    again = await anybody.post("/api/v1/refresh", json={"refresh_token": ada.refresh_token})
    assert first.status_code == again.status_code == 200
    assert first.json()["refresh_token"] == again.json()["refresh_token"] != ada.refresh_token
    async with Client(ada.address, first.json()["access_token"]) as renewed:
        assert (await renewed.read("/me"))["id"] == ada.user["id"]
    second = await anybody.post("/api/v1/refresh", json={"refresh_token": first.json()["refresh_token"]})
    reused = await anybody.post("/api/v1/refresh", json={"refresh_token": ada.refresh_token})
    assert (reused.status_code, reused.json()["code"]) == (401, "refresh_reused")
    ended = await anybody.post("/api/v1/refresh", json={"refresh_token": second.json()["refresh_token"]})
    assert ended.status_code == 401
    assert (await anybody.post("/api/v1/refresh", json={"refresh_token": "x" * 43})).status_code == 401


async def test_one_successor_is_given_when_a_refresh_token_is_sent_many_times_at_once(
    ada: Client, anybody: Client
) -> None:
    """Ten tabs of one browser wake up together: all stay logged in."""
    answers = await asyncio.gather(
        *(anybody.post("/api/v1/refresh", json={"refresh_token": ada.refresh_token}) for _ in range(10))
    )
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["refresh_token"] for answer in answers}) == 1


async def test_session_is_over_at_once_when_it_is_ended(ada: Client, anybody: Client) -> None:
    """By logging out, or from another device; whatever Redis had cached."""
    other = (await log_in(anybody, ada.user["email"])).json()["access_token"]
    async with Client(ada.address, other) as phone:
        sessions = (await ada.read("/me/sessions"))["items"]
        assert len(sessions) == 2
        await phone.read("/me")
        assert (await ada.delete(f"/api/v1/me/sessions/{sessions[0]['id']}")).status_code == 204
        ended = await phone.get("/api/v1/me")
        assert (ended.status_code, ended.json()["code"]) == (401, "session_ended")
    assert (await ada.post("/api/v1/logout")).status_code == 204
    assert (await ada.get("/api/v1/me")).status_code == 401
    assert (await anybody.post("/api/v1/refresh", json={"refresh_token": ada.refresh_token})).status_code == 401


async def test_session_of_somebody_else_is_kept_when_its_id_is_guessed(ada: Client, eve: Client) -> None:
    """An id alone is no right."""
    [session] = (await ada.read("/me/sessions"))["items"]
    assert (await eve.delete(f"/api/v1/me/sessions/{session['id']}")).status_code == 404
    assert (await ada.get("/api/v1/me")).status_code == 200


@pytest.mark.parametrize(
    "token",
    [
        "nonsense", "a.b.c", "hk_nothing", "Bearer",
        jwt.encode({"sub": "x"}, "secret" * 8, algorithm="HS256"),
        jwt.encode({"sub": "x"}, "", algorithm="none"),
    ],
)  # fmt: skip
async def test_token_is_refused_when_it_is_not_ours(address: str, token: str) -> None:
    """Whatever it is, 401 with WWW-Authenticate."""
    async with Client(address, token) as client:
        answer = await client.get("/api/v1/me")
        assert answer.status_code == 401 and answer.headers["WWW-Authenticate"].startswith("Bearer")


async def test_token_is_refused_when_somebody_changed_it(ada: Client) -> None:
    """Another organization in the payload, or the signature of another key."""
    token = ada.headers["Authorization"].removeprefix("Bearer ")
    head, payload, signature = token.split(".")
    for forged in (f"{head}.{payload[:-4]}AAAA.{signature}", f"{head}.{payload}.{signature[:-4]}AAAA"):
        async with Client(ada.address, forged) as client:
            assert (await client.get("/api/v1/me")).status_code == 401

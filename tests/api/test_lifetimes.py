"""How long everything lives that ends by itself, and that it is refused afterwards."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import jwt
import pytest

from hiring.config import Settings
from hiring.services.tokens import mailed_token
from tests.api.conftest import Rows
from tests.api.journeys import open_job, published_post
from tests.api.worlds import upload
from tests.background import until
from tests.client import PASSWORD, Client

CLOCKS_S = 10
"""So many seconds the clocks of test, service and database may be apart, with the time between their looks."""


async def link_of(rows: Rows, user_id: str, kind: str) -> tuple[UUID, float]:
    """The id of a user's latest link and how long it lives, in seconds."""
    [(link_id, lifetime_s), *_] = await rows(
        "SELECT id, extract(epoch FROM expires_at - created_at)::float8 FROM mailed_links"
        " WHERE user_id = %(user_id)s AND kind = %(kind)s ORDER BY id DESC",
        user_id=UUID(user_id), kind=kind,
    )  # fmt: skip
    return UUID(str(link_id)), lifetime_s


async def log_in(anybody: Client, email: str) -> dict[str, Any]:
    """A new session."""
    return await anybody.made("/login", {"email": email, "password": PASSWORD})


async def test_access_token_lives_as_long_as_its_answer_says(ada: Client, anybody: Client, settings: Settings) -> None:
    """`expires_in` is the setting, and the claims agree."""
    session = await log_in(anybody, ada.user["email"])
    claims = jwt.decode(session["access_token"], options={"verify_signature": False})
    assert session["expires_in"] == settings.tokens.access_ttl_s == claims["exp"] - claims["iat"]


async def test_session_lives_as_long_as_the_settings_say(
    ada: Client, anybody: Client, rows: Rows, settings: Settings
) -> None:
    """From the login on, however often its token is exchanged."""
    session = await log_in(anybody, ada.user["email"])
    await anybody.made("/refresh", {"refresh_token": session["refresh_token"]})
    found = await rows(
        "SELECT extract(epoch FROM expires_at - created_at)::float8 FROM sessions WHERE user_id = %(user_id)s",
        user_id=UUID(ada.user["id"]),
    )
    assert len(found) == 2
    assert [lifetime_s for (lifetime_s,) in found] == pytest.approx([settings.tokens.refresh_ttl_s] * 2, abs=CLOCKS_S)


async def test_session_is_refused_when_its_time_is_over(ada: Client, anybody: Client, rows: Rows) -> None:
    """Neither its access token, which is younger, nor its refresh token opens anything; a second before, both did."""
    session = await log_in(anybody, ada.user["email"])
    async with Client(ada.address, session["access_token"]) as phone:
        assert (await phone.get("/api/v1/me")).status_code == 200
        for seconds, status in ((60, 200), (-1, 401)):
            await rows(
                "UPDATE sessions SET expires_at = clock_timestamp() + %(left)s WHERE user_id = %(user_id)s RETURNING 1",
                left=timedelta(seconds=seconds), user_id=UUID(ada.user["id"]),
            )  # fmt: skip
            refreshed = await anybody.post("/api/v1/refresh", json={"refresh_token": session["refresh_token"]})
            assert refreshed.status_code == status
            session["refresh_token"] = refreshed.json().get("refresh_token")

            async def is_answered(expected: int = status) -> bool:
                return (await phone.get("/api/v1/me")).status_code == expected

            await until(is_answered)


@pytest.mark.parametrize("kind", ["invitation", "password_reset"])
async def test_mailed_link_lives_as_long_as_the_settings_say_and_is_refused_afterwards(
    ada: Client, anybody: Client, rows: Rows, settings: Settings, kind: str
) -> None:
    """A second too late it opens nothing, though nobody has used it."""
    if kind == "invitation":
        email = f"grace-{ada.user['id'][-8:]}@example.com"
        user, path = await ada.made("/users", {"first_name": "Grace", "email": email}), "/invitations/accept"
    else:
        user, path = ada.user, "/password-resets/confirm"
        await anybody.made("/password-resets", {"email": user["email"]})
    link_id, lifetime_s = await link_of(rows, user["id"], kind)
    assert lifetime_s == pytest.approx(settings.tokens.mailed_ttl_s, abs=CLOCKS_S)
    body = {"token": mailed_token(settings.tokens.secret, link_id), "password": PASSWORD}
    for seconds, is_open in ((-1, False), (60, True)):
        await rows(
            "UPDATE mailed_links SET expires_at = clock_timestamp() + %(left)s WHERE id = %(id)s RETURNING id",
            left=timedelta(seconds=seconds), id=link_id,
        )  # fmt: skip
        answer = await anybody.post(f"/api/v1{path}", json=body)
        assert answer.is_success is is_open, answer.text
        assert is_open or (answer.status_code, answer.json()["code"]) == (422, "link_invalid")


@pytest.mark.parametrize("by", ["recruiter", "applicant"])
async def test_upload_waits_for_a_day_and_is_refused_afterwards(
    ada: Client, anybody: Client, rows: Rows, by: str
) -> None:
    """A second too late nobody can attach it, though its file is there until the sweep comes."""
    if by == "recruiter":
        upload_id = await upload(ada, "/api/v1/uploads")
        person = await ada.made("/candidates", {"first_name": "Kim"})
        client, path, name, more = ada, f"/api/v1/candidates/{person['id']}/attachments", "upload_id", {}
    else:
        upload_id = await upload(anybody, f"/api/v1/boards/{ada.organization['slug']}/uploads")
        path, name = f"{await published_post(ada, await open_job(ada))}/applications", "resume_upload_id"
        client, more = anybody, {"first_name": "Kim", "last_name": "Lee", "email": "kim@example.com"}
    [(lifetime_s,)] = await rows(
        "SELECT extract(epoch FROM expires_at - created_at)::float8 FROM uploads WHERE id = %(id)s", id=UUID(upload_id)
    )
    assert lifetime_s == pytest.approx(24 * 3600, abs=CLOCKS_S)
    for seconds, is_taken in ((-1, False), (60, True)):
        await rows(
            "UPDATE uploads SET expires_at = clock_timestamp() + %(left)s WHERE id = %(id)s RETURNING id",
            left=timedelta(seconds=seconds), id=UUID(upload_id),
        )  # fmt: skip
        answer = await client.post(path, json=more | {name: upload_id})
        assert answer.is_success is is_taken, answer.text
        assert is_taken or [each["code"] for each in answer.json()["errors"]] == ["unknown_upload"]


async def test_key_of_an_idempotent_request_belongs_to_whom_the_request_acts_for(ada: Client, member: Any) -> None:
    """The same key of one API key for two users, and for itself, are three requests; repeated, each gets its answer."""
    held = {"structure.write": "all", "structure.read": "all"}
    users = [await member(name, held) for name in ("bob", "carl")]
    service = await ada.made("/users", {"type": "service", "first_name": "Sync"})
    permissions = held | {"keys.impersonate": "all"}
    key = await ada.made("/api-keys", {"user_id": service["id"], "name": "Sync", "permissions": permissions})
    async with Client(ada.address, key["secret"]) as sync:
        named: list[dict[str, str]] = [*({"On-Behalf-Of": user.user["id"]} for user in users), {}]
        first, again = [
            [
                await sync.post(
                    "/api/v1/sources", json={"name": f"S{place}", "kind": "other"},
                    headers={"Idempotency-Key": "k", **headers},
                )
                for place, headers in enumerate(named)
            ]
            for _ in range(2)
        ]  # fmt: skip
    assert [answer.headers.get("Idempotent-Replayed") for answer in first + again] == [None] * 3 + ["true"] * 3
    assert [answer.json()["id"] for answer in first] == [answer.json()["id"] for answer in again]
    assert [answer.json()["name"] for answer in first] == ["S0", "S1", "S2"]

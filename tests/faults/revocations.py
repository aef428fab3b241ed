"""People whose rights are about to end, in each of the ways there are, and who watches whether they still get in."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID

import httpx

from hiring.services.tokens import mailed_token
from tests.client import PASSWORD, Client
from tests.databases import Admin

NEW_PASSWORD = "another long password"
PROBE_PAUSE_S = 0.05
WAYS = (
    "user disabled", "permission revoked", "group revoked", "group changed", "password changed", "password reset",
    "logged out", "session ended", "refresh token reused", "key revoked", "user of a key disabled",
)  # fmt: skip
ALLOWED_S = 1.0
"""After the answer, the other process may believe for so long what it knew."""


@dataclass
class Victim:
    """Somebody with a token, what they read with it, and the request that ends it."""

    name: str
    token: str
    path: str
    end: Callable[[], Awaitable[httpx.Response]]
    ended_at: float = 0.0
    admitted_s: list[float] = field(default_factory=list)
    refused_count: int = 0

    async def is_admitted(self, client: httpx.AsyncClient) -> bool:
        """Whether the token is let in: by 200, not by 401 or 403; anything else says nothing and fails."""
        answer = await client.get(self.path, headers={"Authorization": f"Bearer {self.token}"})
        assert answer.status_code in (200, 401, 403), (self.name, answer.status_code, answer.text)
        return answer.status_code == 200

    async def probe(self, client: httpx.AsyncClient, seconds: float) -> None:
        """Asks again and again, until so long after the end; notes how late a request was sent that was let in."""
        while not self.ended_at or time.monotonic() < self.ended_at + seconds:
            sent_at = time.monotonic()
            if not await self.is_admitted(client):
                self.refused_count += 1
            elif self.ended_at:
                self.admitted_s.append(sent_at - self.ended_at)
            await asyncio.sleep(PROBE_PAUSE_S)


class Victims:
    """One for each way to lose rights. They are known to the process at `other`; the ends are asked of `first`."""

    def __init__(self, first: str, other: str, admin: Admin, secret: str) -> None:
        self._first, self._other, self._admin, self._secret = first, other, admin, secret
        self.all: list[Victim] = []

    @classmethod
    @asynccontextmanager
    async def prepared(cls, first: str, other: str, admin: Admin, secret: str) -> AsyncIterator[Self]:
        """An organization with all of them, each admitted by the other process."""
        victims = cls(first, other, admin, secret)
        async with AsyncExitStack() as stack:
            victims._stack = stack
            victims.elsewhere = await stack.enter_async_context(httpx.AsyncClient(base_url=other, timeout=30))
            victims.ada = await stack.enter_async_context(await Client.register(first))
            victims.anybody = await stack.enter_async_context(Client(first))
            await victims._make()
            for victim in victims.all:
                assert await victim.is_admitted(victims.elsewhere), victim.name
            yield victims

    _stack: AsyncExitStack
    ada: Client
    anybody: Client
    elsewhere: httpx.AsyncClient

    async def end_all(self) -> None:
        """Ends the rights of each, one after the other, and notes when the answer had come."""
        for victim in self.all:
            answer = await victim.end()
            victim.ended_at = time.monotonic()
            assert answer.is_success or victim.name == "refresh token reused", (victim.name, answer.text)

    @asynccontextmanager
    async def probed(self, seconds: float) -> AsyncIterator[None]:
        """All of them ask the other process during the block, which ends their rights, and for so long afterwards."""
        async with asyncio.TaskGroup() as group:
            for victim in self.all:
                group.create_task(victim.probe(self.elsewhere, seconds))
            yield

    def late(self) -> dict[str, float]:
        """Who was let in by a request that was sent too late, and how late the last one was."""
        return {
            victim.name: max(victim.admitted_s)
            for victim in self.all
            if any(after_s > ALLOWED_S for after_s in victim.admitted_s)
        }

    def latest_s(self) -> float:
        """How long after an answer the last request was let in, zero if none was."""
        return max((after_s for victim in self.all for after_s in victim.admitted_s), default=0.0)

    async def _make(self) -> None:
        people = ("disabled", "permission", "group", "changed group", "changed password", "reset password", "sessions")
        users = {name: await self._member(name) for name in people}
        group = await self.ada.made("/permission-groups", {"name": "Readers", "permissions": ["users.read"]})
        changed = await self.ada.made("/permission-groups", {"name": "Changed", "permissions": ["users.read"]})
        await self._give(users["permission"], "permissions", {"permission": "users.read"})
        await self._give(users["group"], "permission-groups", {"permission_group_id": group["id"]})
        await self._give(users["changed group"], "permission-groups", {"permission_group_id": changed["id"]})
        path = {name: f"/api/v1/users/{user['id']}" for name, user in users.items()}
        ada = self.ada
        await self._add("user disabled", users["disabled"], lambda: ada.post(path["disabled"] + "/disable", json={}))
        await self._add(
            "permission revoked", users["permission"],
            lambda: ada.delete(path["permission"] + "/permissions/users.read"), "/api/v1/users",
        )  # fmt: skip
        await self._add(
            "group revoked", users["group"],
            lambda: ada.delete(path["group"] + f"/permission-groups/{group['id']}"), "/api/v1/users",
        )  # fmt: skip
        await self._add(
            "group changed", users["changed group"],
            lambda: ada.patch(f"/api/v1/permission-groups/{changed['id']}", json={"permissions": []}), "/api/v1/users",
        )  # fmt: skip
        await self._add_passwords(users)
        await self._add_sessions(users["sessions"])
        await self._add_keys()

    async def _add_passwords(self, users: dict[str, dict[str, Any]]) -> None:
        owner = await self._client(users["changed password"])
        change = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
        await self._add(
            "password changed", users["changed password"], lambda: owner.post("/api/v1/me/password", json=change)
        )
        await self.anybody.made("/password-resets", {"email": users["reset password"]["email"]})
        body = {"token": await self._link(users["reset password"], "password_reset"), "password": NEW_PASSWORD}
        await self._add(
            "password reset", users["reset password"],
            lambda: self.anybody.post("/api/v1/password-resets/confirm", json=body),
        )  # fmt: skip

    async def _add_sessions(self, user: dict[str, Any]) -> None:
        logged_out, reused, owner = await self._client(user), await self._log_in(user), await self._client(user)
        self.all.append(
            Victim("logged out", _token(logged_out), "/api/v1/me", lambda: logged_out.post("/api/v1/logout", json={}))
        )
        await self._add("session ended", user, lambda: owner.delete(f"/api/v1/me/sessions/{session_id}"))
        session_id = (await owner.read("/me/sessions"))["items"][0]["id"]
        spent = {"refresh_token": reused["refresh_token"]}
        second = await self.anybody.made("/refresh", spent)
        await self.anybody.made("/refresh", {"refresh_token": second["refresh_token"]})  # now `spent` has no grace left
        self.all.append(
            Victim(
                "refresh token reused", reused["access_token"], "/api/v1/me",
                lambda: self.anybody.post("/api/v1/refresh", json=spent),
            )
        )  # fmt: skip

    async def _add_keys(self) -> None:
        robots = [await self.ada.made("/users", {"type": "service", "first_name": name}) for name in ("One", "Two")]
        keys = [
            await self.ada.made(
                "/api-keys", {"user_id": robot["id"], "name": "k", "permissions": {"users.read": "all"}}
            )
            for robot in robots
        ]  # fmt: skip
        ends = (
            ("key revoked", lambda: self.ada.delete(f"/api/v1/api-keys/{keys[0]['id']}")),
            ("user of a key disabled", lambda: self.ada.post(f"/api/v1/users/{robots[1]['id']}/disable", json={})),
        )
        for key, (name, end) in zip(keys, ends, strict=True):
            self.all.append(Victim(name, key["secret"], "/api/v1/users", end))

    async def _add(
        self, name: str, user: dict[str, Any], end: Callable[[], Awaitable[httpx.Response]], path: str = "/api/v1/me"
    ) -> None:
        self.all.append(Victim(name, (await self._log_in(user))["access_token"], path, end))

    async def _member(self, name: str) -> dict[str, Any]:
        email = f"{name.replace(' ', '-')}-{self.ada.user['id'][-8:]}@example.com"
        user = await self.ada.made("/users", {"first_name": name, "email": email})
        body = {"token": await self._link(user, "invitation"), "password": PASSWORD}
        return await self.anybody.made("/invitations/accept", body)

    async def _link(self, user: dict[str, Any], kind: str) -> str:
        [(link_id,)] = await self._admin(
            "SELECT id FROM mailed_links WHERE user_id = %(id)s AND kind = %(kind)s", id=UUID(user["id"]), kind=kind
        )
        return mailed_token(self._secret, UUID(str(link_id)))

    async def _give(self, user: dict[str, Any], what: str, body: dict[str, Any]) -> None:
        await self.ada.made(f"/users/{user['id']}/{what}", body | {"scope": "all"})

    async def _log_in(self, user: dict[str, Any]) -> dict[str, Any]:
        return await self.anybody.made("/login", {"email": user["email"], "password": PASSWORD})

    async def _client(self, user: dict[str, Any]) -> Client:
        tokens = await self._log_in(user)
        return await self._stack.enter_async_context(Client(self._first, tokens["access_token"]))


def _token(client: Client) -> str:
    return str(client.headers["Authorization"]).removeprefix("Bearer ")

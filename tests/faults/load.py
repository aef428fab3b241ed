"""People who hire while servers die: they repeat under its key what was not answered, and remember what was."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Self
from uuid import uuid4

import httpx

from tests.api.journeys import open_job, published_post, reason, stages
from tests.client import PASSWORD, Client

RECRUITERS, APPLICANTS = 4, 2
PATIENCE_S = 30.0
PAUSE_S = 0.05
BREATH_S = 0.01


class Load:
    """Recruiters who add, move and reject with a mail; applicants; and a reader, who knows of writes by tokens alone.

    `applied` holds the addresses of the applicants who were thanked, `ended` the last version of each application that
    a recruiter has rejected. `cut_count` counts requests that were sent and had no answer, `refused_count` connections
    that nobody took.
    """

    def __init__(self, ada: Client, reader: Client) -> None:
        self.ada, self.reader = ada, reader
        self.applied: list[str] = []
        self.ended: dict[str, int] = {}
        self.recipients: list[str] = []
        self.statuses: Counter[int] = Counter()
        self.command_count = self.read_count = self.stale_count = 0
        self.retry_count = self.replay_count = self.cut_count = self.refused_count = self.running_count = 0
        self.slowest_s = 0.0
        self.last_answer_at = 0.0

    @classmethod
    @asynccontextmanager
    async def prepared(cls, address: str) -> AsyncIterator[Self]:
        """An organization with a job, a public post, and everything that its people need to know."""
        async with await Client.register(address) as ada, Client(address) as anybody:
            tokens = await anybody.made("/login", {"email": ada.user["email"], "password": PASSWORD})
            async with Client(address, tokens["access_token"]) as reader:
                load = cls(ada, reader)
                load.job = await open_job(ada)
                load.post_path = await published_post(ada, load.job)
                load.stages, load.reason_id = await stages(ada, load.job), await reason(ada, "rejection")
                load.anybody = anybody
                yield load

    job: dict[str, Any]
    post_path: str
    stages: dict[str, str]
    reason_id: str
    anybody: Client

    def __str__(self) -> str:
        return (
            f"{self.command_count} commands, {self.read_count} reads, {self.stale_count} stale, {self.cut_count} cut, "
            f"{self.refused_count} refused, {self.retry_count} retries, {self.replay_count} replays, "
            f"{self.failures} failures, slowest {self.slowest_s:.2f} s"
        )

    @property
    def failures(self) -> dict[int, int]:
        """The answers of 500 and above."""
        return {status: count for status, count in self.statuses.items() if status >= 500}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Everybody works during the block; what was begun is brought to its end. Who fails ends the block."""
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            for person in [self._recruit] * RECRUITERS + [self._apply] * APPLICANTS:
                group.create_task(self._work(person, stop))
            try:
                yield
            finally:
                stop.set()

    async def _work(self, person: Callable[[], Awaitable[None]], stop: asyncio.Event) -> None:
        while not stop.is_set():
            await person()

    async def _recruit(self) -> None:
        """One application from its first day to its end, looked at after each step."""
        recipient = f"kim-{uuid4().hex}@example.com"
        candidate = await self.command("/candidates", {"first_name": "Kim", "emails": [{"value": recipient}]})
        application = await self.command(
            "/applications", {"candidate_id": candidate.json()["id"], "job_id": self.job["id"]}
        )
        path, version = f"/applications/{application.json()['id']}", 1
        await self._look(path, application, version)
        for step, body in (
            ("move", {"to_stage_id": self.stages["screen"]}),
            ("reject", {"reason_id": self.reason_id, "message": {}}),
        ):
            answer = await self.command(f"{path}/{step}", body)
            version += 1
            assert answer.json()["version"] == version, "a command had its effect twice, or none"
            await self._look(path, answer, version)
        self.ended[application.json()["id"]] = version
        self.recipients.append(recipient)

    async def _apply(self) -> None:
        """One application over the public board."""
        email = f"zoe-{uuid4().hex}@example.com"
        await self.command(
            self.post_path.removeprefix("/api/v1") + "/applications",
            {"first_name": "Zoe", "email": email}, client=self.anybody,
        )  # fmt: skip
        self.applied.append(email)
        await self.read(self.anybody, self.post_path.removeprefix("/api/v1"))

    async def _look(self, path: str, written: httpx.Response, version: int) -> None:
        """Another session reads what was written, by the token alone."""
        headers = {"Consistency-Token": written.headers["Consistency-Token"]}
        answer = await self.read(self.reader, path, headers=headers, may_miss=True)
        self.stale_count += answer.status_code == 404 or answer.json()["version"] < version

    async def command(self, path: str, body: dict[str, Any], *, client: Client | None = None) -> httpx.Response:
        """Posts under one key until there is an answer that stays."""
        headers, sender = {"Idempotency-Key": str(uuid4())}, client or self.ada
        answer = await self._insist(lambda: sender.post(f"/api/v1{path}", json=body, headers=headers))
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        self.command_count += 1
        self.replay_count += answer.headers.get("Idempotent-Replayed") == "true"
        return answer

    async def read(self, client: Client, path: str, *, may_miss: bool = False, **more: Any) -> httpx.Response:
        """Gets until there is an answer that stays."""
        answer = await self._insist(lambda: client.get(f"/api/v1{path}", **more))
        assert answer.is_success or (may_miss and answer.status_code == 404), f"{path}: {answer.status_code}"
        self.read_count += 1
        return answer

    async def _insist(self, send: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                await asyncio.sleep(BREATH_S)
                answer = await self._try(send)
                if answer is not None and not is_passing(answer):
                    return answer
                self.retry_count += 1
                await asyncio.sleep(PAUSE_S)

    async def _try(self, send: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response | None:
        began = time.monotonic()
        self.running_count += 1
        try:
            answer = await send()
        except httpx.ConnectError:
            self.refused_count += 1
            return None
        except httpx.TransportError:
            self.cut_count += 1
            return None
        finally:
            self.running_count -= 1
        self.last_answer_at = time.monotonic()
        self.slowest_s = max(self.slowest_s, self.last_answer_at - began)
        self.statuses[answer.status_code] += 1
        return answer


def is_passing(answer: httpx.Response) -> bool:
    """Whether the answer asks to come again: not available, or the first try under this key is still running."""
    if answer.status_code == 409:
        return bool(answer.json()["code"] == "idempotency_key_running")
    return answer.status_code == 503

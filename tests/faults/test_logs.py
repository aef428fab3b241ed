"""What clients send is in no line of the log: not of the API, not of the worker, not when something fails inside."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx

from tests.background import until
from tests.databases import Admin
from tests.faults.load import Load
from tests.faults.processes import Service
from tests.mail_server import MailServer

CANARY = "canary7f3a"
EMAIL = f"{CANARY}@example.com"
HEADERS = (
    "Authorization", "Cookie", "Idempotency-Key", "X-Forwarded-For", "User-Agent", "Consistency-Token", "If-Match",
    "If-None-Match", "On-Behalf-Of", "Origin", "Content-Type", "Accept-Encoding", "Host", "Referer", "X-Anything",
)  # fmt: skip
PATHS = (
    f"/{CANARY}", f"/api/v1/{CANARY}", f"/api/v1/jobs/{CANARY}", f"/api/v1/boards/{CANARY}/posts", f"/docs/{CANARY}",
    f"/docs/assets/{CANARY}.js", f"/api/v1/boards/x/applications/{CANARY}", f"/api/v1/departments/{CANARY}%ff",
    f"/livez?{CANARY}={CANARY}", f"/api/v1/departments?{CANARY}={EMAIL}", f"/api/v1/candidates?email={EMAIL}",
    f"/openapi.json?{CANARY}", f"/api/v1/candidates?cursor={CANARY}", f"/api/v1/applications?updated_since={CANARY}",
)  # fmt: skip
BROKEN_HEADS = (
    f"GET /{CANARY} HTTP/1.1\r\nX: {CANARY}\0\r\n\r\n", f"{CANARY} / HTTP/1.1\r\n\r\n", f"GET / {CANARY}\r\n\r\n",
    f"GET /{CANARY} HTTP/1.1\nHost: a\n\n", f"GET /{CANARY} HTTP/1.1\r\n{CANARY}\r\n\r\n",
    f"GET /{CANARY} HTTP/1.1\r\nX: {CANARY * 9_000}\r\n\r\n",
    f"POST /livez HTTP/1.1\r\nContent-Length: {CANARY}\r\n\r\n",
    f"POST /livez HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n{CANARY}\r\n",
    f"POST /livez HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;{CANARY * 20}\r\n",
)  # fmt: skip


def bodies() -> Iterator[dict[str, Any]]:
    """Bodies of requests, right and wrong, as httpx takes them."""
    yield {"json": {"first_name": CANARY, "email": EMAIL, "odd": CANARY, CANARY: 1}}
    yield {"json": {"email": EMAIL, "password": CANARY}}
    yield {"json": CANARY}
    yield {"content": f'{{"name": "{CANARY}'.encode(), "headers": {"Content-Type": "application/json"}}
    yield {"content": b'{"name": "\xff' + CANARY.encode(), "headers": {"Content-Type": "application/json"}}
    yield {"files": {CANARY: (f"{CANARY}.pdf", CANARY.encode(), f"text/{CANARY}")}, "params": {"file_name": CANARY}}
    yield {"content": CANARY.encode(), "params": {"file_name": f"{CANARY}.txt"}}


async def everything_is_sent(client: httpx.AsyncClient, post_path: str) -> None:
    """Puts the canary wherever a client may put something."""
    for path in PATHS:
        for method in ("GET", "POST", "OPTIONS", CANARY.upper()):
            await client.request(method, path)
    for name in HEADERS:
        for value in (CANARY, f"Bearer {CANARY}", f"Bearer hk_{CANARY}"):
            for path in ("/api/v1/departments", "/docs", "/nowhere", f"{post_path}/applications"):
                await client.post(path, json={"name": CANARY}, headers={name: value})
    for body in bodies():
        for path in ("/candidates", "/users", "/uploads", "/login", "/register", "/password-resets", "/refresh"):
            await client.post(f"/api/v1{path}", **body)
        await client.post(f"{post_path.partition('/posts/')[0]}/uploads", **body)
    candidate = await client.post("/api/v1/candidates", json={"first_name": "Kim"})
    for note in ({"body": CANARY}, {"body": CANARY, "mentions": [CANARY]}, {"body": CANARY, "visibility": CANARY}):
        await client.post(f"/api/v1/candidates/{candidate.json()['id']}/notes", json=note)
    for url in (f"https://{CANARY}", f"{CANARY}://"):
        result = {"label": CANARY, "url": url, "score": CANARY}
        await client.post(f"/api/v1/candidates/{candidate.json()['id']}/result-links", json=result)


async def heads_are_broken(port: int) -> None:
    """Sends what is no request, over connections that are cut."""
    for head in BROKEN_HEADS:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head.encode("latin-1"))
        await asyncio.wait_for(reader.read(), 10)
        writer.close()


async def test_canary_is_in_no_line_when_it_is_sent_everywhere(
    load: Load, admin: Admin, api: Service, worker: Service, mail_server: MailServer, api_port: int
) -> None:
    """Not even when PostgreSQL quotes it in an error; the one line of level error is about that."""
    async with httpx.AsyncClient(base_url=load.ada.base_url, headers=load.ada.headers, timeout=20) as client:
        await everything_is_sent(client, load.post_path)
        await heads_are_broken(api_port)
        await client.post("/api/v1/users", json={"first_name": CANARY, "email": EMAIL})
        taken = await client.post("/api/v1/users", json={"first_name": CANARY, "email": EMAIL})
        assert taken.status_code == 409, taken.text
        assert '"level":"error"' not in api.log()
        await admin("ALTER TABLE departments ADD CONSTRAINT odd CHECK (name NOT LIKE 'canary%') NOT VALID")
        failed = await client.post("/api/v1/departments", json={"name": CANARY})
        await admin("ALTER TABLE departments DROP CONSTRAINT odd")
        assert failed.status_code == 500, failed.text
    assert api.count("request.failed") == 1 and CANARY not in api.log().lower()
    [line] = [line for line in api.log().splitlines() if "request.failed" in line]
    assert "psycopg2.errors.CheckViolation 23514 odd" in json.loads(line)["exception"], line
    async with httpx.AsyncClient(base_url=load.ada.base_url, headers=load.ada.headers, timeout=20) as client:
        found = await client.get(f"/api/v1/departments/{uuid4()}?{CANARY}")

    async def is_logged() -> bool:
        return f'"request_id":"{found.headers["Request-Id"]}"' in api.log()

    await until(is_logged)


async def test_canary_is_in_no_line_of_the_worker_when_mails_fail(
    load: Load, admin: Admin, worker: Service, mail_server: MailServer
) -> None:
    """PostgreSQL quotes the address, and then the mail server does."""
    mail_server.refuses(f"550 5.1.1 <{EMAIL}> is unknown")
    await admin("ALTER TABLE messages ADD CONSTRAINT odd CHECK (subject IS NULL) NOT VALID")
    application = {"first_name": CANARY, "email": EMAIL}
    await load.anybody.made(f"{load.post_path.removeprefix('/api/v1')}/applications", application)

    async def has_failed() -> bool:
        return '"reason":"internal"' in worker.log()

    await until(has_failed)
    await admin("ALTER TABLE messages DROP CONSTRAINT odd")

    async def is_given_up() -> bool:
        return mail_server.connection_count > 0 and worker.count("mail") > 0

    await until(is_given_up)
    assert CANARY not in worker.log().lower()

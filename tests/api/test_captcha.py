"""Captchas of applicants: verified by a service, here one that listens on this machine, before anything is written."""

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from hiring.config import Captcha
from hiring.connectors.captcha import MAXIMUM_ANSWER_BYTES, CaptchaVerifier
from tests.api.conftest import LogLines, Serve
from tests.api.journeys import open_job, published_post
from tests.client import Client, findings

SECRET = "verify-me-7c1f"
PERSON = {"first_name": "Kim", "email": "kim@example.com"}
ANSWERS: dict[str, Any] = {
    "good": {"success": True, "hostname": "acme.example", "challenge_ts": "2026-12-01T00:00:00Z"},
    "bad": {"success": False, "error-codes": ["invalid-input-response"]},
    "our fault": {"success": False, "error-codes": ["invalid-input-secret"]},
    "no verdict": {"ok": True}, "a text": {"success": "true"}, "a list": [True],
}  # fmt: skip
"""What the service answers to which token."""


class Verify(RequestHandler):
    """A service that verifies tokens; good tokens are good once."""

    def initialize(self, asked: list[dict[str, str]], answers: dict[str, Any]) -> None:
        self.asked, self.answers = asked, answers

    async def post(self) -> None:
        """Answers as the token says."""
        form = {name: self.get_body_argument(name) for name in self.request.body_arguments}
        self.asked.append(form)
        token = form["response"]
        if token == "slow":
            await asyncio.sleep(5)
        elif token == "broken":
            self.send_error(500)
        elif token == "elsewhere":
            self.redirect("/other")
        elif token == "long":
            self.finish('{"success": true, "x": "' + "x" * MAXIMUM_ANSWER_BYTES + '"}')
        elif token == "once":
            self.finish(self.answers.pop("once", ANSWERS["bad"]))
        else:
            self.write(str(ANSWERS[token]) if token == "a list" else ANSWERS[token])


@pytest.fixture
def asked() -> list[dict[str, str]]:
    """What the service was asked."""
    return []


@pytest.fixture
async def verify_url(asked: list[dict[str, str]]) -> AsyncIterator[str]:
    """Where the service verifies tokens."""
    facts = {"asked": asked, "answers": {"once": ANSWERS["good"]}}
    server = HTTPServer(Application([("/siteverify", Verify, facts)]))
    [bound] = bind_sockets(0, "127.0.0.1")
    server.add_sockets([bound])
    yield f"http://127.0.0.1:{bound.getsockname()[1]}/siteverify"
    server.stop()
    await server.close_all_connections()


@pytest.fixture
async def guarded(serve: Serve, verify_url: str) -> AsyncIterator[Client]:
    """Anybody, at a service that demands captchas."""
    captcha = CaptchaVerifier(Captcha(verify_url=verify_url, secret=SECRET, timeout_ms=2_500))
    async with serve({"captcha": captcha}) as address, Client(address) as client:
        yield client
    captcha.close()


async def test_application_comes_in_when_its_captcha_is_solved(
    ada: Client, guarded: Client, asked: list[dict[str, str]]
) -> None:
    """B32: the service is sent the secret, the token and the address, and nothing about the applicant."""
    path = await published_post(ada, await open_job(ada))
    applied = await guarded.post(f"{path}/applications", json=PERSON | {"captcha_token": "good"})
    assert applied.status_code == 201, applied.text
    assert asked == [{"secret": SECRET, "response": "good", "remoteip": "127.0.0.1"}]
    assert len((await ada.read("/applications"))["items"]) == 1


@pytest.mark.parametrize(("token", "code"), [(None, "required"), ("", "required"), ("bad", "captcha")])
async def test_application_is_refused_when_its_captcha_is_not_solved(
    ada: Client, guarded: Client, asked: list[dict[str, str]], token: str | None, code: str
) -> None:
    """B32: before anything is written; a robot in the trap hears the same; the file is good for another try."""
    path = await published_post(ada, await open_job(ada))
    uploaded = await guarded.post(
        f"{path.partition('/posts')[0]}/uploads", params={"file_name": "cv.txt"}, content=b"My work"
    )
    body = PERSON | {"captcha_token": token, "resume_upload_id": uploaded.json()["id"]}
    for more in ({}, {"website": "https://robot.example"}):
        refused = await guarded.post(f"{path}/applications", json=body | more)
        assert findings(refused) == [("/captcha_token", code)]
    assert len(asked) == (2 if token else 0)
    assert (await ada.read("/candidates"))["items"] == []
    applied = await guarded.post(f"{path}/applications", json=body | {"captcha_token": "good"})
    assert applied.status_code == 201, applied.text


@pytest.mark.parametrize(
    "token", ["slow", "broken", "elsewhere", "long", "our fault", "no verdict", "a text", "a list"]
)
async def test_application_has_to_wait_when_nobody_can_verify_its_captcha(
    ada: Client, guarded: Client, log_lines: LogLines, token: str
) -> None:
    """B32: 503 in time with Retry-After, the file is kept, and no line of the log has the secret or the token."""
    path = await published_post(ada, await open_job(ada))
    uploaded = await guarded.post(
        f"{path.partition('/posts')[0]}/uploads", params={"file_name": "cv.txt"}, content=b"My work"
    )
    body, start = PERSON | {"resume_upload_id": uploaded.json()["id"]}, log_lines.tell()
    async with asyncio.timeout(4):
        refused = await guarded.post(f"{path}/applications", json=body | {"captcha_token": token})
    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
    assert refused.headers["Retry-After"] == "1"
    lines = log_lines.getvalue()[start:]
    assert SECRET not in lines and "captcha." in lines
    log_lines.truncate(start), log_lines.seek(start)
    assert (await ada.read("/candidates"))["items"] == []
    applied = await guarded.post(f"{path}/applications", json=body | {"captcha_token": "good"})
    assert applied.status_code == 201, applied.text


async def test_application_has_to_wait_when_no_service_listens(ada: Client, serve: Serve) -> None:
    """B32: a refused connection lets nobody in, either."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/"
    captcha = CaptchaVerifier(Captcha(verify_url=url, secret=SECRET, timeout_ms=500))
    path = await published_post(ada, await open_job(ada))
    async with serve({"captcha": captcha}) as address, Client(address) as client:
        refused = await client.post(f"{path}/applications", json=PERSON | {"captcha_token": "good"})
    assert refused.status_code == 503
    assert (await ada.read("/candidates"))["items"] == []


async def test_first_answer_is_given_again_when_the_key_is_the_same(
    ada: Client, guarded: Client, asked: list[dict[str, str]]
) -> None:
    """A token is good once; a click that was sent twice is verified once."""
    path = await published_post(ada, await open_job(ada))
    body, key = PERSON | {"captcha_token": "once"}, {"Idempotency-Key": "form-1"}
    first, second = [await guarded.post(f"{path}/applications", json=body, headers=key) for _ in range(2)]
    assert (first.status_code, second.status_code, first.text) == (201, 201, second.text)
    assert len(asked) == 1
    third = await guarded.post(f"{path}/applications", json=body | {"email": "lee@example.com"})
    assert (third.status_code, third.json()["errors"][0]["code"]) == (422, "captcha")


async def test_nobody_is_asked_when_captchas_are_off(ada: Client, anybody: Client) -> None:
    """The default: a token is ignored."""
    path = await published_post(ada, await open_job(ada))
    applied = await anybody.post(f"{path}/applications", json=PERSON | {"captcha_token": "anything"})
    assert applied.status_code == 201


async def test_each_is_verified_when_twenty_apply_at_once(
    ada: Client, guarded: Client, asked: list[dict[str, str]]
) -> None:
    """Ten people and ten robots: the people come in."""
    path = await published_post(ada, await open_job(ada))
    bodies = [
        PERSON | {"email": f"k{place}@example.com", "captcha_token": ("good", "bad")[place % 2]} for place in range(20)
    ]
    answers = await asyncio.gather(*(guarded.post(f"{path}/applications", json=body) for body in bodies))
    assert [answer.status_code for answer in answers] == [201, 422] * 10
    assert len(asked) == 20 and len((await ada.read("/candidates", params={"limit": "100"}))["items"]) == 10

"""Robots that fill in the trap of a form: they are answered as people are, and nothing comes of what they send."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.api.conftest import Rows
from tests.api.journeys import open_job, published_post
from tests.client import Client

PERSON = {"first_name": "Noor", "last_name": "Haddad"}
TRAP = {"website": "https://spam.example"}
STATES = {
    "open": (201, None), "closed": (409, "post_not_accepting"), "on hold": (409, "post_not_accepting"),
    "post is over": (409, "post_not_accepting"), "unpublished": (404, "not_found"), "internal": (404, "not_found"),
    "no such post": (404, "not_found"), "unknown upload": (422, "invalid"), "missing answer": (422, "invalid"),
}  # fmt: skip


async def post_in(state: str, ada: Client) -> tuple[str, dict[str, Any]]:
    """The path of a post, and what an application to it has besides."""
    job = await open_job(ada)
    questions = [{"label": "Why?", "type": "short_text", "required": True}] if state == "missing answer" else []
    path = await published_post(ada, job, questions=questions)
    post = f"/posts/{path.rpartition('/')[2]}"
    match state:
        case "closed":
            [reason, *_] = (await ada.read("/reasons", params={"kind": "job_close"}))["items"]
            await ada.made(f"/jobs/{job['id']}/close", {"reason_id": reason["id"]})
        case "on hold":
            await ada.made(f"/jobs/{job['id']}/hold")
        case "post is over":
            assert (await ada.patch(f"/api/v1{post}", json={"closes_at": "2020-01-01T00:00:00Z"})).is_success
        case "unpublished":
            await ada.made(f"{post}/unpublish")
        case "internal":
            assert (await ada.patch(f"/api/v1{post}", json={"is_internal": True})).is_success
        case "no such post":
            path = f"{path.rpartition('/')[0]}/{uuid4()}"
    return path, {"resume_upload_id": str(uuid4())} if state == "unknown upload" else {}


def told(answer: httpx.Response) -> tuple[Any, ...]:
    """What an answer tells beside its own ids."""
    own = {"request_id": "", "status_url": ""}
    return (
        answer.status_code,
        list(answer.headers),
        answer.json() | {k: v for k, v in own.items() if k in answer.json()},
    )


@pytest.mark.parametrize("state", STATES)
async def test_robot_is_answered_as_a_person_is_when_a_post_is_in_some_state(
    ada: Client, anybody: Client, state: str
) -> None:
    """Refused alike, and thanked where a person would be; only the person has an application."""
    path, more = await post_in(state, ada)
    bodies = [PERSON | more | {"email": f"{uuid4().hex}@example.com"} | trap for trap in (TRAP, {})]
    robot, person = [await anybody.post(f"{path}/applications", json=body) for body in bodies]
    assert told(robot) == told(person)
    assert (person.status_code, person.json().get("code")) == STATES[state]
    assert len((await ada.read("/candidates"))["items"]) == (state == "open")


async def test_robot_uses_up_its_files_as_a_person_does(ada: Client, anybody: Client, rows: Rows) -> None:
    """A second application with them is refused; of the robot no candidate, application, attachment or mail is made."""
    path = await published_post(ada, await open_job(ada))
    for trap in (TRAP, {}):
        upload = await anybody.post(
            f"{path.partition('/posts')[0]}/uploads", params={"file_name": "cv.txt"}, content=b"My work"
        )
        email = f"{uuid4().hex}@example.com"
        body = PERSON | trap | {"email": email, "resume_upload_id": upload.json()["id"]}
        answers = [await anybody.post(f"{path}/applications", json=body) for _ in range(2)]
        assert [each.status_code for each in answers] == [201, 422], answers[1].text
        assert answers[1].json()["errors"][0]["code"] == "unknown_upload"
        mails = await rows("SELECT kind FROM messages WHERE recipient = %(email)s", email=email)
        assert mails == ([] if trap else [("application_received",)])
    assert len((await ada.read("/attachments"))["items"]) == len((await ada.read("/applications"))["items"]) == 1

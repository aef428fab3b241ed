"""Commands that read before they write: what others changed in between is read again, not held against the client."""

from collections.abc import Coroutine
from typing import Any
from uuid import UUID

import pytest

from hiring.commands.base import MAXIMUM_TRIES, retried
from hiring.errors import BeingChanged
from tests.api.conftest import Blocked, Race, Rows
from tests.api.journeys import open_job
from tests.client import Client

POST = {"title": "Engineer", "body": "Come.", "questions": [{"label": "Where?", "type": "short_text"}]}
LOCK_POST = "SELECT FROM posts WHERE id = %(id)s FOR UPDATE"
PATCHES: tuple[dict[str, Any], ...] = (
    {"body": "Stay."}, {"body_format": "html"}, {"questions": [{"label": "Why?", "type": "long_text"}]},
    {"questions": None},
)  # fmt: skip


@pytest.mark.parametrize("patch", PATCHES)
async def test_post_is_changed_when_another_change_was_first(ada: Client, race: Race, patch: dict[str, Any]) -> None:
    """Both changes read version 1; the second to write finds version 2. Without If-Match it is taken, with it 412."""
    job = await open_job(ada)
    post = await ada.made(f"/jobs/{job['id']}/posts", POST)
    path = f"/api/v1/posts/{post['id']}"
    first, second = await race(
        LOCK_POST, {"id": UUID(post["id"])},
        ada.patch(path, json={"title": "Cook", "body": "First."}), ada.patch(path, json=patch),
    )  # fmt: skip
    assert (first.status_code, second.status_code) == (200, 200), second.text
    assert second.json()["version"] > first.json()["version"] and second.json()["title"] == "Cook"
    body = patch.get("body", "First.")
    html = body if patch.get("body_format") else f"<p>{body}</p>"
    assert (second.json()["body"], second.json()["body_html"]) == (body, html)
    expected = {"If-Match": second.headers["ETag"]}
    third, fourth = await race(
        LOCK_POST, {"id": UUID(post["id"])},
        *(ada.patch(path, json={"body": text}, headers=expected) for text in ("Third.", "Fourth.")),
    )  # fmt: skip
    assert (third.status_code, fourth.status_code) == (200, 412)
    assert (await ada.read(f"/posts/{post['id']}"))["body"] == "Third."


async def test_pipeline_is_replaced_when_another_replaced_it_first(ada: Client, race: Race) -> None:
    """The second is judged by the pipeline that the first left: its removed stage needs no target any more."""
    job = await open_job(ada)
    path = f"/api/v1/jobs/{job['id']}/pipeline"
    stages = [{name: each[name] for name in ("id", "name", "kind")} for each in (await ada.get(path)).json()["stages"]]
    renamed = [stages[0] | {"name": "New"}, *stages[1:]]

    def put(given: list[dict[str, Any]]) -> Coroutine[Any, Any, Any]:
        return ada.put(path, json={"stages": given})

    lock = "SELECT FROM jobs WHERE id = %(id)s FOR UPDATE"
    answers = await race(lock, {"id": UUID(job["id"])}, put(renamed), put(stages), put(renamed))
    assert [each.status_code for each in answers] == [200, 200, 200], [each.text for each in answers]
    left = [{name: each[name] for name in ("id", "name", "kind")} for each in (await ada.get(path)).json()["stages"]]
    assert left in (renamed, stages), "whichever was the last is there whole"


async def test_group_is_granted_as_it_is_when_it_was_changed_first(ada: Client, member: Any, race: Race) -> None:
    """Who may grant what the group has now grants it; who may not is told so."""
    rights = {"permissions.write": "all", "users.read": "all", "jobs.read": "all"}
    bob, kim = await member("bob", rights), await member("kim", {})
    for permissions, status in ((["users.read"], 201), (["users.read", "posts.read"], 403)):
        group = await ada.made("/permission-groups", {"name": permissions[-1], "permissions": ["jobs.read"]})
        changed, granted = await race(
            "SELECT FROM permission_groups WHERE id = %(id)s FOR UPDATE", {"id": UUID(group["id"])},
            ada.patch(f"/api/v1/permission-groups/{group['id']}", json={"permissions": permissions}),
            bob.post(
                f"/api/v1/users/{kim.user['id']}/permission-groups",
                json={"permission_group_id": group["id"], "scope": "all"},
            ),
        )  # fmt: skip
        assert (changed.status_code, granted.status_code) == (200, status), granted.text


async def test_command_ends_in_a_conflict_when_it_is_always_too_late() -> None:
    """It is tried five times; the client learns when to try again."""
    tries: list[int] = []

    @retried
    async def command(*, version: int) -> None:
        tries.append(version)
        raise BeingChanged(current={"version": version})

    with pytest.raises(BeingChanged) as refused:
        await command(version=3)
    assert len(tries) == MAXIMUM_TRIES and refused.value.current == {"version": 3} and refused.value.retry_after_s == 1


async def test_twin_is_told_when_to_try_again_when_the_first_is_running(
    ada: Client, rows: Rows, blocked: Blocked
) -> None:
    """Of a request with an idempotency key; then it gets the first answer."""
    job = await open_job(ada)
    path = f"/api/v1/jobs/{job['id']}/openings"

    def twin() -> Coroutine[Any, Any, Any]:
        return ada.post(path, json={"count": 1}, headers={"Idempotency-Key": "one"})

    await rows("BEGIN; SELECT FROM jobs WHERE id = %(id)s FOR UPDATE", id=UUID(job["id"]))
    try:
        first = await blocked(twin())
        second = await twin()
    finally:
        await rows("COMMIT; SELECT 1")
    assert (second.status_code, second.json()["code"]) == (409, "idempotency_key_running")
    assert (second.headers["Retry-After"], second.json()["current"]) == ("1", {"status": "running"})
    assert (await first).status_code == 201
    assert (await twin()).headers["Idempotent-Replayed"] == "true"

"""If-Match and If-None-Match as RFC 9110 has them: lists of entity tags, weak ones, the star."""

from typing import Any

import httpx
import pytest

from tests.api.journeys import apply, open_job, stages
from tests.client import Client

DEPARTMENTS = "/api/v1/departments"
NEXT = '"3", "1-0", W/"2", "x,y"'


@pytest.mark.parametrize(
    ("tags", "status"),
    [
        ("*", 200), ('"1"', 200), ("1", 200), ('"7", "1"', 200), ('"1","9"', 200), (', "1" ,', 200),
        ('"x,y", "1-8f1b20c4"', 200), ('W/"1", "1"', 200), ('"2", "3"', 412), ('W/"1", "2"', 412), ('"1x", "11"', 412),
        (", ".join(f'"{version}"' for version in range(16, 0, -1)), 200),
    ],
)  # fmt: skip
async def test_resource_is_changed_when_one_of_the_tags_is_its_own(ada: Client, tags: str, status: int) -> None:
    """A strong one: the version counts, not the hash of the content."""
    made = await ada.made("/departments", {"name": "A"})
    answer = await ada.patch(f"{DEPARTMENTS}/{made['id']}", json={"name": "B"}, headers={"If-Match": tags})
    assert answer.status_code == status, answer.text
    assert answer.json().get("name", "A") == ("B" if status == 200 else "A")


MALFORMED = (
    b"x", b"", b",", b'"1" "2"', b"1.0", b"\xb2", b'"1', b'1"', b"1, 2", b"W/1", b'w/"1"', b'"1"; "2"', b'*, "1"',
    b'"1", *', b'"1", 2', b",".join([b'"9"'] * 17), b"-1",
)  # fmt: skip
FOREIGN = (
    b'"a"', b'"-1"', b'""', b'"01"', b'"2", "3"', b'W/"1", "a,1"', b'"1x"', b'"x-1"', b'"2","",W/"1"', b'"1e0"', b'"0"',
    b'W/"7"', b"2147483647", b"2147483648", b"9" * 30, b"9" * 5_000, b"0",
)  # fmt: skip


async def test_nothing_is_changed_when_no_tag_is_its_own(ada: Client) -> None:
    """400 for what is no list of tags, 412 for tags of other versions, of others, or weak ones."""
    made = await ada.made("/departments", {"name": "A"})
    token = {b"Authorization": ada.headers["Authorization"].encode()}
    async with httpx.AsyncClient(base_url=ada.address) as raw:
        for status, values in ((400, MALFORMED), (412, FOREIGN)):
            for value in values:
                answer = await raw.patch(
                    f"{DEPARTMENTS}/{made['id']}", json={"name": "B"}, headers=token | {b"If-Match": value}
                )
                assert answer.status_code == status, (value, answer.text)
    assert (await ada.read("/departments"))["items"] == [made]


async def test_command_is_given_once_when_its_tags_are_a_list(ada: Client) -> None:
    """Also with an Idempotency-Key, where all tries are one transaction; the repeat gets the first answer."""
    job = await open_job(ada)
    application = await apply(ada, job)
    path, own = f"/api/v1/applications/{application['id']}", await stages(ada, job)
    headers = {"If-Match": '"5", "1", "4"', "Idempotency-Key": "one"}
    for replayed in (None, "true"):
        moved = await ada.post(f"{path}/move", json={"to_stage_id": own["screen"]}, headers=headers)
        assert (moved.status_code, moved.json()["version"], moved.headers.get("Idempotent-Replayed")) == (
            200,
            2,
            replayed,
        )
    stale = await ada.post(f"{path}/move", json={"to_stage_id": own["offer"]}, headers={"If-Match": '"5", "1"'})
    assert (stale.status_code, stale.json()["current"]) == (412, {"version": 2})


async def test_post_is_changed_when_one_of_the_tags_is_its_own(ada: Client) -> None:
    """Its text is read before it is written."""
    post = await ada.made(f"/jobs/{(await open_job(ada))['id']}/posts", {"title": "Cook", "body": "Come."})
    patch: dict[str, Any] = {"body": "Stay."}
    for tags, status in (('"3", "2"', 412), (NEXT, 200), (NEXT, 412), ('"3", "2"', 200)):
        answer = await ada.patch(f"/api/v1/posts/{post['id']}", json=patch, headers={"If-Match": tags})
        assert answer.status_code == status, (tags, answer.text)
        patch = {"body": "Stay, please."}


async def test_resource_is_not_sent_again_when_one_of_the_tags_is_its_own(ada: Client, anybody: Client) -> None:
    """Weak or strong; a header that is malformed names none."""
    made = await ada.made("/departments", {"name": "A"})
    path = f"{DEPARTMENTS}/{made['id']}"
    tag = (await ada.get(path)).headers["ETag"]
    for tags in (tag, f"W/{tag}", f'"x,y", {tag}', f'W/"9" , W/{tag},', "*"):
        assert (await ada.get(path, headers={"If-None-Match": tags})).status_code == 304, tags
    for tags in ('"9"', f'"x{tag[1:]}', tag.strip('"'), '"*"', f'"9" {tag}', f"w/{tag}", f'"x, {tag[1:]}'):
        assert (await ada.get(path, headers={"If-None-Match": tags})).status_code == 200, tags
    board = f"/api/v1/boards/{ada.organization['slug']}"
    known = (await anybody.get(board)).headers["ETag"]
    assert (await anybody.get(board, headers={"If-None-Match": f'"a", W/{known}'})).status_code == 304

"""Posts: what is refused, what is told, what search engines read."""

import asyncio
from typing import Any

from tests.api.journeys import open_job
from tests.client import Client

POST = {"title": "Engineer", "body": "Come."}


async def test_translation_is_one_of_the_original_when_it_was_made_from_a_translation(ada: Client) -> None:
    """However long the chain; a second post in a language is refused, also in that of the original."""
    job = await open_job(ada)
    path = f"/jobs/{job['id']}/posts"
    original = latest = await ada.made(path, POST | {"language": "pt"})
    family = [original]
    for language in ("nl", "da", "sv"):
        latest = await ada.made(path, POST | {"language": language, "translation_of": latest["id"]})
        assert latest["translation_of"] == original["id"]
        family.append(latest)
    for post in family:
        for holder in family:
            body = POST | {"language": holder["language"], "translation_of": post["id"]}
            taken = await ada.post(f"/api/v1{path}", json=body)
            assert (taken.status_code, taken.json()["code"]) == (409, "language_taken"), body
            assert taken.json()["current"] == {name: holder[name] for name in ("id", "status", "version")}
            if post is not holder:
                changed = await ada.patch(f"/api/v1/posts/{post['id']}", json={"language": holder["language"]})
                assert (changed.status_code, changed.json()["code"]) == (409, "language_taken")
    await ada.made(path, POST | {"language": "nl"})  # of no original


async def test_one_translation_is_made_when_many_come_at_once(ada: Client) -> None:
    """From original and translations in turn: of each language one, and the others hear which."""
    job = await open_job(ada)
    path = f"/api/v1/jobs/{job['id']}/posts"
    original = await ada.made(f"/jobs/{job['id']}/posts", POST | {"language": "en"})
    german = await ada.made(f"/jobs/{job['id']}/posts", POST | {"language": "de", "translation_of": original["id"]})
    bodies: list[dict[str, Any]] = [
        POST | {"language": language, "translation_of": post["id"]}
        for language in ("fr", "it", "es")
        for post in (original, german)
        for _ in range(2)
    ]
    answers = await asyncio.gather(
        *(ada.post(path, json=body) for body in bodies),
        *(ada.patch(f"/api/v1/posts/{german['id']}", json={"language": language}) for language in ("fr", "it")),
    )
    assert {answer.status_code for answer in answers} <= {200, 201, 409}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"language_taken"}
    posts = (await ada.read(f"/jobs/{job['id']}/posts", params={"limit": 100}))["items"]
    languages = [post["language"] for post in posts]
    assert len(languages) == len(set(languages)) and {"en", "fr", "it", "es"} <= set(languages)
    assert {post["translation_of"] for post in posts} == {None, original["id"]}


async def test_post_changes_once_when_it_is_published_or_unpublished_twice(ada: Client) -> None:
    """The second time nothing is written; the moment of the first publication stays."""
    post = await ada.made(f"/jobs/{(await open_job(ada))['id']}/posts", POST)
    path, published_at = f"/posts/{post['id']}", set()
    for version, (verb, status) in enumerate(
        [("publish", "published"), ("unpublish", "unpublished"), ("publish", "published")], post["version"] + 1
    ):
        for _ in range(2):
            shown = await ada.made(f"{path}/{verb}")
            assert (shown["status"], shown["version"]) == (status, version)
            published_at.add(shown["published_at"])
    assert len(published_at) == 1
    for verb in ("/publish", "/unpublish"):
        stale = await ada.post(f"/api/v1{path}{verb}", headers={"If-Match": '"1"'})
        assert (stale.status_code, stale.json()["code"]) == (412, "version_mismatch")

"""A board in several languages: which translations a public post names, and the posts of one language alone."""

from typing import Any

import pytest

from tests.api.journeys import open_job
from tests.client import Client

POST = {"title": "Engineer", "body": "Come."}


async def written(ada: Client, job: dict[str, Any], language: str, **more: Any) -> str:
    """The id of a published post."""
    post = await ada.made(f"/jobs/{job['id']}/posts", POST | {"language": language} | more)
    await ada.made(f"/posts/{post['id']}/publish")
    return str(post["id"])


def board_of(ada: Client) -> str:
    """The path of the posts of Ada's board."""
    return f"/boards/{ada.organization['slug']}/posts"


async def named(anybody: Client, board: str, post_id: str) -> list[tuple[str, str]]:
    """The language and the id of each translation that a public post names, alike in the list and by itself."""
    alone = (await anybody.read(f"{board}/{post_id}"))["translations"]
    [listed] = [each for each in (await anybody.read(board))["items"] if each["id"] == post_id]
    assert listed["translations"] == alone
    return [(each["language"], each["post_id"]) for each in alone]


async def test_post_names_its_translations_when_they_are_public(ada: Client, anybody: Client) -> None:
    """The original names them, each names the original and the others, sorted by language; a post alone names none."""
    job, board = await open_job(ada), board_of(ada)
    english = await written(ada, job, "en")
    german = await written(ada, job, "de", translation_of=english)
    french = await written(ada, job, "fr", translation_of=german)
    alone = await written(ada, job, "en")
    assert await named(anybody, board, english) == [("de", german), ("fr", french)]
    assert await named(anybody, board, german) == [("en", english), ("fr", french)]
    assert await named(anybody, board, french) == [("de", german), ("en", english)]
    assert await named(anybody, board, alone) == []


@pytest.mark.parametrize("change", [{"is_internal": True}, {"closes_at": "2026-01-01T00:00:00Z"}, None])
async def test_translation_is_not_named_when_the_public_does_not_see_it(
    ada: Client, anybody: Client, change: dict[str, Any] | None
) -> None:
    """A draft is not named, nor one that is made internal, closed or taken off; each time the ETag changes."""
    job, board = await open_job(ada), board_of(ada)
    english = await written(ada, job, "en")
    pages = [f"/api/v1{board}", f"/api/v1{board}/{english}"]
    draft = await ada.made(f"/jobs/{job['id']}/posts", POST | {"language": "de", "translation_of": english})
    assert await named(anybody, board, english) == []
    before = [(await anybody.get(page)).headers["ETag"] for page in pages]
    await ada.made(f"/posts/{draft['id']}/publish")
    assert await named(anybody, board, english) == [("de", draft["id"])]
    between = [(await anybody.get(page)).headers["ETag"] for page in pages]
    if change is None:
        await ada.made(f"/posts/{draft['id']}/unpublish")
    else:
        assert (await ada.patch(f"/api/v1/posts/{draft['id']}", json=change)).status_code == 200
    assert await named(anybody, board, english) == []
    after = [(await anybody.get(page)).headers["ETag"] for page in pages]
    assert before == after and not set(before) & set(between)


async def test_translation_is_not_named_when_it_is_on_another_board(ada: Client, anybody: Client) -> None:
    """Neither board tells of the other."""
    job = await open_job(ada)
    other = await ada.made("/job-boards", {"slug": f"{ada.organization['slug']}-de", "name": "Karriere"})
    english = await written(ada, job, "en")
    german = await written(ada, job, "de", translation_of=english, job_board_id=other["id"])
    assert await named(anybody, board_of(ada), english) == []
    assert await named(anybody, f"/boards/{other['slug']}/posts", german) == []


async def test_list_has_one_language_when_it_is_asked_for(ada: Client, anybody: Client) -> None:
    """In any spelling of its tag, and without those of its regions; beside a title, too."""
    job, board = await open_job(ada), board_of(ada)
    english = await written(ada, job, "en")
    german = await written(ada, job, "de", translation_of=english)
    austrian = await written(ada, job, "de-AT", translation_of=english, title="Techniker")

    async def found(**params: str) -> list[str]:
        return [each["id"] for each in (await anybody.read(board, params=params))["items"]]

    assert await found() == [austrian, german, english]
    assert [await found(language=each) for each in ("de", "DE", "deu")] == [[german]] * 3
    assert [await found(language=each) for each in ("de-AT", "de-at")] == [[austrian]] * 2
    assert await found(language="de-AT", title="techni") == [austrian]
    assert await found(language="de", title="techni") == await found(language="sv") == []
    [shown] = (await anybody.read(board, params={"language": "de"}))["items"]
    assert [each["language"] for each in shown["translations"]] == ["de-AT", "en"]


@pytest.mark.parametrize("language", ["", "d", "german", "zz", "de_AT", "de,en", "de-"])
async def test_list_is_refused_when_its_language_is_none(ada: Client, anybody: Client, language: str) -> None:
    """Malformed, of no language that is known, or several at once."""
    answer = await anybody.get(f"/api/v1{board_of(ada)}", params={"language": language})
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == ["?language"]


async def test_pages_go_on_in_one_language_when_followed(ada: Client, anybody: Client) -> None:
    """Each post of the language once, the latest first; the cursor is of this language alone."""
    job, board = await open_job(ada), board_of(ada)
    german = []
    for _ in range(3):
        english = await written(ada, job, "en")
        german.append(await written(ada, job, "de", translation_of=english))
    params, pages = {"language": "de", "limit": "1"}, []
    while True:
        page = await anybody.read(board, params=params)
        pages.append([each["id"] for each in page["items"]])
        if page["next_cursor"] is None:
            break
        params["cursor"] = page["next_cursor"]
    assert pages == [[each] for each in reversed(german)]
    for other in ({"language": "en"}, {"language": ""}):
        given = {name: value for name, value in (params | other).items() if value}
        refused = await anybody.get(f"/api/v1{board}", params=given)
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "invalid_cursor")

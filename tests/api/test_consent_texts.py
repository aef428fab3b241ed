"""Consent texts through the REST API, and what they become on the forms of boards."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.api import words
from tests.api.conftest import Rows
from tests.api.journeys import open_job, published_post
from tests.client import Client, findings

Body = dict[str, Any]

PATH = "/api/v1/consent-texts"
TEXT: Body = {"purpose": "processing", "language": "en", "text": "You may\nread it: <b>yes</b>.", "is_required": True}


async def asked(anybody: Client, post: str) -> list[Body]:
    """What the form of a post asks for, as somebody reads it who names the latest write."""
    form: Body = (await anybody.get(post)).json()["application_form"]
    found: list[Body] = form["consent"]
    return found


async def test_consent_text_is_added_changed_and_archived_when_permitted(ada: Client, eve: Client) -> None:
    """The life of a consent text, which another tenant sees nothing of."""
    await words.check_life_cycle(ada, eve, "consent-texts", TEXT, {"text": "You may keep it.", "is_required": False})


async def test_text_is_the_only_active_one_of_its_purpose_and_language(ada: Client, eve: Client) -> None:
    """Another language, another purpose and another tenant have their own; after an archived one comes another."""
    text = await ada.made("/consent-texts", TEXT)
    taken = await ada.post(PATH, json=TEXT | {"text": "Another."})
    assert (taken.status_code, taken.json()["code"]) == (409, "language_taken")
    assert taken.json()["current"] == {"id": text["id"], "status": "active", "version": 1}
    for other in ({"language": "en-GB"}, {"purpose": "retention"}):
        await ada.made("/consent-texts", TEXT | other)
    await eve.made("/consent-texts", TEXT)
    await ada.made(f"/consent-texts/{text['id']}/archive")
    assert (await ada.made("/consent-texts", TEXT))["id"] != text["id"]


async def test_one_text_is_added_when_twenty_are_at_once(ada: Client) -> None:
    """For one purpose in one language."""
    answers = await asyncio.gather(*(ada.post(PATH, json=TEXT) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    assert len((await ada.read("/consent-texts"))["items"]) == 1


async def test_every_version_stays_readable_when_a_text_changes(ada: Client, eve: Client) -> None:
    """As it was: its text, whether it was required, its status. What changes nothing makes no version."""
    first = await ada.made("/consent-texts", TEXT)
    path = f"{PATH}/{first['id']}"
    second = (await ada.patch(path, json={"text": "You may keep it."})).json()
    assert (await ada.patch(path, json={"text": "You may keep it."})).json() == second
    third = (await ada.patch(path, json={"is_required": False})).json()
    fourth = await ada.made(f"/consent-texts/{first['id']}/archive")
    fifth = (await ada.patch(path, json={"text": "You might have kept it."})).json()
    versions = [first, second, third, fourth, fifth]
    assert [each["version"] for each in versions] == [1, 2, 3, 4, 5]
    for each in versions:
        answer = await ada.get(path, params={"version": each["version"]})
        assert answer.json() == each and answer.headers["ETag"].startswith(f'"{each["version"]}-')
    assert (await ada.get(path)).json() == fifth
    statuses = [(await ada.get(path, params={"version": version})).status_code for version in (6, 0, "x", 2**31)]
    assert statuses == [404, 422, 422, 422]
    assert (await eve.get(path, params={"version": 1})).status_code == 404


async def test_each_change_makes_a_version_when_twenty_are_made_at_once(ada: Client) -> None:
    """None is lost, and each number is one text for good."""
    text = await ada.made("/consent-texts", TEXT)
    path = f"{PATH}/{text['id']}"
    bodies = [{"text": f"No. {number}"} for number in range(20)]
    answers = await asyncio.gather(*(ada.patch(path, json=body) for body in bodies))
    told = {answer.json()["version"]: answer.json() for answer in answers}
    assert sorted(told) == [*range(2, 22)]
    for version, each in told.items():
        assert (await ada.get(path, params={"version": version})).json() == each


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"purpose": "marketing"}, ("/purpose", "enum")), ({"language": "xx-nowhere"}, ("/language", "format")),
        ({"text": ""}, ("/text", "too_short")), ({"text": None}, ("/text", "type")),
        ({"is_required": "yes"}, ("/is_required", "type")), ({"status": "archived"}, ("/status", "unknown_field")),
    ],
)  # fmt: skip
async def test_text_is_refused_when_it_is_of_another_shape(ada: Client, body: Body, found: tuple[str, str]) -> None:
    """With the field that is wrong; its purpose and its language are never patched."""
    answer = await ada.post(PATH, json=TEXT | body)
    assert findings(answer) == [found]
    text = await ada.made("/consent-texts", TEXT)
    for name in ("purpose", "language"):
        patched = await ada.patch(f"{PATH}/{text['id']}", json={name: text[name]})
        assert patched.json()["errors"][0]["code"] == "unknown_field"


async def test_form_asks_for_the_text_in_the_language_of_its_post(ada: Client, anybody: Client) -> None:
    """Else for the one in that of the organization, and for none that is archived or in any other language."""
    made = {
        (purpose, language): await ada.made(
            "/consent-texts", {"purpose": purpose, "language": language, "text": f"{purpose} in {language}"}
        )
        for purpose, language in (
            ("processing", "de"), ("processing", "en"), ("retention", "en"), ("demographics", "fr"),
        )
    }  # fmt: skip
    job = await open_job(ada)
    german, austrian, french = [await published_post(ada, job, language=each) for each in ("de", "de-AT", "fr")]

    async def texts(post: str) -> list[str]:
        found = await asked(anybody, post)
        assert found == sorted(found, key=lambda each: str(each["purpose"]))
        return [each["text"] for each in found]

    assert await texts(german) == ["processing in de", "retention in en"]
    assert await texts(austrian) == ["processing in en", "retention in en"]
    assert await texts(french) == ["demographics in fr", "processing in en", "retention in en"]
    assert (await ada.patch("/api/v1/organization", json={"language": "fr"})).status_code == 200
    assert await texts(austrian) == ["demographics in fr"]
    assert (await ada.patch("/api/v1/organization", json={"language": "en"})).status_code == 200
    await ada.made(f"/consent-texts/{made['processing', 'de']['id']}/archive")
    assert await texts(german) == ["processing in en", "retention in en"]
    text = made["retention", "en"]
    changed = await ada.patch(f"{PATH}/{text['id']}", json={"text": "Kept.", "is_required": True})
    assert changed.status_code == 200
    assert (await asked(anybody, german))[1] == {
        "id": text["id"], "purpose": "retention", "version": 2, "text": "Kept.", "required": True,
    }  # fmt: skip


async def test_text_is_kept_in_no_event(ada: Client, rows: Rows) -> None:
    """Its changes tell of fields alone."""
    text = await ada.made("/consent-texts", TEXT)
    await ada.patch(f"{PATH}/{text['id']}", json={"text": "Kept.", "is_required": True})
    await ada.made(f"/consent-texts/{text['id']}/archive")
    told = await rows(
        "SELECT e.aggregate_version, e.data FROM events AS e"
        " WHERE e.organization_id = %(organization_id)s AND e.aggregate_id = %(id)s ORDER BY 1",
        organization_id=UUID(ada.organization["id"]), id=UUID(text["id"]),
    )  # fmt: skip
    assert [tuple(each) for each in told] == [
        (1, {"change": "created"}), (2, {"change": "updated", "fields": ["text", "is_required"]}),
        (3, {"change": "archived"}),
    ]  # fmt: skip


async def test_text_is_added_once_when_its_request_is_repeated(ada: Client) -> None:
    """With one key, the second is told what the first was."""
    key = {"Idempotency-Key": str(uuid4())}
    first, second = [await ada.post(PATH, json=TEXT, headers=key) for _ in range(2)]
    assert (first.status_code, second.status_code, second.json()) == (201, 201, first.json())

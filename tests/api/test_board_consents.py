"""Consents that come with applications through boards: what is recorded, and what is refused."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

from tests.api.conftest import Rows
from tests.api.journeys import open_job, published_post
from tests.background import until
from tests.client import Client, findings

Body = dict[str, Any]

PERSON = {"first_name": "Zoë", "email": "zoe@example.com"}


async def text_of(client: Client, purpose: str, *, is_required: bool = False) -> Body:
    """A new consent text in the language of the organization."""
    return await client.made(
        "/consent-texts", {"purpose": purpose, "language": "en", "text": f"{purpose}?", "is_required": is_required}
    )


def answer(text: Body, *, granted: bool = True, **changes: Any) -> Body:
    """What an applicant says to a text of the form."""
    return {"id": text["id"], "version": text["version"], "granted": granted} | changes


async def refused(anybody: Client, post: str, *consents: Body, **more: Any) -> list[tuple[str, str]]:
    """What is wrong with the consents of an application."""
    return findings(await anybody.post(f"{post}/applications", json=PERSON | {"consent": consents} | more))


async def recorded(client: Client) -> list[tuple[str, int, bool, str]]:
    """Text, version, answer and source of each consent of the organization, oldest first."""
    items = (await client.read("/consents", params={"limit": "100"}))["items"]
    return [
        (each["consent_text_id"], each["consent_text_version"], each["is_granted"], each["source"])
        for each in reversed(items)
    ]


async def test_consents_are_recorded_when_somebody_applies(ada: Client, anybody: Client, rows: Rows) -> None:
    """Granted and refused ones, of a new candidate and of a known one; what is left out is neither."""
    processing = await text_of(ada, "processing", is_required=True)
    retention, demographics = await text_of(ada, "retention"), await text_of(ada, "demographics")
    first, second = [await published_post(ada, await open_job(ada)) for _ in range(2)]
    form = (await anybody.get(first)).json()["application_form"]["consent"]
    assert [(each["id"], each["version"], each["required"]) for each in form] == [
        (demographics["id"], 1, False), (processing["id"], 1, True), (retention["id"], 1, False),
    ]  # fmt: skip
    consents = [answer(retention, granted=False), answer(processing)]
    assert (await anybody.post(f"{first}/applications", json=PERSON | {"consent": consents})).status_code == 201
    expected = {(retention["id"], 1, False, "application"), (processing["id"], 1, True, "application")}
    assert set(await recorded(ada)) == expected
    [candidate] = (await ada.read("/candidates"))["items"]
    items = (await ada.read("/consents", params={"candidate_id": candidate["id"]}))["items"]
    assert {each["actor"]["type"] for each in items} == {"anonymous"} and len(items) == 2
    again = PERSON | {"consent": [answer(processing), answer(retention)]}
    assert (await anybody.post(f"{second}/applications", json=again)).status_code == 201
    assert len(await recorded(ada)) == 4
    told = await rows(
        "SELECT e.data ->> 'candidate_id', e.data ->> 'source' FROM events AS e"
        " WHERE e.organization_id = %(id)s AND e.type = 'consent.changed'",
        id=UUID(ada.organization["id"]),
    )
    assert [tuple(each) for each in told] == [(candidate["id"], "application")] * 4


async def test_nothing_is_recorded_when_no_second_application_is_made(ada: Client, anybody: Client) -> None:
    """Of somebody who has applied already, and of a robot; the answer is the same, and so is each refusal."""
    text = await text_of(ada, "processing", is_required=True)
    post = await published_post(ada, await open_job(ada))
    body = PERSON | {"consent": [answer(text)]}
    assert (await anybody.post(f"{post}/applications", json=body)).status_code == 201
    assert (await anybody.post(f"{post}/applications", json=body)).status_code == 201
    robot = body | {"email": "robot@example.com", "website": "https://example.com"}
    assert (await anybody.post(f"{post}/applications", json=robot)).status_code == 201
    assert len(await recorded(ada)) == 1
    assert await refused(anybody, post) == [("/consent", "required")]
    assert await refused(anybody, post, website="https://example.com") == [("/consent", "required")]


async def test_application_is_refused_when_a_consent_breaks_a_rule(ada: Client, eve: Client, anybody: Client) -> None:
    """Beside all else that is wrong, and nothing of it is kept: the upload is there for the next try."""
    text, other = await text_of(ada, "processing", is_required=True), await text_of(ada, "retention")
    foreign = await text_of(eve, "processing")
    post = await published_post(ada, await open_job(ada), questions=[
        {"label": "Why?", "type": "short_text", "required": True},
    ])  # fmt: skip
    upload = await anybody.post(
        f"{post.partition('/posts')[0]}/uploads", params={"file_name": "a.txt"}, content=b"A text.",
        headers={"Content-Type": "text/plain"},
    )  # fmt: skip
    more = {"resume_upload_id": upload.json()["id"]}
    missing = ("/answers", "required")
    for consents, found in (
        ([], [("/consent", "required")]),
        ([answer(text, granted=False)], [("/consent/0/granted", "required")]),
        ([answer(text), answer(other, version=2)], [("/consent/1/version", "not_current")]),
        ([answer(text), answer(foreign)], [("/consent/1/id", "unknown_reference")]),
        ([answer(text), answer(text)], [("/consent/1/id", "repeated")]),
        ([answer(text), answer({"id": str(uuid4()), "version": 1})], [("/consent/1/id", "unknown_reference")]),
    ):
        assert await refused(anybody, post, *consents, **more) == [missing, *found]
    for version in (0, 2**31):
        assert await refused(anybody, post, answer(text, version=version)) == [("/consent/0/version", "range")]
    assert await refused(anybody, post, *[answer(text)] * 21) == [("/consent", "too_long")]
    [question] = (await anybody.get(post)).json()["application_form"]["questions"]
    answers = [{"question_id": question["id"], "value": "Because."}]
    good = PERSON | more | {"answers": answers, "consent": [answer(text)]}
    assert (await anybody.post(f"{post}/applications", json=good)).status_code == 201


async def test_application_is_refused_when_a_text_was_changed_since_the_form_was_read(
    ada: Client, anybody: Client
) -> None:
    """Its words, or whether it is required; the next try names the new version. An archived one is gone."""
    post = await published_post(ada, await open_job(ada))
    text = await text_of(ada, "retention")
    path = f"/api/v1/consent-texts/{text['id']}"
    for patch in ({"text": "For two years?"}, {"is_required": True}):
        changed = (await ada.patch(path, json=patch)).json()
        assert await refused(anybody, post, answer(text)) == [("/consent/0/version", "not_current")]
        text = changed
    assert await refused(anybody, post) == [("/consent", "required")]
    assert (await anybody.post(f"{post}/applications", json=PERSON | {"consent": [answer(text)]})).status_code == 201
    assert await recorded(ada) == [(text["id"], 3, True, "application")]
    await ada.made(f"/consent-texts/{text['id']}/archive")
    assert await refused(anybody, post, answer(text, version=4)) == [("/consent/0/id", "unknown_reference")]
    someone = PERSON | {"email": "kim@example.com"}
    assert (await anybody.post(f"{post}/applications", json=someone)).status_code == 201


async def test_board_key_asks_for_the_same_consents(ada: Client, anybody: Client) -> None:
    """The server of a career site shows the same form, is refused alike, and is who recorded them."""
    text = await text_of(ada, "processing", is_required=True)
    post = await published_post(ada, await open_job(ada))
    [board] = (await ada.read("/job-boards"))["items"]
    key = await ada.made(f"/job-boards/{board['id']}/keys", {"name": "Career site"})
    async with Client(ada.address, key["secret"]) as server:
        assert (await server.get(post)).json() == (await anybody.get(post)).json()
        assert await refused(server, post) == [("/consent", "required")]
        assert (await server.post(f"{post}/applications", json=PERSON | {"consent": [answer(text)]})).status_code == 201
    [consent] = (await ada.read("/consents"))["items"]
    assert (consent["actor"]["type"], consent["actor"]["id"]) == ("api_key", key["id"])


async def test_consent_is_to_the_text_that_was_current_when_twenty_apply_during_its_changes(
    ada: Client, anybody: Client
) -> None:
    """While three read the form, it is changed: each is taken with the version that it read, or reads it again."""
    post = await published_post(ada, await open_job(ada))
    text = await text_of(ada, "processing", is_required=True)
    versions, changing = {text["version"]}, {5, 10, 15}
    taken: list[int] = []

    async def apply(number: int) -> None:
        async def is_taken() -> bool:
            [read] = (await anybody.get(post)).json()["application_form"]["consent"]
            if number in changing:
                changing.remove(number)
                changed = await ada.patch(f"/api/v1/consent-texts/{text['id']}", json={"text": f"Text {number}"})
                versions.add(changed.json()["version"])
            current = max(versions)
            body = {"first_name": "Kim", "email": f"k{number}@example.com", "consent": [answer(read)]}
            sent = await anybody.post(f"{post}/applications", json=body)
            if sent.status_code != 201:
                assert findings(sent) == [("/consent/0/version", "not_current")]
                return False
            assert read["version"] >= current
            taken.append(read["version"])
            return True

        await until(is_taken)

    await asyncio.gather(*map(apply, range(20)))
    assert versions == {1, 2, 3, 4}
    assert sorted(version for _, version, _, _ in await recorded(ada)) == sorted(taken)
    assert len((await ada.read("/candidates", params={"limit": "100"}))["items"]) == 20


async def test_application_is_made_once_when_it_is_sent_at_once(ada: Client, anybody: Client) -> None:
    """Twenty clicks of one applicant: one application, one consent."""
    text = await text_of(ada, "processing", is_required=True)
    post = await published_post(ada, await open_job(ada))
    body = PERSON | {"consent": [answer(text)]}
    sent = await asyncio.gather(*(anybody.post(f"{post}/applications", json=body) for _ in range(20)))
    assert {each.status_code for each in sent} == {201}
    assert len(await recorded(ada)) == 1

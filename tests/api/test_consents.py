"""Consents of candidates: recorded, never changed, seen with the candidate, and kept strict by merges."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.api.conftest import Rows
from tests.api.journeys import apply, join, make_internal, open_job
from tests.api.merging import merged, person
from tests.client import Client, findings

Body = dict[str, Any]

EVENTS = """
SELECT e.actor ->> 'type', e.aggregate_version, e.causation_id IS NOT NULL, e.data FROM events AS e
WHERE e.organization_id = %(organization_id)s AND e.type = 'consent.changed' ORDER BY e.occurred_at, e.id
"""
SINCE = {"updated_since": "2020-01-01T00:00:00Z"}


async def text_of(client: Client, **changes: Any) -> Body:
    """A new consent text."""
    return await client.made("/consent-texts", {"purpose": "retention", "language": "en", "text": "Kept."} | changes)


def said(text: Body, *, is_granted: bool = True, **changes: Any) -> Body:
    """What a candidate says to a text."""
    named = {"consent_text_id": text["id"], "consent_text_version": text["version"]}
    return named | {"is_granted": is_granted, "source": "phone"} | changes


def path_of(candidate: Body) -> str:
    """Where consents of a candidate are recorded."""
    return f"/candidates/{candidate['id']}/consents"


async def consents_of(client: Client, candidate: Body, **more: str) -> list[Body]:
    """The consents of a candidate, newest first."""
    params = {"candidate_id": candidate["id"], "limit": "100"} | more
    found: list[Body] = (await client.read("/consents", params=params))["items"]
    return found


async def holding(client: Client, candidate: Body) -> dict[str, bool]:
    """What holds of a candidate: by text, the newest."""
    return {each["consent_text_id"]: each["is_granted"] for each in reversed(await consents_of(client, candidate))}


async def sees(client: Client, consent: Body) -> bool:
    """Whether a consent is shown to a client: by its id and in every list alike."""
    ways = [{}, {"ids": consent["id"]}, {"candidate_id": consent["candidate_id"]}, SINCE]
    ways.append(SINCE | {"candidate_id": consent["candidate_id"]})
    listed = {consent in (await client.read("/consents", params={"limit": "100"} | way))["items"] for way in ways}
    found = await client.get(f"/api/v1/consents/{consent['id']}")
    assert listed == {found.status_code == 200} and (found.status_code == 404 or found.json() == consent), listed
    return listed.pop()


async def test_consent_reads_as_it_was_recorded(ada: Client, rows: Rows) -> None:
    """With its text, version, source and who recorded it; what was said before stays, and events tell ids alone."""
    candidate, text = await person(ada), await text_of(ada)
    before = await ada.read(f"/candidates/{candidate['id']}")
    granted = await ada.made(path_of(candidate), said(text))
    actor = {"type": "user", "id": ada.user["id"], "user_id": ada.user["id"], "on_behalf_of": None}
    named = {"candidate_id": candidate["id"], "consent_text_id": text["id"], "consent_text_version": 1}
    expected = named | {"is_granted": True, "source": "phone", "actor": actor, "version": 1}
    assert granted | expected == granted and await sees(ada, granted)
    after = await ada.read(f"/candidates/{candidate['id']}")
    assert after["updated_at"] > before["updated_at"] and after["version"] == before["version"]
    withdrawn = await ada.made(path_of(candidate), said(text, is_granted=False, source="email"))
    assert await consents_of(ada, candidate) == [withdrawn, granted]
    assert await consents_of(ada, candidate, **SINCE) == [granted, withdrawn]
    assert await holding(ada, candidate) == {text["id"]: False}
    told = await rows(EVENTS, organization_id=UUID(ada.organization["id"]))
    assert [tuple(each) for each in told] == [
        ("user", 1, False, named | {"is_granted": True, "source": "phone"}),
        ("user", 1, False, named | {"is_granted": False, "source": "email"}),
    ]
    for method in ("PATCH", "PUT", "DELETE"):
        assert (await ada.request(method, f"/api/v1/consents/{granted['id']}", json={})).status_code == 405


async def test_consent_names_a_version_that_is_there(ada: Client, eve: Client) -> None:
    """The current one or an earlier one; an archived text is refused, not granted. Nothing else is written."""
    candidate, text, foreign = await person(ada), await text_of(ada), await text_of(eve)
    path = f"/api/v1{path_of(candidate)}"
    changed = (await ada.patch(f"/api/v1/consent-texts/{text['id']}", json={"text": "Kept longer."})).json()
    for version in (1, 2):
        assert (await ada.post(path, json=said(text, consent_text_version=version))).status_code == 201
    unknown = [("/consent_text_id", "unknown_reference")]
    assert findings(await ada.post(path, json=said(changed, consent_text_version=3))) == [
        ("/consent_text_version", "unknown_reference")
    ]
    for other in (foreign, {"id": str(uuid4()), "version": 1}):
        assert findings(await ada.post(path, json=said(other, is_granted=False))) == unknown
    archived = await ada.made(f"/consent-texts/{text['id']}/archive")
    for version in (1, 3):
        assert findings(await ada.post(path, json=said(archived, consent_text_version=version))) == unknown
        taken_back = said(archived, is_granted=False, consent_text_version=version)
        assert (await ada.post(path, json=taken_back)).status_code == 201
    assert [each["consent_text_version"] for each in await consents_of(ada, candidate)] == [3, 1, 2, 1]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"source": "application"}, ("/source", "enum")), ({"source": "merge"}, ("/source", "enum")),
        ({"is_granted": None}, ("/is_granted", "type")),
        ({"consent_text_version": 0}, ("/consent_text_version", "range")),
        ({"consent_text_version": 2**31}, ("/consent_text_version", "range")),
        ({"consent_text_id": "a"}, ("/consent_text_id", "format")), ({"actor": {}}, ("/actor", "unknown_field")),
    ],
)  # fmt: skip
async def test_consent_is_refused_when_it_is_of_another_shape(ada: Client, body: Body, found: tuple[str, str]) -> None:
    """With the field that is wrong; nobody records what an application or a merge alone can say."""
    candidate, text = await person(ada), await text_of(ada)
    assert findings(await ada.post(f"/api/v1{path_of(candidate)}", json=said(text) | body)) == [found]
    assert await consents_of(ada, candidate) == []


async def test_consent_is_seen_by_those_who_see_the_candidate(ada: Client, eve: Client, member: Any) -> None:
    """By teams and roles, not of a confidential job of others, not by the candidate themselves; by no other tenant."""
    opened, secret = await open_job(ada), await open_job(ada, is_confidential=True)
    text = await text_of(ada)
    consents = []
    for job in (opened, secret):
        candidate = {"id": (await apply(ada, job))["candidate_id"]}
        consents.append(await ada.made(path_of(candidate), said(text)))
    lone = await ada.made(path_of(await person(ada)), said(text))
    bob, cora, ivo = [await member(name, {"candidates.read": "team"}) for name in ("bob", "cora", "ivo")]
    carl, ina = [await member(name, {"candidates.read": "all"}) for name in ("carl", "ina")]
    deaf = await member("deaf", {"applications.read": "all", "candidates.write": "all"})
    await join(ada, opened, bob.user["id"], "coordinator")
    await join(ada, secret, cora.user["id"], "recruiter")
    seen = [[await sees(who, each) for each in (*consents, lone)] for who in (ada, bob, cora, ivo, carl, eve)]
    assert seen == [
        [True] * 3, [True, False, False], [False, True, False], [False] * 3, [True, False, True], [False] * 3,
    ]  # fmt: skip
    assert (await deaf.get("/api/v1/consents")).status_code == 403
    await join(ada, opened, ivo.user["id"], "interviewer")
    assert not any([await sees(ivo, each) for each in consents])
    await make_internal(ada, lone["candidate_id"], ina.user)
    assert [await sees(who, lone) for who in (ada, carl, ina)] == [True, False, False]
    listed = await bob.get("/api/v1/consents")
    assert listed.headers["Visibility"] == 'team;without="internal"'


async def test_consent_is_recorded_by_those_who_may_change_the_candidate(ada: Client, member: Any, eve: Client) -> None:
    """To all others the candidate looks absent, or the permission is missing; so does a candidate who was merged."""
    job, text = await open_job(ada), await text_of(ada)
    candidate = {"id": (await apply(ada, job))["candidate_id"]}
    bob, carl = await member("bob", {"candidates.write": "team"}), await member("carl", {"candidates.read": "all"})
    path = f"/api/v1{path_of(candidate)}"
    tried = [(await who.post(path, json=said(text))).status_code for who in (bob, carl, eve)]
    assert tried == [404, 403, 404]
    await join(ada, job, bob.user["id"], "recruiter")
    assert (await bob.post(path, json=said(text))).status_code == 201
    survivor = await person(ada)
    await merged(ada, survivor, candidate)
    answer = await ada.post(path, json=said(text))
    assert (answer.status_code, answer.json()["merged_into"]) == (409, survivor["id"])


@pytest.mark.parametrize(
    ("answers", "holds", "carried_count"),
    [
        (["own yes", "other no"], False, 0),
        (["other no", "own yes"], False, 1),
        (["own no", "other yes"], False, 1),
        (["other yes", "own no"], False, 0),
        (["own yes", "other yes"], True, 0),
        (["own no", "other no"], False, 0),
        (["other no"], False, 0),
        (["other yes"], True, 0),
        (["own no"], False, 0),
        (["own no", "own yes", "other yes"], True, 0),
        (["other yes", "own no", "own yes"], True, 0),
        (["own yes", "own no", "other no", "other yes"], False, 1),
        (["other no", "other yes", "own yes", "own no"], False, 0),
        (["own no", "own yes", "other no", "other yes"], True, 0),
        (["other no", "other yes", "own no", "own yes"], True, 0),
    ],
)
async def test_refusal_wins_when_candidates_are_merged(
    ada: Client, rows: Rows, answers: list[str], holds: bool, carried_count: int
) -> None:
    """What holds for either, whoever said it last; the history keeps all of it, and a row more where it had to."""
    text, german = await text_of(ada), await text_of(ada, language="de")
    survivor, merged_one = await person(ada), await person(ada)
    candidates = {"own": survivor, "other": merged_one}
    for answer in answers:
        whose, word = answer.split()
        await ada.made(path_of(candidates[whose]), said(text, is_granted=word == "yes"))
    await ada.made(path_of(survivor), said(german, is_granted=False))
    other_count = sum(answer.startswith("other") for answer in answers)
    tried = await merged(ada, survivor, merged_one, dry_run=True)
    assert len(await consents_of(ada, survivor)) == len(answers) - other_count + 1
    done = await merged(ada, survivor, merged_one)
    assert tried["moved"]["consents_count"] == done["moved"]["consents_count"] == other_count
    assert await holding(ada, survivor) == {text["id"]: holds, german["id"]: False}
    kept = await consents_of(ada, survivor)
    assert len(kept) == len(answers) + 1 + carried_count
    assert [each["is_granted"] for each in kept if each["source"] == "merge"] == [False] * carried_count
    told = await rows(EVENTS, organization_id=UUID(ada.organization["id"]))
    assert len(told) == len(answers) + 1 + carried_count
    assert [data["source"] for _, _, is_caused, data in told if is_caused] == ["merge"] * carried_count


async def test_merge_keeps_refusals_when_twenty_consents_come_at_once(ada: Client) -> None:
    """To both candidates: each is in before the merge, or told that its candidate is merged; and none is lost."""
    for _ in range(5):
        text = await text_of(ada, purpose="processing", language="en")
        one, two = await person(ada), await person(ada)
        await ada.made(path_of(two), said(text, is_granted=False))
        grants = [ada.post(f"/api/v1{path_of(one)}", json=said(text)) for _ in range(10)]
        repeats = [ada.post(f"/api/v1{path_of(two)}", json=said(text, is_granted=False)) for _ in range(10)]
        merge = ada.post(f"/api/v1/candidates/{one['id']}/merge", json={"candidate_id": two["id"]})
        answers = await asyncio.gather(*grants[:5], *repeats[:5], merge, *grants[5:], *repeats[5:])
        statuses = [answer.status_code for answer in answers]
        assert set(statuses) <= {200, 201, 409} and statuses.count(200) == 1
        kept = {each["id"]: each for each in await consents_of(ada, one)}
        assert kept.keys() >= {answer.json()["id"] for answer in answers if answer.status_code == 201}
        carried = [each for each in kept.values() if each["source"] == "merge"]
        told = [each for each in kept.values() if each["source"] == "phone"]
        moved_at = max(datetime.fromisoformat(each["updated_at"]) for each in told if not each["is_granted"])
        newest = next(each for each in told if datetime.fromisoformat(each["created_at"]) < moved_at)
        assert len(carried) == newest["is_granted"]
        await ada.made(f"/consent-texts/{text['id']}/archive")


async def test_consents_have_one_order_when_twenty_are_recorded_at_once(ada: Client) -> None:
    """All of them are kept, and who records one behind them has the last word."""
    candidate, text = await person(ada), await text_of(ada)
    path = f"/api/v1{path_of(candidate)}"
    bodies = [said(text, is_granted=number % 2 == 0) for number in range(20)]
    answers = await asyncio.gather(*(ada.post(path, json=body) for body in bodies))
    assert {answer.status_code for answer in answers} == {201}
    last = await ada.made(path_of(candidate), said(text, is_granted=False))
    found = await consents_of(ada, candidate)
    assert len(found) == 21 and found[0] == last
    assert [each["id"] for each in found] == sorted((each["id"] for each in found), reverse=True)
    moments = [each["created_at"] for each in reversed(found)]
    assert moments == sorted(moments)


async def test_consent_is_recorded_once_when_its_request_is_repeated(ada: Client) -> None:
    """Twenty at once, with one key."""
    candidate, text = await person(ada), await text_of(ada)
    key = {"Idempotency-Key": str(uuid4())}
    path = f"/api/v1{path_of(candidate)}"
    answers = await asyncio.gather(*(ada.post(path, json=said(text), headers=key) for _ in range(20)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    [consent] = await consents_of(ada, candidate)
    assert {answer.json()["id"] for answer in answers if answer.status_code == 201} == {consent["id"]}

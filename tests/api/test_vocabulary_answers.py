"""Lists of vocabularies from memory: as new as they promise, to whom may read them, and never past an own write."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from hiring.config import RedisServer, Settings
from hiring.connectors.redis import RedisClient
from hiring.http import PREFIX
from hiring.http.dependencies import Dependencies
from hiring.services.kept_answers import BELIEVED_S, JOINED_S
from hiring.services.request_state import RequestState
from tests.api.conftest import Serve
from tests.api.probe import endpoints
from tests.api.test_board_answers import read_count
from tests.client import Client
from tests.databases import administered, superuser_session
from tests.replica import replay_held

OLD_S = BELIEVED_S + JOINED_S
STAGES = [{"name": "In", "kind": "review"}, {"name": "Hired", "kind": "hired"}]
NEW: dict[str, dict[str, Any]] = {
    "consent-texts": {"purpose": "retention", "language": "de", "text": "Ich bin einverstanden."},
    "custom-fields": {"key": "shirt", "name": "Shirt", "applies_to": "candidate", "type": "short_text"},
    "departments": {"name": "Research"},
    "email-templates": {"name": "Call", "language": "en", "subject": "Our call", "body": "Hello {{sender_name}}."},
    "interview-kits": {"name": "First call", "questions": ["What would you build with us?"]},
    "job-boards": {"name": "Second"},
    "offices": {"name": "Graz", "country": "AT", "time_zone": "Europe/Vienna"},
    "permission-groups": {"name": "Sourcers", "permissions": ["jobs.read"]},
    "pipeline-templates": {"name": "Short", "stages": STAGES},
    "reasons": {"kind": "rejection", "name": "Moved away"},
    "sender-identities": {"name": "Careers", "email": "careers@example.com"},
    "sources": {"kind": "other", "name": "Billboard"},
    "tags": {"name": "Fair"},
}  # fmt: skip
"""A word for each list."""
MADE_FIRST = (
    "consent-texts", "custom-fields", "departments", "email-templates", "interview-kits", "offices",
    "sender-identities", "tags",
)  # fmt: skip
"""Of these a new organization has none."""


@pytest.fixture
async def reader(ada: Client, serve: Serve, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """Ada at a process that has not heard of her writes, as anybody who wrote nothing for a minute."""
    nowhere = RedisServer(host="127.0.0.1", port=1, password="none")
    state = RequestState(RedisClient(nowhere, name="test", timeout_ms=500, pool_size=1), settings.limits)
    headers = {"Authorization": ada.headers["Authorization"]}
    async with (
        serve({"request_state": state}) as address,
        httpx.AsyncClient(base_url=f"{address}/api/v1", headers=headers, timeout=20) as client,
    ):
        yield client


async def items(reader: httpx.AsyncClient, path: str, **more: Any) -> list[dict[str, Any]]:
    """A page of a list."""
    answer = await reader.get(path, **more)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def test_every_list_that_is_kept_has_a_word() -> None:
    """A list with an entity tag to which words are added."""
    added = {each.path for each in endpoints() if each.method == "POST"}
    kept = {each.path for each in endpoints() if each.method == "GET" and each.operation.is_tagged} & added
    assert {path.removeprefix(f"{PREFIX}/") for path in kept} == set(NEW)


@pytest.mark.parametrize("noun", NEW)
async def test_list_comes_from_memory_when_nothing_has_changed(
    noun: str, ada: Client, reader: httpx.AsyncClient, dependencies: Dependencies
) -> None:
    """And shows a new word within half a second, with its token at once, to whom made it at once."""
    await Client.caught_up[ada.address]()
    before = await items(reader, f"/{noun}")
    count = read_count(dependencies)
    assert [await items(reader, f"/{noun}") for _ in range(5)] == [before] * 5
    assert read_count(dependencies) - count <= 1
    body = NEW[noun] | ({"slug": f"second-{uuid4().hex}"} if noun == "job-boards" else {})
    added = await ada.post(f"/api/v1/{noun}", json=body)
    assert added.status_code == 201, added.text
    assert added.json() in (await ada.read(f"/{noun}"))["items"]
    token = {"Consistency-Token": added.headers["Consistency-Token"]}
    assert added.json() in await items(reader, f"/{noun}", headers=token)
    await asyncio.sleep(OLD_S)
    assert await items(reader, f"/{noun}") == [added.json(), *before]


COPY = """INSERT INTO {table}
SELECT (jsonb_populate_record(t, jsonb_build_object(
    'id', gen_random_uuid(), 'name', 'Copy', 'slug', gen_random_uuid(), 'external_id', NULL, 'language', 'fr',
    'email', 'copy@example.com',
    'key', CASE '{table}' WHEN 'custom_fields' THEN 'copy' END, 'is_default', false))).*
FROM {table} AS t WHERE t.organization_id = %(id)s LIMIT 1"""
UPDATE = "UPDATE {table} SET version = version + 1 WHERE organization_id = %(id)s"
DELETE = "DELETE FROM {table} WHERE organization_id = %(id)s AND name = 'Copy'"
KEPT = ("consent_texts",)
"""Of these nothing can be deleted: consents name their versions."""
OTHERS = "UPDATE {table} SET version = version + 1 WHERE organization_id <> %(id)s"


@pytest.mark.parametrize("table", [noun.replace("-", "_") for noun in NEW])
async def test_state_changes_when_a_word_is_changed_by_hand(
    table: str, ada: Client, eve: Client, settings: Settings
) -> None:
    """A word that comes, changes or goes gives another state; the word of another organization does not."""
    for client in (ada, eve):
        if (noun := table.replace("_", "-")) in MADE_FIRST:
            await client.made(f"/{noun}", NEW[noun])
    values, states = {"id": UUID(ada.organization["id"])}, list[str]()
    async with superuser_session(settings) as connection:
        await connection.send("BEGIN; SET CONSTRAINTS ALL IMMEDIATE", {})
        for text in (COPY, UPDATE, *([] if table in KEPT else [DELETE]), OTHERS):
            assert (await connection.send(text.format(table=table), values)).rowcount > 0, text
            found = await connection.send("SELECT v.state FROM vocabulary_state(%(id)s) AS v", values)
            states.extend(state for (state,) in found.fetchall())
        await connection.send("ROLLBACK", {})
    assert len(set(states)) == len(states) - 1 and states[-2] == states[-1]


async def test_change_is_seen_when_the_replica_stands_still(
    ada: Client, reader: httpx.AsyncClient, settings: Settings
) -> None:
    """The state is the primary's, so a list that a replica cannot prove to be in it is the primary's, too."""
    await ada.made("/sources", NEW["sources"])
    await Client.caught_up[ada.address]()
    [source] = [each for each in await items(reader, "/sources") if each["name"] == "Billboard"]
    async with administered(settings) as admin, replay_held(admin, settings.postgres.replicas[0].port):
        await ada.patch(f"/api/v1/sources/{source['id']}", json={"name": "Poster"})
        await asyncio.sleep(OLD_S)
        assert "Poster" in {each["name"] for each in await items(reader, "/sources")}


async def test_no_list_is_old_when_words_change_all_the_time(ada: Client, reader: httpx.AsyncClient) -> None:
    """Ten readers while a word counts its changes: none shows a change later than promised."""
    source = await ada.made("/sources", NEW["sources"])
    answered_at, latest_s, read_numbers = [time.monotonic()], 0.0, list[int]()
    until = time.monotonic() + 2.5

    async def write() -> None:
        while time.monotonic() < until:
            name = f"No. {len(answered_at)}"
            assert (await ada.patch(f"/api/v1/sources/{source['id']}", json={"name": name})).is_success
            answered_at.append(time.monotonic())
            await asyncio.sleep(0.05)

    async def read() -> None:
        nonlocal latest_s
        while time.monotonic() < until:
            sent_at, latest = time.monotonic(), len(answered_at) - 1
            name = (await items(reader, "/sources", params={"kind": "other", "limit": 1}))[0]["name"]
            number = int(name[4:]) if name.startswith("No. ") else 0
            read_numbers.append(number)
            if number < latest:
                latest_s = max(latest_s, sent_at - answered_at[number + 1])

    await asyncio.sleep(OLD_S)
    await asyncio.gather(write(), *(read() for _ in range(10)))
    assert len(set(read_numbers)) > 3 and len(read_numbers) > 100
    assert latest_s < 1.0


async def test_no_list_is_read_when_a_client_has_it_already(
    ada: Client, reader: httpx.AsyncClient, dependencies: Dependencies
) -> None:
    """304 after the question for the state at most."""
    await Client.caught_up[ada.address]()
    first = await reader.get("/reasons")
    count = read_count(dependencies)
    known = await reader.get("/reasons", headers={"If-None-Match": first.headers["ETag"]})
    assert (known.status_code, known.content, known.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert known.headers["Cache-Control"] == "private, no-cache"
    assert read_count(dependencies) - count <= 1


async def test_list_is_refused_when_the_reader_may_not_read_it(
    ada: Client, member: Any, reader: httpx.AsyncClient
) -> None:
    """Whatever is in memory."""
    await items(reader, "/reasons")
    nobody = await member("noor", {"jobs.read": "all"})
    headers = {"Authorization": nobody.headers["Authorization"]}
    assert (await reader.get("/reasons", headers=headers)).status_code == 403


async def test_another_organization_has_its_own_words_when_both_lists_are_in_memory(
    ada: Client, eve: Client, reader: httpx.AsyncClient
) -> None:
    """The same path and query."""
    await Client.caught_up[ada.address]()
    theirs = {"Authorization": eve.headers["Authorization"]}
    for _ in range(2):
        mine, other = await items(reader, "/reasons"), await items(reader, "/reasons", headers=theirs)
        assert mine and other and not {each["id"] for each in mine} & {each["id"] for each in other}


async def test_list_is_not_kept_when_its_query_names_moments_or_resources(
    ada: Client, reader: httpx.AsyncClient, dependencies: Dependencies
) -> None:
    """There is no end of them; a page with another filter is kept for itself."""
    await Client.caught_up[ada.address]()
    kept = dependencies.vocabulary_answers._kept
    before = len(kept)
    for query in ({"updated_since": "2026-01-01T00:00:00Z"}, {"ids": str(uuid4())}, {"external_id": "x"}):
        await items(reader, "/departments", params=query)
    assert len(kept) == before
    await items(reader, "/departments", params={"status": "archived"})
    assert len(kept) == before + 1

"""Answers of boards from memory: as new as they promise, made once, and dropped by every change that they show."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest

from hiring.config import Rate, RedisServer, Settings
from hiring.connectors import postgres
from hiring.connectors.redis import RedisClient
from hiring.errors import ApiError
from hiring.http.dependencies import Dependencies
from hiring.services.api_metrics import REQUESTS
from hiring.services.kept_answers import BELIEVED_S, JOINED_S
from hiring.services.request_state import RequestState
from hiring.statement_files import SQL_FOLDER, load_folder
from tests.api.conftest import Blocked, LogLines, Rows, Serve
from tests.api.journeys import open_job, published_post
from tests.client import Client
from tests.databases import administered, superuser_session
from tests.replica import replay_held

OLD_S = BELIEVED_S + JOINED_S
READS = ("find", "list_posts", "list_advertised", "find_post")
TABLES = ("posts", "jobs", "departments", "job_boards", "organizations", "consent_texts")
EXECUTE = {
    "find": 'EXECUTE "queries/boards.find"(%(organization_id)s, %(job_board_id)s)',
    "list_posts": "EXECUTE \"queries/boards.list_posts\"(%(organization_id)s, %(job_board_id)s, NULL, NULL, 'infinity',"
    " 'ffffffff-ffff-ffff-ffff-ffffffffffff', 100)",
    "list_advertised": 'EXECUTE "queries/boards.list_advertised"(%(organization_id)s, %(job_board_id)s, 100000, 100)',
    "find_post": 'EXECUTE "queries/boards.find_post"(%(organization_id)s, %(job_board_id)s, %(post_id)s)',
    "find_state": 'EXECUTE "queries/boards.find_state"(%(organization_id)s)',
}
VALUES = (
    "'draft'", "'unpublished'", "'on_hold'", "'closed'", "'archived'", "'part_time'", "'remote'", "'hybrid'", "'html'",
    "'de'", "'https://a.example/{post_id}'", "'x'", "NULL", "gen_random_uuid()", "now() + interval '1 day'",
    "now() - interval '1 day'", "true", "false", "7", "'{}'", "'[]'", "'{email,phone}'", "'{AT}'",
    "'[{\"name\": \"Graz\"}]'",
    "(SELECT d.id FROM departments AS d WHERE d.organization_id = t.organization_id AND d.name = 'Other')",
)  # fmt: skip
"""What a column may be changed to: one of them suits its type and its constraints."""


@pytest.fixture
async def stranger(address: str) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who sends no token, whatever was written."""
    async with httpx.AsyncClient(base_url=address, timeout=20) as client:
        yield client


@pytest.fixture
async def path(ada: Client) -> str:
    """The path of a public post of a job in a department."""
    department = await ada.made("/departments", {"name": "Research"})
    await ada.made("/departments", {"name": "Other"})
    for purpose, language in (("processing", "en"), ("retention", "de")):
        await ada.made("/consent-texts", {"purpose": purpose, "language": language, "text": "You may keep it."})
    return await published_post(ada, await open_job(ada, department_id=department["id"]))


async def read(stranger: httpx.AsyncClient, page: str, **more: Any) -> dict[str, Any]:
    """The body of a 200 answer."""
    answer = await stranger.get(page, **more)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def read_count(dependencies: Dependencies) -> int:
    """How many queries this process has sent."""
    reads = dependencies.db.servers.reads
    return reads.on_replica_count + reads.on_primary_count


async def test_state_changes_when_a_column_changes_that_a_board_shows(
    ada: Client, path: str, settings: Settings
) -> None:
    """Each column of each table, changed by hand; the control is that many changes show."""
    shown, unseen = set[str](), set[str]()
    async with superuser_session(settings) as connection:
        values = await values_of(connection, path)
        await prepare(connection)
        for table in TABLES:
            for column in await columns_of(connection, table):
                await connection.send("BEGIN; SET CONSTRAINTS ALL IMMEDIATE", {})
                for value in VALUES:
                    if (change := await changed(connection, table, column, value, values)) is not None:
                        shown.add(f"{table}.{column}")
                        if change:
                            unseen.add(f"{table}.{column} = {value}")
                await connection.send("ROLLBACK", {})
    assert not unseen
    assert shown >= {
        "posts.title", "posts.body_html", "posts.status", "posts.is_internal", "posts.closes_at", "posts.language",
        "posts.locations", "posts.questions", "posts.pay_ranges", "posts.published_at", "jobs.status", "jobs.workplace",
        "jobs.employment_type", "jobs.department_id", "jobs.is_confidential", "departments.name", "job_boards.name",
        "job_boards.required_fields", "job_boards.post_url_template", "organizations.name",
        "organizations.website_url", "organizations.logo_url", "organizations.language",
        "consent_texts.version",
    }  # fmt: skip


async def test_state_changes_when_a_public_post_comes_or_goes_by_hand(
    ada: Client, path: str, settings: Settings
) -> None:
    """Rows that no command inserts or deletes."""
    async with superuser_session(settings) as connection:
        values = await values_of(connection, path)
        await prepare(connection)
        before = await answers(connection, values)
        names = ", ".join(name for name in await columns_of(connection, "posts") if name not in ("id", "original_id"))
        copied = f"INSERT INTO posts (id, {names}) SELECT gen_random_uuid(), {names} FROM posts WHERE id = %(post_id)s"
        for change in (copied, "DELETE FROM posts WHERE id = %(post_id)s"):
            await connection.send("BEGIN; SET CONSTRAINTS ALL IMMEDIATE", {})
            await connection.send(change, values)
            after = await answers(connection, values)
            await connection.send("ROLLBACK", {})
            assert after["list_posts"] != before["list_posts"] and after["find_state"] != before["find_state"], change


async def test_changes_of_an_organization_have_one_order_when_they_are_made_at_once(
    ada: Client, eve: Client, path: str, rows: Rows, blocked: Blocked
) -> None:
    """Who commits waits for who is committing, so that a state tells what both did. An open change holds nobody up."""
    theirs = await eve.made("/departments", {"name": "Research"})
    own = next(each for each in (await ada.read("/departments"))["items"] if each["name"] == "Research")
    await rows(
        "BEGIN; UPDATE posts SET title = 'Pilot' WHERE id = %(id)s RETURNING 1", id=UUID(path.rpartition("/")[2])
    )
    try:
        assert (await ada.patch(f"/api/v1/departments/{own['id']}", json={"name": "Space"})).is_success
        await rows("SET CONSTRAINTS ALL IMMEDIATE; SELECT 1")  # as a commit does
        second = await blocked(ada.patch(f"/api/v1/departments/{own['id']}", json={"name": "Flight"}))
        assert (await eve.patch(f"/api/v1/departments/{theirs['id']}", json={"name": "Flight"})).is_success
        assert not second.done()
    finally:
        await rows("COMMIT; SELECT 1")
    assert (await second).is_success
    post = await ada.read(path.removeprefix("/api/v1"))
    assert (post["title"], post["department"]) == ("Pilot", "Flight")


async def values_of(connection: postgres.Connection, path: str) -> dict[str, Any]:
    """The parameters of the statements of a board, for a post."""
    post_id = UUID(path.rpartition("/")[2])
    text = "SELECT p.organization_id, p.job_board_id FROM posts AS p WHERE p.id = %(id)s"
    [(organization_id, job_board_id)] = (await connection.send(text, {"id": post_id})).fetchall()
    return {"organization_id": organization_id, "job_board_id": job_board_id, "post_id": post_id}


async def prepare(connection: postgres.Connection) -> None:
    """Prepares the statements as the service does."""
    for verb in EXECUTE:
        await connection.send(load_folder(SQL_FOLDER / "queries")["boards"][verb].prepare, {})


async def columns_of(connection: postgres.Connection, table: str) -> list[str]:
    """The columns of a table."""
    text = "SELECT a.attname FROM pg_attribute AS a WHERE a.attrelid = %(table)s::regclass AND a.attnum > 0"
    found = await connection.send(f"{text} AND NOT a.attisdropped", {"table": table})
    return [name for (name,) in found.fetchall()]


async def answers(connection: postgres.Connection, values: dict[str, Any]) -> dict[str, list[Any]]:
    """What each statement of a board returns."""
    return {verb: (await connection.send(text, values)).fetchall() for verb, text in EXECUTE.items()}


async def changed(
    connection: postgres.Connection, table: str, column: str, value: str, values: dict[str, Any]
) -> bool | None:
    """None where a change shows nothing or is impossible, else whether the state stayed as it was."""
    before = await answers(connection, values)
    await connection.send("SAVEPOINT s", {})
    try:
        text = f"UPDATE {table} AS t SET {column} = {value} WHERE t.organization_id = %(organization_id)s"
        await connection.send(text, values)
        after = await answers(connection, values)
    except ApiError:
        return None
    finally:
        await connection.send("ROLLBACK TO s", {})
    is_shown = any(after[verb] != before[verb] for verb in READS)
    return after["find_state"] == before["find_state"] if is_shown else None


async def test_postgresql_is_asked_once_when_many_ask_at_the_same_time(
    ada: Client, path: str, stranger: httpx.AsyncClient, dependencies: Dependencies
) -> None:
    """Tenant, state, board, page, for all of them; the control is that each asks who names a write."""
    await Client.caught_up[ada.address]()
    for page in (path, path.partition("/posts")[0] + "/posts", path.partition("/posts")[0]):
        before = read_count(dependencies)
        told = await asyncio.gather(*(stranger.get(page) for _ in range(40)))
        assert {answer.status_code for answer in told} == {200} and len({answer.content for answer in told}) == 1
        assert 1 <= read_count(dependencies) - before <= 5, page
    before, token = read_count(dependencies), Client.latest_writes[str(stranger.base_url).rstrip("/")]
    await asyncio.gather(*(stranger.get(path, headers={"Consistency-Token": token}) for _ in range(40)))
    assert read_count(dependencies) - before >= 80


async def test_no_page_is_read_when_a_client_has_it_already(
    path: str, stranger: httpx.AsyncClient, dependencies: Dependencies
) -> None:
    """304 after the question for the state at most; HEAD has the same head, and a part is not served."""
    first = await stranger.get(path)
    before = read_count(dependencies)
    known = await stranger.get(path, headers={"If-None-Match": first.headers["ETag"]})
    head = await stranger.head(path)
    part = await stranger.get(path, headers={"Range": "bytes=0-1"})
    assert read_count(dependencies) - before <= 1
    assert (known.status_code, known.content, known.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert (head.status_code, head.content, head.headers["Content-Length"]) == (200, b"", str(len(first.content)))
    assert (part.status_code, part.content) == (200, first.content)
    kept = {name for name in first.headers if name not in ("date", "request-id", "ratelimit")}
    assert {name: first.headers[name] for name in kept} == {name: part.headers[name] for name in kept}
    assert part.headers["Cache-Control"] == "public, max-age=60"


async def test_request_counts_when_it_is_answered_from_memory(
    path: str, serve: Serve, settings: Settings, log_lines: LogLines
) -> None:
    """Against the limit of its address, with a log line and in the metrics, also where nothing is sent."""
    limits = msgspec.structs.replace(settings.limits, enabled=True, principal=Rate(rate_per_s=0.001, burst=3))
    nowhere = RedisServer(host="127.0.0.1", port=1, password="none")
    state = RequestState(RedisClient(nowhere, name="test", timeout_ms=500, pool_size=1), limits)
    operation = ("readBoardPost", 3)
    start, counted = log_lines.tell(), REQUESTS._counts.get(operation, 0)
    async with serve({"request_state": state}) as address, httpx.AsyncClient(base_url=address) as client:
        first = await client.get(path)
        told = [await client.get(path, headers={"If-None-Match": first.headers["ETag"]}) for _ in range(3)]
    assert [answer.status_code for answer in (first, *told)] == [200, 304, 304, 429]
    assert [answer.headers["RateLimit"].split(";")[1] for answer in (first, *told)] == ["r=2", "r=1", "r=0", "r=0"]
    lines = [msgspec.json.decode(line) for line in log_lines.getvalue()[start:].splitlines()]
    assert [line["status"] for line in lines if line["event"] == "request"] == [200, 304, 304, 429]
    assert REQUESTS._counts[operation] - counted == 2


async def test_change_is_seen_when_the_replica_stands_still(
    ada: Client, path: str, stranger: httpx.AsyncClient, rows: Rows, settings: Settings
) -> None:
    """After a command and after a change by hand, in half a second; with the token of the command at once."""
    list_path = path.rpartition("/")[0]
    await Client.caught_up[ada.address]()
    assert (await read(stranger, list_path))["items"][0]["title"] == "Engineer"
    post_id = path.rpartition("/")[2]
    async with administered(settings) as admin, replay_held(admin, settings.postgres.replicas[0].port):
        changed = await ada.patch(f"/api/v1/posts/{post_id}", json={"title": "Pilot"})
        token = {"Consistency-Token": changed.headers["Consistency-Token"]}
        assert (await read(stranger, list_path, headers=token))["items"][0]["title"] == "Pilot"
        await asyncio.sleep(OLD_S)
        assert (await read(stranger, list_path))["items"][0]["title"] == "Pilot"
        assert (await read(stranger, path))["title"] == "Pilot"
        await rows("UPDATE departments SET name = 'Flight' WHERE name = 'Research' AND organization_id = %(id)s"
                   " RETURNING 1", id=UUID(ada.organization["id"]))  # fmt: skip
        await asyncio.sleep(OLD_S)
        assert (await read(stranger, path))["department"] == "Flight"


async def test_post_is_gone_when_it_closes_by_itself(ada: Client, path: str, stranger: httpx.AsyncClient) -> None:
    """Nobody changes anything: the list, the post itself, and what names it as a translation."""
    closes_at = datetime.now(UTC) + timedelta(seconds=1.2)
    translated = {"translation_of": path.rpartition("/")[2], "language": "de", "closes_at": closes_at.isoformat()}
    job_id = (await ada.read(f"/posts/{path.rpartition('/')[2]}"))["job_id"]
    post = await ada.made(f"/jobs/{job_id}/posts", {"title": "Engineer", "body": "Come."} | translated)
    await ada.made(f"/posts/{post['id']}/publish")
    await asyncio.sleep(OLD_S)
    list_path = path.rpartition("/")[0]
    assert len((await read(stranger, list_path))["items"]) == 2
    assert len((await read(stranger, path))["translations"]) == 1
    assert (await stranger.get(f"{list_path}/{post['id']}")).status_code == 200
    await asyncio.sleep((closes_at - datetime.now(UTC)).total_seconds() + OLD_S)
    assert len((await read(stranger, list_path))["items"]) == 1
    assert (await read(stranger, path))["translations"] == []
    assert (await stranger.get(f"{list_path}/{post['id']}")).status_code == 404


async def test_words_are_looked_for_each_time_when_somebody_makes_them_up(
    path: str, stranger: httpx.AsyncClient, dependencies: Dependencies
) -> None:
    """A search is not kept; every other filter has few values, and another query has another answer."""
    list_path, kept = path.rpartition("/")[0], dependencies.board_answers._kept
    before = len(kept)
    found = [(await read(stranger, list_path, params={"title": title}))["items"] for title in ("Eng", "Nobody")]
    assert [len(items) for items in found] == [1, 0] and len(kept) == before
    found = [(await read(stranger, list_path, params={"language": each}))["items"] for each in ("en", "de")]
    assert [len(items) for items in found] == [1, 0] and len(kept) == before + 2


async def test_refusal_is_not_kept_when_there_is_no_such_post(path: str, stranger: httpx.AsyncClient) -> None:
    """A made-up id, a board that nobody has, a query that is wrong."""
    board = path.partition("/posts")[0]
    for _ in range(2):
        assert (await stranger.get(f"{board}/posts/{uuid4()}")).status_code == 404
        assert (await stranger.get(f"/api/v1/boards/b-{uuid4().hex}/posts")).status_code == 404
        assert (await stranger.get(f"{board}/posts?limit=0")).status_code == 422

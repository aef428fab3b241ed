"""Lists in the order of change: whoever goes on from the greatest `updated_at` that they have seen misses nothing."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from benchmarks.changes_since import run
from hiring.config import Role, Settings
from hiring.connectors import postgres
from tests.api.conftest import Rows
from tests.background import until
from tests.client import Client
from tests.databases import Admin, administered

SECONDS = 2.0
SETTLED = "SELECT settled_at, beaten_at FROM heartbeats"
LISTED = """
SELECT c.table_name, c.column_default
FROM information_schema.columns AS c
WHERE c.table_schema = 'public' AND c.column_name = 'updated_at' AND EXISTS (
    SELECT FROM information_schema.columns AS t
    WHERE t.table_schema = 'public' AND t.table_name = c.table_name AND t.column_name = 'organization_id'
)
"""


@pytest.fixture
async def admin(settings: Settings, database: None) -> AsyncIterator[Admin]:
    async with administered(settings) as admin:
        yield admin


async def changes(client: Client, path: str, **params: Any) -> list[dict[str, Any]]:
    """What a list has in the order of change, without a token."""
    page = await client.read(path, params={"limit": 100} | params, headers={"Consistency-Token": ""})
    items: list[dict[str, Any]] = page["items"]
    return items


async def shown(client: Client, path: str, *ids: str, since: str) -> list[str]:
    """Waits until a list of changes shows these ids, and returns them in its order."""
    found: list[str] = []

    async def are_there() -> bool:
        found[:] = [each["id"] for each in await changes(client, path, updated_since=since) if each["id"] in ids]
        return len(found) == len(ids)

    await until(are_there)
    return found


async def beaten(admin: Admin) -> tuple[datetime, datetime]:
    """Waits for a heartbeat that began after this call; what is settled then, and when it was called."""
    [(called_at,)] = await admin("SELECT clock_timestamp()")

    async def is_later() -> bool:
        return bool((await admin(SETTLED))[0][1] > called_at)

    await until(is_later)
    return (await admin(SETTLED))[0][0], called_at


async def test_nothing_is_lost_when_lists_are_followed_while_twelve_write(settings: Settings, database: None) -> None:
    """Slow and undone transactions among them, on replica and primary; without the bound, changes are lost."""
    outcome = await run(settings, seconds=SECONDS, writers=12)
    assert (outcome.lost_on_replica, outcome.lost_on_primary) == (0, 0), outcome
    assert outcome.written_count > 100, outcome
    control = await run(settings, seconds=SECONDS, writers=12, is_bounded=False)
    assert control.lost_on_replica and control.lost_on_primary, f"the control proves nothing: {control}"


async def test_list_ends_before_the_oldest_write_when_that_may_still_commit(
    ada: Client, rows: Rows, admin: Admin
) -> None:
    """What was written later and is visible waits for what was written earlier and is not; then both are in order."""
    early = await ada.made("/sources", {"kind": "board", "name": "Early"})
    since = early["updated_at"]
    assert await shown(ada, "/sources", early["id"], since=since) == [early["id"]]
    await rows(
        "BEGIN; UPDATE sources SET name = 'Renamed', version = 2, updated_at = written_at() WHERE id = %(id)s"
        " RETURNING id",
        id=UUID(early["id"]),
    )
    late = await ada.made("/sources", {"kind": "board", "name": "Late"})
    settled_at, called_at = await beaten(admin)
    assert settled_at < datetime.fromisoformat(late["updated_at"]) < called_at
    assert [each["name"] for each in await changes(ada, "/sources", updated_since=since)] == ["Early"]
    assert (await ada.read(f"/sources/{late['id']}"))["name"] == "Late"
    await rows("COMMIT; SELECT 1")
    assert await shown(ada, "/sources", early["id"], late["id"], since=since) == [early["id"], late["id"]]


async def test_list_goes_on_when_transactions_are_open_that_write_nothing_it_shows(
    rows: Rows, admin: Admin, settings: Settings
) -> None:
    """An operator who has only read, a migration, a backup, and the worker while it sends a mail."""
    roles = settings.postgres.roles
    connections = [await opened(settings, role) for role in (roles.worker, roles.owner)]
    try:
        await rows("BEGIN; SELECT count(*) FROM sources")
        await connections[0].send("BEGIN; SELECT claim_message('trial', %(id)s)", {"id": uuid4()})
        await connections[1].send("BEGIN; SELECT pg_current_xact_id()")
        for _ in range(2):
            settled_at, called_at = await beaten(admin)
            assert settled_at > called_at - timedelta(seconds=0.5)
    finally:
        await rows("ROLLBACK; SELECT 1")
        for connection in connections:
            connection.close()


async def opened(settings: Settings, role: Role) -> postgres.Connection:
    """A connection to the primary as a role."""
    given = settings.postgres
    return await postgres.connect(
        host=given.primary.host, port=given.primary.port, database=given.database, user=role.user,
        password=role.password or "", application_name="hiring test", timeout_ms=5_000,
    )  # fmt: skip


async def test_change_is_not_before_what_is_settled_when_the_clock_steps_back(admin: Admin) -> None:
    """Or the primary is another machine: no list has shown anything from there on, so nothing is missed."""
    [(behind, kept)] = await admin(
        "BEGIN; UPDATE heartbeats SET settled_at = clock_timestamp() + interval '1 hour';"
        " SELECT written_at() > clock_timestamp() + interval '59 minutes', settled_until() < clock_timestamp()"
        " FROM heartbeats"
    )
    await admin("ROLLBACK")
    assert behind and kept
    [(ahead,)] = await admin("SELECT written_at() - clock_timestamp() < interval '1 second'")
    assert ahead


async def test_every_row_is_listed_when_many_changed_in_one_instant(ada: Client, admin: Admin) -> None:
    """Pages of two cut through the instant, and the last row of it opens the next page."""
    made = [await ada.made("/offices", {"name": f"Office {number}"}) for number in range(7)]
    ids = sorted(each["id"] for each in made)
    since = min(each["updated_at"] for each in made)
    await admin(
        "UPDATE offices SET updated_at = (SELECT max(o.updated_at) FROM offices AS o WHERE o.id = ANY(%(ids)s::uuid[]))"
        " WHERE id = ANY(%(ids)s::uuid[])",
        ids=ids,
    )
    await shown(ada, "/offices", *ids, since=since)
    found: list[dict[str, Any]] = []
    params: dict[str, Any] | None = {"limit": 2, "updated_since": since}
    while params is not None:
        page = await ada.read("/offices", params=params)
        found += page["items"]
        params = params | {"cursor": page["next_cursor"]} if page["next_cursor"] else None
    assert [each["id"] for each in found] == ids
    again = await changes(ada, "/offices", updated_since=found[-1]["updated_at"])
    assert [each["id"] for each in again] == ids


async def test_moment_of_a_new_row_is_that_of_its_writing_when_its_transaction_began_long_ago(
    ada: Client, admin: Admin
) -> None:
    """The default of every list's column; nobody but the role that is waited for can write one."""
    columns = await admin(LISTED)
    assert len(columns) > 15 and {default for _, default in columns} == {"written_at()"}, columns
    writers = await admin(
        "SELECT DISTINCT g.grantee FROM information_schema.role_table_grants AS g"
        " WHERE g.table_name = ANY(%(tables)s::text[]) AND g.privilege_type IN ('INSERT', 'UPDATE')"
        " AND g.grantee LIKE 'hiring%%' AND g.grantee <> 'hiring_owner'",
        tables=[table for table, _ in columns],
    )
    assert writers == [("hiring_command",)]
    source = await ada.made("/sources", {"kind": "board", "name": "New"})
    assert source["created_at"] <= source["updated_at"] < datetime.now(UTC).isoformat()

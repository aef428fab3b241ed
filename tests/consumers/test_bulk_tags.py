"""Bulk operations that tag candidates who are merged meanwhile: the survivor gets the tag, or loses it."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from hiring.commands import bulk_operations as commands
from hiring.consumers import automation
from hiring.http.dependencies import Dependencies
from hiring.queries import bulk_operations as queries
from tests.api.journeys import apply, open_job
from tests.api.merging import candidate_of, merged
from tests.api.test_bulk_operations import items, requested
from tests.client import Client
from tests.consumers.conftest import Working
from tests.consumers.test_bulk_operations import ended
from tests.consumers.test_notifications_failures import envelope_of
from tests.databases import Admin

TAG = "Bulk"


async def tags(client: Client, application: dict[str, Any]) -> Any:
    """The tags of the candidate whom an application belongs to now."""
    now = await client.read(f"/applications/{application['id']}")
    return (await client.read(f"/candidates/{now['candidate_id']}"))["tags"]


@pytest.mark.parametrize("action", ["tag", "untag"])
async def test_survivor_is_changed_when_a_candidate_is_merged_after_the_item_was_read(
    ada: Client, admin: Admin, dependencies: Dependencies, action: str
) -> None:
    """A worker reads a hundred items at once; a merge may come before it does one of them."""
    one, two = await apply(ada, await open_job(ada)), await apply(ada, await open_job(ada))
    tag = await ada.made("/tags", {"name": TAG})
    if action == "untag":
        put = await ada.put(f"/api/v1/candidates/{one['candidate_id']}/tags/{tag['id']}")
        assert put.status_code == 200, put.text
    operation = await requested(ada, action, {"tag_id": tag["id"]}, application_ids=[two["id"]])
    due = await queries.find_due(dependencies.db, await envelope_of(admin, operation["id"]))
    assert due is not None
    await commands.start(dependencies.db, due.actor, due)
    read = await queries.list_due_items(dependencies.db, due.actor, bulk_operation_id=due.id, limit=2)
    assert read == [UUID(two["id"])]
    await merged(ada, candidate_of(one), candidate_of(two))
    await commands.do_item(dependencies.db, due.actor, due, read[0])
    await Client.caught_up[ada.address]()
    assert [each["outcome"] for each in await items(ada, operation)] == ["succeeded"]
    assert await tags(ada, one) == await tags(ada, two) == ([TAG] if action == "tag" else [])


async def test_each_survivor_is_tagged_when_twenty_merges_race_with_the_worker(ada: Client, working: Working) -> None:
    """No item is refused, whichever comes first."""
    first, second = await open_job(ada), await open_job(ada)
    pairs = [(await apply(ada, first), await apply(ada, second)) for _ in range(20)]
    tag = await ada.made("/tags", {"name": TAG})
    ids = [each["id"] for pair in pairs for each in pair]
    operation = await requested(ada, "tag", {"tag_id": tag["id"]}, application_ids=ids)
    async with working(automation.CONSUMER):
        await asyncio.gather(*(merged(ada, candidate_of(one), candidate_of(two)) for one, two in pairs))
        found = await ended(ada, operation)
    assert (found["status"], found["done_count"], found["refused_count"]) == ("completed", 40, 0)
    assert [await tags(ada, two) for _, two in pairs] == [[TAG]] * 20

"""The last administrator: an active member who holds the group for all jobs, and whom nobody can take away."""

import json
from typing import Any
from uuid import UUID

import pytest

from hiring.commands.sessions import own_stamp
from hiring.foundation.ids import new_id
from hiring.http.dependencies import Dependencies
from tests.api.conftest import Race, Rows
from tests.api.journeys import groups
from tests.client import Client

GROUP = "SELECT 1 FROM permission_groups WHERE id = %(id)s FOR NO KEY UPDATE"


@pytest.fixture
async def administrator(ada: Client) -> str:
    """The id of the administrators' group."""
    return (await groups(ada))["administrator"]


async def give(client: Client, user_id: str, group_id: str, scope: str = "all") -> Any:
    """The answer to a grant of a group."""
    grant = {"permission_group_id": group_id, "scope": scope}
    return await client.post(f"/api/v1/users/{user_id}/permission-groups", json=grant)


async def take(client: Client, user_id: str, group_id: str) -> Any:
    """The answer to a revocation of a group."""
    return await client.delete(f"/api/v1/users/{user_id}/permission-groups/{group_id}")


async def refuses_to_go(client: Client, group_id: str) -> bool:
    """Whether the client's own group can neither be taken nor narrowed, nor its user be disabled."""
    user_id = client.user["id"]
    answers = [
        await take(client, user_id, group_id),
        await give(client, user_id, group_id, "team"),
        await client.post(f"/api/v1/users/{user_id}/disable"),
    ]
    return {(answer.status_code, answer.json()["code"]) for answer in answers} == {(409, "last_administrator")}


async def test_last_administrator_stays_when_the_others_cannot_stand_in(
    ada: Client, member: Any, rows: Rows, administrator: str
) -> None:
    """A service user cannot log in, an invited or disabled one neither, and scope team does not reach every job."""
    service = await ada.made("/users", {"type": "service", "first_name": "Sync"})
    invited = await ada.made("/users", {"first_name": "Ivy", "email": f"ivy-{ada.user['id'][-8:]}@example.com"})
    narrow, gone = await member("nat", {}), await member("guy", {})
    for user_id, scope in (
        (service["id"], "all"), (invited["id"], "all"), (narrow.user["id"], "team"), (gone.user["id"], "all"),
    ):  # fmt: skip
        assert (await give(ada, user_id, administrator, scope)).status_code == 201
    await ada.made(f"/users/{gone.user['id']}/disable")
    assert await refuses_to_go(ada, administrator)
    stale = await ada.post(f"/api/v1/users/{ada.user['id']}/disable", headers={"If-Match": '"9"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "version_mismatch")
    assert (await ada.get("/api/v1/users")).status_code == 200
    assert (await take(ada, service["id"], administrator)).status_code == 204
    assert (await take(ada, narrow.user["id"], administrator)).status_code == 204
    assert (await ada.post(f"/api/v1/users/{invited['id']}/disable")).status_code == 200


async def test_administrator_goes_when_another_is_left(ada: Client, member: Any, administrator: str) -> None:
    """Narrowed, widened again, disabled; the other one then is the last."""
    bob = await member("bob", {})
    assert (await give(ada, bob.user["id"], administrator)).status_code == 201
    assert (await give(bob, ada.user["id"], administrator, "team")).status_code == 201
    assert await refuses_to_go(bob, administrator)
    assert (await give(bob, ada.user["id"], administrator)).status_code == 201
    assert (await ada.post(f"/api/v1/users/{bob.user['id']}/disable")).status_code == 200
    assert await refuses_to_go(ada, administrator)


async def test_changed_group_is_told_first_when_the_last_administrator_would_be_narrowed(
    ada: Client, dependencies: Dependencies, administrator: str
) -> None:
    """The command then begins anew with the group as it is, and tells of the administrator."""
    user_id = UUID(ada.user["id"])
    row = await dependencies.db.commands.permissions.grant_group(
        **own_stamp(organization_id=UUID(ada.organization["id"]), user_id=user_id, correlation_id=new_id()),
        assignment_id=new_id(), user_id=user_id, permission_group_id=UUID(administrator), seen_group_version=9,
        scope="team",
    )  # fmt: skip
    assert row is not None and row["refusal"] is not None
    assert json.loads(row["refusal"]) == {"code": "being_changed", "current": {"version": 1}}


@pytest.mark.parametrize("way", ["narrow", "narrow and disable"])
async def test_last_administrator_stays_when_two_send_each_other_away(
    ada: Client, member: Any, administrator: str, race: Race, way: str
) -> None:
    """Both were allowed to when they asked; the second finds that nobody else is left."""
    bob = await member("bob", {})
    assert (await give(ada, bob.user["id"], administrator)).status_code == 201
    second = (
        give(bob, ada.user["id"], administrator, "team")
        if way == "narrow"
        else bob.post(f"/api/v1/users/{ada.user['id']}/disable")
    )
    answers = await race(GROUP, {"id": UUID(administrator)}, give(ada, bob.user["id"], administrator, "team"), second)
    assert [answer.status_code for answer in answers] == [201, 409]
    assert answers[1].json()["code"] == "last_administrator"
    assert await refuses_to_go(ada, administrator)

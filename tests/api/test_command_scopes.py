"""Which rows a command reaches: those of its own permission, in that one's scope, whatever else its actor holds."""

from collections.abc import AsyncIterator
from typing import NamedTuple

import httpx
import pytest

from hiring.domain.permissions import PERMISSIONS
from tests.api.probe import PROPOSED, Endpoint, endpoints, filled
from tests.api.worlds import made_up, world_of
from tests.client import Client

ALSO_NEEDED = {
    "POST /applications/{application_id}/hire": "applications.hire_override",
    "PATCH /jobs/{job_id}": "applications.reject", "POST /jobs/{job_id}/close": "applications.reject",
    "POST /posts/{post_id}/preview-links": "pay.read",
}  # fmt: skip
"""Commands that need a second permission."""
NAMED_IN_BODIES = {"POST /applications", "POST /email-templates/{email_template_id}/preview"}
"""Commands whose bodies name what they are about."""
OF_NOTHING = {"POST /jobs", "POST /candidates", "POST /uploads"}
"""Commands that make what nobody could have seen before."""
OF_AUTHORS = {"PATCH /notes/{note_id}", "DELETE /notes/{note_id}"}
"""Commands on what its author alone may change: a key that sees it is refused with a code of its own."""
COMMANDS = [
    each for each in endpoints()
    if each.method != "GET" and each.name not in OF_NOTHING | PROPOSED
    and each.operation.permission is not None and PERMISSIONS[each.operation.permission].is_scoped
]  # fmt: skip


class Keys(NamedTuple):
    """Keys that hold one permission in another scope than all the others; they are on no team."""

    narrow: Client
    wide: Client


@pytest.fixture
async def keys(ada: Client) -> AsyncIterator[dict[str, Keys]]:
    """For each operation: a key that holds its permission for teams alone, and one that holds nothing else for all.

    All see internal candidates: one of the operations says that a candidate is a user.
    """
    service = await ada.made("/users", {"type": "service", "first_name": "Sync"})

    async def key(held: dict[str, str]) -> Client:
        made = await ada.made("/api-keys", {"user_id": service["id"], "name": "k", "permissions": held})
        return Client(ada.address, made["secret"])

    found = {}
    for endpoint in COMMANDS:
        code = endpoint.operation.permission or ""
        whole = {code, ALSO_NEEDED.get(endpoint.name, code), "candidates.read_internal"}
        found[endpoint.name] = Keys(
            await key({each: "team" if each == code else "all" for each in PERMISSIONS}),
            await key({each: "all" if each in whole else "team" for each in PERMISSIONS}),
        )
    yield found
    for pair in found.values():
        for client in pair:
            await client.aclose()


async def asked(client: Client, endpoint: Endpoint, ids: dict[str, str]) -> httpx.Response:
    """Calls an operation on what is there."""
    return await client.request(endpoint.method, filled(endpoint.path, ids), **endpoint.options(ids | made_up()))


async def test_command_reaches_rows_by_its_own_permission_alone(
    ada: Client, anybody: Client, keys: dict[str, Keys]
) -> None:
    """Held for teams, it finds nothing of a job without its actor, though all else is held for all; and the reverse."""
    ids = await world_of(ada, anybody)
    for endpoint in COMMANDS:
        refused = await asked(keys[endpoint.name].narrow, endpoint, ids)
        expected = 422 if endpoint.name in NAMED_IN_BODIES else 404
        assert refused.status_code == expected, (endpoint.name, refused.text)
    for endpoint in COMMANDS:
        answer = await asked(keys[endpoint.name].wide, endpoint, ids)
        if endpoint.name in OF_AUTHORS:
            assert (answer.status_code, answer.json()["code"]) == (403, "author_required"), (endpoint.name, answer.text)
            continue
        assert answer.is_success or answer.status_code == 409, (endpoint.name, answer.text)


async def test_hire_by_override_reaches_the_rows_of_both_its_permissions(ada: Client, anybody: Client) -> None:
    """Held for teams, the override hires nobody for a job without its actor, though hiring is held for all."""
    ids = await world_of(ada, anybody)
    [hire] = [each for each in COMMANDS if each.path.endswith("/hire")]
    service = await ada.made("/users", {"type": "service", "first_name": "Sync"})
    for scope, expected in (("team", 404), ("all", 200)):
        held = {"applications.hire": "all", "applications.hire_override": scope}
        key = await ada.made("/api-keys", {"user_id": service["id"], "name": "k", "permissions": held})
        async with Client(ada.address, key["secret"]) as client:
            answer = await asked(client, hire, ids)
            assert answer.status_code == expected, answer.text

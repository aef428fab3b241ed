"""Who may call what: the code, and the running service, compared with a table that only a decision changes."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple
from uuid import UUID, uuid4

import httpx
import pytest

from hiring.config import Settings
from hiring.domain.permissions import PERMISSIONS
from hiring.http.operation import ANYONE, BOARD, PUBLIC, SESSION, THEMSELVES
from hiring.services.tokens import mailed_token
from tests.api.probe import Endpoint, endpoints, filled
from tests.client import PASSWORD, Client
from tests.databases import administered

TABLE = Path(__file__).with_name("access.tsv")
CALLERS = {
    PUBLIC: "anybody", BOARD: "anybody, or a board key", ANYONE: "whoever is logged in", THEMSELVES: "not on behalf",
    SESSION: "a session",
}  # fmt: skip
WITHOUT_PERMISSION = {*CALLERS.values()}


class Row(NamedTuple):
    """An operation, the permission that it asks for, and what `team` makes of that permission.

    `limit`: by which rate it is counted. `rights`: whether it may change what somebody may do, which holds at once.
    """

    operation: str
    permission: str
    scope: str
    limit: str
    rights: str


class Keys(NamedTuple):
    """Keys of one organization: one holds all permissions; for each permission one has it alone, one lacks it alone."""

    whole: Client
    only: dict[str, Client]
    all_but: dict[str, Client]
    nobody_id: str
    """A user without any permission."""
    administrator_id: str


def rows() -> list[Row]:
    """The table."""
    return [Row(*line.split("\t")) for line in TABLE.read_text("utf-8").splitlines()[1:]]


def row_of(endpoint: Endpoint) -> Row:
    """What the code says of an operation."""
    operation = endpoint.operation
    permission = operation.permission or (CALLERS[operation.access])
    scope = "" if operation.permission is None else "team" if PERMISSIONS[permission].is_scoped else "all"
    return Row(endpoint.name, permission, scope, operation.limit, "changed" if operation.changes_rights else "")


GUARDED = [each for each in endpoints() if each.operation.permission is not None]


@pytest.fixture(scope="module")
async def keys(address: str, settings: Settings) -> AsyncIterator[Keys]:
    """An administrator makes them, and a member without permissions, for whom keys act."""
    async with await Client.register(address) as ada:
        service = await ada.made("/users", {"type": "service", "first_name": "Sync"})
        nobody = await ada.made("/users", {"first_name": "Nobody", "email": f"nobody-{uuid4().hex}@example.com"})
        async with administered(settings) as admin:
            [(link_id,)] = await admin("SELECT id::text FROM mailed_links WHERE user_id = %(id)s", id=nobody["id"])
        token = mailed_token(settings.tokens.secret, UUID(link_id))
        await ada.made("/invitations/accept", {"token": token, "password": PASSWORD})

        async def key(permissions: set[str]) -> Client:
            held = dict.fromkeys(sorted(permissions), "all")
            made = await ada.made("/api-keys", {"user_id": service["id"], "name": "k", "permissions": held})
            return Client(address, made["secret"])

        everything = set(PERMISSIONS)
        found = Keys(
            await key(everything), {each: await key({each}) for each in everything},
            {each: await key(everything - {each}) for each in everything}, nobody["id"], ada.user["id"],
        )  # fmt: skip
        yield found
        for client in (found.whole, *found.only.values(), *found.all_but.values()):
            await client.aclose()


async def asked(client: Client, endpoint: Endpoint, **headers: str) -> httpx.Response:
    """Calls an operation on what is not there, with nothing in its body: a permission is asked for before both."""
    path = filled(endpoint.path, {name: str(uuid4()) for name in endpoint.parameters})
    is_json = endpoint.operation.body is not None
    return await client.request(endpoint.method, path, json={} if is_json else None, headers=headers)


def lacks(answer: httpx.Response) -> str | None:
    """The permission that a 403 names."""
    if answer.status_code != 403:
        return None
    return next(code for code in PERMISSIONS if f" {code}" in f" {answer.json()['detail'].rstrip('.')} ")


def test_operation_asks_for_its_permission_when_compared_with_the_table() -> None:
    """A new operation, or another permission of an old one, is a line here and a decision."""
    assert [row_of(each) for each in endpoints()] == rows()


def test_permission_is_narrowed_by_teams_when_the_table_says_so() -> None:
    """Each row that may be narrowed is of a permission that says so, and the other way round."""
    told = {row.permission: row.scope for row in rows() if row.permission not in WITHOUT_PERMISSION}
    assert told.items() <= {code: "team" if each.is_scoped else "all" for code, each in PERMISSIONS.items()}.items()


async def test_request_is_counted_by_the_limit_that_the_table_says(keys: Keys, anybody: Client) -> None:
    """Whoever asks, and whatever comes of it: the answer names the limit."""
    limits = {row.operation: row.limit for row in rows()}
    for endpoint in endpoints():
        answer = await asked(anybody if endpoint.operation.is_public else keys.whole, endpoint)
        assert answer.headers["RateLimit"].startswith(f'"{limits[endpoint.name]}";r='), endpoint.name


@pytest.mark.parametrize("endpoint", GUARDED, ids=lambda each: each.name)
async def test_operation_is_refused_when_its_permission_alone_is_missing(keys: Keys, endpoint: Endpoint) -> None:
    """Whoever holds it alone is let in; a key acts for another only as far as both may, and only if it may at all."""
    needed = endpoint.operation.permission
    assert needed is not None
    assert lacks(await asked(keys.all_but[needed], endpoint)) == needed
    assert lacks(await asked(keys.only[needed], endpoint)) != needed
    for_nobody = {"On-Behalf-Of": keys.nobody_id}
    assert lacks(await asked(keys.whole, endpoint, **for_nobody)) == needed
    unfit = keys.all_but["keys.impersonate"]
    assert lacks(await asked(unfit, endpoint, **{"On-Behalf-Of": keys.administrator_id})) == "keys.impersonate"


@pytest.mark.parametrize(
    "endpoint",
    [each for each in endpoints() if each.operation.access in (THEMSELVES, SESSION)],
    ids=lambda each: each.name,
)
async def test_key_is_refused_when_it_asks_for_what_is_a_persons_own(keys: Keys, endpoint: Endpoint) -> None:
    """A key has no profile, password or sessions of its own, and changes nobody's on their behalf."""
    on_behalf = {"On-Behalf-Of": keys.administrator_id}
    for client, headers, is_refused in (
        (keys.only["keys.impersonate"], on_behalf, True), (keys.whole, on_behalf, True),
        (keys.whole, {}, endpoint.operation.access == SESSION),
    ):  # fmt: skip
        answer = await asked(client, endpoint, **headers)
        assert answer.status_code == (403 if is_refused else 200), (headers, answer.text)
        assert not is_refused or answer.json()["code"] == "session_required"


async def test_key_learns_nothing_on_behalf_when_it_may_only_impersonate(keys: Keys) -> None:
    """Whatever is read without a path: what needs no permission is the organization and the list of permissions."""
    on_behalf, key = {"On-Behalf-Of": keys.administrator_id}, keys.only["keys.impersonate"]
    answers = {
        each.name: (await asked(key, each, **on_behalf)).status_code
        for each in endpoints()
        if each.method == "GET" and not each.parameters and not each.operation.is_public
    }
    let_in = {name for name, status in answers.items() if status != 403}
    assert let_in == {"GET /organization", "GET /permissions"}, answers

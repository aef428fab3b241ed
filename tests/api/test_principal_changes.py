"""Every change of what somebody may do is told to all processes, whoever makes it."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pglast import ast, parse_sql

from hiring.handlers.routes import OPERATIONS
from hiring.http.dependencies import Dependencies
from hiring.statement_files import SQL_FOLDER, load_folder
from sqlproof.reading.trees import walk
from tests.api.conftest import Rows
from tests.client import PASSWORD, Client

FIXED = {"id", "organization_id", "key_hash", "permission_group_id", "permission", "scope"}
"""Columns of which a row keeps what it began with: a grant with another scope is another grant."""
ANOTHER = "SELECT u.id FROM users AS u WHERE u.organization_id = a.organization_id AND u.id <> a.user_id LIMIT 1"


async def told_since(dependencies: Dependencies, transaction_id: str) -> set[UUID]:
    found = await dependencies.db.on_watch().queries.principal_changes.find_since(transaction_id=transaction_id)
    return set(found["subject_ids"])


@pytest.fixture
async def now(rows: Rows) -> str:
    [(transaction_id,)] = await rows("SELECT pg_current_xact_id()::text")
    return str(transaction_id)


async def test_change_is_told_when_an_endpoint_makes_it(
    ada: Client, anybody: Client, member: Any, rows: Rows, dependencies: Dependencies, now: str
) -> None:
    """Each row of the table: what is called, and whose rights it changes."""
    bob = await member("bob", {})
    group = await ada.made("/permission-groups", {"name": "Readers", "permissions": ["users.read"]})
    robot = await ada.made("/users", {"type": "service", "first_name": "Robot"})
    key = await ada.made("/api-keys", {"user_id": robot["id"], "name": "k", "permissions": {}})
    other = await ada.made("/api-keys", {"user_id": robot["id"], "name": "o", "permissions": {}})
    [board] = (await ada.read("/job-boards"))["items"]
    board_key = await ada.made(f"/job-boards/{board['id']}/keys", {"name": "b"})
    tokens = [await anybody.made("/login", {"email": bob.user["email"], "password": PASSWORD}) for _ in range(4)]
    living = "SELECT id FROM sessions WHERE user_id = %(id)s AND revoked_at IS NULL ORDER BY id"
    sessions = [session_id for (session_id,) in await rows(living, id=UUID(bob.user["id"]))]
    first = Client(ada.address, tokens[0]["access_token"])
    user, grant = f"/api/v1/users/{bob.user['id']}", {"permission_group_id": group["id"], "scope": "all"}
    calls: list[tuple[Client, str, str, Any, str]] = [
        (ada, "POST", f"{user}/permissions", {"permission": "jobs.read", "scope": "all"}, bob.user["id"]),
        (ada, "POST", f"{user}/permissions", {"permission": "jobs.read", "scope": "team"}, bob.user["id"]),
        (ada, "DELETE", f"{user}/permissions/jobs.read", None, bob.user["id"]),
        (ada, "POST", f"{user}/permission-groups", grant, bob.user["id"]),
        (ada, "PATCH", f"/api/v1/permission-groups/{group['id']}", {"permissions": []}, group["id"]),
        (ada, "DELETE", f"{user}/permission-groups/{group['id']}", None, bob.user["id"]),
        (first, "POST", "/api/v1/logout", {}, str(sessions[1])),
        (bob, "DELETE", f"/api/v1/me/sessions/{sessions[2]}", None, str(sessions[2])),
        (bob, "POST", "/api/v1/me/password", {"current_password": PASSWORD, "new_password": "a-new-password"},
         str(sessions[3])),
        (ada, "POST", f"{user}/disable", {}, bob.user["id"]),
        (ada, "POST", f"{user}/enable", {}, bob.user["id"]),
        (ada, "DELETE", f"/api/v1/api-keys/{key['id']}", None, key["id"]),
        (ada, "DELETE", f"/api/v1/job-boards/{board['id']}/keys/{board_key['id']}", None, board_key["id"]),
        (ada, "POST", f"/api/v1/api-keys/{other['id']}/rotate", {}, other["id"]),
    ]  # fmt: skip
    for client, method, path, body, subject_id in calls:
        [(before,)] = await rows("SELECT pg_current_xact_id()::text")
        answer = await client.request(method, path, json=body)
        assert answer.is_success, (path, answer.text)
        assert UUID(subject_id) in await told_since(dependencies, before), (method, path)
    await first.aclose()
    assert len(await told_since(dependencies, now)) >= len({subject_id for *_, subject_id in calls})


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE users SET status = 'disabled' WHERE id = %(id)s RETURNING 1",
        "UPDATE sessions SET revoked_at = now() WHERE user_id = %(id)s RETURNING 1",
        "UPDATE sessions SET expires_at = now() WHERE user_id = %(id)s RETURNING 1",
        "UPDATE permission_assignments SET revoked_at = now() WHERE user_id = %(id)s RETURNING 1",
        f"UPDATE permission_assignments AS a SET user_id = ({ANOTHER}) WHERE a.user_id = %(id)s RETURNING 1",
    ],
)
async def test_holder_is_shut_out_when_an_operator_changes_a_row_by_hand(
    ada: Client, member: Any, rows: Rows, dependencies: Dependencies, change: str
) -> None:
    """No command runs, and no process is told but by the table."""
    bob = await member("bob", {"users.read": "all"})
    assert (await bob.get("/api/v1/users")).status_code == 200
    await rows(change, id=UUID(bob.user["id"]))
    await dependencies.principals.look()
    assert (await bob.get("/api/v1/users")).status_code in (401, 403)


async def test_each_column_that_decides_is_watched(rows: Rows) -> None:
    """What the statements that judge a session and a key read, a trigger tells of."""
    watched: dict[str, set[str]] = {}
    for table, columns in await rows("""
        SELECT t.tgrelid::regclass::text, coalesce(array_agg(a.attname) FILTER (WHERE a.attname IS NOT NULL), '{*}')
        FROM pg_trigger AS t
        LEFT JOIN pg_attribute AS a ON a.attrelid = t.tgrelid AND a.attnum = ANY (t.tgattr)
        WHERE t.tgfoid = 'record_principal_change'::regproc
        GROUP BY t.tgrelid, t.oid
    """):
        watched.setdefault(table, set()).update(columns)
    read = {
        pair for noun in ("sessions", "api_keys", "board_keys")
        for pair in columns_read(SQL_FOLDER / "queries", noun, "find_principal")
    }  # fmt: skip
    assert {table for table, _ in read} == set(watched)
    unwatched = {
        f"{table}.{column}" for table, column in read
        if column not in watched[table] | FIXED and "*" not in watched[table]
    }  # fmt: skip
    assert not unwatched


def columns_read(folder: Path, noun: str, verb: str) -> set[tuple[str, str]]:
    """The (table, column) pairs of a statement."""
    text = load_folder(folder)[noun][verb].prepare.split("*/", 1)[1]
    [raw] = parse_sql(text)
    tables = {
        node.alias.aliasname: node.relname for node in walk(raw.stmt) if isinstance(node, ast.RangeVar) and node.alias
    }
    pairs = set()
    for node in walk(raw.stmt):
        if isinstance(node, ast.ColumnRef) and len(node.fields) == 2:
            alias, column = (field.sval for field in node.fields)
            pairs.add((tables[alias], column))
    return pairs


def test_process_is_told_of_its_own_changes_at_once() -> None:
    """The operations that look before they answer; one that is added here or there is a decision."""
    assert {each.name for each in OPERATIONS if each.changes_rights} == {
        "changeMyPassword", "changePermissionGroup", "disableUser", "enableUser", "endMySession", "grantPermission",
        "grantPermissionGroup", "logOut", "resetPassword", "revokeApiKey", "revokeBoardKey", "revokePermission",
        "revokePermissionGroup", "rotateApiKey",
    }  # fmt: skip


async def test_replica_is_looked_at_when_the_primary_is_silent(dependencies: Dependencies) -> None:
    """What each of the two looks of a process asks."""
    asked = [(await look(transaction_id="0"))["is_replica"] for _, look in dependencies.principals._looks]
    assert asked == [False, True]

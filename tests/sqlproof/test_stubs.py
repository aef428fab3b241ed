"""What mypy refuses by the stubs of the service's own statements."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SNIPPET = '''
from uuid import UUID

from hiring.database import Database


async def use(db: Database, key: UUID, seen: dict[str, UUID]) -> None:
    """What is right is not refused; each other line says how it is."""
    queries = db.on_replica([key]).queries
    row = await queries.users.find(organization_id=key, user_id=key)
    assert row is not None
    print(row["body"].upper(), row["version"] + 1)
    print(row["verison"])  # has no key "verison"
    print(row["body"] + 1)  # Unsupported operand
    await queries.users.find(organization_id=key)  # Missing named argument "user_id"
    await queries.users.find(organization_id=key, user_id=key, user=key)  # Unexpected keyword argument "user"
    await queries.users.find(organization_id=key, user_id="7")  # incompatible type "str"; expected "UUID | None"
    await queries.users.find_it(organization_id=key)  # has no attribute "find_it"
    await queries.user.find(organization_id=key)  # has no attribute "user"
    await db.commands.uploads.find(upload_id=key)  # has no attribute "find"
    (await queries.users.find(organization_id=key, user_id=None))["body"]  # "QueriesUsersFindRow | None"
    rows = await queries.sessions.find_accounts(email_hash="", organization=None)
    print([account["user_id"].hex for account in rows])
    print(rows["user_id"])  # No overload variant
    await queries.applications.list_filtered(ids=[1])  # List item 0 has incompatible type "int"; expected "UUID"
    await queries.applications.list_filtered(sees_pay="yes")  # incompatible type "str"; expected "bool | None"
    await db.commands.jobs.add(pay_range="{}")  # incompatible type "str"; expected "dict[str, Any] | JsonText | None"
    async with db.once(principal="", key="", fingerprint="", organization_id=key) as once:
        await once.commands.mails.fail(failure="")  # Missing named argument
    async with db.inbox(consumer="", message_id=key, organization_id=key) as inbox:
        await inbox.commands.mails.fail(failure=1)  # incompatible type "int"; expected "str | None"
'''


def test_mypy_refuses_what_no_statement_takes_or_gives(tmp_path: Path) -> None:
    """By the service's own stubs, in all the database's views; and nothing else of it."""
    snippet = tmp_path / "snippet.py"
    snippet.write_text(SNIPPET, encoding="utf-8")
    words = (sys.executable, "-m", "mypy", "--config-file", "setup.cfg", "--hide-error-context", str(snippet))
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    told: dict[int, str] = {}
    for number, sentence in re.findall(r"snippet\.py:(\d+): error: (.*)", done.stdout):
        told[int(number)] = told.get(int(number), "") + sentence
    wanted = {at: line.partition("  # ")[2] for at, line in enumerate(SNIPPET.splitlines(), 1) if "  # " in line}
    assert told.keys() == wanted.keys(), done.stdout + done.stderr
    assert not [(at, told[at]) for at, part in wanted.items() if part not in told[at]]

"""The sweep: what has expired goes, what lives stays, and a round that is cut off leaves nothing for good."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import pytest

from hiring.config import Settings
from hiring.connectors import postgres
from hiring.connectors.files import FileStore
from hiring.database import Database
from hiring.errors import FilesUnavailable
from hiring.sweeper import FILE_GRACE, Sweeper
from tests.api.journeys import apply, open_job
from tests.client import Client
from tests.databases import Admin, superuser_session

NOW = datetime(2031, 5, 17, 12, tzinfo=UTC)
"""Later than anything that other tests write, and earlier than when it expires."""
MOMENT = timedelta(milliseconds=1)
ADDED = {
    "idempotency_keys": """
        INSERT INTO idempotency_keys (principal, key, fingerprint, answer, created_at)
        VALUES ('sweep', %(id)s::text, '', '', %(at)s)""",
    "inbox": """
        INSERT INTO inbox (consumer, message_id, organization_id, handled_at)
        VALUES ('sweep', %(id)s, %(organization_id)s, %(at)s)""",
    "principal_changes": "INSERT INTO principal_changes (subject_id, changed_at) VALUES (%(id)s, %(at)s)",
    "sessions": """
        WITH added AS (
            INSERT INTO sessions (organization_id, id, user_id, expires_at)
            VALUES (%(organization_id)s, %(id)s, %(user_id)s, %(at)s)
        )
        INSERT INTO refresh_tokens (token_hash, organization_id, session_id, generation)
        SELECT decode(md5(%(id)s::text || g), 'hex'), %(organization_id)s, %(id)s, g FROM generate_series(1, 5) AS g""",
    "revoked sessions": """
        INSERT INTO sessions (organization_id, id, user_id, expires_at, revoked_at, revoke_reason)
        VALUES (%(organization_id)s, %(id)s, %(user_id)s, 'infinity', %(at)s, 'logout')""",
    "mailed_links": """
        WITH added AS (
            INSERT INTO mailed_links (organization_id, id, kind, user_id, expires_at)
            VALUES (%(organization_id)s, %(id)s, 'invitation', %(user_id)s, %(at)s)
        )
        INSERT INTO link_directory (token_hash, organization_id, mailed_link_id)
        VALUES (decode(md5(%(id)s::text), 'hex'), %(organization_id)s, %(id)s)""",
    "bulk_operations": """
        WITH added AS (
            INSERT INTO bulk_operations (organization_id, id, action, arguments, is_dry_run, requested_by, status,
                                         due_event_id, total_count, done_count, succeeded_count, ended_at)
            VALUES (%(organization_id)s, %(id)s, 'tag', '{}', false, '{}', 'completed', %(id)s, 5, 5, 5, %(at)s)
        )
        INSERT INTO bulk_operation_items (organization_id, bulk_operation_id, id, outcome)
        SELECT %(organization_id)s, %(id)s, uuid_v7(), 'succeeded' FROM generate_series(1, 5)""",
    "uploads": """
        INSERT INTO uploads (organization_id, id, file_name, media_type, size, sha256, storage_name, expires_at)
        VALUES (%(organization_id)s, %(id)s, 'a.txt', 'text/plain', 1, '', %(id)s::text, %(at)s)""",
}
COUNTED = {
    "idempotency_keys": "SELECT count(*) FROM idempotency_keys WHERE key = ANY (%(ids)s::text[])",
    "inbox": "SELECT count(*) FROM inbox WHERE message_id = ANY (%(ids)s)",
    "principal_changes": "SELECT count(*) FROM principal_changes WHERE subject_id = ANY (%(ids)s)",
    "sessions": """
        SELECT count(*) + (SELECT count(*) FROM refresh_tokens WHERE session_id = ANY (%(ids)s)) / 5.0
        FROM sessions WHERE id = ANY (%(ids)s)""",
    "revoked sessions": "SELECT count(*) FROM sessions WHERE id = ANY (%(ids)s)",
    "mailed_links": """
        SELECT count(*) + (SELECT count(*) FROM link_directory WHERE mailed_link_id = ANY (%(ids)s))
        FROM mailed_links WHERE id = ANY (%(ids)s)""",
    "bulk_operations": """
        SELECT count(*) + (SELECT count(*) FROM bulk_operation_items WHERE bulk_operation_id = ANY (%(ids)s)) / 5.0
        FROM bulk_operations WHERE id = ANY (%(ids)s)""",
    "uploads": "SELECT count(*) FROM uploads WHERE id = ANY (%(ids)s)",
}
WITH_MORE = {"sessions", "mailed_links", "bulk_operations"}
"""Their rows count twice, with the tokens that find them, or their items."""
OWNED = {"refresh_tokens": ("sessions", "token_limit"), "bulk_operation_items": ("bulk_operations", "item_limit")}
"""Rows of a row of another kind: that kind, and the name of their own limit."""


@pytest.fixture
def files(tmp_path: Path, settings: Settings) -> FileStore:
    return FileStore.open(msgspec.structs.replace(settings.files, url=f"file://{tmp_path}"))


@pytest.fixture
async def swept(settings: Settings, worker_db: Database, files: FileStore) -> None:
    """What other tests left is gone, in batches of the usual size."""
    await Sweeper(worker_db, files, settings, asyncio.Event()).sweep(NOW)


@pytest.fixture
def sweeper(settings: Settings, worker_db: Database, files: FileStore) -> Sweeper:
    """Sweeps two rows at once."""
    small = msgspec.structs.replace(settings.sweep, batch_size=2)
    return Sweeper(worker_db, files, msgspec.structs.replace(settings, sweep=small), asyncio.Event())


async def add(admin: Admin, kind: str, ada: Client, at: datetime, count: int) -> list[UUID]:
    ids = [uuid4() for _ in range(count)]
    for each in ids:
        await admin(
            ADDED[kind], id=each, at=at, organization_id=UUID(ada.organization["id"]), user_id=UUID(ada.user["id"])
        )  # fmt: skip
    return ids


@pytest.mark.usefixtures("swept")
@pytest.mark.parametrize("kind", ADDED)
async def test_row_goes_when_its_time_is_over_and_not_before(
    ada: Client, admin: Admin, sweeper: Sweeper, kind: str
) -> None:
    """By a millisecond; more rows than a batch has."""
    cutoff = NOW - sweeper.kept()[kind.removeprefix("revoked ")]
    over = await add(admin, kind, ada, cutoff - MOMENT, 5)
    alive = await add(admin, kind, ada, cutoff, 3)
    await sweeper.sweep(NOW)
    assert await admin(COUNTED[kind], ids=over) == [(0,)]
    assert await admin(COUNTED[kind], ids=alive) == [(2 * len(alive) if kind in WITH_MORE else len(alive),)]


@pytest.mark.parametrize(
    "kind",
    ["idempotency_keys", "inbox", "principal_changes", "refresh_tokens", "mailed_links", "bulk_operation_items"],
)
async def test_batch_is_bounded_when_much_has_expired(
    ada: Client, admin: Admin, worker_db: Database, kind: str
) -> None:
    """One statement deletes so many rows and no more, of a session with many tokens, or an operation, too."""
    owner, limit = OWNED.get(kind, (kind, "row_limit"))
    await add(admin, owner, ada, NOW - timedelta(days=400), 3)
    sweep, limits = getattr(worker_db.commands.sweeps, kind), {"row_limit": 2, limit: 2}
    counts = [await sweep(cutoff_at=NOW - timedelta(days=399), **limits) for _ in range(3)]
    assert counts[0] == 2 and max(counts) == 2


async def test_round_is_begun_once_when_many_workers_ask(worker_db: Database, admin: Admin) -> None:
    """And again after the interval, also when the clock was set back."""
    begin = worker_db.commands.sweeps.begin_round
    name = ""
    for _ in range(20):
        name = f"round {uuid4()}"
        begun = await asyncio.gather(*(begin(name=name, interval_s=60) for _ in range(12)))
        assert [each for each in begun if each] == [name]
    for step in ("- interval '61 seconds'", "+ interval '1 hour'"):
        await admin(f"UPDATE heartbeats SET beaten_at = now() {step} WHERE name = %(name)s", name=name)
        assert await begin(name=name, interval_s=60) == name
        assert await begin(name=name, interval_s=60) is None


async def test_rest_is_swept_when_a_row_is_locked(
    ada: Client, admin: Admin, sweeper: Sweeper, settings: Settings
) -> None:
    """It is left for the next round, and nobody waits for it."""
    ids = await add(admin, "uploads", ada, NOW - timedelta(days=30), 5)
    async with superuser_session(settings) as other:
        await postgres.send(other, "BEGIN; SELECT FROM uploads WHERE id = %(id)s FOR UPDATE", {"id": ids[0]})
        await sweeper.sweep(NOW)
        assert await admin(COUNTED["uploads"], ids=ids) == [(1,)]
        await postgres.send(other, "ROLLBACK")
    await sweeper.sweep(NOW)
    assert await admin(COUNTED["uploads"], ids=ids) == [(0,)]


async def stored(files: FileStore, organization_id: UUID, text: bytes = b"a resume") -> str:
    async def chunks() -> AsyncIterator[bytes]:
        yield text

    return (await files.put(organization_id, chunks(), 1_000)).name


async def test_file_goes_with_its_upload_and_stays_with_an_attachment(
    ada: Client, admin: Admin, sweeper: Sweeper, files: FileStore, tmp_path: Path
) -> None:
    """What expired unused goes with its file; so does what an application used up that changed nothing."""
    organization_id = UUID(ada.organization["id"])
    candidate_id = UUID((await apply(ada, await open_job(ada)))["candidate_id"])
    names = {case: await stored(files, organization_id) for case in ("unused", "used up", "attached", "waiting")}
    old = NOW - timedelta(days=3)
    ids = {case: uuid4() for case in names}
    for case, name in names.items():
        await admin(
            """INSERT INTO uploads (organization_id, id, file_name, media_type, size, sha256, storage_name, expires_at,
                                    used_at)
               VALUES (%(organization_id)s, %(id)s, 'a.txt', 'text/plain', 1, '', %(name)s, %(expires_at)s,
                       %(used_at)s)""",
            organization_id=organization_id, id=ids[case], name=name,
            used_at=old if case in ("used up", "attached") else None,
            expires_at=NOW + timedelta(hours=1) if case == "waiting" else old,
        )  # fmt: skip
    await admin(
        """INSERT INTO attachments (organization_id, id, candidate_id, kind, file_name, media_type, size, sha256,
                                    storage_name)
           VALUES (%(organization_id)s, %(id)s, %(candidate_id)s, 'resume', 'a.txt', 'text/plain', 1, '', %(name)s)""",
        organization_id=organization_id, id=uuid4(), candidate_id=candidate_id, name=names["attached"],
    )  # fmt: skip
    await sweeper.sweep(NOW)
    left = {case for case, name in names.items() if (tmp_path / name).exists()}
    assert left == {"attached", "waiting"}
    rows = await admin("SELECT id FROM uploads WHERE id = ANY (%(ids)s)", ids=list(ids.values()))
    assert rows == [(ids["waiting"],)]


async def test_upload_cannot_be_used_when_the_sweep_was_cut_off_before_its_file_was_gone(
    ada: Client, admin: Admin, sweeper: Sweeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row stays until the file is gone, and says already that nobody can use it; the next round ends the work."""
    ids = await add(admin, "uploads", ada, NOW - timedelta(days=30), 3)
    deleted: list[str] = []

    async def fail(files: FileStore, name: str) -> None:
        if deleted:
            raise FilesUnavailable
        deleted.append(name)

    with monkeypatch.context() as broken:
        broken.setattr(FileStore, "delete", fail)
        await sweeper.sweep(NOW)
    rows = await admin("SELECT used_at IS NOT NULL FROM uploads WHERE id = ANY (%(ids)s)", ids=ids)
    assert len(deleted) == 1 and sorted(rows) == [(False,), (True,), (True,)]
    await sweeper.sweep(NOW)
    assert await admin(COUNTED["uploads"], ids=ids) == [(0,)]


async def test_file_goes_when_nothing_names_it_and_it_is_a_day_old(
    ada: Client, admin: Admin, sweeper: Sweeper, files: FileStore, tmp_path: Path
) -> None:
    """And so does a part that a killed process has left; what is younger may still get its row."""
    organization_id = UUID(ada.organization["id"])
    now = datetime.now(UTC)
    names = {case: await stored(files, organization_id) for case in ("known", "unknown", "young", "part", "young part")}
    await admin(
        """INSERT INTO uploads (organization_id, id, file_name, media_type, size, sha256, storage_name, expires_at)
           VALUES (%(organization_id)s, %(id)s, 'a.txt', 'text/plain', 1, '', %(name)s, now() + interval '1 day')""",
        organization_id=organization_id, id=uuid4(), name=names["known"],
    )  # fmt: skip
    for case in ("part", "young part"):
        whole, names[case] = tmp_path / names[case], f"{names[case]}#1"
        whole.rename(tmp_path / names[case])
    for case, name in names.items():
        age = FILE_GRACE + timedelta(minutes=-1 if "young" in case else 1)
        os.utime(tmp_path / name, times=((now - age).timestamp(),) * 2)
    await sweeper.sweep_files(now)
    assert {case for case, name in names.items() if (tmp_path / name).exists()} == {"known", "young", "young part"}

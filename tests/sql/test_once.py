"""Idempotency keys: one effect per key, stored with its answer or not at all."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress
from typing import Any
from uuid import UUID, uuid4

import pytest

from hiring.database import Database, Once
from hiring.errors import DatabaseUnavailable, KeyAnswered, KeyReused, KeyRunning, Malformed

PRINCIPAL = f"user:{uuid4()}"
TWINS = 50
KEYS = 20

Add = Callable[[Database], Awaitable[dict[str, UUID]]]


def once_of(
    db: Database, key: str, *, fingerprint: str = "f", organization_id: UUID | None = None
) -> AbstractAsyncContextManager[Once]:
    return db.once(principal=PRINCIPAL, key=key, fingerprint=fingerprint, organization_id=organization_id)


async def touch_once(
    db: Database, key: str, note: dict[str, UUID], *, fingerprint: str = "f", then: Awaitable[Any] | None = None
) -> str:
    """Raises a note's version under a key; something may happen between the effect and its commit."""
    async with once_of(db, key, fingerprint=fingerprint, organization_id=note["organization_id"]) as once:
        once.event_id = uuid4()
        version = await once.commands.trial_notes.touch(event_id=once.event_id, **note)
        if then is not None:
            await then
        once.answer = f'{{"version": {version}}}'
    return once.answer


async def version_of(db: Database, note: dict[str, UUID]) -> int:
    return int(await db.queries.trial_notes.find_version(**note))


async def test_one_of_fifty_twins_has_an_effect_when_they_come_at_once(own_db: Database, add_note: Add) -> None:
    """For each of twenty keys: the others hear that it runs or was answered, and none waits for it."""
    outcomes: Counter[str] = Counter()

    async def twin(key: str, note: dict[str, UUID]) -> None:
        try:
            await touch_once(own_db, key, note)
            outcomes["effect"] += 1
        except (KeyRunning, KeyAnswered) as refusal:
            outcomes[type(refusal).__name__] += 1

    notes = {str(uuid4()): await add_note(own_db) for _ in range(KEYS)}
    await asyncio.gather(*(twin(key, note) for key, note in notes.items() for _ in range(TWINS)))
    assert outcomes["effect"] == KEYS
    assert outcomes.total() == TWINS * KEYS
    assert {await version_of(own_db, note) for note in notes.values()} == {2}
    assert own_db.servers.primary.statistics.dropped_count == 0


async def test_answer_is_found_when_the_request_is_repeated(db: Database, add_note: Add, admin: Any) -> None:
    """On the primary, where it is the moment that the effect is; with the tenant and the event it belongs to."""
    key, note = str(uuid4()), await add_note(db)
    answer = await touch_once(db, key, note)
    with pytest.raises(KeyAnswered):
        await touch_once(db, key, note)
    queries = db.queries.idempotency_keys
    assert await queries.find_answer(principal=PRINCIPAL, key=key) == answer == '{"version": 2}'
    rows = await admin(
        "SELECT k.organization_id, e.aggregate_id FROM idempotency_keys AS k JOIN events AS e ON e.id = k.event_id"
        " WHERE k.key = %(key)s", key=key,
    )  # fmt: skip
    assert rows == [(note["organization_id"], note["note_id"])]


async def test_key_is_refused_when_it_comes_with_another_request(db: Database, add_note: Add) -> None:
    """Another fingerprint is 422; another principal's key of the same text is another key."""
    key, note = str(uuid4()), await add_note(db)
    await touch_once(db, key, note)
    with pytest.raises(KeyReused):
        await touch_once(db, key, note, fingerprint="g")
    async with db.once(principal="somebody else", key=key, fingerprint="g", organization_id=None) as once:
        await once.commands.trial_notes.touch(event_id=uuid4(), **note)
        once.answer = "theirs"
    assert await version_of(db, note) == 3


async def test_key_is_free_again_when_its_answer_is_two_days_old(db: Database, add_note: Add, admin: Any) -> None:
    """The new answer takes the old one's place."""
    key, note = str(uuid4()), await add_note(db)
    await touch_once(db, key, note)
    await admin(
        "UPDATE idempotency_keys SET created_at = created_at - interval '49 hours' WHERE key = %(key)s", key=key
    )
    assert await touch_once(db, key, note, fingerprint="g") == '{"version": 3}'
    with pytest.raises(KeyAnswered):
        await touch_once(db, key, note, fingerprint="g")


async def test_claim_keeps_its_own_key_when_the_command_has_a_parameter_of_that_name(db: Database, admin: Any) -> None:
    """The two travel in one message, and each is filled in by itself."""
    key, organization_id = str(uuid4()), uuid4()
    ids = {"organization_id": organization_id, "event_id": uuid4(), "note_id": uuid4()}
    async with db.once(principal=PRINCIPAL, key=key, fingerprint="f", organization_id=organization_id) as once:
        row = await once.commands.trial_notes.add(
            **ids, key="the note's", body=None, labels=[], readers=[], facts={}, noted_at="now"
        )
        once.answer = "yes"
    assert row["key"] == "the note's"
    assert await admin("SELECT answer FROM idempotency_keys WHERE key = %(key)s", key=key) == [("yes",)]


async def test_nothing_stays_when_the_request_fails_after_its_effect(
    own_db: Database, add_note: Add, admin: Any
) -> None:
    """The key can be claimed again at once, and the connection goes on."""
    key, note = str(uuid4()), await add_note(own_db)

    async def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await touch_once(own_db, key, note, then=fail())
    assert await version_of(own_db, note) == 1
    assert await touch_once(own_db, key, note) == '{"version": 2}'
    assert own_db.servers.primary.statistics.dropped_count == 0
    assert await admin("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == [(0,)]


@pytest.mark.parametrize("end", ["terminated", "cancelled"])
async def test_nothing_stays_when_the_connection_ends_after_the_effect(
    open_database: Any, add_note: Add, admin: Any, until: Any, end: str
) -> None:
    """Between the two messages: the backend is terminated, or the task is cancelled."""
    db = await open_database(pools={"command": 2})
    key, note = str(uuid4()), await add_note(db)
    has_effect = asyncio.Event()

    async def wait() -> None:
        has_effect.set()
        await asyncio.sleep(0.3)

    task = asyncio.create_task(touch_once(db, key, note, then=wait()))
    await has_effect.wait()
    if end == "cancelled":
        task.cancel()
    else:
        await admin(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE state = 'idle in transaction' AND application_name = 'hiring command'"
        )
    with pytest.raises(asyncio.CancelledError if end == "cancelled" else DatabaseUnavailable):
        await task

    async def is_unlocked() -> bool:
        return bool(await admin("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == [(0,)])

    assert await until(is_unlocked) < 0.5
    assert await version_of(db, note) == 1
    assert await touch_once(db, key, note) == '{"version": 2}'


async def test_commit_in_doubt_is_typed_when_its_answer_is_lost(
    open_database: Any, add_note: Add, link_to: Any, settings: Any
) -> None:
    """The COMMIT arrived and the link was cut before the client heard: 503, and the repeat gets the stored answer."""
    link = await link_to(settings.postgres.primary.port)
    db, sure = await open_database(primary=link.address), await open_database()
    key, note = str(uuid4()), await add_note(sure)
    link.cut_at = b"; COMMIT"
    with pytest.raises(DatabaseUnavailable):
        await touch_once(db, key, note)
    with pytest.raises(KeyAnswered):
        await touch_once(sure, key, note)
    assert await version_of(sure, note) == 2


async def test_another_command_may_follow_when_the_first_was_refused(db: Database, add_note: Add) -> None:
    """As where a name that is taken is tried with another ending."""
    key, note = str(uuid4()), await add_note(db)
    async with once_of(db, key) as once:
        with pytest.raises(Malformed):
            await once.commands.trial_notes.touch(event_id="no id", **note)
        await once.commands.trial_notes.touch(event_id=uuid4(), **note)
        await once.commands.trial_notes.touch(event_id=uuid4(), **note)
        once.answer = "yes"
    assert await version_of(db, note) == 3
    with pytest.raises(KeyAnswered):
        await touch_once(db, key, note)


async def test_nothing_may_follow_when_a_later_command_was_refused(db: Database, add_note: Add) -> None:
    """What the first one did is undone with it, even where the caller swallows the refusal."""
    note = await add_note(db)

    async def swallow() -> None:
        async with once_of(db, str(uuid4())) as once:
            await once.commands.trial_notes.touch(event_id=uuid4(), **note)
            with suppress(Malformed):
                await once.commands.trial_notes.touch(event_id="no id", **note)
            once.answer = "yes"

    with pytest.raises(RuntimeError, match="nothing may follow"):
        await swallow()
    assert await version_of(db, note) == 1


async def test_effect_without_an_answer_is_refused_when_the_block_ends(db: Database, add_note: Add) -> None:
    """A key without its answer would be claimed again and done twice; an answer without an effect is kept, too."""
    note = await add_note(db)
    with pytest.raises(RuntimeError, match="no answer"):
        async with once_of(db, str(uuid4())) as once:
            await once.commands.trial_notes.touch(event_id=uuid4(), **note)
    assert await version_of(db, note) == 1
    key = str(uuid4())
    async with once_of(db, key) as once:
        once.answer = "nothing to do"
    assert await db.queries.idempotency_keys.find_answer(principal=PRINCIPAL, key=key) == "nothing to do"
    with pytest.raises(KeyAnswered):
        async with once_of(db, key) as once:
            once.answer = "another"


async def test_views_of_a_claim_stay_in_its_transaction_when_they_are_made(db: Database, add_note: Add) -> None:
    """Queries may be asked elsewhere; commands travel behind the claim."""
    note = await add_note(db)
    async with once_of(db, str(uuid4())) as once:
        await once.on_replica([uuid4()]).commands.trial_notes.touch(event_id=uuid4(), **note)
        assert await once.queries.trial_notes.find_version(**note) == 1
        once.answer = "yes"
    assert await version_of(db, note) == 2

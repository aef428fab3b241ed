"""Pools: bounded, fair, warm, and honest about what they lack."""

import asyncio
import random
import socket
import time
from contextlib import suppress
from typing import Any
from uuid import uuid4

import msgspec
import pytest
import uvloop

from hiring.config import Address, Settings, SettingsError
from hiring.connectors.postgres import Pool
from hiring.connectors.postgres_session import Statistics, open_session
from hiring.database import Database
from hiring.errors import ApiError, DatabaseUnavailable, ServiceBusy

NOWHERE = Address(host="127.0.0.1", port=1)


async def test_exhaustion_is_typed_when_nobody_gives_back_in_time(open_database: Any) -> None:
    """Who waits longer than the connect timeout hears 503 with Retry-After; afterwards all is as before."""
    db = await open_database(connect_timeout_ms=200, pools={"command": 1})
    task = asyncio.create_task(db.commands.trial_notes.sleep(seconds=0.6))
    await asyncio.sleep(0.05)
    began = time.monotonic()
    with pytest.raises(ServiceBusy) as busy:
        await db.commands.trial_notes.sleep(seconds=0)
    assert 0.15 < time.monotonic() - began < 0.5
    assert busy.value.retry_after_s == 1
    await task
    assert await db.commands.trial_notes.sleep(seconds=0)
    assert db.servers.primary.statistics.exhausted_count == 1
    assert db.servers.primary.statistics.waiting_count == 0


async def test_pool_is_as_large_as_its_setting(open_database: Any) -> None:
    """Those of the machinery have one connection each."""
    db = await open_database(pools={"command": 2, "query": 3, "primary_query": 4})
    servers = db.servers
    assert [servers.primary.size, servers.primary_query.size] == [2, 4]
    assert [each.pool.size for each in servers.replicas] == [3] * len(servers.replicas) and servers.replicas
    assert [servers.watch.size, servers._keeper.size] == [1, 1]


async def test_waiter_is_woken_when_the_connection_it_waits_for_is_dropped(open_database: Any) -> None:
    """aiopg's own pool lets it sleep until its timeout."""
    db = await open_database(pools={"command": 1})
    first = asyncio.create_task(db.commands.trial_notes.sleep(seconds=1.5))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(db.commands.trial_notes.sleep(seconds=0))
    await asyncio.sleep(0.05)
    began = time.monotonic()
    first.cancel()
    assert await second
    assert time.monotonic() - began < 0.5


async def test_places_are_kept_when_callers_come_cancel_and_fail(open_database: Any, until: Any) -> None:
    """400 callers, cancelled at random moments, over three connections: never more than three, none leaked."""
    db = await open_database(pools={"command": 3})
    pool, most = db.servers.primary, 0

    async def caller() -> None:
        nonlocal most
        call = db.commands.trial_notes.fail() if random.random() < 0.3 else db.commands.trial_notes.sleep(seconds=0.001)
        try:
            async with asyncio.timeout(random.random() * 0.1 if random.random() < 0.4 else 5):
                most = max(most, pool.lent_count)
                await call
        except (ApiError, TimeoutError):
            most = max(most, pool.lent_count + pool.idle_count)

    await asyncio.gather(*(caller() for _ in range(400)))
    assert most <= 3
    assert pool.statistics.waiting_count == 0
    assert len(await asyncio.gather(*(db.commands.trial_notes.sleep(seconds=0.05) for _ in range(3)))) == 3

    async def is_whole() -> bool:
        return bool(pool._places._value == 3)

    await until(is_whole)


async def test_pool_is_warm_when_opened_and_again_after_a_loss(own_db: Database, until: Any) -> None:
    """No caller pays for connecting."""
    pool = own_db.servers.primary

    async def is_warm() -> bool:
        return pool.idle_count + pool.lent_count == pool.size

    assert await is_warm()
    pool.abort()
    assert not await is_warm()
    assert await until(is_warm) < 3


async def test_sessions_are_set_up_when_opened(own_db: Database, admin: Any) -> None:
    """Each pool has its name in pg_stat_activity; limits, plans and time zone are the session's own."""
    rows = await admin(
        "SELECT DISTINCT application_name, usename FROM pg_stat_activity"
        " WHERE datname = current_database() AND usename <> current_user ORDER BY 1"
    )
    assert rows == [
        ("hiring command", "hiring_command"),
        ("hiring keeper", "hiring_command"),
        ("hiring primary_query", "hiring_query"),
    ]
    wanted = {
        "statement_timeout": "2s",
        "lock_timeout": "1s",
        "idle_in_transaction_session_timeout": "5s",
        "client_connection_check_interval": "200ms",
        "plan_cache_mode": "force_generic_plan",
        "default_transaction_isolation": "read committed",
        "default_transaction_read_only": "off",
        "TimeZone": "UTC",
    }
    session = await own_db.servers.primary.take()
    cursor = await session.send(
        "SELECT name, current_setting(name) FROM pg_settings WHERE name = ANY (%(names)s)", {"names": [*wanted]}
    )
    assert dict(cursor.fetchall()) == wanted
    parameters = session.raw.info.dsn_parameters
    silence = {"keepalives_idle": "5", "keepalives_interval": "2", "keepalives_count": "3", "tcp_user_timeout": "4000"}
    assert silence.items() <= parameters.items()
    own_db.servers.primary.give(session)


@pytest.mark.parametrize("new_loop", [uvloop.new_event_loop, asyncio.new_event_loop])
def test_refused_connect_is_typed_when_tried_again_and_again(new_loop: Any) -> None:
    """Under uvloop aiopg's own raises RuntimeError every second time."""

    async def refused() -> None:
        for _ in range(10):
            with pytest.raises(DatabaseUnavailable):
                await open_session(
                    NOWHERE, {"dbname": "x"}, connect_timeout_s=1, message_timeout_s=1, statistics=Statistics()
                )

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(refused())


async def test_connect_is_bounded_when_the_server_accepts_and_is_silent(changed: Any) -> None:
    """As a paused server does: its kernel accepts."""
    accepted = []
    server = await asyncio.start_server(lambda *streams: accepted.append(streams), "127.0.0.1", 0)
    address = Address(host="127.0.0.1", port=server.sockets[0].getsockname()[1])
    settings = changed(connect_timeout_ms=200).postgres
    pool = Pool(settings, name="test", address=address, role=settings.roles.query, size=1)
    began = time.monotonic()
    with pytest.raises(DatabaseUnavailable):
        await pool.take()
    assert time.monotonic() - began < 1
    assert pool.statistics.refused_count == 1
    for _, writer in accepted:
        writer.close()
    server.close()


async def test_next_address_is_tried_when_a_host_has_several(settings: Settings) -> None:
    """localhost may be ::1 first, where nobody listens."""
    postgres = settings.postgres
    address = msgspec.structs.replace(postgres.primary, host="localhost")
    pool = Pool(postgres, name="test", address=address, role=postgres.roles.query, size=1)
    pool.give(await pool.take())
    pool.close()
    with pytest.raises(DatabaseUnavailable):
        await pool.take()


async def test_start_is_refused_when_the_role_has_no_password(settings: Settings) -> None:
    """In one line that says where."""
    role = msgspec.structs.replace(settings.postgres.roles.command, password=None)
    with pytest.raises(SettingsError, match="password for hiring_command"):
        Pool(settings.postgres, name="test", address=NOWHERE, role=role, size=1)


async def test_start_fails_when_there_is_no_primary(open_database: Any) -> None:
    """A process without a primary is not started; one without a replica is."""
    with pytest.raises(DatabaseUnavailable):
        await open_database(primary=NOWHERE)
    db = await open_database(replicas=(NOWHERE,))
    assert not (await db.queries.trial_notes.tell_node())["is_replica"]
    with pytest.raises(DatabaseUnavailable):
        await db.check_replicas()
    await db.check_primary()
    assert await db.on_replica([uuid4()]).queries.trial_notes.tell_node()


async def test_check_fails_while_the_primary_is_gone(
    open_database: Any, link_to: Any, until: Any, settings: Settings
) -> None:
    """And passes as soon as it is back."""
    link = await link_to(settings.postgres.primary.port)
    db = await open_database(primary=link.address)
    await db.check_primary()
    link.cut()
    with pytest.raises(DatabaseUnavailable):
        await db.check_primary()
    await link.mend()

    async def passes() -> bool:
        with suppress(DatabaseUnavailable):
            await db.check_primary()
            return True
        return False

    await until(passes)


async def test_session_is_closed_once_when_its_descriptor_belongs_to_another(open_database: Any) -> None:
    """The sessions of a server that is given up are closed; their numbers soon belong to sockets of clients."""
    db = await open_database(pools={"command": 1})
    pool = db.servers.primary
    session = await pool.take()
    number = session.raw.fileno()
    pool.give(session)
    pool.abort()
    pairs = [socket.socketpair() for _ in range(20)]
    assert number in {each.fileno() for pair in pairs for each in pair}
    opened = [await asyncio.open_connection(sock=each) for pair in pairs for each in pair]
    assert await db.commands.trial_notes.sleep(seconds=0)
    for _, writer in opened:
        writer.close()

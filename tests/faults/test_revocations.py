"""Rights end everywhere within a second of the answer, whatever happens to Redis and to the process that ended them."""

import os
from collections.abc import Callable, Iterator

import pytest
from redis import Redis

from hiring.config import Settings
from tests.databases import Admin
from tests.faults.conftest import Record
from tests.faults.processes import Service
from tests.faults.revocations import ALLOWED_S, WAYS, Victims
from tests.services.redis_process import PASSWORD, RedisProcess

WATCHED = (
    "sessions", "users", "api_keys", "permission_groups", "permission_group_assignments", "permission_assignments",
)  # fmt: skip


def full(redis: RedisProcess) -> None:
    """It takes no write any more."""
    with Redis(port=redis.port, password=PASSWORD) as client:
        client.config_set("maxmemory", 1)


def flushed(redis: RedisProcess) -> None:
    """It has forgotten everything."""
    with Redis(port=redis.port, password=PASSWORD) as client:
        client.flushall()


def restarted(redis: RedisProcess) -> None:
    """It is back, with what its file held."""
    redis.kill()
    redis.start()


FAULTS: dict[str, Callable[[RedisProcess], None]] = {
    "frozen": RedisProcess.pause, "killed": RedisProcess.kill, "restarted": restarted, "full": full, "flushed": flushed,
}  # fmt: skip
AT_ONCE_S = 0.05
TRIED = os.environ.get("REVOCATION_FAULTS", "frozen").split(",")
"""`REVOCATION_FAULTS=frozen,killed,restarted,full,flushed` tries them all, in about ten seconds each."""


@pytest.fixture
def broken_redis(own_redis: RedisProcess) -> Iterator[RedisProcess]:
    """Runs again for the next test, whatever happened in this one."""
    yield own_redis
    own_redis.kill()
    own_redis.start()


@pytest.mark.parametrize("fault", TRIED)
async def test_rights_end_everywhere_when_redis_fails_and_whoever_ended_them_is_killed(
    api: Service, api_port: int, other: str, broken_redis: RedisProcess, admin: Admin, settings: Settings, fault: str,
    record_property: Record,
) -> None:  # fmt: skip
    """Those who lose them go on asking another process, to which nobody sends anything else."""
    first = f"http://127.0.0.1:{api_port}"
    async with Victims.prepared(first, other, admin, settings.tokens.secret) as victims:
        FAULTS[fault](broken_redis)
        async with victims.probed(2 * ALLOWED_S):
            await victims.end_all()
            api.kill()
    assert [victim.name for victim in victims.all] == list(WAYS)
    assert victims.late() == {}
    assert all(victim.refused_count > 0 for victim in victims.all)
    record_property("measured", f"{fault}: admitted at the latest {victims.latest_s():.2f} s after the answer")


async def test_rights_end_everywhere_at_once_when_nothing_fails(
    api: Service, api_port: int, other: str, admin: Admin, settings: Settings, record_property: Record
) -> None:
    """The process that ends them tells the others to look, of which most take no more than 50 ms."""
    first = f"http://127.0.0.1:{api_port}"
    async with Victims.prepared(first, other, admin, settings.tokens.secret) as victims, victims.probed(ALLOWED_S):
        await victims.end_all()
    delays_s = sorted(max(victim.admitted_s, default=0.0) for victim in victims.all)
    assert victims.late() == {} and delays_s[len(delays_s) // 2] < AT_ONCE_S, delays_s
    record_property("measured", f"admitted at the latest {delays_s[-1] * 1000:.0f} ms after the answer")


async def test_rights_do_not_end_elsewhere_when_nobody_tells(
    api: Service, api_port: int, other: str, admin: Admin, settings: Settings
) -> None:
    """The control: without the triggers, the other process believes what it has in memory."""
    first = f"http://127.0.0.1:{api_port}"
    async with Victims.prepared(first, other, admin, settings.tokens.secret) as victims:
        for table in WATCHED:
            await admin(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        try:
            async with victims.probed(1.5 * ALLOWED_S):
                await victims.end_all()
        finally:
            for table in WATCHED:
                await admin(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    assert victims.late().keys() == set(WAYS)

"""Follows lists in the order of change while they are written to, and counts what a client misses for good.

    make benchmark-changes ARGS="[--seconds 15] [--runs 1] [--writers 12] [--unbounded]"

Writers add and rename sources of a new organization: plainly, and behind idempotency keys, whose transaction stays open
for up to a second and is sometimes undone in the end. Two clients, one on a replica and one on the primary, keep the
greatest `updated_at` that they have seen and ask again from there. --unbounded is the control: it takes the bound out
of the list, and must lose. The exit status is 1 when a bounded run lost something.
"""

import argparse
import asyncio
import random
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import msgspec

from hiring.commands import organizations, sources
from hiring.commands.sessions import Device
from hiring.config import Settings, load_settings
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.foundation.ids import new_id
from hiring.queries import sources as queries
from hiring.queries.base import MAXIMUM_PAGE_ROWS
from hiring.queries.sources import SourcesQuery
from hiring.statement_files import SQL_FOLDER

BOUND = "  AND s.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')\n"
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
SLOW_S = (0.05, 1.0)
"""How long a slow transaction stays open."""
PATIENCE_S = 30.0
"""After the writers, the clients have this long to see the last change."""


class Undone(Exception):
    """A writer undoes its transaction on purpose."""


class Source(msgspec.Struct, frozen=True):
    """What a client keeps of a source."""

    id: UUID
    version: int
    updated_at: datetime


@dataclass(slots=True)
class Follower:
    """A client that goes on from the greatest `updated_at` that it has seen."""

    db: Callable[[], Database]
    actor: Actor
    watermark: datetime = BEGINNING
    versions: dict[UUID, int] = field(default_factory=dict)

    async def catch_up(self) -> None:
        """Reads page after page until there is none."""
        query: SourcesQuery | None = SourcesQuery(updated_since=self.watermark, limit=MAXIMUM_PAGE_ROWS)
        while query is not None:
            page = await queries.list_all(self.db(), self.actor, query)
            for text in page.items:
                source = msgspec.json.decode(text, type=Source)
                self.versions[source.id] = source.version
                self.watermark = max(self.watermark, source.updated_at)
            query = msgspec.structs.replace(query, cursor=page.position) if page.position else None

    async def follow(self, stop: asyncio.Event) -> None:
        """Asks again and again until `stop`."""
        while not stop.is_set():
            await self.catch_up()
            await asyncio.sleep(0.01)


@dataclass(slots=True)
class Outcome:
    """What was written, and what each client missed."""

    written_count: int
    undone_count: int
    lost_on_replica: int
    lost_on_primary: int

    def __str__(self) -> str:
        return (
            f"{self.written_count} changes, {self.undone_count} undone: {self.lost_on_replica} lost on the replica,"
            f" {self.lost_on_primary} on the primary"
        )


@dataclass(slots=True)
class Writers:
    """Those who write, and what they have committed: source → version."""

    db: Database
    actor: Actor
    versions: dict[UUID, int] = field(default_factory=dict)
    written_count: int = 0
    undone_count: int = 0

    async def write(self, number: int, stop: asyncio.Event) -> None:
        """Writes until `stop`; each fourth writer is slow, and each fifth of its transactions is undone."""
        while not stop.is_set():
            if number % 4:
                await self._change(self.db)
            else:
                await self._change_slowly(is_undone=random.random() < 0.2)

    async def _change(self, db: Database) -> None:
        """Adds a source, or renames one of its own."""
        written = await sources.add(db, self.actor, kind="board", name=str(new_id()))
        if random.random() < 0.5 and db is self.db:
            changes = {"name": str(new_id())}
            written = await sources.update(
                db, self.actor, source_id=written.id, changes=changes, expected_versions=None
            )
            self.written_count += 1
        self.written_count += 1
        self.versions[written.id] = written.version

    async def _change_slowly(self, *, is_undone: bool) -> None:
        key = str(new_id())
        try:
            async with self.db.once(
                principal="benchmark", key=key, fingerprint=key, organization_id=self.actor.organization_id
            ) as once:
                written = await sources.add(once, self.actor, kind="board", name=key)
                await asyncio.sleep(random.uniform(*SLOW_S))
                if is_undone:
                    raise Undone
                once.answer = "{}"
        except Undone:
            self.undone_count += 1
        else:
            self.written_count += 1
            self.versions[written.id] = written.version


async def run(settings: Settings, *, seconds: float, writers: int, is_bounded: bool = True) -> Outcome:
    """Writes for so long, then compares what each client has with what was committed. Raises: TimeoutError."""
    pools = msgspec.structs.replace(settings.postgres.pools, command=writers, organization_percent=100)
    own = msgspec.structs.replace(settings, postgres=msgspec.structs.replace(settings.postgres, pools=pools))
    async with opened(own, is_bounded=is_bounded) as db:
        actor, stop = await founder(db), asyncio.Event()
        written = Writers(db, actor)
        clients = Follower(db.on_replica, actor), Follower(lambda: db, actor)
        following = [asyncio.create_task(client.follow(stop)) for client in clients]
        ended = asyncio.Event()
        writing = [asyncio.create_task(written.write(number, ended)) for number in range(writers)]
        await asyncio.sleep(seconds)
        ended.set()
        await asyncio.gather(*writing)
        async with asyncio.timeout(PATIENCE_S):
            await settled(db, actor, clients)
        stop.set()
        await asyncio.gather(*following)
        lost = [
            sum(client.versions.get(each) != version for each, version in written.versions.items())
            for client in clients
        ]
    return Outcome(written.written_count, written.undone_count, *lost)


async def settled(db: Database, actor: Actor, clients: tuple[Follower, ...]) -> None:
    """Writes one source more and waits until every client has seen it: then each has seen all that it will."""
    last = await sources.add(db, actor, kind="board", name="last")
    while any(last.id not in client.versions for client in clients):  # noqa: ASYNC110  # the clients know no event
        await asyncio.sleep(0.01)


@asynccontextmanager
async def opened(settings: Settings, *, is_bounded: bool) -> AsyncIterator[Database]:
    """The database with the list as it is, or without its bound."""
    with TemporaryDirectory() as folder:
        for kind in ("commands", "queries"):
            (Path(folder) / kind).mkdir()
        text = (SQL_FOLDER / "queries" / "sources.sql").read_text(encoding="utf-8")
        assert BOUND in text
        if not is_bounded:
            (Path(folder) / "queries" / "sources.sql").write_text(text.replace(BOUND, ""), encoding="utf-8")
        db = await Database.open(settings, role="command", sql_folder=Path(folder))
        try:
            yield db
        finally:
            await db.close()


async def founder(db: Database) -> Actor:
    """The administrator of an organization of the run's own."""
    name = f"benchmark-{new_id()}"
    founded = await organizations.register(
        db, secret=name, ttl_s=60, organization_name=name, email=f"{name}@example.com", password_hash=name,
        first_name="Ada", last_name=None, device=Device(None, "127.0.0.1"), correlation_id=new_id(), is_confirmed=True,
    )  # fmt: skip
    user_id = founded.grant.user_id
    return Actor(
        type="user", id=user_id, user_id=user_id, organization_id=founded.grant.organization_id,
        correlation_id=new_id(),
    )  # fmt: skip


def main() -> int:
    """Runs, prints a line for each run, and returns the exit status."""
    given, is_lost = arguments(), False
    for _ in range(given.runs):
        began = time.perf_counter()
        outcome = asyncio.run(
            run(load_settings(), seconds=given.seconds, writers=given.writers, is_bounded=not given.unbounded)
        )
        print(f"{outcome}, in {time.perf_counter() - began:.0f} s")
        is_lost |= bool(outcome.lost_on_primary or outcome.lost_on_replica)
    return int(is_lost and not given.unbounded)


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.changes_since", description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=15, help="how long the writers write (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=1, help="how many runs, one after the other (default: %(default)s)")
    parser.add_argument("--writers", type=int, default=12, help="of which each fourth is slow (default: %(default)s)")
    parser.add_argument("--unbounded", action="store_true", help="the control: without the bound, changes are lost")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

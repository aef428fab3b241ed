"""Whether commands notice that ClickHouse is down: `make benchmark-outage`.

PostgreSQL servers and the API process are the benchmark's own; Redis and ClickHouse are those of `make up`. Beside the
API a process takes events to the feed and on to ClickHouse, as the worker does: in every other turn to one that
answers, else to a port where nobody listens. What it leaves in the folder of results: `outage.jsonl`, a line for each
turn. The exit status is 1 when the 99th percentile is more than 1.1 times as long while ClickHouse is down (the median
of the rounds), or when an event was lost.
"""

import asyncio
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import Progress

from benchmarks.api import Api
from benchmarks.cluster import cluster
from benchmarks.freshness import FAILURES, Setup, environment
from benchmarks.processes import ENDING_WITH_US, ours, running
from benchmarks.reports import clickhouse_database, patient
from benchmarks.summary import table
from hiring import analytics, migrations
from hiring.config import Settings, load_settings
from hiring.database import Database
from hiring.database_roles import make_roles
from hiring.feed_lease import LeaseLost
from hiring.foundation.supervision import supervise
from hiring.ingestion import Ingestion
from hiring.relay import Sequencer

FAILED = 1
DATABASE = "hiring_benchmark_outage"
BAR = 1.1
WRITERS = 8
UP, DOWN = "up", "down"
NOBODYS_PORT = 1
CATCHING_UP_S, STOP_S = 60, 15
HEADINGS = ("round", "commands up", "p99 up", "commands down", "p99 down", "down / up")

app = typer.Typer()
console = Console(stderr=True)


class Turn(msgspec.Struct, frozen=True):
    """What commands took while ClickHouse was up or down."""

    round: int
    clickhouse: str
    commands: int
    p50_ms: float
    p99_ms: float


@app.command()
def follow() -> None:
    """Take events to the feed and to ClickHouse until SIGTERM; the benchmark starts this."""
    asyncio.run(follow_until_signal(load_settings()))


@app.command()
def measure(
    *,
    rounds: Annotated[int, typer.Option(min=1, help="Pairs of turns, one up and one down.")] = 5,
    seconds: Annotated[float, typer.Option(min=1, help="The length of a turn.")] = 15,
    results: Annotated[Path, typer.Option(help="Where the results go.")] = Path(".run/bench"),
) -> None:
    """Measure commands while ClickHouse answers, and while it does not."""
    results.mkdir(parents=True, exist_ok=True)
    try:
        with Progress(console=console) as progress, cluster(load_settings(), 1) as own:
            task = progress.add_task("turns", total=2 * rounds)
            turns = measured(own, rounds, seconds, results, lambda: progress.advance(task))
    except FAILURES as error:
        console.print(str(error), style="red", markup=False)
        raise typer.Exit(FAILED) from None
    (results / "outage.jsonl").write_bytes(msgspec.json.Encoder().encode_lines(turns))
    pairs = list(zip(turns_of(turns, UP), turns_of(turns, DOWN), strict=True))
    rows = [
        (str(up.round), f"{up.commands:,}", f"{up.p99_ms:.1f} ms", f"{down.commands:,}", f"{down.p99_ms:.1f} ms",
         f"{down.p99_ms / up.p99_ms:.2f}")
        for up, down in pairs
    ]  # fmt: skip
    Console(width=None if sys.stdout.isatty() else 120).print(
        table("Commands while ClickHouse is down", HEADINGS, rows)
    )
    ratio = median(down.p99_ms / up.p99_ms for up, down in pairs)
    console.print(f"The median of the rounds is {ratio:.2f}; the bar is {BAR}.")
    if ratio > BAR:
        raise typer.Exit(FAILED)


def turns_of(turns: list[Turn], clickhouse: str) -> list[Turn]:
    """Those with ClickHouse up or down, in the order of rounds."""
    return [each for each in turns if each.clickhouse == clickhouse]


def measured(own: Settings, rounds: int, seconds: float, folder: Path, advance: Callable[[], object]) -> list[Turn]:
    """Starts the API and takes turns, the first of a round in every other one with ClickHouse up. Raises: FAILURES."""
    asyncio.run(make_roles(own, lambda _: None))
    asyncio.run(migrations.up(own, lambda _: None))
    settings = patient(own, DATABASE)
    told = environment(own, Setup(1, 0)) | {"HIRING__CLICKHOUSE__DATABASE": DATABASE}

    async def take_turns() -> list[Turn]:
        turns = []
        async with clickhouse_database(settings), AsyncExitStack() as stack:
            [api] = stack.enter_context(running([ours("api", **told)], folder))
            writers = await logged_in(stack, api.address)
            await turn(writers, 0, UP, 2)  # warms every connection
            for number in range(1, rounds + 1):
                for state in (UP, DOWN) if number % 2 else (DOWN, UP):
                    with following(told, state, folder) as process:
                        turns.append(await turn(writers, number, state, seconds))
                        assert process.poll() is None, "who follows the feed has ended: see follower.log"
                    if state == DOWN:
                        with following(told, UP, folder):  # the next turn is not to catch up
                            await all_are_facts(settings)
                    advance()
            with following(told, UP, folder):
                await all_are_facts(settings)
        return turns

    return asyncio.run(take_turns())


async def logged_in(stack: AsyncExitStack, address: str) -> list[Api]:
    """Sessions of the administrator of a new organization, one for each writer. Raises: FAILURES."""
    apis = [await stack.enter_async_context(Api(address, [])) for _ in range(WRITERS)]
    name = f"outage-{secrets.token_hex(6)}"
    person = {"email": f"{name}@example.com", "password": secrets.token_hex(16)}
    await apis[0].made("register", "/register", person | {"organization_name": name, "first_name": "Ada"})
    for each in apis:
        each.log_in(await each.made("log in", "/login", person))
    return apis


async def turn(writers: list[Api], number: int, state: str, seconds: float) -> Turn:
    """Commands by all writers at once, one behind the other by each. Raises: FAILURES."""
    ends_at = time.monotonic() + seconds

    async def write(api: Api) -> list[float]:
        api.calls.clear()
        while time.monotonic() < ends_at:
            await api.made("add", "/candidates", {"first_name": "Kim"})
        return [each.duration_ms for each in api.calls]

    taken_ms = [each for of_writer in await asyncio.gather(*map(write, writers)) for each in of_writer]
    cuts_ms = quantiles(taken_ms, n=100)
    return Turn(number, state, len(taken_ms), cuts_ms[49], cuts_ms[98])


@contextmanager
def following(told: dict[str, str], state: str, folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that takes events to ClickHouse, or finds nobody there."""
    words = [*ENDING_WITH_US, "env", *(f"{name}={value}" for name, value in told.items())]
    words += [f"HIRING__CLICKHOUSE__PORT={NOBODYS_PORT}"] if state == DOWN else []
    with (
        (folder / "follower.log").open("a", encoding="utf-8") as log,
        subprocess.Popen(
            [*words, sys.executable, "-m", "benchmarks.outage", "follow"], stdout=log, stderr=log
        ) as process,
    ):
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()


async def follow_until_signal(settings: Settings) -> None:
    """What the worker does with events besides publishing them. Raises: DatabaseUnavailable at the start."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    db = await Database.open(settings, role="relay")
    loops = {
        "sequencer": Sequencer(db, settings, stop, asyncio.Event()).run,
        "ingestion": Ingestion(db, settings, stop).run,
    }
    await asyncio.gather(*(supervise(name, run, stop, expected=(LeaseLost,)) for name, run in loops.items()))
    await db.close()


async def all_are_facts(settings: Settings) -> None:
    """Returns when ClickHouse has every event. Raises: TimeoutError, ApiError; AssertionError for a lost event."""
    db, ended_at = await Database.open(settings, role="relay"), datetime.now(UTC)
    try:
        async with asyncio.timeout(CATCHING_UP_S):
            while (await analytics.standing(db)).fresh_at < ended_at:  # noqa: ASYNC110, a watermark has no event
                await asyncio.sleep(0.2)
        verdict = await analytics.verify(db, lambda *_: None)
        assert not verdict.differences and not verdict.histories, "events were lost, or are there twice"
    finally:
        await db.close()


if __name__ == "__main__":
    app()

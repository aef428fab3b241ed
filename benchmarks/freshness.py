"""Pairs of a write and a read by another caller at another process, while replicas lag: `make benchmark-freshness`.

PostgreSQL servers and API processes are the benchmark's own, the Redis is that of `make up`. Each read with the
write's Consistency-Token must show the write. The control reads without a token, and must miss writes where replicas
lag. What it leaves in the folder of results: `freshness.jsonl`, a line for each case; `freshness.md`, the table;
`freshness.svg`, a picture of it. The exit status is 1 when a read with a token was stale, or the control saw all.
"""

import asyncio
import secrets
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from statistics import quantiles
from typing import Annotated, NamedTuple

import httpx
import msgspec
import typer
from prometheus_client.parser import text_string_to_metric_families
from rich.console import Console
from rich.progress import Progress

from benchmarks.api import Api, Call, Refused
from benchmarks.cluster import cluster
from benchmarks.freshness_figures import Case, Reads, panels, report, table, wrong
from benchmarks.lag import replay_late
from benchmarks.pictures import draw
from benchmarks.processes import UNLIMITED, NotStarted, Running, ours, running
from hiring import migrations
from hiring.config import Settings, SettingsError, load_settings
from hiring.database_roles import make_roles
from hiring.errors import ApiError
from hiring.migration_files import MigrationError
from sqlproof.schema.scratch_server import ServerMissing

FAILED = 1
FAILURES = (
    NotStarted, Refused, ServerMissing, MigrationError, SettingsError, ApiError, OSError, httpx.HTTPError,
)  # fmt: skip
PROCESSES = 2
WRITERS = 16
"""Pairs that are under way at once; half of them write to each process, and read from the other."""
CONTROL_SHARE, LEAST_CONTROL = 10, 50
"""A control has a tenth of the pairs, but so many at the least."""
TOKEN_TTL_S = 86_400
LAGS_MS: Sequence[int | None] = (0, 50, 200, 1_000, None)
"""By how much replicas lag; None: their replay is paused for three seconds again and again."""

app = typer.Typer()
console = Console(stderr=True)


class Setup(NamedTuple):
    """How many replicas there are, and how many of them lag: the first ones."""

    replicas: int
    lagging: int


SETUPS = (Setup(1, 1), Setup(2, 2), Setup(2, 1))


@app.command()
def freshness(
    *,
    pairs: Annotated[
        int, typer.Option(min=WRITERS, help="Writes with a read of each, at each lag of each setup.")
    ] = 500,
    results: Annotated[Path, typer.Option(help="Where the results go.")] = Path(".run/bench"),
) -> None:
    """Count stale reads with and without a token, at five lags, with one and with two replicas."""
    results.mkdir(parents=True, exist_ok=True)
    cases: list[Case] = []
    total = len(SETUPS) * len(LAGS_MS) * (pairs + control_of(pairs))
    try:
        with Progress(console=console) as progress, (results / "freshness.jsonl").open("wb", buffering=0) as file:
            advance = partial(progress.advance, progress.add_task("pairs", total=total))
            for case in measured(load_settings(), SETUPS, LAGS_MS, results, pairs=pairs, advance=advance):
                file.write(msgspec.json.encode(case) + b"\n")
                cases.append(case)
    except FAILURES as error:
        console.print(str(error), style="red", markup=False)
        raise typer.Exit(FAILED) from None
    (results / "freshness.md").write_text(report(cases), encoding="utf-8")
    draw(panels(cases), results / "freshness.svg")
    Console(width=None if sys.stdout.isatty() else 160).print(table(cases))
    if found := wrong(cases):
        console.print("\n".join(found), style="red", markup=False)
        raise typer.Exit(FAILED)


def measured(
    settings: Settings, setups: Sequence[Setup], lags_ms: Sequence[int | None], folder: Path, *, pairs: int,
    advance: Callable[[], object],
) -> Iterator[Case]:  # fmt: skip
    """Starts servers and measures every case; logs go into the folder. Raises: FAILURES."""
    with cluster(settings, max(each.replicas for each in setups)) as own:
        asyncio.run(make_roles(own, lambda _: None))
        asyncio.run(migrations.up(own, lambda _: None))
        for setup in setups:
            servers = [ours(f"api-{number}", **environment(own, setup)) for number in range(PROCESSES)]
            with running(servers, folder) as processes:
                for lag_ms in lags_ms:
                    yield asyncio.run(case_of(own, setup, lag_ms, processes, pairs=pairs, advance=advance))


def environment(own: Settings, setup: Setup) -> dict[str, str]:
    """What an API process is told besides its defaults: its servers, and tokens that last as long as a case."""
    postgres = own.postgres
    return {
        "HIRING__POSTGRES__PRIMARY__HOST": postgres.primary.host,
        "HIRING__POSTGRES__PRIMARY__PORT": str(postgres.primary.port),
        "HIRING__POSTGRES__REPLICAS": msgspec.json.encode(postgres.replicas[: setup.replicas]).decode(),
        "HIRING__API__OPEN_REGISTRATION": "true",
        "HIRING__LIMITS__ENABLED": "true",
        "HIRING__LIMITS__LOGIN": UNLIMITED,
        "HIRING__LOGS__LEVEL": "info",
        "HIRING__TOKENS__ACCESS_TTL_S": str(TOKEN_TTL_S),
    }


async def case_of(
    own: Settings, setup: Setup, lag_ms: int | None, processes: Sequence[Running], *, pairs: int,
    advance: Callable[[], object],
) -> Case:  # fmt: skip
    """Measures one case, in a new organization. Raises: FAILURES."""
    async with AsyncExitStack() as stack:
        couples = await prepared(stack, processes)
        async with replay_late(own, own.postgres.replicas[: setup.lagging], lag_ms):
            with_token = await read_back(couples, processes, pairs, advance, has_token=True)
            without = await read_back(couples, processes, control_of(pairs), advance, has_token=False)
    return Case(setup.replicas, setup.lagging, lag_ms, with_token, without)


class Couple(NamedTuple):
    """Who writes to a candidate at one process, and who reads it at another."""

    writer: Api
    reader: Api
    path: str


async def prepared(stack: AsyncExitStack, processes: Sequence[Running]) -> list[Couple]:
    """Two sessions of a new administrator at each process: one writes, the other reads and never writes."""
    apis = [[await stack.enter_async_context(Api(each.address, [])) for _ in range(2)] for each in processes]
    name, password = f"freshness-{secrets.token_hex(6)}", secrets.token_hex(16)
    person = {"email": f"{name}@example.com", "password": password}
    writes = await apis[0][0].made("register", "/register", person | {"organization_name": name, "first_name": "Ada"})
    reads = await apis[0][1].made("log in", "/login", person)
    for writer, reader in apis:
        writer.log_in(writes)
        reader.log_in(reads)
    candidates = [await apis[0][0].made("add", "/candidates", {"first_name": "Kim"}) for _ in range(WRITERS)]
    return [
        Couple(apis[number % PROCESSES][0], apis[(number + 1) % PROCESSES][1], f"/candidates/{candidate['id']}")
        for number, candidate in enumerate(candidates)
    ]


async def read_back(
    couples: Sequence[Couple], processes: Sequence[Running], pairs: int, advance: Callable[[], object], *,
    has_token: bool,
) -> Reads:  # fmt: skip
    """Writes and reads until there are so many pairs; a read with an older version than the write's is stale."""
    numbers, stale = iter(range(pairs)), 0
    for each in couples:
        each.reader.calls.clear()
    before = await on_replicas(processes)

    async def go_on(couple: Couple) -> None:
        nonlocal stale
        for number in numbers:
            changes = {"location": f"Room {secrets.token_hex(4)} {number}"}
            written = await couple.writer.welcome("write", "PATCH", couple.path, json=changes)
            headers = {"Consistency-Token": written.headers["Consistency-Token"]} if has_token else {}
            found = await couple.reader.read("read", couple.path, headers=headers)
            stale += found["version"] < written.json()["version"]
            advance()

    await asyncio.gather(*(go_on(each) for each in couples))
    calls: list[Call] = [call for reader in {each.reader for each in couples} for call in reader.calls]
    cuts_ms = quantiles((call.duration_ms for call in calls), n=100)
    return Reads(pairs, stale, await on_replicas(processes) - before, cuts_ms[49], cuts_ms[98])


async def on_replicas(processes: Sequence[Running]) -> int:
    """How many queries replicas have answered, as the processes count them."""
    total = 0.0
    async with httpx.AsyncClient(timeout=10) as client:
        for each in processes:
            for family in text_string_to_metric_families((await client.get(each.metrics)).text):
                total += sum(
                    sample.value
                    for sample in family.samples
                    if sample.name == "hiring_reads_total" and sample.labels["server"] == "replica"
                )
    return int(total)


def control_of(pairs: int) -> int:
    """The pairs of the control."""
    return max(LEAST_CONTROL, pairs // CONTROL_SHARE)


if __name__ == "__main__":
    app()

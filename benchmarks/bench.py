"""Our service beside its peers, on the same tables, in alternating rounds: `make bench`.

Needs the servers of `make up` and the database of `make benchmark-database`. What it leaves in the folder of results:
`runs.jsonl`, a line for each server in each round; `report.md`, the table; `rates.svg`, a picture of it.
"""

import asyncio
import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import msgspec
import typer
from rich.console import Console
from rich.progress import Progress

from benchmarks import floor, load
from benchmarks.asked import EMPLOYERS
from benchmarks.contenders import PYTHON, VIEWER, Contender, listening, running
from benchmarks.figures import panels, report, table
from benchmarks.load import Run, WrongAnswer
from benchmarks.peers import PEERS, installed
from benchmarks.pictures import draw
from benchmarks.processes import OURS, NotStarted
from benchmarks.volume import DATABASE
from benchmarks.works import Work, works_of
from hiring.config import Settings, load_settings
from hiring.connectors import postgres
from hiring.domain.permissions import PERMISSIONS
from hiring.migration_session import session

FAILED = 1
FAILURES = (NotStarted, WrongAnswer, LookupError)
RUNS = "runs.jsonl"
SESSION = """
SELECT s.id FROM sessions AS s
WHERE s.organization_id = %(employer)s AND s.user_id = %(viewer)s AND s.revoked_at IS NULL ORDER BY s.id LIMIT 1
"""
GRANTS = """
INSERT INTO permission_assignments (organization_id, id, user_id, permission, scope, granted_by)
SELECT %(employer)s, gen_random_uuid(), %(viewer)s, p.name, 'all', '{}' FROM unnest(%(permissions)s::text[]) AS p (name)
ON CONFLICT (organization_id, user_id, permission) WHERE revoked_at IS NULL DO UPDATE SET scope = 'all'
"""
"""The rows of the volume give every user a little."""
UNLIKE = frozenset({"next_cursor", "id", "created_at", "updated_at", "status_url", "request_id"})
"""Members that differ from server to server, or from request to request."""
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T[0-9:.]+(Z|[+-]\d{2}:\d{2})")
WARM_UP_S = 1.0

app = typer.Typer()
console = Console(stderr=True)


@app.command()
def bench(
    *,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds; the servers take turns in each.")] = 5,
    seconds: Annotated[float, typer.Option(min=1, help="Of each server in each round.")] = 4,
    works: Annotated[str, typer.Option(help="Only these works, comma-separated.")] = "",
    servers: Annotated[str, typer.Option(help=f"Only these peers, comma-separated: {', '.join(PEERS)}.")] = "",
    database: Annotated[str, typer.Option(help="Where `make benchmark-database` has made rows.")] = DATABASE,
    results: Annotated[Path, typer.Option(help="Where the results go.")] = Path(".run/bench"),
) -> None:
    """Measure requests a second, latency and processor time of each work on each server."""
    settings = load_settings()
    try:
        chosen = _chosen(asyncio.run(works_of(settings, database)), works)
        names = [name for name in installed(str(PYTHON)) if not servers or name in servers.split(",")]
        runs = list(compared(settings, database, chosen, names, results, rounds=rounds, seconds=seconds))
    except FAILURES as error:
        console.print(str(error), style="red", markup=False)
        raise typer.Exit(FAILED) from None
    (results / "report.md").write_text(report(chosen, runs), encoding="utf-8")
    draw(panels(runs), results / "rates.svg")
    Console(width=None if sys.stdout.isatty() else 160).print(table(chosen, runs))


def compared(
    settings: Settings, database: str, works: Sequence[Work], peers: Sequence[str], results: Path, *, rounds: int,
    seconds: float,
) -> Iterator[Run]:  # fmt: skip
    """Runs our service and its peers, round by round; each run is also kept in the folder. Raises: FAILURES."""
    results.mkdir(parents=True, exist_ok=True)
    session_id = asyncio.run(caller(settings, database))
    with (
        running(settings, database, [OURS, *peers], session_id, results) as contenders,
        (results / RUNS).open("wb") as file,
    ):
        _compare(works, contenders)
        turns = [list(_turns(settings, database, work, contenders)) for work in works]
        for run in _runs(turns, rounds=rounds, seconds=seconds):
            file.write(msgspec.json.encode(run) + b"\n")
            yield run


def _chosen(works: Sequence[Work], names: str) -> list[Work]:
    unknown = set(filter(None, names.split(","))) - {work.name for work in works}
    if unknown:
        raise typer.BadParameter(f"no such work: {', '.join(sorted(unknown))}", param_hint="--works")
    return [work for work in works if not names or work.name in names.split(",")]


async def caller(settings: Settings, database: str) -> UUID:
    """A session of the viewer, who may do everything from now on."""
    async with session(settings, settings.postgres.roles.command, database=database) as connection:
        values = {"employer": EMPLOYERS["largest"], "viewer": VIEWER, "permissions": list(PERMISSIONS)}
        await postgres.send(connection, GRANTS, values)
        [(found,)] = (await postgres.send(connection, SESSION, values)).fetchall()
    return UUID(str(found))


def _compare(works: Sequence[Work], contenders: Sequence[Contender]) -> None:
    """Every server gives what ours gives, but for what differs by nature. Raises: WrongAnswer."""
    for work in works:
        ours: Any = None
        for each in contenders:
            if each.does(work):
                body = load.check(work, each)
                shown = _normal(json.loads(body)) if work.status < 400 else None
                ours = shown if each.name == OURS else ours
                if shown != ours:
                    raise WrongAnswer(f"{each.name}, {work.name}: {str(shown)[:600]}\n{OURS}: {str(ours)[:600]}")


def _normal(value: Any) -> Any:
    """A JSON value without what differs by nature; moments however they are spelt."""
    if isinstance(value, dict):
        return {name: _normal(each) for name, each in sorted(value.items()) if name not in UNLIKE}
    if isinstance(value, list):
        return [_normal(each) for each in value]
    if isinstance(value, str):
        return datetime.fromisoformat(value) if MOMENT.fullmatch(value) else re.sub(r"checked-\d+", "checked", value)
    return value


def _runs(turns: Sequence[Sequence[tuple[str, Callable[..., Run]]]], *, rounds: int, seconds: float) -> Iterator[Run]:
    """Each work, round by round; a round before the first warms up and does not count."""
    with Progress(console=console) as progress:
        task = progress.add_task("", total=sum(map(len, turns)) * (rounds + 1))
        for each in turns:
            for number in range(rounds + 1):
                for label, turn in each:
                    progress.update(task, description=label)
                    run = turn(number=number, seconds=seconds if number else WARM_UP_S)
                    progress.advance(task)
                    if number:
                        yield run


def _turns(
    settings: Settings, database: str, work: Work, contenders: Sequence[Contender]
) -> Iterator[tuple[str, Callable[..., Run]]]:
    """Who takes turns at a work, by name."""
    others = listening(settings)
    for each in contenders:
        if each.does(work):
            yield f"{work.name}: {each.name}", partial(load.measured, work, each, others)
    if floor.has_floor(work):
        yield f"{work.name}: {floor.FLOOR}", partial(floor.measured, work, settings, database, others)


if __name__ == "__main__":
    app()

"""PostgreSQL alone: pgbench with the very statements that our service sends, as the floor of what a read can cost."""

import asyncio
import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import psutil

from benchmarks.asked import EMPLOYERS, QUERIES, actor_of
from benchmarks.contenders import processor_seconds
from benchmarks.load import MARGIN_S, Run, WrongAnswer
from benchmarks.works import PAGE, Work
from hiring.config import Settings
from hiring.connectors.postgres_session import Call, Returns
from hiring.connectors.postgres_values import literal
from hiring.database import Bound
from hiring.queries import applications

FLOOR = "pgbench"
CLIENTS = 4
"""Enough for two processors; the servers hold most of what the role may have."""
RATE = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)
COUNT = re.compile(r"^number of transactions actually processed: (\d+)", re.MULTILINE)


def has_floor(work: Work) -> bool:
    """Whether the work is one statement of a query."""
    return work.name in {"list", "one"}


def measured(
    work: Work, settings: Settings, database: str, others: Mapping[str, Sequence[psutil.Process]], *, number: int,
    seconds: float,
) -> Run:  # fmt: skip
    """One round of the statements of a work. Raises: WrongAnswer."""
    before = sum(map(processor_seconds, others["postgres"]))
    calls = [asyncio.run(_call(work, path)) for path in work.paths]
    said = _pgbench(settings, database, calls, seconds)
    used = sum(map(processor_seconds, others["postgres"])) - before
    [count], [rate] = COUNT.findall(said), RATE.findall(said)
    return Run(
        work=work.name, server=FLOOR, round=number, requests=int(count), rate=float(rate), p50_ms=None, p99_ms=None,
        server_us=0, postgres_us=used / int(count) * 1e6, redis_us=0,
    )  # fmt: skip


async def _call(work: Work, path: str) -> Call:
    """The statement that a request of the administrator sends, with its values."""
    sent: list[Sequence[Call]] = []

    async def keep(calls: Sequence[Call]) -> Any:
        sent.append(calls)
        return [] if calls[-1][0].returns is Returns.ROWS else {"version": 1, "body": "{}"}

    db: Any = SimpleNamespace(queries=Bound(QUERIES, keep))
    actor, [found] = actor_of("administrator", EMPLOYERS["largest"]), re.findall(r"[0-9a-f-]{36}", path)
    if work.name == "one":
        await applications.find(db, actor, application_id=UUID(found), expand=("candidate", "job"))
    else:
        await applications.list_all(db, actor, applications.ApplicationsQuery(limit=PAGE, job_id=UUID(found)))
    return sent[0][-1]


def _pgbench(settings: Settings, database: str, calls: Sequence[Call], seconds: float) -> str:
    """What pgbench says; each of its clients prepares the statement once, as a connection of the service does."""
    statement, server = calls[0][0], (settings.postgres.replicas or [settings.postgres.primary])[0]
    custom = "SET LOCAL plan_cache_mode = force_custom_plan\\; " if statement.is_planned_each_time else ""
    lines = [r"\if :ready = 0", f"{_one_line(statement.prepare)};", r"\set ready 1", r"\endif"]
    lines.append(rf"\set turn random(0, {len(calls) - 1})")
    for place, (_, values) in enumerate(calls):
        text = statement.execute % {name: literal(value) for name, value in values.items()}
        lines += [rf"\if :turn = {place}", f"BEGIN\\; {custom}{_one_line(text)}\\; COMMIT;", r"\endif"]
    with NamedTemporaryFile("w", suffix=".sql", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        words = [
            str(_binary()), "--no-vacuum", f"--client={CLIENTS}", "--jobs=1", f"--time={round(seconds)}",
            "--define=ready=0", f"--file={file.name}", f"--host={server.host}", f"--port={server.port}",
            f"--username={settings.postgres.roles.query.user}", database,
        ]  # fmt: skip
        done = subprocess.run(
            words, capture_output=True, text=True, timeout=seconds + MARGIN_S, check=False,
            env=os.environ | {"PGPASSWORD": settings.postgres.roles.query.password or ""},
        )  # fmt: skip
        if done.returncode:
            raise WrongAnswer(f"{FLOOR}: {done.stderr[-500:]}")
        return done.stdout


def _binary() -> Path:
    """pgbench of the newest PostgreSQL; Debian leaves it out of the path. Raises: LookupError."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pgbench"))
    if not found:
        raise LookupError("pgbench is part of Debian's package of PostgreSQL, which is not here.")
    return found[-1]


def _one_line(text: str) -> str:
    """A statement as pgbench reads one: without comments and breaks."""
    return " ".join(re.sub(r"--.*", "", text).split())

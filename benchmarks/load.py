"""Load on one server: wrk's, with the processor time that the server, PostgreSQL and Redis have used for it."""

import json
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile

import httpx
import msgspec
import psutil

from benchmarks.contenders import Contender, processor_seconds
from benchmarks.works import Work

SCRIPT = Path(__file__).with_suffix(".lua")
CONNECTIONS = 16
MARGIN_S = 30


class WrongAnswer(Exception):
    """A server does not do what it is measured for."""


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """What one server did in one round: requests a second, milliseconds, microseconds of processor time a request."""

    work: str
    server: str
    round: int
    requests: int
    rate: float
    p50_ms: float | None
    p99_ms: float | None
    server_us: float
    postgres_us: float
    redis_us: float


class Said(msgspec.Struct, frozen=True):
    """What load.lua says in the end."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    status_errors: int
    socket_errors: int


def measured(
    work: Work, contender: Contender, others: Mapping[str, Sequence[psutil.Process]], *, number: int, seconds: float
) -> Run:
    """One round of a work on one server. Raises: WrongAnswer."""
    check(work, contender)
    groups = {"server": [contender.process], **others}
    before = {name: sum(map(processor_seconds, processes)) for name, processes in groups.items()}
    said = driven(work, contender, seconds=seconds)
    used = {name: sum(map(processor_seconds, processes)) - before[name] for name, processes in groups.items()}
    return Run(
        work=work.name, server=contender.name, round=number, requests=said.requests,
        rate=said.requests / said.seconds, p50_ms=said.p50_ms, p99_ms=said.p99_ms,
        **{f"{name}_us": seconds_used / said.requests * 1e6 for name, seconds_used in used.items()},
    )  # fmt: skip


def check(work: Work, contender: Contender) -> bytes:
    """The body of the answer to one request of a work. Raises: WrongAnswer."""
    headers = {"Content-Type": "application/json"} if work.body else {}
    if work.names_caller:
        headers["Authorization"] = f"Bearer {contender.token()}"
    body = work.body.replace("{number}", f"checked-{time.time_ns()}") or None
    answer = httpx.request(work.method, contender.address + work.paths[0], content=body, headers=headers, timeout=10)
    if answer.status_code != work.status:
        raise WrongAnswer(f"{contender.name}, {work.name}: {answer.status_code} {answer.text[:500]}")
    return answer.content


def driven(work: Work, contender: Contender, *, seconds: float, connections: int = CONNECTIONS) -> Said:
    """What wrk says of a work that it asked for again and again. Raises: WrongAnswer."""
    lines = [
        work.method,
        contender.token() if work.names_caller else "",
        str(int(work.is_keyed)),
        work.body,
        *work.paths,
    ]
    with NamedTemporaryFile("w", suffix=".work", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        words = [
            "wrk", "--threads", "1", "--connections", str(connections), "--duration", f"{round(seconds)}s",
            "--script", str(SCRIPT), contender.address, "--", file.name,
        ]  # fmt: skip
        done = subprocess.run(words, capture_output=True, text=True, timeout=seconds + MARGIN_S, check=True)
    said = msgspec.convert(json.loads(done.stdout.strip().splitlines()[-1]), Said)
    if said.socket_errors or said.status_errors != (said.requests if work.status >= 400 else 0):
        raise WrongAnswer(f"{contender.name}, {work.name}: {said}")
    return said

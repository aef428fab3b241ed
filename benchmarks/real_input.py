"""Real input through the REST API: advertisements and resumes go in, and must come out as they were.

    python -m benchmarks.real_input [FOLDER] [--url http://127.0.0.1:8080] [--mail .run/mail]

FOLDER holds `job_posts.jsonl` and `resumes/*.json`. The exit status is 1 when something was lost or changed.
"""

import argparse
import asyncio
import secrets
import sys
import time
from pathlib import Path

import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks import check_advertisements, check_applications, check_mails, documents, stages
from benchmarks.api import Api, Call, Refused
from benchmarks.stages import Run
from benchmarks.summary import Findings, show

CHECKOUT = Path(__file__).resolve().parent.parent
MAXIMUM_RUN_S = 1800


def main() -> int:
    """Runs, prints the summary and returns the exit status."""
    given = arguments()
    if not (given.folder / "job_posts.jsonl").is_file():
        print(f"skipped: no real input in {given.folder}")
        return 0
    console, findings, started = Console(), Findings(), time.perf_counter()
    calls: list[Call] = []
    try:
        asyncio.run(run(given, console, calls, findings))
    except (Refused, httpx.HTTPError, TimeoutError) as error:
        findings.lost("run", f"ended early: {type(error).__name__} {error}")
    show(console, calls, findings, time.perf_counter() - started)
    return 1 if findings.wrong else 0


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.real_input", description=__doc__.partition("\n")[0])
    data, mail = CHECKOUT.parent / "shared" / "data", CHECKOUT / ".run" / "mail"
    parser.add_argument(
        "folder", nargs="?", type=Path, default=data, help="default: ../shared/data beside the checkout"
    )
    parser.add_argument("--url", default="http://127.0.0.1:8080", help="where the API answers (default: %(default)s)")
    parser.add_argument("--mail", type=Path, default=mail, help="folder of the mail catcher (default: .run/mail)")
    return parser.parse_args()


async def run(given: argparse.Namespace, console: Console, calls: list[Call], findings: Findings) -> None:
    """Registers, puts everything in and compares what comes out. Raises: Refused, httpx.HTTPError, TimeoutError."""
    columns = (TextColumn("{task.description:<32}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    started_at = time.time()
    async with asyncio.timeout(MAXIMUM_RUN_S), Api(given.url, calls) as recruiter, Api(given.url, calls) as public:
        organization = await stages.register(recruiter, secrets.token_hex(6))
        with Progress(*columns, console=console) as progress:
            this = Run(recruiter, public, findings, progress, organization)
            await stages.put_in(this, documents.advertisements(given.folder), documents.resumes(given.folder))
            await recruiter.stay_logged_in()
            await check_advertisements.check(this)
            await recruiter.stay_logged_in()
            await check_applications.check(this)
            await check_mails.check(this, given.mail, started_at)


if __name__ == "__main__":
    sys.exit(main())

"""The thank-you mails of a run, in the folder of the mail catcher."""

import asyncio
import os
import time
from collections import Counter
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from benchmarks import documents
from benchmarks.stages import Run

DEADLINE_S = 60
INTERVAL_S = 0.5
CLOCKS_S = 5
"""Files may look so much older than they are."""


async def check(run: Run, folder: Path, started_at: float) -> None:
    """Each application through the board is thanked for once, by name and title; `started_at` is in POSIX seconds."""
    wanted = [applied for applied in run.applied if applied.is_public]
    if not os.access(folder, os.R_OK | os.X_OK):
        run.findings.notes.append(f"Mails are not checked: no folder {folder} that can be read")
        return
    bar = run.progress.add_task("check mails", total=len(wanted))
    mails = await asyncio.to_thread(mails_of, run, folder, started_at)
    deadline = time.monotonic() + DEADLINE_S
    while len(mails) < len(wanted) and time.monotonic() < deadline:
        run.progress.update(bar, completed=len(mails))
        await asyncio.sleep(INTERVAL_S)
        mails = await asyncio.to_thread(mails_of, run, folder, started_at)
    run.progress.update(bar, completed=len(mails))
    sent = Counter((applied.email, applied.posted.title) for applied in wanted)
    found = Counter((str(mail["To"]), title_of(mail)) for mail in mails)
    for key in sent | found:
        run.findings.same("mails", f"{key}", sent=sent[key], found=found[key])
    first_names = {applied.email: documents.form(applied.resume)["first_name"] for applied in wanted}
    for mail in mails:
        check_text(run, mail, first_names.get(str(mail["To"]), "?"))


def mails_of(run: Run, folder: Path, started_at: float) -> list[EmailMessage]:
    """The mails that the run's own organization has sent so far."""
    paths = [path for path in folder.glob("*.eml") if path.stat().st_mtime >= started_at - CLOCKS_S]
    mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]
    return [mail for mail in mails if sender_of(mail) == run.organization["name"]]


def sender_of(mail: EmailMessage) -> str:
    """The name that a mail comes from."""
    return str(mail["From"].addresses[0].display_name)


def title_of(mail: EmailMessage) -> str:
    """The job's title in a mail's subject."""
    return str(mail["Subject"]).partition(": ")[2]


def check_text(run: Run, mail: EmailMessage, first_name: str) -> None:
    """The body greets by the name, and has title and organization as they are."""
    body = mail.get_body()
    text = [line.strip() for line in str(body.get_content() if body else "").splitlines()]
    greeting = next((line for line in text if line.endswith(",")), "")
    run.findings.same("mails' greetings", str(mail["Subject"]), sent=f"Hello {first_name},", found=greeting)
    run.findings.same("mails' titles", f"{text}", sent=True, found=title_of(mail) in text)
    run.findings.same("mails' signatures", str(mail["Subject"]), sent=run.organization["name"], found=text[-1])

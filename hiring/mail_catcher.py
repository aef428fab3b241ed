"""The mail catcher: takes every mail in development, and writes each into a folder as it came."""

import asyncio
import os
import signal
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import uvloop
from aiosmtpd.smtp import SMTP, Envelope, Session

from hiring.foundation.logs import get_logger

MAXIMUM_MAIL_BYTES = 32 * 1024 * 1024
IDLE_TIMEOUT_S = 60.0

log = get_logger(__name__)


class Catcher:
    """Writes mails as `<time>-<process>-<number>.eml`: a file is complete as soon as it has that name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's
        """Answers a mail when its file is written, or that it could not be."""
        assert isinstance(envelope.content, bytes)
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}-{os.getpid()}-{next(self._numbers)}"
        try:
            await asyncio.to_thread(write, self._folder / f"{name}.eml", envelope.content)
        except OSError as error:
            log.error("mail.not_caught", error=type(error).__name__)  # noqa: TRY400  # a full disk needs no traceback
            return "452 The folder cannot be written"
        log.info("mail.caught", file=f"{name}.eml")
        return "250 Caught"


def write(path: Path, content: bytes) -> None:
    """Writes a file under another name first, so that nobody reads half of it."""
    partial = path.with_suffix(".partial")
    partial.write_bytes(content)
    partial.rename(path)


def main(folder: Path, host: str, port: int) -> None:
    """Catches mail until SIGTERM or SIGINT. Raises: OSError when it cannot listen or write there."""
    folder.mkdir(parents=True, exist_ok=True)
    uvloop.run(run_until_signal(folder, host, port))


async def run_until_signal(folder: Path, host: str, port: int) -> None:
    """Listens until a signal asks it to stop. Raises: as `main`."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop.set)
    server = await loop.create_server(lambda: connection(folder), host, port)
    log.info("mail_catcher.started", folder=str(folder), host=host, port=port)
    await stop.wait()
    server.close()  # without waiting: a client that holds its connection shall not hold us
    log.info("mail_catcher.stopped")


def connection(folder: Path) -> SMTP:
    """The server's side of one connection."""
    return SMTP(
        Catcher(folder), hostname="mail-catcher", ident="mail catcher", enable_SMTPUTF8=True,
        data_size_limit=MAXIMUM_MAIL_BYTES, timeout=IDLE_TIMEOUT_S,
    )  # fmt: skip

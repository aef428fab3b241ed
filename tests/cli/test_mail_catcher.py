"""`hiring mail-catcher`: every mail of development becomes a file."""

import asyncio
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from hiring.config import Settings, Smtp
from hiring.connectors.smtp import Letter, MailServerUnavailable, open_mail_server
from tests.background import until
from tests.cli.command import ROOT, hiring_beside
from tests.ports import free_ports

LETTER = Letter("no-reply@example.com", "zoe@example.com", "Subject: Hello\r\n\r\n.Grüße\r\n..\r\n".encode())


class Catcher:
    """The process, its folder and how to reach it."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        [port] = free_ports(1)
        self.folder = folder
        self.smtp: Smtp = msgspec.structs.replace(settings.smtp, host="127.0.0.1", port=port)
        self.options = ["--folder", str(folder), "--host", "127.0.0.1", "--port", str(port)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hiring", "mail-catcher", *self.options], cwd=ROOT, stdout=subprocess.DEVNULL
        )

    async def listens(self) -> bool:
        try:
            async with open_mail_server(self.smtp):
                return True
        except MailServerUnavailable:
            return False

    async def send(self, letter: Letter) -> None:
        async with open_mail_server(self.smtp) as server:
            await server.send(letter)

    def files(self) -> list[Path]:
        return sorted(self.folder.iterdir())


@pytest.fixture
async def catcher(settings: Settings, tmp_path: Path) -> AsyncIterator[Catcher]:
    catcher = Catcher(settings, tmp_path / "new" / "mail")
    try:
        await until(catcher.listens, 20)
        yield catcher
    finally:
        catcher.process.kill()
        catcher.process.wait()


async def test_mail_becomes_a_file_when_it_is_sent(catcher: Catcher) -> None:
    """As it came, one file each, in the order of arrival; addresses beyond ASCII are no trouble."""
    international = LETTER._replace(recipient="zoë@example.com", content=b"second\r\n", is_international=True)
    await catcher.send(LETTER)
    await catcher.send(international)
    await asyncio.gather(*(catcher.send(LETTER) for _ in range(10)))
    files = catcher.files()
    assert [path.read_bytes() for path in files] == [LETTER.content, international.content, *[LETTER.content] * 10]
    assert all(re.fullmatch(r"\d{8}T\d{6}\.\d{6}-\d+-\d+\.eml", path.name) for path in files)


async def test_mail_is_tried_again_when_the_folder_is_gone(catcher: Catcher) -> None:
    """A folder that cannot be written is a temporary failure."""
    catcher.folder.rmdir()
    with pytest.raises(MailServerUnavailable, match="452"):
        await catcher.send(LETTER)
    catcher.folder.mkdir()
    await catcher.send(LETTER)
    assert len(catcher.files()) == 1


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
async def test_catcher_ends_when_it_is_told(catcher: Catcher, sign: signal.Signals) -> None:
    """At once, with a client still connected."""
    async with open_mail_server(catcher.smtp):
        catcher.process.send_signal(sign)
        assert await asyncio.to_thread(catcher.process.wait, 5) == 0


async def test_catcher_says_why_when_it_cannot_start(catcher: Catcher) -> None:
    """One line, and an exit status."""
    taken = await hiring_beside("mail-catcher", *catcher.options)
    assert taken.returncode == 1 and "address already in use" in taken.stderr.lower()
    file = catcher.folder / "file"
    file.touch()
    no_folder = await hiring_beside("mail-catcher", *catcher.options, "--folder", str(file))
    assert no_folder.returncode == 1 and str(file) in no_folder.stderr
    for said in (taken, no_folder):
        assert said.stderr.startswith("hiring mail-catcher: ") and said.stderr.count("\n") == 1
    assert (await hiring_beside("mail-catcher")).returncode == 2

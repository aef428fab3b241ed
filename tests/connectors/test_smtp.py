"""The connector of the mail server: what is taken, what is final, what is to be tried again."""

import asyncio
import contextlib
import re
import ssl
import subprocess
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

from hiring.config import Settings, Smtp, SmtpTimeouts
from hiring.connectors import smtp
from hiring.connectors.smtp import Letter, MailRefused, MailServerUnavailable, open_mail_server
from tests.mail_server import MailServer
from tests.ports import free_ports

LETTER = Letter("no-reply@example.com", "zoe@example.com", b"Subject: Hello\r\n\r\n.a line\r\n..\r\n")


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with MailServer.running() as server:
        yield server


def timeouts(every_ms: int, **changes: int) -> SmtpTimeouts:
    """The same limit for every answer, but for those that are named."""
    return SmtpTimeouts(**dict.fromkeys(SmtpTimeouts.__struct_fields__, every_ms) | changes)


def smtp_settings(settings: Settings, server: MailServer, **changes: Any) -> Smtp:
    given = {"host": "127.0.0.1", "port": server.port, "timeouts": timeouts(2_000)} | changes
    return msgspec.structs.replace(settings.smtp, **given)


async def send(settings: Smtp, letter: Letter = LETTER) -> None:
    async with open_mail_server(settings) as server:
        await server.send(letter)


async def test_letter_arrives_as_it_is_when_it_is_sent(settings: Settings, server: MailServer) -> None:
    """Lines that begin with a dot are no end of the letter."""
    await send(smtp_settings(settings, server))
    assert [(caught.recipient, caught.content) for caught in server.caught] == [(LETTER.recipient, LETTER.content)]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("550 5.1.1 There is nobody of this name", MailRefused),
        ("553 not here", MailRefused),
        ("450 4.2.1 Greylisted, try again", MailServerUnavailable),
        ("421 closing", MailServerUnavailable),
        *((f"{code} 5.7.0 About the login", MailServerUnavailable) for code in (530, 534, 535, 538)),
        *((f"{code} 5.7.0 About the letter", MailRefused) for code in (529, 531, 533, 536, 537, 539)),
    ],
)
async def test_recipient_is_refused_for_good_or_for_now_when_the_server_says_so(
    settings: Settings, server: MailServer, answer: str, error: type[Exception]
) -> None:
    """5xx is final, 4xx is tried again; a missing login is no fault of the letter's."""
    server.refuses(answer)
    with pytest.raises(error, match=answer):
        await send(smtp_settings(settings, server))


@pytest.mark.parametrize(
    ("answer", "error"), [("554 5.7.1 Spam", MailRefused), ("452 4.3.1 The disk is full", MailServerUnavailable)]
)
async def test_content_is_refused_for_good_or_for_now_when_the_server_says_so(
    settings: Settings, server: MailServer, answer: str, error: type[Exception]
) -> None:
    """As for recipients."""
    server.answers(answer)
    with pytest.raises(error, match=answer):
        await send(smtp_settings(settings, server))


async def test_server_is_unavailable_when_nobody_listens(settings: Settings) -> None:
    """A refused connection is tried again."""
    [port] = free_ports(1)
    with pytest.raises(MailServerUnavailable):
        await send(msgspec.structs.replace(settings.smtp, host="127.0.0.1", port=port))


async def test_server_is_unavailable_when_it_is_silent(settings: Settings) -> None:
    """A server that says nothing, and one that says nothing to a letter, cost the time limit and no more."""

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    listener = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    began = time.perf_counter()
    with pytest.raises(MailServerUnavailable):
        await send(msgspec.structs.replace(settings.smtp, host="127.0.0.1", port=port, timeouts=timeouts(200)))
    listener.close()

    async def never(envelope: Envelope) -> str:
        await asyncio.sleep(1)
        return "250 OK"

    async with MailServer.running() as server:
        server.on_data = never
        with pytest.raises(MailServerUnavailable):
            await send(smtp_settings(settings, server, timeouts=timeouts(200)))
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    ("given", "expected", "error"),
    [
        (b"550 Bo\xeete pleine", "550 Bo\ufffdte pleine", MailRefused),
        (b"451 wait\0 \x1b[31m\x7f", "451 wait\ufffd \ufffd[31m\ufffd", MailServerUnavailable),
        (b"550 " + b"x" * 496, "550 " + "x" * 496, MailRefused),
        (b"550 " + b"x" * 497, "550 " + "x" * 496, MailRefused),
        ("552 Postfach für Müller ist voll".encode(), "552 Postfach für Müller ist voll", MailRefused),
        (b"600 What?", "600 What?", MailServerUnavailable),
    ],
)
async def test_answer_is_a_text_that_can_be_stored(
    settings: Settings, given: bytes, expected: str, error: type[Exception]
) -> None:
    """Servers answer in other encodings, with control characters, or at length; only 5xx is final."""
    async with slow_server("", 0, to_recipient=given) as (port, _):
        with pytest.raises(error, match=f"^{re.escape(expected)}$"):
            await send(smtp_settings(settings, MailServer(), port=port))


STEPS = {"EHLO": "command_ms", "MAIL": "command_ms", "RCPT": "command_ms", "DATA": "data_ms", ".": "content_ms"}


@contextlib.asynccontextmanager
async def slow_server(
    slow_command: str, delay_s: float, to_recipient: bytes = b"250 OK"
) -> AsyncIterator[tuple[int, list[bytes]]]:
    """A mail server that answers one command late: its port, and the lines that it got."""
    lines: list[bytes] = []

    conversations: list[asyncio.Task[None]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        conversations.append(asyncio.ensure_future(converse(reader, writer)))

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await answer(reader, writer)
        finally:
            writer.close()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 slow.example.com\r\n")
        is_content = False
        while line := await reader.readline():
            lines.append(line)
            command = line.split()[0].decode() if line.split() else ""
            if is_content and command != ".":
                continue
            if command == slow_command:
                await asyncio.sleep(delay_s)
            is_content = command == "DATA"
            answers = {"DATA": b"354 Go on", "RCPT": to_recipient}
            writer.write(answers.get(command, b"250 OK") + b"\r\n")

    listener = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield listener.sockets[0].getsockname()[1], lines
    finally:
        listener.close()
        for each in conversations:
            each.cancel()
        await asyncio.gather(*conversations, return_exceptions=True)


@pytest.mark.parametrize("command", STEPS)
async def test_each_answer_has_a_time_limit_of_its_own(settings: Settings, command: str) -> None:
    """A late answer is waited for within the limit of its own step, whatever the limits of the others are."""
    own = STEPS[command]
    async with slow_server(command, 0.5) as (port, lines):
        patient = smtp_settings(settings, MailServer(), port=port, timeouts=timeouts(300, **{own: 5_000}))
        await send(patient)
        assert [line for line in lines if line.startswith(b".")] == [b"..a line\r\n", b"...\r\n", b".\r\n"]
        impatient = smtp_settings(settings, MailServer(), port=port, timeouts=timeouts(5_000, **{own: 100}))
        with pytest.raises(MailServerUnavailable):
            await send(impatient)


async def test_letter_is_with_the_server_when_its_content_was_sent(settings: Settings, server: MailServer) -> None:
    """Before that, an attempt may be given up without a second delivery; afterwards only the server knows."""
    seen: list[bool] = []
    async with open_mail_server(smtp_settings(settings, server)) as opened:

        async def look(address: str) -> str:
            seen.append(opened.has_letter)
            return "250 OK"

        async def look_again(envelope: Envelope) -> str:
            seen.append(opened.has_letter)
            return "250 OK"

        server.on_recipient, server.on_data = look, look_again
        await opened.send(LETTER)
    assert seen == [False, True]


async def test_letter_counts_as_taken_when_the_server_does_not_say_goodbye(
    settings: Settings, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What follows the server's 250 cannot fail."""
    monkeypatch.setattr(smtp, "QUIT_TIMEOUT_S", 0.05)
    async with open_mail_server(smtp_settings(settings, server)) as opened:
        await opened.send(LETTER)
        opened._client.transport.close()  # type: ignore[union-attr]
    assert len(server.taken) == 1


async def test_letter_is_taken_when_the_server_never_answers_the_goodbye(settings: Settings) -> None:
    """It is not waited for as the other answers are."""
    clock = asyncio.get_running_loop().time
    async with slow_server("QUIT", 30) as (port, lines):
        began_s = clock()
        await send(smtp_settings(settings, MailServer(), port=port, timeouts=timeouts(60_000)))
        assert clock() - began_s < 15
    assert lines[-1] == b"QUIT\r\n"


async def test_international_address_is_carried_when_the_server_can(settings: Settings, server: MailServer) -> None:
    """Letters beyond ASCII before the @ need SMTPUTF8 (RFC 6531); a server without it refuses for good."""
    letter = Letter("no-reply@example.com", "zoë@example.com", "\r\nü\r\n".encode(), is_international=True)
    await send(smtp_settings(settings, server), letter)
    assert (server.caught[0].recipient, server.caught[0].content) == (letter.recipient, letter.content)
    async with MailServer.running(enable_SMTPUTF8=False) as old:
        with pytest.raises(MailRefused, match="SMTPUTF8"):
            await send(smtp_settings(settings, old), letter)
        assert old.caught == []


async def test_address_is_refused_when_it_would_be_a_command(settings: Settings, server: MailServer) -> None:
    """A line break in an address never reaches the server."""
    with pytest.raises(MailRefused):
        await send(smtp_settings(settings, server), LETTER._replace(recipient="a@example.com>\r\nRSET\r\n<b@c.de"))
    assert server.caught == []


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A key and a certificate that it signed itself, for 127.0.0.1."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    return key, certificate


async def test_login_is_used_over_tls_when_it_is_set(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """STARTTLS with a checked certificate, then the login; a wrong one concerns every letter and is tried again."""
    key, certificate = make_certificate(tmp_path)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)

    def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        return AuthResult(success=given == LoginPassword(b"hiring", b"right"), handled=False)

    async with MailServer.running(
        tls_context=tls, require_starttls=True, auth_required=True, authenticator=authenticate
    ) as server:
        given = smtp_settings(settings, server, user="hiring", password="right", starttls=True)
        with pytest.raises(MailServerUnavailable, match=r"(?i)certificate"):
            await send(given)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        await send(given)
        assert len(server.taken) == 1
        with pytest.raises(MailServerUnavailable, match="535"):
            await send(msgspec.structs.replace(given, password="wrong"))
        with pytest.raises(MailServerUnavailable, match="530"):
            await send(msgspec.structs.replace(given, user=None, starttls=False))
    async with MailServer.running() as plain:
        with pytest.raises(MailServerUnavailable):
            await send(smtp_settings(settings, plain, starttls=True))
        assert plain.caught == []

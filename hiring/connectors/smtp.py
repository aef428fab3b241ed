"""The mail server: one letter over one connection. The only importer of aiosmtplib."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import NamedTuple

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPStatus,
)

from hiring.config import Smtp, SmtpTimeouts
from hiring.errors import Unavailable

QUIT_TIMEOUT_S = 1.0
MAXIMUM_ANSWER_CHARACTERS = 500
LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)
"""Doubled, so that it does not end the letter (RFC 5321, 4.5.2)."""
NEEDS_LOGIN = frozenset({530, 534, 535, 538})
"""Answers about our login (RFC 4954), which say nothing about a letter."""


class MailServerUnavailable(Unavailable):
    """The mail server cannot take mail at this moment."""


class MailRefused(Exception):
    """The mail server will never take this letter; the text is its answer."""


class Letter(NamedTuple):
    """A mail as SMTP carries it: the envelope's addresses, then header and body with CRLF at the end of each line.

    `is_international` asks for SMTPUTF8 (RFC 6531), which a recipient with letters beyond ASCII before the @ needs.
    """

    sender: str
    recipient: str
    content: bytes
    is_international: bool = False


class MailServer:
    """A connection that is ready to send one letter."""

    def __init__(self, client: SMTP, timeouts: SmtpTimeouts) -> None:
        self._client, self._timeouts = client, timeouts
        self.has_letter = False
        """Whether the letter was handed over. Until the server answers, it alone knows what becomes of the letter."""

    async def send(self, letter: Letter) -> None:
        """Returns when the server has taken the letter. Raises: MailRefused, MailServerUnavailable."""
        try:
            await self._name_recipient(letter)
            await self._hand_over(letter.content)
        except SMTPNotSupported as error:
            raise MailRefused(f"The mail server does not carry such an address: {error.message}") from None
        except ValueError as error:
            raise MailRefused(f"SMTP cannot carry such an address: {error}") from None
        except (SMTPException, OSError, TimeoutError) as error:
            raise _judged(error) from None

    async def _name_recipient(self, letter: Letter) -> None:
        encoding, options = "ascii", list[str]()
        if letter.is_international:
            await self._client.ehlo()
            if not self._client.supports_extension("smtputf8"):
                raise SMTPNotSupported("SMTPUTF8 is not supported by this server")
            encoding, options = "utf-8", ["SMTPUTF8", "BODY=8BITMIME"]
        await self._client.mail(letter.sender, options=options, encoding=encoding)
        await self._client.rcpt(letter.recipient, encoding=encoding)

    async def _hand_over(self, content: bytes) -> None:
        """Sends DATA and the letter, each with its own time limit; aiosmtplib has one for both."""
        started = await self._client.execute_command(b"DATA", timeout=self._timeouts.data_ms / 1000)
        if started.code != SMTPStatus.start_input:
            raise SMTPDataError(started.code, started.message)
        if (protocol := self._client.protocol) is None:
            raise SMTPServerDisconnected("Connection lost")
        self.has_letter = True
        protocol.write(LEADING_DOT.sub(b"..", content) + b".\r\n")
        answer = await protocol.read_response(timeout=self._timeouts.content_ms / 1000)
        if answer.code != SMTPStatus.completed:
            raise SMTPDataError(answer.code, answer.message)


@asynccontextmanager
async def open_mail_server(settings: Smtp) -> AsyncIterator[MailServer]:
    """Connects, with STARTTLS and login as set.

    The server hears QUIT when the block ends well: what must not wait for that goes into the block.

    Raises: MailServerUnavailable, also for a wrong login, which concerns every letter.
    """
    timeouts = settings.timeouts
    client = SMTP(
        hostname=settings.host, port=settings.port, username=settings.user,
        password=settings.password if settings.user else None, start_tls=settings.starttls,
        timeout=timeouts.command_ms / 1000,
        local_hostname=settings.from_address.rpartition("@")[2],  # or the library asks the resolver, each time
    )  # fmt: skip
    try:
        try:
            await client.connect(timeout=timeouts.greeting_ms / 1000)
        except (SMTPException, OSError, TimeoutError) as error:
            raise MailServerUnavailable(_answer(error)) from None
        yield MailServer(client, timeouts)
        with suppress(SMTPException, OSError, TimeoutError):
            await client.quit(timeout=QUIT_TIMEOUT_S)
    finally:
        client.close()


def _judged(error: Exception) -> MailRefused | MailServerUnavailable:
    """What an answer means: 5xx (RFC 5321, 4.2.1) to the recipient or the content is final, all else is tried again.

    A refused sender is a fault of the settings: with them put right, the same letter will pass.
    """
    is_final = isinstance(error, SMTPRecipientRefused | SMTPDataError) and (
        500 <= error.code <= 599 and error.code not in NEEDS_LOGIN
    )
    return (MailRefused if is_final else MailServerUnavailable)(_answer(error))


def _answer(error: Exception) -> str:
    """A server's answer, or what happened instead of one, on a line that PostgreSQL takes.

    Bytes that are no UTF-8 come from aiosmtplib as lone surrogates; they and control characters are replaced.
    """
    if isinstance(error, SMTPResponseException):
        text = f"{error.code} {' '.join(error.message.split())}"
    else:
        text = f"{type(error).__name__}: {error}"
    return "".join(each if each.isprintable() else "\ufffd" for each in text[:MAXIMUM_ANSWER_CHARACTERS])

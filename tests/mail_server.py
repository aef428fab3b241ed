"""A mail server of a test's own: it keeps what it takes, and answers as the test likes."""

import asyncio
import email
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from typing import Any, NamedTuple, Self

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.ports import free_ports


class Caught(NamedTuple):
    """A mail as it came; `taken` tells whether the server said 250."""

    recipient: str
    content: bytes
    taken: bool

    @property
    def mail(self) -> EmailMessage:
        parsed = email.message_from_bytes(self.content, policy=default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @property
    def subject(self) -> str:
        return self.header("Subject")

    @property
    def body(self) -> str:
        """The text, with the line ends of Python."""
        text: str = self.mail.get_content()
        return text.replace("\r\n", "\n")

    def header(self, name: str) -> str:
        """A header's text, decoded by the older parser: the newer one puts spaces into long names."""
        raw = email.message_from_bytes(self.content)[name]
        return str(make_header(decode_header(raw.replace("\r\n", ""))))


class MailServer:
    """Listens on a port of its own; `on_data` and `on_recipient` give the answers to a mail and to an address."""

    def __init__(self, **options: Any) -> None:
        [self.port] = free_ports(1)
        self.caught: list[Caught] = []
        self.on_data: Callable[[Envelope], Awaitable[str]] = self.take
        self.on_recipient: Callable[[str], Awaitable[str]] = self.accept
        self.connection_count = 0
        self._options = {"enable_SMTPUTF8": True, "decode_data": False} | options
        self._server: asyncio.Server | None = None

    @property
    def taken(self) -> list[Caught]:
        return [each for each in self.caught if each.taken]

    @classmethod
    @asynccontextmanager
    async def running(cls, **options: Any) -> AsyncIterator[Self]:
        server = cls(**options)
        await server.start()
        try:
            yield server
        finally:
            await server.stop()

    async def start(self) -> None:
        self._server = await asyncio.get_running_loop().create_server(self._connection, "127.0.0.1", self.port)

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    def _connection(self) -> SMTP:
        self.connection_count += 1
        return SMTP(self, hostname="mx.example.com", loop=asyncio.get_running_loop(), **self._options)

    async def take(self, envelope: Envelope) -> str:
        return "250 OK"

    async def accept(self, address: str) -> str:
        return "250 OK"

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = await self.on_recipient(address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = await self.on_data(envelope)
        assert isinstance(envelope.content, bytes)
        [recipient] = envelope.rcpt_tos
        self.caught.append(Caught(recipient, envelope.content, taken=answer.startswith("250")))
        return answer

    def answers(self, *answers: str) -> None:
        """The answers to the next mails; then each is taken."""
        waiting = list(answers)

        async def answer(envelope: Envelope) -> str:
            return waiting.pop(0) if waiting else "250 OK"

        self.on_data = answer

    def refuses(self, refusal: str) -> None:
        """The answer to every recipient."""

        async def refuse(address: str) -> str:
            return refusal

        self.on_recipient = refuse

"""Who may ask: one user with a password, named in the ways that ClickHouse's HTTP interface knows."""

import base64
import binascii
from collections.abc import Mapping
from email.message import Message
from hmac import compare_digest
from typing import NamedTuple

from native_server.failures import Failure

REQUIRED_PASSWORD = 194
AUTHENTICATION_FAILED = 516


class Login(NamedTuple):
    """A user and their password."""

    user: str
    password: str

    def check(self, headers: Message, parameters: Mapping[str, str]) -> None:
        """Headers of ClickHouse's own go before Basic, and that before parameters of the URL. Raises: Failure."""
        given = of_headers(headers) or of_basic(headers.get("Authorization", "")) or of_parameters(parameters)
        if not compare_digest(given.user.encode() + b"\0" + given.password.encode(), self.secret()):
            code, name = AUTHENTICATION_FAILED, "AUTHENTICATION_FAILED"
            if not given.password:
                code, name = REQUIRED_PASSWORD, "REQUIRED_PASSWORD"
            reason = "Authentication failed: password is incorrect, or there is no user with such name."
            raise Failure(f"Code: {code}. DB::Exception: {given.user}: {reason} ({name})")

    def secret(self) -> bytes:
        """What a right login comes to."""
        return self.user.encode() + b"\0" + self.password.encode()


def of_headers(headers: Message) -> Login | None:
    """Bytes beyond ASCII arrive as Latin-1; they are UTF-8."""
    user, key = headers.get("X-ClickHouse-User"), headers.get("X-ClickHouse-Key")
    if user is None and key is None:
        return None
    return Login(*((text or "").encode("latin-1").decode(errors="replace") for text in (user or "default", key)))


def of_basic(header: str) -> Login | None:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return Login("", "")
    return Login(user, password)


def of_parameters(parameters: Mapping[str, str]) -> Login:
    return Login(parameters.get("user", "default"), parameters.get("password", ""))

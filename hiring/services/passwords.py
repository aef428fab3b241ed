"""Passwords: argon2id (RFC 9106) in threads of their own, a few at once, behind a queue that has an end.

A password is hashed exactly as it was typed. Unicode normalization (NFKC) would make different passwords the same, and
with a later version of Unicode stored hashes could fail. It is hardly needed: keyboards send composed characters.
"""

from base64 import b64encode
from os import urandom
from typing import Any, ClassVar, Self

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from hiring import config
from hiring.domain.vocabulary import Text
from hiring.errors import FieldError, Invalid
from hiring.services.threads import Threads

MAXIMUM_CHARACTERS = 1_000
"""More is no safer, and hashing it costs."""


class Password(Text):
    """A password, taken as it was typed."""

    __slots__ = ()
    schema: ClassVar[dict[str, Any]] = {
        "type": "string", "format": "password", "minLength": 1, "maxLength": MAXIMUM_CHARACTERS,
    }  # fmt: skip

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(cls.measured(text))


class Passwords:
    """Hashes and verifies with the settings' cost, in `threads` threads and a bounded queue."""

    def __init__(self, settings: config.Passwords) -> None:
        self._hasher = PasswordHasher(settings.time_cost, settings.memory_kib, settings.parallelism)
        self._min_length = settings.min_length
        self._threads = Threads("passwords", count=settings.threads, queue_limit=settings.queue_limit)
        self._nobodys = _nobodys_hash(self._hasher)

    async def hash(self, password: str, *, pointer: str = "/password") -> str:
        """The hash of a new password, in argon2's own text form; `pointer` is where the request has it.

        Raises: Invalid (too short, too long, a NUL), ServiceBusy.
        """
        self._check(password, pointer)
        return await self._threads.run(lambda: self._hasher.hash(password))

    async def verify(self, kept: str, password: str) -> bool:
        """Whether a kept hash is of this password. Raises: ServiceBusy."""
        return await self._threads.run(lambda: self._matches(kept, password))

    async def verify_nothing(self) -> None:
        """Costs what `verify` costs, for an unknown user: time must not tell who is one. Raises: ServiceBusy."""
        await self._threads.run(lambda: self._matches(self._nobodys, "nobody's password"))

    def close(self) -> None:
        """Ends the threads; what waits is cancelled."""
        self._threads.close()

    def _check(self, password: str, pointer: str) -> None:
        if len(password) < self._min_length:
            detail = f"A password has at least {self._min_length} characters."
            raise Invalid(errors=[FieldError(pointer, "too_short", detail)])
        if len(password) > MAXIMUM_CHARACTERS:
            detail = f"A password has at most {MAXIMUM_CHARACTERS} characters."
            raise Invalid(errors=[FieldError(pointer, "too_long", detail)])
        if "\0" in password:
            raise Invalid(errors=[FieldError(pointer, "nul_character", "A password has no NUL character.")])

    def _matches(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except VerifyMismatchError:
            return False


def _nobodys_hash(hasher: PasswordHasher) -> str:
    """A well-formed hash of the hasher's cost that no password has, made without computing one."""
    salt, digest = (b64encode(urandom(size)).decode().rstrip("=") for size in (hasher.salt_len, hasher.hash_len))
    return f"$argon2id$v=19$m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}${salt}${digest}"

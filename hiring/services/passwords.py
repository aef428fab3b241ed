"""Passwords: argon2id (RFC 9106) in threads of their own, behind a queue that has an end."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar, Self, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from hiring import config
from hiring.domain.vocabulary import Text
from hiring.errors import FieldError, Invalid, ServiceBusy

T = TypeVar("T")

MAXIMUM_CHARACTERS = 1000
"""More is no safer, and hashing it costs."""


class Password(Text):
    """A password as it was typed: it is not normalized, for what a client sends twice is the same twice."""

    __slots__ = ()
    schema: ClassVar[dict[str, Any]] = {
        "type": "string", "format": "password", "minLength": 1, "maxLength": MAXIMUM_CHARACTERS,
    }  # fmt: skip

    @classmethod
    def parse(cls, text: str) -> Self:
        if not 1 <= len(text) <= MAXIMUM_CHARACTERS:
            raise ValueError(f"Expected 1 to {MAXIMUM_CHARACTERS} characters")
        return cls(text)


class Passwords:
    """Hashes and verifies; about 20 ms of a thread each."""

    def __init__(self, settings: config.Passwords) -> None:
        self._hasher = PasswordHasher(
            time_cost=settings.time_cost, memory_cost=settings.memory_kib, parallelism=settings.parallelism
        )
        self._threads = ThreadPoolExecutor(settings.threads, thread_name_prefix="argon2")
        self._queue_limit, self._queued = settings.queue_limit, 0
        self._min_length = settings.min_length
        self._nothing = self._hasher.hash("nobody has this password")

    async def hash(self, password: str) -> str:
        """The text to keep. Raises: Invalid (too short for this deployment), ServiceBusy."""
        if len(password) < self._min_length:
            detail = f"A password has at least {self._min_length} characters."
            raise Invalid(errors=[FieldError("/password", "too_short", detail)])
        return await self._run(lambda: self._hasher.hash(str(password)))

    async def verify(self, kept: str, password: str) -> bool:
        """Whether the password is the one that was kept. Raises: ServiceBusy."""
        return await self._run(lambda: self._is_same(kept, password))

    async def verify_nothing(self) -> None:
        """Takes as long as verifying, for an account that is not there. Raises: ServiceBusy."""
        await self._run(lambda: self._is_same(self._nothing, "something else"))

    def close(self) -> None:
        """Waits for no one."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _is_same(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, str(password))
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[[], T]) -> T:
        if self._queued >= self._queue_limit:
            raise ServiceBusy
        self._queued += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._queued -= 1

"""Requests are counted while they run, so that a stopping process can wait for the last one."""

import asyncio

from hiring.http.cross_origin import CrossOrigin
from hiring.http.recording import record
from hiring.services.api_metrics import OTHER


class Counted(CrossOrigin):
    """A request that its process knows of from its head to the end of its answer."""

    is_over = False
    """Whether it has been answered, or nobody is left to be answered."""

    @property
    def name(self) -> str:
        """What metrics call it."""
        return OTHER if self.operation is None else self.operation.name

    def enter(self) -> None:
        """Counts the request as begun."""
        self.dependencies.traffic.begin()

    def leave(self) -> None:
        """Counts the request as over, once."""
        if not self.is_over:
            self.is_over = True
            self.dependencies.traffic.end()

    def flush(self) -> "asyncio.Future[None]":
        """A stopping process says with each answer that the connection ends: nobody should send more over it."""
        if self.dependencies.traffic.is_stopping and not self.has_begun:
            self.set_header("Connection", "close")
        return super().flush()

    def on_finish(self) -> None:
        """The request has been answered."""
        record(self, self.name)
        self.leave()

    def on_connection_close(self) -> None:
        """The client is gone before it had its answer; a command that has begun still ends."""
        self.leave()

"""Ports for the servers of tests."""

import os
import random
import socket
from contextlib import ExitStack

STEP, COUNT = 20, 1_000
"""Between the ports of two stacks of tests that run beside each other, and how many of these a stack may take."""
PLACE = int(os.environ.get("TEST_PORT_BASE", "0")) // STEP % 9
PORTS = range(23_000 + COUNT * PLACE, 23_000 + COUNT * (PLACE + 1))
"""Nobody else uses these: the stacks of tests have lower ones, connections get higher ones from the system."""
given: set[int] = set()
"""Ports that somebody has got already, and may listen on at any moment."""


def free_ports(count: int) -> list[int]:
    """Consecutive ports that nobody listens on, below those that the system gives to clients at any moment."""
    while True:
        first = random.choice(PORTS)
        if not given.isdisjoint(range(first, first + count)):
            continue
        with ExitStack() as stack:
            try:
                for port in range(first, first + count):
                    stack.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except OSError:
                continue
            given.update(range(first, first + count))
            return list(range(first, first + count))

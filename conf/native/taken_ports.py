"""Print the given ports of 127.0.0.1 that somebody else has, one a line."""

import socket
import sys


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # What merely lingers after a server's end does not count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


for argument in sys.argv[1:]:
    if not is_free(int(argument)):
        print(argument)

"""`python -m native_server --folder … --port … --server-limits … --profile …`: serves until TERM or INT.

CLICKHOUSE_USER and CLICKHOUSE_PASSWORD in the environment are the login.
"""

import argparse
import os
import signal
import socket
from pathlib import Path

from native_server.engine import Engine
from native_server.http_server import Server
from native_server.login import Login

STOP_LIMIT_S = 20.0
"""Queries have so long to end after TERM; then they are cancelled. Who sends TERM waits for 30 s."""


def stop_signals() -> socket.socket:
    """Gives a byte for each TERM and INT.

    A signal mask would not do: threads of the engine have one of their own, and TERM would kill the process there.
    """
    told, teller = socket.socketpair()
    teller.settimeout(0)
    signal.set_wakeup_fd(teller.detach(), warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
        signal.siginterrupt(number, False)  # noqa: FBT003  # the engine's system calls go on
    return told


def main() -> None:
    parser = argparse.ArgumentParser(prog="native_server")
    parser.add_argument("--folder", type=Path, required=True, help="where the data lies")
    parser.add_argument("--port", type=int, required=True, help="of 127.0.0.1")
    parser.add_argument("--server-limits", type=Path, required=True, help="XML: the server's settings")
    parser.add_argument("--profile", type=Path, required=True, help="XML of users, whose default profile holds")
    arguments = parser.parse_args()
    told = stop_signals()
    engine = Engine(arguments.folder, server_limits=arguments.server_limits, profile=arguments.profile)
    login = Login(os.environ["CLICKHOUSE_USER"], os.environ["CLICKHOUSE_PASSWORD"])
    with Server(arguments.port, engine, login) as server:
        print(f"ClickHouse {engine.version}: ready on 127.0.0.1:{arguments.port}", flush=True)
        told.recv(1)
        server.stop(STOP_LIMIT_S)
    engine.close()
    print("stopped", flush=True)


if __name__ == "__main__":
    main()

"""`python -m native_server --folder … --port … --server-limits … --profile …`: serves until TERM or INT.

CLICKHOUSE_USER and CLICKHOUSE_PASSWORD in the environment are the login.
"""

import argparse
import os
import signal
from pathlib import Path

from native_server.engine import Engine
from native_server.http_server import Server
from native_server.login import Login

STOP_LIMIT_S = 20.0
"""Queries have so long to end after TERM; then they are cancelled. Who sends TERM waits for 30 s."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="native_server")
    parser.add_argument("--folder", type=Path, required=True, help="where the data lies")
    parser.add_argument("--port", type=int, required=True, help="of 127.0.0.1")
    parser.add_argument("--server-limits", type=Path, required=True, help="XML: the server's settings")
    parser.add_argument("--profile", type=Path, required=True, help="XML of users, whose default profile holds")
    arguments = parser.parse_args()
    waited_for = {signal.SIGTERM, signal.SIGINT}
    # Blocked in every thread, the engine's too, and taken by the main one.
    signal.pthread_sigmask(signal.SIG_BLOCK, waited_for)
    engine = Engine(arguments.folder, server_limits=arguments.server_limits, profile=arguments.profile)
    login = Login(os.environ["CLICKHOUSE_USER"], os.environ["CLICKHOUSE_PASSWORD"])
    with Server(arguments.port, engine, login) as server:
        print(f"ClickHouse {engine.version}: ready on 127.0.0.1:{arguments.port}", flush=True)
        signal.sigwait(waited_for)
        server.stop(STOP_LIMIT_S)
    engine.close()
    print("stopped", flush=True)


if __name__ == "__main__":
    main()

"""The peers of the benchmark: small servers that do the work of our service on the same tables.

Each is written as the documentation of its framework recommends, neither handicapped nor tuned beyond that, so that our
service can be compared honestly. `conf/native/benchmark_tools.sh` installs them in `benchmarks/peers/.venv`; their
versions are those of `requirements.lock`.

A peer is started in the checkout, and reads its environment: PEER_DSN_READ (the replica, with a role that only reads),
PEER_DSN_WRITE (the primary), PEER_KEY (the secret of HS256) and PEER_PORT (on 127.0.0.1). It is one process with eight
connections to each server that it uses; granian has a second process, which watches that one. All works except the
public ones take `access_token`, and answer 401 without one.
"""

import time
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import jwt

ALGORITHM = "HS256"
AUDIENCE = "hiring-api"
CONNECTIONS = 8
TOKEN_TTL_S = 86_400

LIST, ONE, COMMAND, APPLY, BOARD, STATIC = "list", "one", "command", "apply", "board", "static"
"""The works: the newest applications of a job, one application with its candidate and job, a new candidate, an
application through a board, the posts of a board, and an answer without a database."""

PEERS: Mapping[str, frozenset[str]] = {
    "fastapi_models": frozenset((LIST, ONE, COMMAND, APPLY, BOARD, STATIC)),
    "fastapi_dictionaries": frozenset((LIST,)),
    "fastapi_sqlalchemy": frozenset((LIST,)),
    "litestar_granian": frozenset((LIST, STATIC)),
    "go": frozenset((LIST, STATIC)),
}
"""Peer → the works that it does."""

UVICORN = ("--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning")
GRANIAN = ("--interface", "asgi", "--workers", "1", "--loop", "uvloop", "--log-level", "warning")
"""Everything else is granian's default, as its documentation advises: one runtime thread, no access log."""


def command(name: str, python: str) -> list[str]:
    """The command line that starts a peer; `python` is the interpreter in the environment of the peers.

    The process that it starts becomes the server. Raises: KeyError for a name that is not in PEERS.
    """
    if name == "go":
        return [str(go_program(python))]
    server, options = ("granian", GRANIAN) if name == "litestar_granian" else ("uvicorn", UVICORN)
    words = [python, "-m", server, f"{__name__}.{name}:app", "--host", "127.0.0.1", *options]
    if name not in PEERS:
        raise KeyError(name)
    return ["/bin/sh", "-c", 'exec "$@" --port "$PEER_PORT"', name, *words]


def installed(python: str) -> list[str]:
    """The peers that can be started: that in Go is built only where Go was installed."""
    return [name for name in PEERS if name != "go" or go_program(python).exists()]


def go_program(python: str) -> Path:
    """Where the peer in Go is, once it is built: beside the interpreter."""
    return Path(python).with_name("go_peer")


def access_token(key: str, *, organization_id: UUID, user_id: UUID) -> str:
    """A token that every peer takes, for a day."""
    now = int(time.time())
    claims = {
        "aud": AUDIENCE, "org": str(organization_id), "sub": str(user_id), "iat": now, "exp": now + TOKEN_TTL_S,
    }  # fmt: skip
    return jwt.encode(claims, key, ALGORITHM)

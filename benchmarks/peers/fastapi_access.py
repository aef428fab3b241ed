"""What the peers on FastAPI share: who asks, and the pools of asyncpg.

The token is checked as in the security chapter of FastAPI's tutorial, by PyJWT in an `async` dependency. The pools are
opened in the lifespan of the application; JSON is decoded by the codec that asyncpg's documentation gives.
"""

import json
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Annotated, Any, NamedTuple
from uuid import UUID

import asyncpg
import jwt
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from benchmarks.peers import ALGORITHM, AUDIENCE, CONNECTIONS

KEY = os.environ["PEER_KEY"]
READ, WRITE = os.environ["PEER_DSN_READ"], os.environ["PEER_DSN_WRITE"]

bearer = HTTPBearer()


class Caller(NamedTuple):
    """Who asks: a user of an organization."""

    organization_id: UUID
    user_id: UUID


async def authenticated(credentials: Annotated[HTTPAuthorizationCredentials, Depends(bearer)]) -> Caller:
    """Whose token it is. Raises: HTTPException (401)."""
    try:
        claims = jwt.decode(credentials.credentials, KEY, algorithms=[ALGORITHM], audience=AUDIENCE)
        return Caller(UUID(claims["org"]), UUID(claims["sub"]))
    except (jwt.InvalidTokenError, KeyError, ValueError):
        raise HTTPException(401, "The token is invalid.", {"WWW-Authenticate": "Bearer"}) from None


async def use_json(connection: asyncpg.Connection) -> None:
    """JSON of rows and parameters is made of Python's values."""
    for name in ("json", "jsonb"):
        await connection.set_type_codec(name, encoder=json.dumps, decoder=json.loads, schema="pg_catalog")


@asynccontextmanager
async def replica_lifespan(app: FastAPI) -> AsyncIterator[Mapping[str, Any]]:
    """Holds a pool of connections to the replica, for peers that only read."""
    async with asyncpg.create_pool(READ, min_size=CONNECTIONS, max_size=CONNECTIONS, init=use_json) as replica:
        yield {"replica": replica}


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[Mapping[str, Any]]:
    """Holds pools of connections to the replica and to the primary."""
    async with (
        replica_lifespan(app) as state,
        asyncpg.create_pool(WRITE, min_size=CONNECTIONS, max_size=CONNECTIONS, init=use_json) as primary,
    ):
        yield {**state, "primary": primary}


async def replica_of(request: Request) -> asyncpg.Pool:
    """The pool of the replica."""
    return request.state.replica


async def primary_of(request: Request) -> asyncpg.Pool:
    """The pool of the primary."""
    return request.state.primary


CallerOfRequest = Annotated[Caller, Depends(authenticated)]
Replica = Annotated[asyncpg.Pool, Depends(replica_of)]
Primary = Annotated[asyncpg.Pool, Depends(primary_of)]


def application_of(row: asyncpg.Record) -> dict[str, Any]:
    """A row with its stage as an object within it."""
    application = dict(row)
    application["stage"] = {name: application.pop(f"stage_{name}") for name in ("id", "name", "kind", "position")}
    return application

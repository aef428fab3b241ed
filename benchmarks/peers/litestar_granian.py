"""A peer: Litestar and asyncpg with msgspec's structs, served by granian. It does the list and the static answer.

As their documentation recommends, tokens are checked by Litestar's JWT backend, the pool is opened in the lifespan,
answers are structs, which msgspec turns into JSON, and granian runs one worker with uvloop and its defaults. The
versions are those of requirements.lock.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Annotated, Any, NamedTuple
from uuid import UUID

import asyncpg
import msgspec
from litestar import Litestar, Request, get
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.exceptions import NotAuthorizedException
from litestar.params import Parameter
from litestar.security.jwt import JWTAuth, Token

from benchmarks.peers import ALGORITHM, AUDIENCE, CONNECTIONS
from benchmarks.peers.statements import LIST_APPLICATIONS


class Stage(msgspec.Struct):
    """A step of a job's pipeline."""

    id: UUID
    name: str
    kind: str
    position: int


class Application(msgspec.Struct, kw_only=True):
    """A candidate's pursuit of one job."""

    id: UUID
    external_id: str | None
    candidate_id: UUID
    job_id: UUID
    post_id: UUID | None
    stage: Stage
    status: str
    outcome: str | None
    transferred_to: UUID | None
    transferred_from: UUID | None
    source_id: UUID | None
    source_application_id: str | None
    referrer: str | None
    referrer_id: UUID | None
    assignee_id: UUID | None
    source_details: dict[str, str]
    answers: list[dict[str, Any]]
    custom_fields: dict[str, Any]
    end_reason_id: UUID | None
    override_reason: str | None
    start_on: date | None
    applied_at: datetime
    ended_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime


class ApplicationPage(msgspec.Struct):
    """The first page of a list of applications."""

    items: list[Application]
    next_cursor: str | None


class Liveness(msgspec.Struct):
    """That the process is alive."""

    status: str


class Caller(NamedTuple):
    """Who asks: a user of an organization."""

    organization_id: UUID
    user_id: UUID


async def caller_of(token: Token, connection: ASGIConnection[Any, Any, Any, Any]) -> Caller:
    """Whose token it is. Raises: NotAuthorizedException."""
    try:
        return Caller(UUID(token.extras["org"]), UUID(token.sub))
    except (KeyError, ValueError):
        raise NotAuthorizedException from None


def application_of(row: asyncpg.Record) -> Application:
    """A row as the answer has it."""
    fields = dict(row)
    stage = Stage(*(fields.pop(f"stage_{name}") for name in Stage.__struct_fields__))
    return Application(stage=stage, **fields)


@get("/livez")
async def check_liveness() -> Liveness:
    """Answers without a database."""
    return Liveness("alive")


@get("/api/v1/jobs/{job_id:uuid}/applications")
async def list_applications(
    job_id: UUID, request: Request[Caller, Token, State], state: State,
    limit: Annotated[int, Parameter(ge=1, le=100)] = 25,
) -> ApplicationPage:  # fmt: skip
    """Lists the newest applications of a job."""
    rows = await state.replica.fetch(LIST_APPLICATIONS, *request.user, job_id, limit)
    return ApplicationPage([application_of(row) for row in rows], None)


async def use_json(connection: asyncpg.Connection) -> None:
    """JSON of rows is read by msgspec."""
    for name in ("json", "jsonb"):
        await connection.set_type_codec(
            name, encoder=lambda value: msgspec.json.encode(value).decode(), decoder=msgspec.json.decode,
            schema="pg_catalog",
        )  # fmt: skip


@asynccontextmanager
async def lifespan(app: Litestar) -> AsyncIterator[None]:
    """Holds a pool of connections to the replica."""
    async with asyncpg.create_pool(
        os.environ["PEER_DSN_READ"], min_size=CONNECTIONS, max_size=CONNECTIONS, init=use_json
    ) as app.state.replica:
        yield


authentication = JWTAuth[Caller, Token](
    retrieve_user_handler=caller_of, token_secret=os.environ["PEER_KEY"], algorithm=ALGORITHM,
    accepted_audiences=[AUDIENCE], exclude=["^/livez$", "^/schema"],
)  # fmt: skip
app = Litestar([check_liveness, list_applications], lifespan=[lifespan], on_app_init=[authentication.on_app_init])

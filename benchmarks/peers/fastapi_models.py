"""A peer: FastAPI and asyncpg, with Pydantic response models. It does every work of the benchmark.

As its documentation recommends, it is served by uvicorn with uvloop and httptools, its path operations are `async`,
dictionaries are turned into JSON by the response model, in Rust, and a pool is opened in the lifespan. The versions are
those of requirements.lock.
"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import FastAPI, HTTPException, Query, Request

from benchmarks.peers import fastapi_commands as commands
from benchmarks.peers.fastapi_access import CallerOfRequest, Primary, Replica, application_of, lifespan
from benchmarks.peers.fastapi_shapes import (
    ApplicationPage,
    BoardPostPage,
    Candidate,
    ExpandedApplication,
    Liveness,
    NewBoardApplication,
    NewCandidate,
    Receipt,
)
from benchmarks.peers.statements import CANDIDATE, FIND_APPLICATION, FIND_BOARD, JOB, LIST_APPLICATIONS, LIST_POSTS

app = FastAPI(lifespan=lifespan)

Limit = Annotated[int, Query(ge=1, le=100)]


@app.get("/livez", response_model=Liveness)
async def check_liveness() -> Any:
    """Answers without a database."""
    return {"status": "alive"}


@app.get("/api/v1/jobs/{job_id}/applications", response_model=ApplicationPage)
async def list_applications(job_id: UUID, caller: CallerOfRequest, replica: Replica, limit: Limit = 25) -> Any:
    """Lists the newest applications of a job."""
    rows = await replica.fetch(LIST_APPLICATIONS, *caller, job_id, limit)
    return {"items": [application_of(row) for row in rows], "next_cursor": None}


@app.get("/api/v1/applications/{application_id}", response_model=ExpandedApplication)
async def read_application(application_id: UUID, caller: CallerOfRequest, replica: Replica, expand: str = "") -> Any:
    """Shows one application, with its candidate and its job where `expand` names them."""
    row = await replica.fetchrow(FIND_APPLICATION, *caller, application_id)
    if row is None:
        raise HTTPException(404, "There is no such application.")
    application, shown = application_of(row), expand.split(",")
    if "candidate" in shown:
        application["candidate"] = {name: row[f"candidate.{name}"] for name in (*CANDIDATE, "tags")}
    if "job" in shown:
        application["job"] = {name: row[f"job.{name}"] for name in (*JOB, "office_ids")}
    return application


@app.post("/api/v1/candidates", response_model=Candidate, status_code=201)
async def add_candidate(body: NewCandidate, caller: CallerOfRequest, primary: Primary) -> Any:
    """Adds a candidate."""
    return await commands.add_candidate(primary, caller, body)


@app.get("/api/v1/boards/{board}/posts", response_model=BoardPostPage)
async def list_posts(board: str, replica: Replica, limit: Limit = 25) -> Any:
    """Lists the public posts of a board, the latest publication first."""
    found = await replica.fetchrow(FIND_BOARD, board)
    if found is None:
        raise HTTPException(404, "There is no such board.")
    rows = await replica.fetch(LIST_POSTS, found["organization_id"], found["job_board_id"], limit)
    return {"items": [dict(row) for row in rows], "next_cursor": None}


@app.post("/api/v1/boards/{board}/posts/{post_id}/applications", response_model=Receipt, status_code=201)
async def apply_to_post(
    board: str, post_id: UUID, body: NewBoardApplication, request: Request, primary: Primary
) -> Any:
    """Takes an application through a post of a board."""
    token = await commands.apply(primary, board=board, post_id=post_id, body=body)
    return {"status_url": f"{request.base_url}api/v1/boards/{board}/applications/{token}"}

"""A peer: FastAPI and asyncpg, which returns dictionaries without a response model. It does the list only.

It is served as `fastapi_models` is. Without a model, FastAPI's own encoder walks through the dictionaries before they
become JSON; its documentation calls that slower, and many services are written so. The versions are those of
requirements.lock.
"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import FastAPI, Query

from benchmarks.peers.fastapi_access import CallerOfRequest, Replica, application_of, replica_lifespan
from benchmarks.peers.statements import LIST_APPLICATIONS

app = FastAPI(lifespan=replica_lifespan)


@app.get("/api/v1/jobs/{job_id}/applications", response_model=None)
async def list_applications(
    job_id: UUID, caller: CallerOfRequest, replica: Replica, limit: Annotated[int, Query(ge=1, le=100)] = 25
) -> dict[str, Any]:
    """Lists the newest applications of a job."""
    rows = await replica.fetch(LIST_APPLICATIONS, *caller, job_id, limit)
    return {"items": [application_of(row) for row in rows], "next_cursor": None}

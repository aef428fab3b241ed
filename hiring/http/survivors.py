"""Leads from a merged candidate to the one that it is part of now, on every path that names a candidate."""

from hiring.errors import CandidateMerged, CandidateMoved, NotFound, Unavailable
from hiring.http.asking import Asking
from hiring.http.requests import path_id
from hiring.queries import duplicates

NAME = "candidate_id"


async def told(request: Asking, error: Exception) -> Exception:
    """The error; where the path names a candidate who was merged and whose survivor the caller sees, where they are.

    A read moves there for good; any other request is refused, because a client that follows would send it as a read.
    Rules: D8.
    """
    operation, path = request.operation, request.path_kwargs
    if not isinstance(error, NotFound) or operation is None or operation.permission is None or NAME not in path:
        return error
    try:
        survivor_id = await duplicates.find_survivor(
            request.db, request.actor, operation.permission, candidate_id=path_id(path[NAME])
        )
    except (NotFound, Unavailable):
        return error
    if operation.method != "GET":
        return CandidateMerged(survivor_id)
    place = request.route.format(**{**path, NAME: str(survivor_id)})
    return CandidateMoved(survivor_id, f"{place}?{request.request.query}" if request.request.query else place)

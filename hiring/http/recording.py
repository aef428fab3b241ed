"""What is kept of a request: its line in the log, and its part in the metrics.

What a client may fill with anything is not logged: of the path its template and the ids in it, and no query string.
"""

from collections.abc import Mapping

from hiring.domain.conversion import UUID_FORM
from hiring.foundation import logs
from hiring.http.asking import Asking
from hiring.http.cross_origin import KNOWN_METHODS
from hiring.services.api_metrics import OTHER, REQUESTS


def record(request: Asking, name: str) -> None:
    """Logs and counts a request that has been answered, under the name of what was asked for."""
    duration_s = request.request.request_time()
    REQUESTS.count(operation=name, status=request.status, duration_s=duration_s)
    logs.info(
        "request",
        method=request.method if request.method in KNOWN_METHODS else OTHER,
        route=request.route,
        status=request.status,
        duration_ms=round(duration_s * 1000, 2),
        request_id=str(request.request_id),
        **ids_of(request.path_kwargs),
    )


def ids_of(parameters: Mapping[str, str]) -> dict[str, str]:
    """The ids among the parameters of a path; any other text is the client's."""
    return {name: text for name, text in parameters.items() if UUID_FORM.fullmatch(text)}

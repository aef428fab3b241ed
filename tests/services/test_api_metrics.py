"""What is told of the requests that were counted."""

import threading
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest

from hiring.services.api_metrics import BUCKETS_S, Requests


def samples(requests: Requests) -> dict[str, Any]:
    """Every sample of the exposition by its name and labels."""
    registry = CollectorRegistry()
    registry.register(requests)
    lines = generate_latest(registry).decode().splitlines()
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[0] != "#")}


def test_requests_are_told_by_operation_status_and_duration() -> None:
    """A duration that is a bound falls into its bucket; one beyond all into the last. Statuses go by their class."""
    requests = Requests()
    for status, duration_s in ((200, 0.001), (204, 0.0011), (404, 10.0), (503, 10.5)):
        requests.count(operation="GET /a", status=status, duration_s=duration_s)
    requests.count(operation="POST /b", status=201, duration_s=0.5)
    found, name = samples(requests), "hiring_http_request_duration_seconds"
    assert [found[f'{name}_bucket{{le="{bound}"}}'] for bound in map(float, BUCKETS_S)] == [
        1, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 4,
    ]  # fmt: skip
    assert found[f'{name}_bucket{{le="+Inf"}}'] == found[f"{name}_count"] == 5
    assert found[f"{name}_sum"] == 21.0021
    assert [found[f'hiring_requests_total{{operation="GET /a",status="{each}xx"}}'] for each in (2, 4, 5)] == [2, 1, 1]
    assert found['hiring_requests_total{operation="POST /b",status="2xx"}'] == 1
    assert found['hiring_request_seconds_total{operation="POST /b"}'] == 0.5


def test_nothing_fails_when_it_is_told_while_requests_are_counted() -> None:
    """Another thread asks; new operations come meanwhile."""
    requests, is_over = Requests(), threading.Event()
    failures: list[Exception] = []

    def ask() -> None:
        while not is_over.is_set():
            try:
                samples(requests)
            except Exception as error:  # noqa: BLE001  # whatever it is
                failures.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    for number in range(20_000):
        requests.count(operation=f"GET /{number % 300}", status=200, duration_s=0.1)
    is_over.set()
    asking.join()
    assert not failures and samples(requests)["hiring_http_request_duration_seconds_count"] == 20_000

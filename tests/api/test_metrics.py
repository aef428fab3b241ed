"""What the API process counts, and where it tells: on an address of its own, small however much there is to tell."""

import time
import urllib.request
from collections.abc import Iterator

import msgspec
import pytest
from prometheus_client import REGISTRY
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.parser import text_string_to_metric_families

from hiring.config import Address, RedisServer, Settings
from hiring.connectors.redis import RedisClient
from hiring.http.dependencies import Dependencies
from hiring.services import worker_metrics
from hiring.services.api_metrics import REQUESTS, State
from hiring.services.metrics_server import metrics_served
from hiring.services.request_state import RequestState
from tests.api.conftest import Serve
from tests.api.probe import endpoints
from tests.client import Client
from tests.ports import free_ports

BYTES_OF_AN_OPERATION = 280
"""Of the text."""
MAXIMUM_BYTES_SENT = 10_000
"""Of what Prometheus fetches, which takes gzip."""
ANSWERED, REFUSED, FALLBACKS = "hiring_requests_total", "hiring_rate_limited_total", "hiring_redis_fallbacks_total"


class Metrics:
    """What Prometheus would read."""

    def __init__(self, address: Address) -> None:
        self.url = f"http://{address.host}:{address.port}/metrics"

    def text(self) -> str:
        """The whole exposition."""
        with urllib.request.urlopen(self.url, timeout=10) as answer:
            assert answer.headers["Content-Type"].startswith("text/plain; version=")
            return str(answer.read().decode())

    def sent(self) -> int:
        """How many bytes Prometheus receives."""
        request = urllib.request.Request(self.url, headers={"Accept-Encoding": "gzip"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert answer.headers["Content-Encoding"] == "gzip"
            return len(answer.read())

    def values(self, name: str) -> dict[tuple[str, ...], float]:
        """The samples of a metric by the values of their labels, sorted by label."""
        return {
            tuple(value for _, value in sorted(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(self.text())
            for sample in family.samples
            if sample.name == name
        }


@pytest.fixture
def metrics(dependencies: Dependencies) -> Iterator[Metrics]:
    """The metrics of this process, in which the API runs."""
    address = Address(host="127.0.0.1", port=free_ports(1)[0])
    state = State(dependencies.db.servers, lambda: dependencies.traffic.running_count)
    with metrics_served("api.metrics", address, state):
        yield Metrics(address)


async def test_requests_are_counted_by_operation_when_answered(ada: Client, metrics: Metrics) -> None:
    """Operation and class of status are the labels; what a client makes up is one series."""
    before = metrics.values(ANSWERED)
    department = await ada.made("/departments", {"name": "Counted"})
    await ada.read(f"/departments/{department['id']}")
    await ada.head(f"/api/v1/departments/{department['id']}")
    await ada.get("/api/v1/departments/unknown")
    for path in ("/api/v1/no-such-thing", "/metrics", "/%ff"):
        await ada.get(path)
    for method in ("BREW", "PUT", "OPTIONS"):
        await ada.request(method, f"/api/v1/departments/{department['id']}")
    await ada.get("/docs")
    after = metrics.values(ANSWERED)

    def more(*labels: str) -> float:
        return after.get(labels, 0) - before.get(labels, 0)

    assert (more("readDepartment", "2xx"), more("readDepartment", "4xx")) == (2, 1)
    assert (more("addDepartment", "2xx"), more("/docs", "2xx")) == (1, 1)
    assert (more("other", "4xx"), more("other", "2xx")) == (5, 1)
    assert not any(department["id"] in label or "BREW" in label for labels in after for label in labels)


async def test_metrics_show_pools_and_requests_when_asked(metrics: Metrics, dependencies: Dependencies) -> None:
    """Connections by state for every pool, and where queries were answered."""
    servers = dependencies.db.servers
    sizes = metrics.values("hiring_pool_size")
    assert sum(sizes.values()) == sum(pool.size for pool in servers.pools)
    assert {labels[0] for labels in sizes} == {"command", "primary_query", "query"}
    assert len(metrics.values("hiring_pool_connections")) == 2 * len(servers.pools)
    assert set(metrics.values("hiring_reads_total")) == {("replica",), ("primary",)}
    assert metrics.values("hiring_replica_serving").keys()
    assert metrics.values("hiring_http_requests_running") == {(): dependencies.traffic.running_count}


async def test_metrics_are_small_when_every_operation_was_asked_for(metrics: Metrics) -> None:
    """Every operation answered and refused, every fourth failed: a few lines for each, in a tenth of a second."""
    for place, endpoint in enumerate(endpoints()):
        for status in (200, 404) if place % 4 else (200, 404, 503):
            REQUESTS.count(operation=endpoint.operation.name, status=status, duration_s=0.123456)
    text, began = metrics.text(), time.thread_time()
    again = metrics.text()
    assert time.thread_time() - began < 0.1
    size = max(len(without_worker(each)) for each in (text, again))
    assert size < BYTES_OF_AN_OPERATION * len(list(endpoints())), size
    assert (sent := metrics.sent()) < MAXIMUM_BYTES_SENT, sent


async def test_metrics_tell_of_the_service_alone(metrics: Metrics) -> None:
    """Nothing of Python itself, no second series for each counter, one histogram."""
    text = without_worker(metrics.text())
    assert "_created" not in text and "python_" not in text and text.count("_bucket") < 50


def without_worker(text: str) -> str:
    """What the API's process would tell, where tests of the worker have run in this one."""
    names = {each._name for each in vars(worker_metrics).values() if isinstance(each, MetricWrapperBase)}
    lines = text.splitlines(keepends=True)
    return "".join(line for line in lines if not any(name in line for name in names))


async def test_metrics_are_not_served_when_the_public_asks(ada: Client, anybody: Client) -> None:
    """The main port knows no such path."""
    assert (await anybody.get("/metrics")).status_code == 401
    assert (await ada.get("/metrics")).status_code == 404


def test_metrics_are_gone_when_their_server_has_stopped(dependencies: Dependencies, metrics: Metrics) -> None:
    """Neither the port nor what was registered is left: a second server of the same process starts as the first."""
    address = Address(host="127.0.0.1", port=free_ports(1)[0])
    for _ in range(2):
        with metrics_served("api.metrics", address):
            assert Metrics(address).text()
        with pytest.raises(OSError, match="refused"):
            Metrics(address).text()
    assert REGISTRY.get_sample_value("hiring_http_requests_running") == dependencies.traffic.running_count


async def test_refusals_and_work_without_redis_are_counted_when_they_happen(
    dependencies: Dependencies, settings: Settings, metrics: Metrics, serve: Serve
) -> None:
    """Of three requests at once where one is allowed, two are refused; with Redis gone each is counted locally."""
    rate = msgspec.structs.replace(settings.limits.principal, rate_per_s=0.001, burst=1)
    limits = msgspec.structs.replace(settings.limits, enabled=True, principal=rate)
    nowhere = RedisServer(host="127.0.0.1", port=9, password=None)
    redis = RedisClient(nowhere, name="nowhere", timeout_ms=500, pool_size=2)
    refused, alone = metrics.values(REFUSED), metrics.values(FALLBACKS)
    async with serve({"request_state": RequestState(redis, limits)}) as address, Client(address) as client:
        answers = [(await client.get("/api/v1")).status_code for _ in range(3)]
    await redis.close()
    assert answers == [200, 429, 429]
    assert metrics.values(REFUSED)[("principal",)] - refused.get(("principal",), 0) == 2
    assert metrics.values(FALLBACKS)[("limit",)] - alone.get(("limit",), 0) == 3

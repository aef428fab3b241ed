"""What the API process counts, for Prometheus; the worker's counts are in `worker_metrics.py`."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate

from prometheus_client import REGISTRY, Counter, Gauge
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from hiring.connectors.postgres import Pool
from hiring.connectors.postgres_servers import Servers

BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
OTHER = "other"
"""What requests are counted by that are no operation: clients choose methods and paths, and each would be a series."""

RATE_LIMITED = Counter("hiring_rate_limited_total", "Requests refused because a caller asked too often.", ["limit"])
REFUSED_CONNECTIONS = Counter(
    "hiring_connections_refused_total", "Connections closed at once, by the limit that they were over.", ["limit"]
)
REDIS_FALLBACKS = Counter(
    "hiring_redis_fallbacks_total",
    "What was done without Redis: limits counted by this process alone, news not told, answers not shared.",
    ["use"],
)
HEARS_NEWS = Gauge(
    "hiring_news_heard",
    "Whether the process hears what others write; while it does not, it asks Redis at each request of a known caller.",
)
PRINCIPAL_LOOKS = Counter(
    "hiring_principal_looks_total",
    "Looks for changed rights, by the server that answered; after `none` every principal is read from PostgreSQL.",
    ["server"],
)
KEPT_ANSWERS = Counter(
    "hiring_kept_answers_total",
    "Answers about boards or vocabularies: from memory, shared by another process, made, or unkept: the primary told no"
    " state.",
    ["about", "source"],
)


class Requests(Collector):
    """Answered requests, counted by the event loop alone: plain numbers, without the locks of the library's own."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, int], int] = {}
        self._seconds: dict[str, float] = {}
        self._buckets = [0] * (len(BUCKETS_S) + 1)

    def count(self, *, operation: str, status: int, duration_s: float) -> None:
        """Counts a request; `operation` is its `operationId` of `/openapi.json`, the path of a page, or OTHER."""
        key = operation, status // 100
        self._counts[key] = self._counts.get(key, 0) + 1
        self._seconds[operation] = self._seconds.get(operation, 0.0) + duration_s
        self._buckets[bisect_left(BUCKETS_S, duration_s)] += 1

    def collect(self) -> Iterator[Metric]:
        """Yields how long requests took, then how many there were, then how long those of each operation took."""
        seconds, counts = dict(self._seconds), dict(self._counts)  # who asks is another thread
        bounds = [*map(str, map(float, BUCKETS_S)), "+Inf"]
        yield HistogramMetricFamily(
            "hiring_http_request_duration_seconds", "Time from a request's head to the end of its answer.",
            buckets=list(zip(bounds, accumulate(self._buckets), strict=True)), sum_value=sum(seconds.values()),
        )  # fmt: skip
        labels = ["operation", "status"]
        requests = CounterMetricFamily("hiring_requests", "Requests by class of status, such as 2xx.", labels=labels)
        for (operation, status), count in counts.items():
            requests.add_metric([operation, f"{status}xx"], count)
        yield requests
        spent = "Time spent on requests; divided by their number, the mean."
        total = CounterMetricFamily("hiring_request_seconds", spent, labels=["operation"])
        for operation, duration_s in seconds.items():
            total.add_metric([operation], round(duration_s, 6))
        yield total


REQUESTS = Requests()
REGISTRY.register(REQUESTS)


class State(Collector):
    """What is measured when it is asked for."""

    def __init__(self, servers: Servers, running_count: Callable[[], int]) -> None:
        self._servers, self._running_count = servers, running_count

    def collect(self) -> Iterator[Metric]:
        """Yields requests in flight, then pools, then where queries were answered."""
        yield GaugeMetricFamily("hiring_http_requests_running", "Requests being answered.", self._running_count())
        yield from pool_metrics(self._servers.pools)
        reads, name = self._servers.reads, "hiring_reads"
        answered = CounterMetricFamily(name, "Queries by the server that answered them.", labels=["server"])
        answered.add_metric(["replica"], reads.on_replica_count)
        answered.add_metric(["primary"], reads.on_primary_count)
        yield answered
        yield CounterMetricFamily(
            "hiring_reads_retried", "Tries on a replica that lacked the client's write.", reads.retried_count
        )
        yield CounterMetricFamily(
            "hiring_reads_lost_event", "Reads whose token names an event that is nowhere.", reads.lost_event_count
        )
        serving = GaugeMetricFamily("hiring_replica_serving", "Whether a replica serves reads.", labels=["server"])
        for replica in self._servers.replicas:
            serving.add_metric([address_of(replica.pool)], int(replica.health.is_serving))
        yield serving


def pool_metrics(pools: Sequence[Pool]) -> Iterator[Metric]:
    """Yields the connections of each pool by what they do, and what has happened to it."""
    labels = ["pool", "server"]
    size = GaugeMetricFamily("hiring_pool_size", "Connections that a pool may have.", labels=labels)
    connections = GaugeMetricFamily("hiring_pool_connections", "Connections.", labels=[*labels, "state"])
    waiting = GaugeMetricFamily("hiring_pool_waiting", "Callers that wait for a connection.", labels=labels)
    happened = CounterMetricFamily("hiring_pool_events", "What has happened to a pool.", labels=[*labels, "event"])
    for pool in pools:
        values, statistics = [pool.name.removeprefix("hiring "), address_of(pool)], pool.statistics
        size.add_metric(values, pool.size)
        connections.add_metric([*values, "idle"], pool.idle_count)
        connections.add_metric([*values, "lent"], pool.lent_count)
        waiting.add_metric(values, statistics.waiting_count)
        for event in ("message", "opened", "refused", "dropped", "exhausted", "timed_out", "repeated"):
            happened.add_metric([*values, event], getattr(statistics, f"{event}_count"))
    yield from (size, connections, waiting, happened)


def address_of(pool: Pool) -> str:
    """Which server a pool leads to."""
    return f"{pool.address.host}:{pool.address.port}"

"""Where a process serves what it counts, in Prometheus' text format: an address of its own, which is not public.

It is served by a thread, so that neither the event loop nor its load matters.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import GC_COLLECTOR, PLATFORM_COLLECTOR, REGISTRY, disable_created_metrics, start_http_server
from prometheus_client.exposition import ThreadingWSGIServer
from prometheus_client.registry import Collector

from hiring.config import Address, port_needed

for each in (GC_COLLECTOR, PLATFORM_COLLECTOR):  # nobody runs the service by what these tell
    REGISTRY.unregister(each)
ThreadingWSGIServer.allow_reuse_port = True  # a process and its successor, while they are exchanged


@contextmanager
def metrics_served(setting: str, address: Address | None, *collectors: Collector) -> Iterator[None]:
    """Serves the counts of the process and what the collectors measure when they are asked; None serves nothing.

    Raises: SettingsError, which names the setting that has the address, when the port is taken.
    """
    if address is None:
        yield
        return
    disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each counter, read by nobody
    with port_needed(f"{setting}.port", address.port, address.host):
        server, thread = start_http_server(address.port, address.host)
    for each in collectors:
        REGISTRY.register(each)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        for each in collectors:
            REGISTRY.unregister(each)

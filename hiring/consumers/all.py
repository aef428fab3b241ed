"""Every consumer of the worker, on one page."""

from collections.abc import Sequence

from hiring.config import RabbitMQ
from hiring.connectors.rabbitmq_topology import Topology
from hiring.consumers import automation, notifications
from hiring.consumers.base import Consumer
from hiring.consumers.runner import topology_of

CONSUMERS: tuple[Consumer, ...] = (automation.CONSUMER, notifications.CONSUMER)


def topologies(settings: RabbitMQ) -> Sequence[Topology]:
    """What all consumers need at the broker."""
    return [topology_of(consumer, settings) for consumer in CONSUMERS]

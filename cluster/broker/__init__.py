"""A single Kafka broker on this machine, for trying things out and for the tests."""

from cluster.broker.broker import BrokerFailed, LocalBroker

__all__ = ["BrokerFailed", "LocalBroker"]

"""Brokers for the tests: a real one where it can be had, else librdkafka's mock cluster."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme
from confluent_kafka import Producer
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from callscribe.ports import free_port
from cluster.broker import LocalBroker
from cluster.broker.broker import can_run
from tests.servers import note

USER, PASSWORD = "tests", "for-the-tests-only"

MOCK_PARTITIONS = 4
"""So many has every topic of librdkafka's mock cluster."""


@dataclass(frozen=True, slots=True)
class Broker:
    """Where it listens, what it is, and what only a real one has."""

    address: str
    description: str
    partitions: int
    process: LocalBroker | None = None
    secure_address: str = ""
    authority: Path = Path()


@contextmanager
def running_broker() -> Iterator[Broker]:
    """One broker."""
    why_not = can_run()
    if why_not is None:
        with _real() as broker:
            yield broker
    else:
        with _mock(why_not) as broker:
            yield broker


@contextmanager
def _real() -> Iterator[Broker]:
    with tempfile.TemporaryDirectory(prefix="callscribe-kafka-") as folder:
        secure = f"127.0.0.1:{free_port()}"
        authority = Path(folder) / "authority.pem"
        process = LocalBroker(
            Path(folder), port=free_port(), properties=_secured(secure, Path(folder) / "broker.pem", authority)
        )
        process.start()
        try:
            yield Broker(process.address, "a real Apache Kafka broker", 3, process, secure, authority)
        finally:
            process.stop()


def _secured(address: str, keystore: Path, authority: Path) -> dict[str, str]:
    """A listener that speaks TLS and asks for a name and a password."""
    certificates = trustme.CA()
    certificates.cert_pem.write_to_path(authority)
    issued = certificates.issue_cert("127.0.0.1")
    key = load_pem_private_key(issued.private_key_pem.bytes(), None)
    written = [key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())]  # the only form that Java reads
    keystore.write_bytes(b"".join([*written, *(each.bytes() for each in issued.cert_chain_pems)]))
    module = "org.apache.kafka.common.security.plain.PlainLoginModule"
    return {
        "listeners": f"SASL_SSL://{address}",
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(keystore),
        "listener.name.sasl_ssl.sasl.enabled.mechanisms": "PLAIN",
        "listener.name.sasl_ssl.plain.sasl.jaas.config": f'{module} required user_{USER}="{PASSWORD}";',
    }


@contextmanager
def _mock(why: str) -> Iterator[Broker]:
    cluster = Producer({"test.mock.num.brokers": 1, "bootstrap.servers": ""})
    (broker,) = cluster.list_topics(timeout=30).brokers.values()
    description = f"librdkafka's mock cluster, since no real broker can run. {why}"
    yield Broker(f"{broker.host}:{broker.port}", description, MOCK_PARTITIONS)
    cluster.flush(0)


@pytest.fixture(scope="session")
def broker(pytestconfig: pytest.Config) -> Iterator[Broker]:
    """The session's broker: a test that kills it starts it again."""
    with running_broker() as broker:
        note(pytestconfig, "Kafka", broker.description)
        yield broker


@pytest.fixture
def real_broker(broker: Broker) -> Broker:
    """The broker, where it is a real one."""
    if broker.process is None:
        pytest.skip("The mock cluster cannot do this.")
    return broker

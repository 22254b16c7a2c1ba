"""How a client of the brokers is set up."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from callscribe.kafka_settings import KafkaSettings

MOST_BYTES: Final = 16 * 1024 * 1024
"""No message that a producer of ours sends is larger before it is compressed; the brokers have limits of their own."""


Client = TypeVar("Client", AIOKafkaConsumer, AIOKafkaProducer)


@asynccontextmanager
async def started(client: Client) -> AsyncIterator[Client]:
    """Start a client and stop it, even one that fails or is cancelled on its way: its own block would not."""
    try:
        await client.start()
        yield client
    finally:
        await client.stop()


def connection(settings: KafkaSettings) -> dict[str, Any]:
    """What every client needs to reach the brokers."""
    arguments: dict[str, Any] = {
        "bootstrap_servers": settings.bootstrap_servers,
        "client_id": "callscribe",
        "security_protocol": _protocol(settings),
        "ssl_context": settings.ssl_context(),
    }
    if settings.username is not None and settings.password is not None:
        arguments |= {
            "sasl_mechanism": settings.sasl_mechanism.value,
            "sasl_plain_username": settings.username,
            "sasl_plain_password": settings.password.get_secret_value(),
        }
    return arguments


def producing(settings: KafkaSettings) -> dict[str, Any]:
    """What a producer needs that loses nothing: every in-sync replica has what it has acknowledged."""
    return connection(settings) | {
        "acks": "all",
        "compression_type": "gzip",
        "max_request_size": MOST_BYTES,
    }


def consuming(settings: KafkaSettings) -> dict[str, Any]:
    """What a consumer of the group needs that commits by its own decision only, and reads what was not taken back."""
    return connection(settings) | {
        "group_id": settings.group,
        "enable_auto_commit": False,
        "auto_offset_reset": "earliest",
        "isolation_level": "read_committed",
        "max_partition_fetch_bytes": MOST_BYTES,
    }


def _protocol(settings: KafkaSettings) -> str:
    transport = "SSL" if settings.tls else "PLAINTEXT"
    return transport if settings.username is None else f"SASL_{transport}"

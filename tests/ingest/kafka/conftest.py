from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import uuid4

import pytest

from callscribe.blobs import Blobs
from callscribe.kafka_settings import KafkaSettings, MediaLimits
from callscribe.store import Store
from tests.brokers import Broker
from tests.ingest.kafka.house import House
from tests.ingest.media_host import MediaHost


@pytest.fixture
def kafka(broker: Broker, host: MediaHost) -> KafkaSettings:
    """The test's own topics and group."""
    name = f"test-{uuid4().hex[:8]}"
    return KafkaSettings(
        bootstrap_servers=[broker.address],
        recordings_topic=f"{name}.recordings",
        dead_letters_topic=f"{name}.dlq",
        events_topic=f"{name}.events",
        group=name,
        media=MediaLimits(hosts=[f"127.0.0.1:{host.port}"], networks=["127.0.0.1/32"], patience_seconds=2),
    )


@pytest.fixture
async def house(  # noqa: PLR0917 - fixtures
    broker: Broker,
    kafka: KafkaSettings,
    store: Store,
    blobs: Blobs,
    host: MediaHost,
    database_url: str,
    tmp_path: Path,
) -> AsyncIterator[House]:
    async with AsyncExitStack() as stack:
        house = House(kafka, store, blobs, host, stack, database_url, (tmp_path / "blobs").as_uri(), broker.partitions)
        if broker.process is not None:
            await house.create_topics()
        yield house

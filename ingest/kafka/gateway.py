"""Kafka both ways, for the time of one replica."""

from __future__ import annotations

import asyncio
import logging

from aiokafka.errors import KafkaError

from callscribe.blobs import Blobs
from callscribe.media.decoder import Decoder
from callscribe.settings import Settings
from callscribe.store import Store
from ingest.fetching import Fetcher
from ingest.kafka.consumer import RecordingsConsumer
from ingest.kafka.intake import RecordingIntake
from ingest.kafka.lag import LagTeller
from ingest.kafka.publisher import EventsPublisher

log = logging.getLogger(__name__)


class KafkaGateway:
    """A member of the consumers' group, and a publisher of events, or one that stands by."""

    def __init__(self, settings: Settings, store: Store, blobs: Blobs) -> None:
        media = settings.kafka.media
        intake = RecordingIntake(
            store,
            blobs,
            Decoder(settings.decode),
            limits=media,
            queue_limit=settings.queue_limit,
            fetcher=Fetcher(media),
        )
        self._consumer = RecordingsConsumer(settings.kafka, intake.take_in)
        self._publisher = EventsPublisher(settings.kafka, store, api=settings.api)
        self._lag_teller = LagTeller(self._consumer, store)
        self._lag = 0

    async def run(self) -> None:
        """Consume and publish until cancelled. Outages are waited out."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._consumer.run())
            group.create_task(self._publisher.run())
            group.create_task(self._lag_teller.run())

    async def lag(self) -> int:
        """How many messages of this member's partitions wait; as last known where the brokers do not say."""
        try:
            self._lag = sum((await self._consumer.lags()).values())
        except KafkaError as error:
            log.warning("the lag is not known: %s", error)
        return self._lag

    def partitions(self) -> int:
        """How many partitions the recordings' topic has, as far as is known."""
        return self._consumer.partitions()

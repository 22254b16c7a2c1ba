"""The consumer: recordings come in from their topic, and an offset is committed once its task is registered."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError

from callscribe.kafka_settings import KafkaSettings
from ingest.endless import endlessly
from ingest.kafka.client import consuming, producing, started
from ingest.kafka.dead_letters import DeadLetters
from ingest.kafka.partitions import Partitions
from ingest.kafka.settling import Settler, TakeIn
from ingest.kafka.tolerance import tolerate_header_names

log = logging.getLogger(__name__)

POLL_MILLISECONDS: Final = 200
BATCH: Final = 50
"""How many messages are taken at a time: those of a partition that is taken away are read again."""

REJOIN_SECONDS: Final = 2.0


class RecordingsConsumer:
    """One member of the group, which joins again whatever happens to it."""

    def __init__(self, settings: KafkaSettings, take_in: TakeIn) -> None:
        self._settings = settings
        self._take_in = take_in
        self._consumer: AIOKafkaConsumer | None = None

    async def run(self) -> None:
        """Consume until cancelled; outages of the brokers are waited out."""
        tolerate_header_names()
        await endlessly(self._turn, what="the consumer of recordings")

    async def lags(self) -> dict[int, int]:
        """How many messages of each of this member's partitions are not settled yet. Raises ``KafkaError``."""
        consumer = self._consumer
        if consumer is None or not (assigned := consumer.assignment()):
            return {}
        ends: dict[object, int] = await consumer.end_offsets(assigned)
        begins: dict[object, int] = await consumer.beginning_offsets(assigned)
        settled = {each: await consumer.committed(each) for each in assigned}
        return {each.partition: ends[each] - max(begins[each], settled[each] or 0) for each in assigned}

    def partitions(self) -> int:
        """How many partitions the topic has, as far as is known."""
        found = self._consumer.partitions_for_topic(self._settings.recordings_topic) if self._consumer else None
        return len(found or ())

    async def _turn(self) -> float:
        """Consume until something ends it, and say after how many seconds to join again."""
        try:
            async with self._joined() as (consumer, partitions):
                await _poll(consumer, partitions)
        except KafkaError as error:
            log.warning("not consuming: %s", error)
        return REJOIN_SECONDS

    @asynccontextmanager
    async def _joined(self) -> AsyncIterator[tuple[AIOKafkaConsumer, Partitions]]:
        async with started(AIOKafkaProducer(**producing(self._settings))) as producer:
            letters = DeadLetters(producer, self._settings.dead_letters_topic)
            settler = Settler(self._take_in, letters, media_patience=self._settings.media.patience_seconds)
            consumer = AIOKafkaConsumer(**consuming(self._settings))
            partitions = Partitions(consumer, settler.settle)
            consumer.subscribe([self._settings.recordings_topic], listener=partitions)
            async with started(consumer):
                self._consumer = consumer
                try:
                    yield consumer, partitions
                finally:
                    self._consumer = None
                    await partitions.stop()


async def _poll(consumer: AIOKafkaConsumer, partitions: Partitions) -> None:
    """Keep polling, whatever the partitions' work waits for: a member that does not is put out of the group."""
    while True:
        batches = await consumer.getmany(timeout_ms=POLL_MILLISECONDS, max_records=BATCH)
        partitions.raise_trouble()
        for partition, records in batches.items():
            partitions.begin(partition, records)

"""Consumers and what stands behind them, and what tests put into topics and find there."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.codec import gzip_encode
from aiokafka.record.util import calc_crc32c

from callscribe.blobs import Blobs
from callscribe.domain import Task
from callscribe.kafka_settings import KafkaSettings
from callscribe.media import probing
from callscribe.media.decoder import Decoder, MediaInfo
from callscribe.settings import DecodeLimits
from callscribe.store import Store, TaskFilter
from ingest.fetching import Fetcher
from ingest.kafka.consumer import RecordingsConsumer
from ingest.kafka.intake import RecordingIntake
from tests.api.house import wav_bytes
from tests.ingest.media_host import Answer, MediaHost

PATIENCE_SECONDS = 90
BATCH_HEAD_BYTES = 61
"""Before the messages of a batch, which alone are packed."""


class QuickDecoder(Decoder):
    """Probes in this process: hundreds of processes would tell no more."""

    def __init__(self) -> None:
        super().__init__(DecodeLimits())

    async def probe(self, path: Path) -> MediaInfo:
        answer = await asyncio.to_thread(probing.probe, str(path), 3600.0)
        return MediaInfo(**{name: value for name, value in answer.items() if name != "kind"})  # type: ignore[arg-type]


@dataclass
class House:
    """One test's topics, store and media host."""

    kafka: KafkaSettings
    store: Store
    blobs: Blobs
    host: MediaHost
    stack: AsyncExitStack
    database_url: str
    blob_url: str
    partitions: int
    queue_limit: int = 10_000
    real_decoder: Decoder = field(default_factory=lambda: Decoder(DecodeLimits()))

    @property
    def topics(self) -> tuple[str, ...]:
        return (self.kafka.recordings_topic, self.kafka.dead_letters_topic, self.kafka.events_topic)

    async def create_topics(self) -> None:
        """Make the topics; the mock cluster makes its own."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.kafka.bootstrap_servers)
        await admin.start()
        await admin.create_topics([NewTopic(topic, self.partitions, 1) for topic in self.topics])
        await admin.close()

    def message(self, source_id: str, **fields: object) -> bytes:
        """A message whose media the host gives out."""
        self.host.answers.setdefault("/call.wav", Answer(wav_bytes()))
        media = {"url": self.host.url("/call.wav")}
        return json.dumps({"version": 1, "source_id": source_id, "media": media} | fields).encode()

    async def send(self, values: Iterable[bytes], *, topic: str | None = None) -> None:
        """Publish, spread over the partitions."""
        async with AIOKafkaProducer(bootstrap_servers=self.kafka.bootstrap_servers) as producer:
            sent = [
                await producer.send(topic or self.kafka.recordings_topic, value, key=str(number).encode())
                for number, value in enumerate(values)
            ]
            await asyncio.gather(*sent)

    async def send_together(self, values: Iterable[bytes], *, spoiled: int, packed: bool) -> None:
        """Publish to the first partition in one batch, in which one message has a header whose name is no UTF-8."""
        name, odd = b"odd-name", b"\xff\xfe\xff-name"
        pack = gzip_encode if packed else bytes
        async with AIOKafkaProducer(bootstrap_servers=self.kafka.bootstrap_servers) as producer:
            batch = producer.create_batch()
            for number, value in enumerate(values):
                headers = [(name.decode(), b"x")] if number == spoiled else []
                batch.append(key=b"k", value=value, timestamp=None, headers=headers)
            batch.close()
            built = bytes(batch._builder.build())
            assert name in built
            raw = bytearray(built[:BATCH_HEAD_BYTES] + pack(built[BATCH_HEAD_BYTES:].replace(name, odd)))
            raw[8:12] = (len(raw) - 12).to_bytes(4, "big")
            raw[22] |= packed  # the lowest bits are the codec's: 1 is gzip
            raw[17:21] = calc_crc32c(bytes(raw[21:])).to_bytes(4, "big")
            batch._buffer = raw
            await (await producer.send_batch(batch, self.kafka.recordings_topic, partition=0))

    def intake(self, store: Store | None = None, decoder: Decoder | None = None) -> RecordingIntake:
        """What a consumer takes in with."""
        return RecordingIntake(
            store or self.store,
            self.blobs,
            decoder or QuickDecoder(),
            limits=self.kafka.media,
            queue_limit=self.queue_limit,
            fetcher=Fetcher(self.kafka.media),
        )

    @asynccontextmanager
    async def consuming(self, intake: RecordingIntake | None = None) -> AsyncIterator[RecordingsConsumer]:
        """A member of the group for the time of the block."""
        consumer = RecordingsConsumer(self.kafka, (intake or self.intake()).take_in)
        running = asyncio.create_task(consumer.run())
        try:
            yield consumer
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    async def tasks(self) -> list[Task]:
        """Every task, newest first."""
        return list((await self.store.tasks(TaskFilter(), limit=10_000, cursor=None)).items)

    async def records(self, topic: str) -> list[Any]:
        """Everything that a topic holds, by partition and offset."""
        servers = self.kafka.bootstrap_servers
        async with AIOKafkaConsumer(bootstrap_servers=servers, auto_offset_reset="earliest") as consumer:
            partitions = self._assigned(consumer, topic)
            ends = await consumer.end_offsets(partitions)
            records: list[Any] = []
            for partition in partitions:
                while await consumer.position(partition) < ends[partition]:
                    batch = await consumer.getmany(partition, timeout_ms=500)
                    records += batch.get(partition, [])
            return records

    def _assigned(self, consumer: AIOKafkaConsumer, topic: str) -> list[TopicPartition]:
        """All partitions of a topic, which are then the consumer's."""
        partitions = [TopicPartition(topic, each) for each in range(self.partitions)]
        consumer.assign(partitions)
        return partitions

    async def dead_letters(self) -> list[Any]:
        """Every dead letter."""
        return await self.records(self.kafka.dead_letters_topic)

    async def unsettled(self) -> int:
        """How many messages the group has not committed yet."""
        async with AIOKafkaConsumer(
            bootstrap_servers=self.kafka.bootstrap_servers, group_id=self.kafka.group, enable_auto_commit=False
        ) as consumer:
            partitions = self._assigned(consumer, self.kafka.recordings_topic)
            ends = await consumer.end_offsets(partitions)
            settled = [await consumer.committed(each) or 0 for each in partitions]
            return int(sum(ends.values()) - sum(settled))

    async def settled(self) -> None:
        """Return when the group has committed everything."""
        await until(self._has_settled)

    async def _has_settled(self) -> bool:
        return await self.unsettled() == 0


async def until(reached: Callable[[], Awaitable[bool]]) -> None:
    """Return when a test is where it wants to be."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await reached():  # noqa: ASYNC110 - what is waited for is elsewhere
            await asyncio.sleep(0.05)

"""The work on a consumer's partitions: each is paused while its messages are settled, in their order, one by one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener

log = logging.getLogger(__name__)


class Partitions(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    """One task a partition. A partition that is taken away takes its task along.

    What is settled is committed at once, so that of a revoked partition nothing is lost, and one message at most is
    settled again by the next owner, to whom the store says that it is known.
    """

    def __init__(self, consumer: AIOKafkaConsumer, settle: Callable[[Any], Awaitable[None]]) -> None:
        self._consumer = consumer
        self._settle = settle
        self._work: dict[TopicPartition, asyncio.Task[None]] = {}

    def begin(self, partition: TopicPartition, records: Sequence[Any]) -> None:
        """Settle these messages of a partition, which gives no others meanwhile."""
        self._consumer.pause(partition)
        self._work[partition] = asyncio.create_task(self._settle_all(partition, records))

    def raise_trouble(self) -> None:
        """Raise what has ended a partition's work before its time."""
        for partition, work in list(self._work.items()):
            if work.done():
                del self._work[partition]
                work.result()

    async def stop(self, partitions: Iterable[TopicPartition] | None = None) -> None:
        """End the work on these partitions, or on all."""
        ended = [self._work.pop(each) for each in list(self._work) if partitions is None or each in set(partitions)]
        for work in ended:
            work.cancel()
        await asyncio.gather(*ended, return_exceptions=True)

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Stop before another owner begins."""
        await self.stop(revoked)

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Say which partitions are ours."""
        log.info("partitions assigned", extra={"partitions": sorted(each.partition for each in assigned)})

    async def _settle_all(self, partition: TopicPartition, records: Sequence[Any]) -> None:
        for record in records:
            await self._settle(record)
            await self._consumer.commit({partition: record.offset + 1})
        self._consumer.resume(partition)

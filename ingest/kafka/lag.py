"""How far behind this member's partitions are, told to the store, which knows those of all members."""

from __future__ import annotations

from typing import Final

from aiokafka.errors import KafkaError

from callscribe.errors import Unavailable
from callscribe.store import Store
from ingest.endless import endlessly
from ingest.kafka.consumer import RecordingsConsumer

TELL_SECONDS: Final = 15.0


class LagTeller:
    """Tells each partition's lag. Where a member or the brokers are away nothing is told, which shows by its age."""

    def __init__(self, consumer: RecordingsConsumer, store: Store) -> None:
        self._consumer = consumer
        self._store = store

    async def run(self) -> None:
        """Tell until cancelled."""
        await endlessly(self.tell, what="the teller of Kafka's lag")

    async def tell(self) -> float:
        """Tell once, and say after how many seconds to tell again. Raises ``Unavailable``."""
        try:
            lags = await self._consumer.lags()
        except KafkaError as error:
            message = "The brokers do not say how far behind the consumer is."
            raise Unavailable(message) from error
        await self._store.metrics.tell_lags(lags)
        return TELL_SECONDS

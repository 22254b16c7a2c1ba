"""The publisher: what the outbox holds goes to the events' topic, each task's events in their order, none lost."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from callscribe.errors import Unavailable
from callscribe.kafka_settings import KafkaSettings
from callscribe.logs import about_task
from callscribe.schemas.events import EventMessage
from callscribe.store import Store
from callscribe.store.outbox import OutboxReader
from callscribe.store.values import TaskEvent
from ingest.endless import endlessly
from ingest.kafka.client import producing, started

log = logging.getLogger(__name__)

BATCH: Final = 500
AGAIN_SECONDS: Final = 2.0
EVENT_ID: Final = "callscribe-event-id"
"""The header that has an event's id, too."""


class EventsPublisher:
    """One publishes in the cluster, the others stand by. What was sent when it was killed is sent again."""

    def __init__(self, settings: KafkaSettings, store: Store, *, api: str) -> None:
        self._settings = settings
        self._store = store
        self._api = api

    async def run(self) -> None:
        """Publish until cancelled; outages of the brokers and of the store are waited out."""
        await endlessly(self._turn, what="the publisher of events")

    async def _turn(self) -> float:
        """Publish until something ends it, and say after how many seconds to begin again."""
        try:
            async with (
                self._store.outbox.alone() as outbox,
                started(AIOKafkaProducer(**producing(self._settings))) as producer,
            ):
                await self._publish_all(producer, outbox)
        except (KafkaError, Unavailable) as error:
            log.warning("not publishing: %s", error)
        return AGAIN_SECONDS

    async def _publish_all(self, producer: AIOKafkaProducer, outbox: OutboxReader) -> None:
        while True:
            events = await outbox.oldest(BATCH)
            if events:
                await self._publish(producer, outbox, events)
            else:
                await outbox.wait()

    async def _publish(self, producer: AIOKafkaProducer, outbox: OutboxReader, events: Sequence[TaskEvent]) -> None:
        """Publish and forget. Where the brokers fail, what they have not acknowledged stays."""
        by_task: defaultdict[object, list[tuple[EventMessage, str | None]]] = defaultdict(list)
        for event in events:
            try:
                by_task[event.task.id].append((EventMessage.of(event, api=self._api), event.request_id))
            except Exception as error:  # noqa: BLE001 - whatever it is: the events behind it are told
                await outbox.set_aside(event.id, event.task.id, error, request_id=event.request_id)
        published: list[int] = []
        outcomes = await asyncio.gather(
            *(self._publish_in_order(producer, of_task, published) for of_task in by_task.values()),
            return_exceptions=True,
        )
        await outbox.forget(published)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    async def _publish_in_order(
        self, producer: AIOKafkaProducer, messages: Sequence[tuple[EventMessage, str | None]], published: list[int]
    ) -> None:
        """One after the other, so that the failure of one does not let the next pass it; each with its request."""
        for message, request_id in messages:
            try:
                await self._send(producer, message)
            except MessageSizeTooLargeError:
                with about_task(message.task.task_id, request_id):
                    log.warning("event is too large: sent without its result")
                await self._send(producer, message.model_copy(update={"result": None}))
            published.append(message.event_id)

    async def _send(self, producer: AIOKafkaProducer, message: EventMessage) -> None:
        await producer.send_and_wait(
            self._settings.events_topic,
            message.model_dump_json().encode(),
            key=str(message.task.task_id).encode(),
            headers=[(EVENT_ID, str(message.event_id).encode())],
        )

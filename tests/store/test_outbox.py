import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from callscribe.domain import Stage, TaskStatus, Template, Track
from callscribe.errors import Unavailable
from callscribe.store import Store
from callscribe.store.outbox import OutboxReader
from callscribe.store.values import TaskEvent
from tests.store.making import PROTOCOL, TRANSCRIPT, completed, new_recording, register, registered_and_claimed

PATIENCE_SECONDS = 60


@pytest.fixture
async def telling(database_url: str) -> AsyncIterator[Store]:
    """A store whose changes go to the outbox."""
    store = await Store.connect(database_url, outbox=True)
    yield store
    await store.close()


async def all_told(store: Store) -> tuple[TaskEvent, ...]:
    async with store.outbox.alone() as outbox:
        return await outbox.oldest(1000)


def names_in(event: TaskEvent) -> list[str | None]:
    """What the participants of its protocol are called."""
    assert event.protocol is not None
    return [voice.name for voice in event.protocol.participants]


async def end_publishers(store: Store) -> None:
    """Break the connections of whoever reads the outbox."""
    row = await store._database.fetchrow(
        "SELECT bool_and(pg_terminate_backend(pid, 10000)) AS ended FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name = 'callscribe publisher'"
    )
    assert row is not None
    assert row["ended"]


async def test_an_event_is_the_task_as_it_was(telling: Store) -> None:
    task_id = await register(telling, new_recording("a\0b\\c", title="Планёрка"))
    registered = await telling.task(task_id)
    cancelled = await telling.cancel(task_id)
    first, second = await all_told(telling)
    assert [(event.deleted, event.task.status) for event in (first, second)] == [
        (False, TaskStatus.QUEUED),
        (False, TaskStatus.CANCELLED),
    ]
    assert second.task == cancelled
    assert (first.task.source_id, first.task.created_at) == (registered.source_id, registered.created_at)


async def test_what_is_asked_for_at_once_is_told_at_once_as_it_stands_at_its_end(telling: Store) -> None:
    """A retry changes the recording's template, and the task: nobody hears of the halves."""
    task_id = await completed(telling)
    before = await all_told(telling)
    retried = await telling.retry(task_id, from_stage=Stage.DECODING, queue_limit=10, template=Template.SALES)
    (told,) = (await all_told(telling))[len(before) :]
    assert told.task == replace(retried, queue_position=None, speakers=(), result_of_before=False)
    assert (told.task.status, told.task.template) == (TaskStatus.QUEUED, Template.SALES)
    assert told.protocol is None


async def test_names_are_told_when_they_change_and_only_then(telling: Store) -> None:
    task_id = await completed(telling)
    before = await all_told(telling)

    async def named(names: dict[int, str]) -> None:
        await telling.save_tracks(task_id, [Track("Анна", ((0.0, 1.5),))])
        await telling.name_speakers(task_id, lambda _turns, _tracks: names)

    await named({1: "Анна"})
    await named({1: "Анна"})
    await telling.name_by_hand(task_id, {2: "Ваня"})
    await named({1: "Анна", 2: "Иван"})
    await named({})
    events = (await all_told(telling))[len(before) :]
    assert [names_in(event) for event in events] == [["Анна", "Иван"], ["Анна", "Ваня"], [None, "Ваня"]]
    assert events[-1].protocol == (await telling.result(task_id)).protocol


async def test_names_are_not_told_before_there_is_a_result(telling: Store) -> None:
    held = await registered_and_claimed(telling)
    await telling.save_transcript(held, TRANSCRIPT, duration_seconds=2.5)
    before = await all_told(telling)
    await telling.save_tracks(held.task.id, [Track("Анна", ((0.0, 1.5),))])
    await telling.name_speakers(held.task.id, lambda _turns, _tracks: {1: "Анна"})
    assert await all_told(telling) == before


async def test_a_removal_tells_of_no_result(telling: Store) -> None:
    task_id = await completed(telling)
    await telling.name_by_hand(task_id, {1: "Анна"})
    await telling.delete(task_id)
    *_, last, removal = await all_told(telling)
    assert (last.deleted, names_in(last)) == (False, ["Анна", "Иван"])
    assert (removal.deleted, removal.protocol) == (True, None)


async def test_only_what_is_forgotten_is_gone(telling: Store) -> None:
    for _ in range(3):
        await register(telling)
    async with telling.outbox.alone() as outbox:
        events = await outbox.oldest(2)
        assert await outbox.oldest(2) == events
        await outbox.forget([event.id for event in events])
        (last,) = await outbox.oldest(2)
    assert last.id > events[-1].id


@pytest.mark.parametrize(
    "spoiled",
    [
        "task = task - 'title'",
        """task = task || '{"status": "gone"}'""",
        """task = task || '{"created_at": 7}'""",
        "task = '[]'",
        """protocol = '{"status": "complete"}'""",
        """names = '{"first": "Анна"}'""",
    ],
)
async def test_an_event_that_cannot_be_read_holds_up_no_other(
    telling: Store, spoiled: str, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = await register(telling), await register(telling)
    await telling.cancel(first)
    bad, *good = await all_told(telling)
    await telling._database.changed(f"UPDATE outbox SET {spoiled} WHERE id = $1", bad.id)  # noqa: S608 - our own
    async with telling.outbox.alone() as outbox:
        assert [event.id for event in await outbox.oldest(10)] == [event.id for event in good]
        assert await outbox.oldest(10) == tuple(good)
    assert [event.task.id for event in good] == [second, first]
    assert [record.event_id for record in caplog.records if hasattr(record, "event_id")] == [bad.id]
    assert (await telling.outbox.level()).aside == 1


async def test_past_its_bound_each_task_keeps_its_newest_event(telling: Store) -> None:
    for _ in range(3):
        task_id = await register(telling)
        await telling.cancel(task_id)
        await telling.retry(task_id, from_stage=None, queue_limit=10)
    await telling.delete(task_id)
    before = await all_told(telling)
    assert len(before) == 10
    assert await telling.outbox.thin(10) == 0
    assert await all_told(telling) == before
    assert await telling.outbox.thin(9) == 7
    newest = {event.task.id: event for event in before}
    assert await all_told(telling) == tuple(sorted(newest.values(), key=lambda event: event.id))
    assert await telling.outbox.thin(1) == 0
    level = await telling.outbox.level()
    assert (level.waiting, level.since, level.aside) == (3, min(event.occurred_at for event in newest.values()), 0)


async def test_past_its_bound_what_cannot_be_told_takes_no_place_of_what_can(telling: Store) -> None:
    task_id = await register(telling)
    await telling.cancel(task_id)
    await telling.retry(task_id, from_stage=None, queue_limit=10)
    _, cancelled, retried = await all_told(telling)
    async with telling.outbox.alone() as outbox:
        await outbox.set_aside(retried.id, task_id, ValueError("of a release that is not understood"))
    assert await telling.outbox.thin(1) == 1
    assert await all_told(telling) == (cancelled,)
    assert (await telling.outbox.level()).aside == 1


async def test_names_that_come_while_a_task_is_completed_are_told(telling: Store) -> None:
    """Neither transaction sees the other's change: the one that ends last tells of both."""
    held = await registered_and_claimed(telling)
    await telling.save_transcript(held, TRANSCRIPT, duration_seconds=2.5)
    await telling.save_protocol(held, PROTOCOL)
    named, told, named_waits = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def name(connection: Any) -> None:
        await connection.execute(
            "INSERT INTO speaker_names (task_id, speaker, name, origin) VALUES ($1, 1, 'Анна', 'person')", held.task.id
        )
        named.set()
        await told.wait()

    async def complete(connection: Any) -> None:
        await named.wait()
        await connection.execute(
            "UPDATE tasks SET status = 'completed', stage = NULL, progress = 1, claimable_at = NULL,"
            " finished_at = now() WHERE id = $1",
            held.task.id,
        )
        await connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        told.set()
        await named_waits.wait()

    naming = asyncio.create_task(telling._database.transact(name))
    completing = asyncio.create_task(telling._database.transact(complete))
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not (naming.done() or await waits_for_a_lock(telling)):  # noqa: ASYNC110 - PostgreSQL has no event for it
            await asyncio.sleep(0.02)
    named_waits.set()
    await asyncio.gather(naming, completing)
    assert names_in((await all_told(telling))[-1])[0] == "Анна"


async def test_who_waits_hears_of_events_at_once(telling: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callscribe.store.outbox.LOOK_SECONDS", 600.0)
    async with telling.outbox.alone() as outbox:
        waiting = asyncio.create_task(outbox.wait())
        await register(telling)
        await asyncio.wait_for(waiting, PATIENCE_SECONDS)
        assert len(await outbox.oldest(10)) == 1


async def test_a_removal_is_told_after_the_change_that_it_waits_for(telling: Store) -> None:
    """The worker's transaction is open when the deletion begins, and ends first."""
    task_id = await register(telling)
    changed, deleted = asyncio.Event(), asyncio.Event()

    async def change() -> None:
        async def work(connection: Any) -> None:
            await connection.execute("UPDATE tasks SET attempts = attempts + 1 WHERE id = $1", task_id)
            changed.set()
            await deleted.wait()

        await telling._database.transact(work)

    changing = asyncio.create_task(change())
    await changed.wait()
    deleting = asyncio.create_task(telling.delete(task_id))
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await waits_for_a_lock(telling):  # noqa: ASYNC110 - PostgreSQL has no event for it
            await asyncio.sleep(0.02)
    deleted.set()
    await asyncio.gather(changing, deleting)
    assert [(event.deleted, event.task.attempts) for event in await all_told(telling)] == [
        (False, 0),
        (False, 1),
        (True, 1),
    ]


async def waits_for_a_lock(store: Store) -> bool:
    row = await store._database.fetchrow(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    assert row is not None
    return bool(row[0])


async def test_one_reads_at_a_time_and_the_next_takes_over(telling: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callscribe.store.outbox.ASK_AGAIN_SECONDS", 0.02)
    await register(telling)
    begun = [asyncio.Event(), asyncio.Event()]
    done = [asyncio.Event(), asyncio.Event()]

    async def read(number: int) -> None:
        async with telling.outbox.alone():
            begun[number].set()
            await done[number].wait()

    first = asyncio.create_task(read(0))
    await asyncio.wait_for(begun[0].wait(), PATIENCE_SECONDS)
    second = asyncio.create_task(read(1))
    await asyncio.sleep(0.2)
    assert not begun[1].is_set()
    done[0].set()
    await asyncio.wait_for(begun[1].wait(), PATIENCE_SECONDS)
    done[1].set()
    await asyncio.gather(first, second)


async def test_whose_connection_is_lost_may_do_nothing_more(telling: Store) -> None:
    await register(telling)

    async def use(outbox: OutboxReader) -> None:
        events = await outbox.oldest(10)
        await end_publishers(telling)
        await outbox.forget([event.id for event in events])

    with pytest.raises(Unavailable):
        async with telling.outbox.alone() as outbox:
            await use(outbox)
    assert len(await all_told(telling)) == 1

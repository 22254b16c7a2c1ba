import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from callscribe.domain import Language, ModelNames, Stage, Task, TaskId, TaskStatus, Transcript
from callscribe.errors import TaskNotFound
from callscribe.store import Store, changes
from tests.store.making import LEASE, claim, new_recording, register, registered_and_claimed

LONG = timedelta(minutes=10)
PATIENCE_SECONDS = 60


@pytest.fixture(autouse=True)
def no_polling(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever arrives here came by a notification."""
    monkeypatch.setattr(changes, "POLL_SECONDS", 600.0)


async def following(states: AsyncIterator[Task]) -> Task:
    return await asyncio.wait_for(anext(states), PATIENCE_SECONDS)


async def rest(states: AsyncIterator[Task]) -> list[Task]:
    async with asyncio.timeout(PATIENCE_SECONDS):
        return [task async for task in states]


async def test_each_state_is_seen_to_the_last(store: Store) -> None:
    states = store.changes(await register(store))
    assert (await following(states)).status == TaskStatus.QUEUED

    held = await claim(store)
    assert (await following(states)).status == TaskStatus.PROCESSING
    await store.report(held, stage=Stage.DECODING, progress=0.125)
    seen = await following(states)
    assert (seen.stage, seen.progress) == (Stage.DECODING, 0.125)
    await store.renew(held, lease=LEASE)  # no change that anyone waits for
    await store.save_transcript(held, Transcript(Language.RU, ()), duration_seconds=1.5)
    assert (await following(states)).duration_seconds == 1.5
    await store.complete(held, models=ModelNames())
    assert [task.status for task in await rest(states)] == [TaskStatus.COMPLETED]


async def test_an_ended_task_is_told_once(store: Store) -> None:
    task = await store.cancel(await register(store))
    assert await rest(store.changes(task.id)) == [task]


async def test_changes_end_with_the_task(store: Store) -> None:
    task_id = await register(store)
    states = store.changes(task_id)
    await following(states)
    await store.delete(task_id)
    assert await rest(states) == []


async def test_changes_of_nothing_are_not_found(store: Store) -> None:
    with pytest.raises(TaskNotFound):
        await following(store.changes(TaskId(new_recording().id)))


async def test_many_watch_over_one_connection(database_url: str) -> None:
    store = await Store.connect(database_url, max_size=1)
    task_id = await register(store)
    watchers = [store.changes(task_id) for _ in range(200)]
    assert {task.status for task in await asyncio.gather(*map(following, watchers))} == {TaskStatus.QUEUED}

    await store.cancel(task_id)

    ends = await asyncio.gather(*map(rest, watchers))
    assert {tuple(task.status for task in end) for end in ends} == {(TaskStatus.CANCELLED,)}
    row = await store._database.fetchrow(
        "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database()"
    )
    assert row is not None
    assert row["n"] == 2
    await store.close()


async def test_news_comes_from_other_stores(store: Store, database_url: str) -> None:
    other = await Store.connect(database_url)
    states = store.changes(await register(other))
    await following(states)
    await claim(other)
    assert (await following(states)).status == TaskStatus.PROCESSING
    await other.close()


async def test_a_lost_listening_connection_is_made_anew(store: Store) -> None:
    states = store.changes(await register(store))
    await following(states)
    row = await store._database.fetchrow(
        "SELECT bool_and(pg_terminate_backend(pid, 10000)) AS ended FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name = 'callscribe listener'"
    )
    await claim(store)
    assert row is not None
    assert (await following(states)).status == TaskStatus.PROCESSING


async def waits(store: Store) -> asyncio.Task[None]:
    """Wait for work, and go on once the wait has begun."""
    waiting = asyncio.create_task(store.wait_for_work(timeout=LONG))
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not store._changes._listener._bells._bells[changes.WORK]:  # noqa: ASYNC110 - there is no event for it
            await asyncio.sleep(0)
    return waiting


@pytest.mark.parametrize("how", ["register", "release", "retry"])
async def test_work_wakes_who_waits(store: Store, how: str) -> None:
    match how:
        case "register":
            waiting = await waits(store)
            await register(store)
        case "release":
            held = await registered_and_claimed(store)
            waiting = await waits(store)
            await store.release(held, delay=timedelta())
        case "retry":
            task = await store.cancel(await register(store))
            waiting = await waits(store)
            await store.retry(task.id, from_stage=None, queue_limit=100)
    await asyncio.wait_for(waiting, PATIENCE_SECONDS)


async def test_work_that_is_there_is_not_waited_for(store: Store) -> None:
    await register(store)
    await asyncio.wait_for(store.wait_for_work(timeout=LONG), PATIENCE_SECONDS)


async def test_the_end_of_a_lease_is_work(store: Store) -> None:
    await register(store)
    assert await store.claim(lease=timedelta(milliseconds=300), max_attempts=5)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (claimed := await store.claim(lease=LEASE, max_attempts=5)) is None:
            await store.wait_for_work(timeout=LONG)
    assert claimed.fence == 2


async def test_waiting_ends_with_its_time(store: Store) -> None:
    await asyncio.wait_for(store.wait_for_work(timeout=timedelta(milliseconds=10)), PATIENCE_SECONDS)


async def test_polling_stands_in_for_lost_news(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    task_id = await register(store)
    monkeypatch.setattr(changes, "POLL_SECONDS", 0.05)
    states = store.changes(task_id)
    await following(states)
    await store._database.run(lambda connection: connection.execute("ALTER TABLE tasks DISABLE TRIGGER USER"))
    await store.cancel(task_id)
    assert [task.status for task in await rest(states)] == [TaskStatus.CANCELLED]

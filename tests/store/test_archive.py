from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from callscribe.domain import Language, ModelNames, Source, TaskId, TaskStatus, Transcript
from callscribe.store import Store, TaskFilter
from callscribe.store.codec import cursor_after
from tests.store.making import claim, new_recording, register

ALL = TaskFilter()


async def listed(store: Store, where: TaskFilter) -> list[TaskId]:
    return [task.id for task in (await store.tasks(where, limit=100, cursor=None)).items]


async def test_pages_follow_each_other_newest_first(store: Store) -> None:
    ids = [await register(store) for _ in range(7)]
    seen: list[TaskId] = []
    sizes: list[int] = []
    cursor = None
    while not sizes or cursor:
        page = await store.tasks(ALL, limit=3, cursor=cursor)
        await register(store)  # what comes in meanwhile does not shift the pages
        seen += [task.id for task in page.items]
        sizes.append(len(page.items))
        cursor = page.next_cursor
    assert seen == ids[::-1]
    assert sizes == [3, 3, 1]


async def test_tasks_of_one_moment_are_paged_too(store: Store) -> None:
    ids = {await register(store) for _ in range(5)}
    await store._database.changed("UPDATE tasks SET created_at = '2026-01-01Z', held_at = '2026-01-01Z'")
    first = await store.tasks(ALL, limit=2, cursor=None)
    second = await store.tasks(ALL, limit=3, cursor=first.next_cursor)
    assert {task.id for task in (*first.items, *second.items)} == ids
    assert second.next_cursor is None


async def test_an_exact_page_has_no_next(store: Store) -> None:
    await register(store)
    assert (await store.tasks(ALL, limit=1, cursor=None)).next_cursor is None
    assert (await store.tasks(TaskFilter(query="нет такого"), limit=1, cursor=None)).items == ()


async def test_filters(store: Store) -> None:
    upload = await register(store, new_recording(title="Звонок о ЁЛКАХ 100%"))
    talk = await register(store, new_recording(source=Source.KONTUR_TALK, title="Straße"))
    held = await claim(store)
    await store.save_transcript(held, Transcript(Language.RU, ()), duration_seconds=1.0)
    await store.complete(held, models=ModelNames())

    assert await listed(store, ALL) == [talk, upload]
    assert await listed(store, TaskFilter(status=TaskStatus.COMPLETED)) == [upload]
    assert await listed(store, TaskFilter(status=TaskStatus.QUEUED)) == [talk]
    assert await listed(store, TaskFilter(source=Source.KONTUR_TALK)) == [talk]
    assert await listed(store, TaskFilter(language=Language.RU)) == [upload]
    assert await listed(store, TaskFilter(language=Language.EN)) == []
    assert await listed(store, TaskFilter(query="елках")) == [upload]
    assert await listed(store, TaskFilter(query="0%")) == [upload]
    assert await listed(store, TaskFilter(query="STRASSE\0")) == []
    assert await listed(store, TaskFilter(query="STRASSE")) == [talk]
    assert await listed(store, TaskFilter(query="_")) == []
    assert await listed(store, TaskFilter(status=TaskStatus.QUEUED, source=Source.UPLOAD)) == []


async def test_a_call_stands_where_it_was_held_not_where_it_came(store: Store) -> None:
    now, began = await register(store), datetime(2026, 3, 1, 12, tzinfo=UTC)
    long_ago = await register(store, replace(new_recording(), started_at=began))

    first = await store.tasks(ALL, limit=1, cursor=None)
    rest = await store.tasks(ALL, limit=1, cursor=first.next_cursor)
    assert [task.id for task in (*first.items, *rest.items)] == [now, long_ago]
    assert [task.held_at for task in rest.items] == [began]
    assert first.items[0].held_at == first.items[0].created_at
    assert await listed(store, TaskFilter(held_from=began, held_to=began + timedelta(days=1))) == [long_ago]

    misdated = await register(store, replace(new_recording(), started_at=began.replace(year=2099)))
    assert [task.id for task in (await store.tasks(ALL, limit=1, cursor=None)).items] == [misdated]
    assert await register(store) == (await listed(store, ALL))[0], "what comes later stands above it"


async def test_times_include_their_start_and_not_their_end(store: Store) -> None:
    first, second = [await register(store) for _ in range(2)]
    moment = (await store.task(second)).created_at
    assert await listed(store, TaskFilter(held_from=moment)) == [second]
    assert await listed(store, TaskFilter(held_to=moment)) == [first]
    assert await listed(store, TaskFilter(held_from=moment + timedelta(seconds=1))) == []


@pytest.mark.parametrize("cursor", ["", "x", "я", "AAAA", "MjAyNi0wMS0wMXww", "!!!!", "=", "a b"])
async def test_foreign_cursors_are_refused(store: Store, cursor: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the API answers each of them alike
        await store.tasks(ALL, limit=1, cursor=cursor)


async def test_a_cursor_is_safe_in_a_url(store: Store) -> None:
    task = await store.task(await register(store))
    assert cursor_after(task).replace("-", "").replace("_", "").isalnum()
    assert (await store.tasks(ALL, limit=5, cursor=cursor_after(task))).items == ()

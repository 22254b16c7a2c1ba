"""Calls are counted by days, sources, stages and voices."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from callscribe.domain import Claim, Language, ModelNames, Source, Stage, TaskError, TaskId, Transcript, Turn, Word
from callscribe.statistics import Calls, Failures, Processing, QueueNow, Spread, StageProcessing, Talker
from callscribe.store import Store
from tests.store.making import claim, new_recording, register

EVENING = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)
"""Already the next day in Moscow."""
YEAR = timedelta(days=365)


def said(*seconds: float) -> Transcript:
    """One turn a voice, each so long."""
    turns = [Turn(0.0, each, voice, (Word(0.0, each, "Да.", 1.0),)) for voice, each in enumerate(seconds, start=1)]
    return Transcript(Language.RU, tuple(turns))


async def completed(store: Store, source: Source, came: datetime, work: timedelta, *seconds: float) -> TaskId:
    """A call of that many seconds by voice, which was worked on for so long, each stage for a quarter of that."""
    await register(store, new_recording(source=source))
    held = await claim(store)
    for stage in Stage:
        await store.save_stage(held, stage, {})
    await store.save_transcript(held, said(*seconds), duration_seconds=sum(seconds))
    await store.complete(held, models=ModelNames())
    await came_at(store, held, came, work)
    return held.task.id


async def came_at(store: Store, held: Claim, came: datetime, work: timedelta) -> None:
    task_id = held.task.id
    await store._database.changed(
        "UPDATE tasks SET created_at = $2, started_at = $2, finished_at = $2::timestamptz + $3::interval WHERE id = $1",
        *(task_id, came, work),
    )
    await store._database.changed("UPDATE voices SET created_at = $2 WHERE task_id = $1", task_id, came)
    for stage, quarters in zip(Stage, (1, 2, 2, 4), strict=True):
        statement = "UPDATE stage_outputs SET saved_at = $3 WHERE task_id = $1 AND stage = $2"
        await store._database.changed(statement, task_id, stage, came + work * quarters / 4)


async def test_everything_is_counted(store: Store) -> None:
    first = await completed(store, Source.UPLOAD, EVENING, timedelta(seconds=10), 60, 20)
    second = await completed(store, Source.KAFKA, EVENING + timedelta(hours=2), timedelta(seconds=20), 50, 50)
    await completed(store, Source.UPLOAD, EVENING - YEAR, timedelta(seconds=10), 600)
    await register(store)
    failing = await claim(store)
    await store.fail(failing, TaskError("engine_failed", "It broke."))
    await came_at(store, failing, EVENING, timedelta(seconds=1))
    await register(store)
    await store.name_by_hand(first, {1: "Мария", 2: "Иван"})
    await store.name_by_hand(second, {2: "Мария"})

    found = await store.statistics.of(EVENING - timedelta(days=1), EVENING + timedelta(days=1), "Europe/Moscow")

    day = date(2026, 3, 2)
    assert found.calls == (Calls(day, Source.KAFKA, 1, 1, 0, 100.0), Calls(day, Source.UPLOAD, 2, 1, 1, 80.0))
    processing = Processing(2, Spread(15.0, 19.5), Spread(6.5, 5.15))
    assert (found.processing, found.processing_by_day) == (processing, {day: processing})
    quarter, half = Spread(3.75, 4.875), Spread(7.5, 9.75)
    assert found.stages == (
        StageProcessing(Stage.DECODING, 2, quarter),
        StageProcessing(Stage.DIARIZING, 2, quarter),
        StageProcessing(Stage.TRANSCRIBING, 2, quarter),
        StageProcessing(Stage.SUMMARIZING, 2, half),
    )
    assert found.failures == (Failures("engine_failed", 1),)
    assert found.largest_shares == (0, 0, 0, 0, 1, 0, 0, 1, 0, 0)
    assert found.talkers == (Talker("Мария", 2, 110.0), Talker("Иван", 1, 20.0))
    assert (found.queue.queued, found.queue.processing) == (1, 0)
    assert found.queue.oldest_seconds is not None
    assert 0 < found.queue.oldest_seconds < 60

    longer = await store.statistics.of(EVENING - YEAR, EVENING + timedelta(days=1), "UTC")
    assert longer.processing is not None
    assert (longer.processing.calls, len(longer.processing_by_day)) == (3, 3)

    in_utc = await store.statistics.of(EVENING, EVENING + timedelta(hours=1), "UTC")
    assert [(each.day, each.calls) for each in in_utc.calls] == [(date(2026, 3, 1), 2)]


async def test_what_a_rerun_has_done_is_all_that_it_is_measured_by(store: Store) -> None:
    task_id = await completed(store, Source.UPLOAD, EVENING, timedelta(seconds=20), 60, 20)
    await store.retry(task_id, from_stage=Stage.SUMMARIZING, queue_limit=9)
    held = await claim(store)
    await store.save_stage(held, Stage.SUMMARIZING, {})
    await store.complete(held, models=ModelNames())
    later = "UPDATE tasks SET started_at = $2, finished_at = $2::timestamptz + interval '8 seconds' WHERE id = $1"
    await store._database.changed(later, task_id, EVENING + timedelta(days=3))
    saved = "UPDATE stage_outputs SET saved_at = $2 WHERE task_id = $1 AND stage = 'summarizing'"
    await store._database.changed(saved, task_id, EVENING + timedelta(days=3, seconds=8))

    found = await store.statistics.of(EVENING, EVENING + timedelta(days=1), "UTC")

    assert found.stages == (StageProcessing(Stage.SUMMARIZING, 1, Spread(8.0, 8.0)),)
    assert (found.processing, found.processing_by_day) == (None, {})


async def test_where_there_is_nothing_nothing_is_counted(store: Store) -> None:
    found = await store.statistics.of(EVENING, EVENING + YEAR, "UTC")

    assert (found.calls, found.stages, found.failures, found.talkers) == ((), (), (), ())
    assert (found.processing, found.processing_by_day) == (None, {})
    assert (found.queue, sum(found.largest_shares)) == (QueueNow(0, 0, None), 0)


async def test_a_transcript_that_is_made_anew_has_its_new_voices(store: Store) -> None:
    await register(store)
    held = await claim(store)
    for transcript in (said(1, 1, 1), said(5)):
        await store.save_transcript(held, transcript, duration_seconds=5)

    rows = await store._database.fetch("SELECT speaker, talk_seconds FROM voices")
    assert [tuple(row) for row in rows] == [(1, 5.0)]


async def test_a_zone_that_the_database_does_not_know_is_refused(store: Store) -> None:
    await register(store)
    now = datetime.now(UTC)
    with pytest.raises(ValueError, match="Mars"):
        await store.statistics.of(now - YEAR, now + YEAR, "Mars/Olympus")

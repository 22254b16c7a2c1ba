"""Waiting for what a program wants at once."""

from __future__ import annotations

from callscribe.domain import Result, Task, TaskId, TaskStatus
from callscribe.errors import TaskNotReady
from serve_app.api import kinds
from serve_app.api.problems import ProblemError
from serve_app.api.services import Services


async def transcript_of(services: Services, task_id: TaskId) -> Result:
    """The result as soon as there is a transcript, whatever becomes of its protocol. Raises ``ProblemError``."""
    async for task in services.store.changes(task_id):
        if task.language is not None:
            break
        if task.status.is_final:
            raise _ended(task)
    try:
        return await services.store.result(task_id)
    except TaskNotReady as error:
        raise _ended(await services.store.task(task_id)) from error


def _ended(task: Task) -> ProblemError:
    """Why a task has ended without a transcript."""
    if task.status is TaskStatus.FAILED and task.error is not None:
        return ProblemError(kinds.KINDS.get(task.error.code, kinds.INTERNAL_ERROR), task.error.message)
    return ProblemError(kinds.TASK_CONFLICT, f"The recording's task is {task.status}.", task=task)

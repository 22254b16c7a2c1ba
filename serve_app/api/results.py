"""Results as JSON."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter

from callscribe.domain import Result, TaskId
from callscribe.errors import TaskNotReady
from callscribe.schemas import ResultView
from callscribe.schemas.speakers import SpeakerNames
from serve_app.api import kinds
from serve_app.api.identity import PathTaskId
from serve_app.api.openapi import problems
from serve_app.api.problems import ProblemError
from serve_app.api.services import Injected, Services

router = APIRouter(prefix="/results", tags=["results"])


@router.get(
    "/{task_id}",
    summary="Fetch a result",
    responses=problems(kinds.TASK_NOT_FOUND, kinds.TASK_NOT_READY, kinds.UNAVAILABLE),
)
async def get_result(services: Injected, task_id: PathTaskId) -> ResultView:
    """Show who said what and when, and the protocol.

    It is there as soon as there is a transcript, with a protocol that is still `pending`; before that: 409, with the
    task.
    """
    return await _view(services, task_id)


@router.patch(
    "/{task_id}/speakers",
    summary="Name the speakers",
    responses=problems(
        kinds.MALFORMED_BODY,
        kinds.TASK_NOT_FOUND,
        kinds.TASK_NOT_READY,
        kinds.NO_SUCH_SPEAKER,
        kinds.TOO_LARGE,
        kinds.INVALID_REQUEST,
        kinds.UNAVAILABLE,
    ),
)
async def name_speakers(services: Injected, task_id: PathTaskId, names: SpeakerNames) -> ResultView:
    """Say who the voices are, by their labels; from then on they bear these names everywhere.

    A name is kept beside what the source or the protocol says: `null` takes it back, and that stands again.
    """
    result = await ready_result(services, task_id)
    await services.store.name_by_hand(task_id, names.by_number(result.transcript))
    return await _view(services, task_id)


async def _view(services: Services, task_id: TaskId) -> ResultView:
    """Show a result; that of a call of hours takes a quarter of a second, in which others are to be answered."""
    return await asyncio.to_thread(ResultView.of, await ready_result(services, task_id))


async def ready_result(services: Services, task_id: TaskId) -> Result:
    """Raises ``ProblemError`` (409, with the task) where there is no transcript yet."""
    try:
        return await services.store.result(task_id)
    except TaskNotReady as error:
        task = await services.store.task(task_id)
        detail = f"The task is {task.status}."
        raise ProblemError(kinds.TASK_NOT_READY, detail, task=task) from error

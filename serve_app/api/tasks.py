"""Tasks: list, look, follow, retry, cancel, delete."""

from __future__ import annotations

from collections.abc import AsyncIterator
from hashlib import blake2b
from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent

from callscribe.blobs.keys import audio_key
from callscribe.domain import Task
from callscribe.logs import request_id
from callscribe.schemas import TaskList, TaskView
from serve_app.api import kinds
from serve_app.api.identity import PathTaskId
from serve_app.api.openapi import problems
from serve_app.api.problems import invalid
from serve_app.api.recordings import media_size
from serve_app.api.services import Injected
from serve_app.api.task_query import RetryQuery, TaskQuery

router = APIRouter(prefix="/tasks", tags=["tasks"])


@router.get("", summary="List tasks", responses=problems(kinds.INVALID_REQUEST, kinds.UNAVAILABLE))
async def list_tasks(services: Injected, query: Annotated[TaskQuery, Query()]) -> TaskList:
    """List the tasks that match, a page at a time: the latest call first, by `held_at`."""
    try:
        page = await services.store.tasks(query.filter(), limit=query.limit, cursor=query.cursor)
    except ValueError as error:
        raise invalid("query", "cursor", "Send the `next_cursor` of the page before, unchanged.") from error
    return TaskList.of(page.items, page.next_cursor)


@router.get("/{task_id}", summary="Look at a task", responses=problems(kinds.TASK_NOT_FOUND, kinds.UNAVAILABLE))
async def get_task(services: Injected, task_id: PathTaskId) -> TaskView:
    """Say where a task stands."""
    return TaskView.of(await services.store.task(task_id))


async def _news(
    services: Injected,
    task_id: PathTaskId,
    last_event_id: Annotated[str | None, Header(description="The last event seen, to go on after it.")] = None,
) -> str | None:
    """Check before the stream begins that there is a task, and that it has anything to say yet (else 204)."""
    task = await services.store.task(task_id)
    if task.status.is_final and last_event_id == _event_id(task):
        raise HTTPException(204)
    return last_event_id


@router.get(
    "/{task_id}/events",
    response_class=EventSourceResponse,
    summary="Follow a task",
    responses={
        204: {"description": "The task had ended, and the last event was seen already: do not connect again."},
        **problems(kinds.TASK_NOT_FOUND, kinds.UNAVAILABLE),
    },
)
async def task_events(
    services: Injected, task_id: PathTaskId, last_seen: Annotated[str | None, Depends(_news)]
) -> AsyncIterator[ServerSentEvent]:
    """Send the task as it is, then an event `task` at every change, and end after a final state.

    A comment every 15 seconds keeps the connection open. After `Last-Event-ID` the stream begins with the first
    state that the client has not seen.
    """
    async for task in services.store.changes(task_id):
        event_id = _event_id(task)
        if event_id != last_seen:
            last_seen = event_id
            yield ServerSentEvent(event="task", id=event_id, data=TaskView.of(task))


@router.post(
    "/{task_id}/retry",
    summary="Run a task again",
    responses=problems(
        kinds.TASK_NOT_FOUND,
        kinds.MEDIA_GONE,
        kinds.TASK_CONFLICT,
        kinds.INVALID_REQUEST,
        kinds.QUEUE_FULL,
        kinds.UNAVAILABLE,
    ),
)
async def retry_task(services: Injected, task_id: PathTaskId, query: Annotated[RetryQuery, Query()]) -> TaskView:
    """Queue a task that has ended again.

    The result of before stands until there is another in its place.
    """
    if query.hears:
        await media_size(services, await services.store.task(task_id))
    task = await services.store.retry(
        task_id,
        from_stage=query.from_stage,
        queue_limit=services.settings.queue_limit,
        template=query.template,
        request_id=request_id(),
    )
    return TaskView.of(task)


@router.post(
    "/{task_id}/cancel",
    summary="Cancel a task",
    responses=problems(kinds.TASK_NOT_FOUND, kinds.TASK_CONFLICT, kinds.UNAVAILABLE),
)
async def cancel_task(services: Injected, task_id: PathTaskId) -> TaskView:
    """Stop a task that is queued or being worked on; again changes nothing."""
    task = await services.store.cancel(task_id)
    # A worker that has the task cleans up by itself; between attempts there is none.
    await services.blobs.delete(audio_key(task_id))
    return TaskView.of(task)


@router.delete(
    "/{task_id}",
    status_code=204,
    summary="Delete a task",
    responses=problems(kinds.TASK_NOT_FOUND, kinds.UNAVAILABLE),
)
async def delete_task(services: Injected, task_id: PathTaskId) -> None:
    """Remove a recording and all that is stored of it, in whatever state it is."""
    task = await services.store.task(task_id)
    # The blobs go first: should one stay, the task is still there, and the client can ask again.
    await services.blobs.delete(task.media_key)
    await services.blobs.delete(audio_key(task_id))
    await services.store.delete(task_id)


def _event_id(task: Task) -> str:
    """Name a state of a task, so that a client that comes back can tell whether it has seen it."""
    return blake2b(TaskView.of(task).model_dump_json().encode(), digest_size=8).hexdigest()

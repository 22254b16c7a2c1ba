"""The task, or the delivery, that a path names."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path

from callscribe.domain import TaskId
from callscribe.errors import CallScribeError, DeliveryNotFound, TaskNotFound


async def _task_id(
    task_id: Annotated[str, Path(description="The task's id.", json_schema_extra={"format": "uuid"})],
) -> TaskId:
    return TaskId(_uuid(task_id, TaskNotFound(f"There is no task {task_id!r:.60}.")))


PathTaskId = Annotated[TaskId, Depends(_task_id)]
"""The id in the path; what is no UUID names no task (404)."""


async def _delivery_id(
    delivery_id: Annotated[str, Path(description="The delivery's id.", json_schema_extra={"format": "uuid"})],
) -> UUID:
    return _uuid(delivery_id, DeliveryNotFound(f"There is no delivery {delivery_id!r:.60}."))


PathDeliveryId = Annotated[UUID, Depends(_delivery_id)]
"""The id in the path; what is no UUID names no delivery (404)."""


def _uuid(text: str, not_found: CallScribeError) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise not_found from None

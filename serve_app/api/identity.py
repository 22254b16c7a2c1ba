"""The task that a path names."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path

from callscribe.domain import TaskId
from callscribe.errors import TaskNotFound


def _task_id(
    task_id: Annotated[str, Path(description="The task's id.", json_schema_extra={"format": "uuid"})],
) -> TaskId:
    try:
        return TaskId(UUID(task_id))
    except ValueError:
        message = f"There is no task {task_id!r:.60}."
        raise TaskNotFound(message) from None


PathTaskId = Annotated[TaskId, Depends(_task_id)]
"""The id in the path; what is no UUID names no task (404)."""

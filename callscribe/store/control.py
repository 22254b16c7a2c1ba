"""What people ask of a task: again, not at all, away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from callscribe.domain import Stage, Task, TaskId, TaskStatus, Template
from callscribe.errors import TaskConflict
from callscribe.store.archive import SELECT_TASK, TASK
from callscribe.store.codec import task_of
from callscribe.store.database import DatabaseUser, present
from callscribe.store.door import check_room, lock_door

if TYPE_CHECKING:
    from callscribe.store.database import Connection

LOCKED_TASK = f"{SELECT_TASK} WHERE tasks.id = $1 FOR NO KEY UPDATE OF tasks"
REQUEUE = """
UPDATE tasks SET status = 'queued', fence = fence + 1, attempts = 0, stage = NULL, progress = 0,
    queued_at = clock_timestamp(), claimable_at = clock_timestamp(), started_at = NULL, finished_at = NULL,
    error_code = NULL, error_message = NULL, request_id = COALESCE($2, request_id)
WHERE id = $1
"""
CANCEL = """
UPDATE tasks SET status = 'cancelled', fence = fence + 1, claimable_at = NULL, finished_at = now() WHERE id = $1
"""
SET_TEMPLATE = "UPDATE recordings SET template = $2 WHERE id = $1"
FORGET_OUTPUTS = "DELETE FROM stage_outputs WHERE task_id = $1 AND stage = ANY($2::text[])"
DELETE = "DELETE FROM recordings WHERE id = $1"


class Control(DatabaseUser):
    """Retry, cancel, delete: each takes the task from the worker that holds it, if one does."""

    async def retry(
        self,
        task_id: TaskId,
        *,
        from_stage: Stage | None,
        queue_limit: int,
        template: Template | None = None,
        request_id: str | None = None,
    ) -> Task:
        """Queue a finished task again, from its first missing stage or from the one named.

        The outputs of the stages to be rerun are forgotten; the transcript and the protocol stand until others take
        their place. A template is the recording's from now on, and its protocol is made anew whatever the stage. Raises
        ``TaskNotFound``, ``TaskConflict`` while the task is queued or processing, ``QueueFull``.
        """

        async def work(connection: Connection) -> Task:
            await lock_door(connection)
            row = present(await connection.fetchrow(LOCKED_TASK, task_id), task_id)
            if not TaskStatus(row["status"]).is_final:
                raise TaskConflict(f"Task {task_id} is {row['status']}: only one that has ended can be retried.")
            await check_room(connection, queue_limit)
            if template is not None:
                await connection.execute(SET_TEMPLATE, task_id, template)
            first = from_stage or (Stage.SUMMARIZING if template else None)
            if first is not None:
                await connection.execute(FORGET_OUTPUTS, task_id, list(first.and_later))
            await connection.execute(REQUEUE, task_id, request_id)
            return task_of(present(await connection.fetchrow(TASK, task_id), task_id))

        return await self._database.transact(work)

    async def cancel(self, task_id: TaskId) -> Task:
        """Cancel a queued or processing task (again: nothing). Raises ``TaskConflict`` when it has ended."""

        async def work(connection: Connection) -> Task:
            row = present(await connection.fetchrow(LOCKED_TASK, task_id), task_id)
            match TaskStatus(row["status"]):
                case TaskStatus.CANCELLED:
                    return task_of(row)
                case TaskStatus.COMPLETED | TaskStatus.FAILED:
                    raise TaskConflict(f"Task {task_id} is {row['status']}: it has ended.")
            await connection.execute(CANCEL, task_id)
            return task_of(present(await connection.fetchrow(TASK, task_id), task_id))

        return await self._database.transact(work)

    async def delete(self, task_id: TaskId) -> Task:
        """Remove a task and all that is stored of it, in any state; returns what it was. Raises ``TaskNotFound``."""
        # Read first: were the delete's commit left unconfirmed, the second try would find nothing to return.
        task = task_of(present(await self._database.fetchrow(TASK, task_id), task_id))
        await self._database.changed(DELETE, task_id)
        return task

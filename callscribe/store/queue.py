"""The queue: a worker claims a task for the time of a lease, and its fence keeps late writes out.

PostgreSQL's clock alone judges delays and leases. The fence rises with each claim, cancellation and retry: a write
that carries an older one changes nothing and raises ``ClaimLost``.
"""

# ruff: noqa: S608 - statements are composed of constants alone, values are always arguments

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from callscribe.domain import Claim, ModelNames, Stage, TaskError, TaskId, TaskStatus
from callscribe.errors import ClaimLost
from callscribe.store.archive import SELECT_TASK
from callscribe.store.codec import stored_text, task_of
from callscribe.store.database import DatabaseUser, changed

if TYPE_CHECKING:
    from callscribe.store.database import Connection

DUE = "SELECT id FROM tasks WHERE status IN ('queued', 'processing') AND claimable_at <= now()"
EXHAUST = f"""
WITH due AS ({DUE} AND attempts >= $1 FOR UPDATE SKIP LOCKED)
UPDATE tasks SET status = 'failed', fence = fence + 1, claimable_at = NULL, finished_at = now(),
    error_code = 'attempts_exhausted', error_message = 'The work was begun ' || attempts || ' times and never ended.'
FROM due WHERE tasks.id = due.id
RETURNING tasks.id, request_id
"""
CLAIM = f"""
WITH due AS ({DUE} AND attempts < $1 ORDER BY queued_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
UPDATE tasks SET status = 'processing', fence = fence + 1, attempts = attempts + 1, stage = NULL, progress = 0,
    claimable_at = now() + $2, started_at = COALESCE(started_at, now())
FROM due WHERE tasks.id = due.id
RETURNING tasks.id
"""
HELD = "WHERE id = $1 AND fence = $2 AND status = 'processing'"
RENEW = f"UPDATE tasks SET claimable_at = now() + $3 {HELD}"
REPORT = f"UPDATE tasks SET stage = $3, progress = GREATEST(progress, LEAST($4::double precision, 1)) {HELD}"
RELEASE = f"UPDATE tasks SET status = 'queued', stage = NULL, progress = 0, claimable_at = now() + $3 {HELD}"
COMPLETE = f"""
UPDATE tasks SET status = 'completed', stage = NULL, progress = 1, claimable_at = NULL, finished_at = now(),
    diarizer = $3, transcriber = $4, llm = $5 {HELD}
"""
FAIL = f"""
UPDATE tasks SET status = 'failed', claimable_at = NULL, finished_at = now(), error_code = $3, error_message = $4 {HELD}
"""
ENDED = "SELECT EXISTS (SELECT FROM tasks WHERE id = $1 AND fence = $2 AND status = $3)"


class Queue(DatabaseUser):
    """Claims, leases and ends."""

    async def claim(self, *, lease: timedelta, max_attempts: int) -> Claim | None:
        """Take the oldest queued task, or a processing one whose lease has ended (``SKIP LOCKED``).

        Not one that has used its attempts: see ``fail_exhausted``.
        """

        async def work(connection: Connection) -> Claim | None:
            task_id = await connection.fetchval(CLAIM, max_attempts, lease)
            row = await connection.fetchrow(f"{SELECT_TASK} WHERE tasks.id = $1", task_id)
            return None if row is None else Claim(task_of(row), row["fence"], row["request_id"])

        return await self._database.transact(work)

    async def fail_exhausted(self, *, max_attempts: int) -> dict[TaskId, str | None]:
        """Let tasks that have used their attempts fail (``attempts_exhausted``); return them with their requests."""
        rows = await self._database.fetch(EXHAUST, max_attempts)
        return {TaskId(row["id"]): row["request_id"] for row in rows}

    async def renew(self, claim: Claim, *, lease: timedelta) -> None:
        """Let the lease end that long from now, even if it has ended already. Raises ``ClaimLost``."""
        await self._write(RENEW, claim, lease)

    async def report(self, claim: Claim, *, stage: Stage, progress: float) -> None:
        """Say what the worker is doing; ``progress`` in 0..1 of the whole task never falls within an attempt.

        Raises ``ClaimLost``.
        """
        await self._write(REPORT, claim, stage, progress)

    async def complete(self, claim: Claim, *, models: ModelNames) -> None:
        """End the task well; a second time is the same end. Raises ``ClaimLost``."""
        await self._end(TaskStatus.COMPLETED, COMPLETE, claim, models.diarizer, models.transcriber, models.llm)

    async def fail(self, claim: Claim, error: TaskError) -> None:
        """End the task for good; a second time is the same end, with the first error. Raises ``ClaimLost``."""
        await self._end(TaskStatus.FAILED, FAIL, claim, stored_text(error.code), stored_text(error.message))

    async def release(self, claim: Claim, *, delay: timedelta) -> None:
        """Give the task back, to be claimed again no sooner than after ``delay``. Raises ``ClaimLost``.

        The attempt counts, and the task keeps its place in the queue.
        """
        await self._write(RELEASE, claim, delay)

    async def _write(self, statement: str, claim: Claim, *arguments: object) -> None:
        if not await self._database.changed(statement, claim.task.id, claim.fence, *arguments):
            raise lost(claim)

    async def _end(self, status: TaskStatus, statement: str, claim: Claim, *arguments: object) -> None:
        async def work(connection: Connection) -> bool:
            if await changed(connection, statement, claim.task.id, claim.fence, *arguments):
                return True
            # The end may have been written by a try of this very call, on a connection that was lost.
            ended: bool = await connection.fetchval(ENDED, claim.task.id, claim.fence, status)
            return ended

        if not await self._database.run(work):
            raise lost(claim)


def lost(claim: Claim) -> ClaimLost:
    """What a worker is told whose fence is behind, or whose task has ended."""
    return ClaimLost(f"Task {claim.task.id} is no longer held with fence {claim.fence}.")

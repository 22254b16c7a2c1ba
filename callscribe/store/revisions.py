"""Revisions: degraded protocols that are due to be made again.

A revision is held for the time of a lease and carries the task's fence and the number of revisions before it: a rerun
that somebody has asked for meanwhile raises the fence, another replica's revision that was quicker the number, and the
late one changes nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from callscribe.domain import Protocol, TaskId
from callscribe.store.codec import encode_json, protocol_to_json
from callscribe.store.database import DatabaseUser
from callscribe.store.values import Revision

if TYPE_CHECKING:
    from callscribe.store.database import Connection

DUE = """
UPDATE protocols SET revise_at = now() + $1::interval FROM tasks
WHERE tasks.id = protocols.task_id AND protocols.task_id = (
    SELECT task_id FROM protocols JOIN tasks ON tasks.id = task_id
    WHERE revise_at <= now() AND tasks.status IN ('completed', 'failed', 'cancelled')
    ORDER BY revise_at LIMIT 1 FOR UPDATE OF protocols SKIP LOCKED
)
RETURNING tasks.id, tasks.fence, protocols.revisions, tasks.request_id
"""
HOLD = """
SELECT TRUE FROM tasks WHERE id = $1 AND fence = $2 AND status IN ('completed', 'failed', 'cancelled')
FOR NO KEY UPDATE
"""
REVISE = """
UPDATE protocols SET body = $2, saved_at = now(), revisions = revisions + 1, revise_at = now() + $3::interval
WHERE task_id = $1 AND revisions = $4
RETURNING TRUE
"""
# A deletion: an update would be tallied as one more making of the stage.
FORGET_OUTPUT = "DELETE FROM stage_outputs WHERE task_id = $1 AND stage = 'summarizing'"
SET_LLM = "UPDATE tasks SET llm = $2 WHERE id = $1"


class Revisions(DatabaseUser):
    """Which protocols to make again, and what became of them."""

    async def due_revision(self, *, lease: timedelta) -> Revision | None:
        """Take the degraded protocol that has waited longest, of a task that has ended, for the time of a lease."""
        row = await self._database.fetchrow(DUE, lease)
        return None if row is None else Revision(TaskId(row["id"]), row["fence"], row["revisions"], row["request_id"])

    async def revise(self, revision: Revision, protocol: Protocol, *, revise_after: timedelta | None) -> bool:
        """Put a new protocol in the degraded one's place, to be made again after a while if need be.

        Returns whether it did: not where the task has been rerun, revised or deleted meanwhile.
        """
        body = encode_json(protocol_to_json(protocol))

        async def work(connection: Connection) -> bool:
            if not await connection.fetchval(HOLD, revision.task_id, revision.fence):
                return False
            if not await connection.fetchval(REVISE, revision.task_id, body, revise_after, revision.earlier):
                return False
            await connection.execute(FORGET_OUTPUT, revision.task_id)
            await connection.execute(SET_LLM, revision.task_id, protocol.llm)
            return True

        return await self._database.transact(work)

"""The archive: tasks, listings and results, read only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from callscribe.domain import Language, Protocol, ProtocolStatus, Result, Source, Task, TaskId, TaskStatus, Transcript
from callscribe.errors import TaskNotReady
from callscribe.search.words import folded
from callscribe.speakers import renamed
from callscribe.store.codec import (
    cursor_after,
    encode_source_id,
    models_of,
    protocol_from_json,
    read_cursor,
    stored_text,
    task_of,
    turn_of,
)
from callscribe.store.database import DatabaseUser, present
from callscribe.store.names import TURNS, names_of
from callscribe.store.values import TaskFilter, TaskPage

if TYPE_CHECKING:
    from callscribe.store.database import Connection

SELECT_TASK = """
SELECT tasks.*, source, source_id, meeting_id, title, media_key, media_bytes, media_sha256, media_type,
    requested_language, num_speakers, template, recorded_at, participants, duration_seconds, language, truncated,
    CASE WHEN status = 'queued' THEN (
        SELECT count(*) FROM tasks AS ahead
        WHERE ahead.status = 'queued' AND (ahead.queued_at, ahead.id) <= (tasks.queued_at, tasks.id)
    ) END AS queue_position,
    (SELECT protocols.status FROM protocols WHERE task_id = tasks.id) AS protocol_status,
    tasks.status <> 'completed'
        AND (SELECT saved_at < queued_at FROM protocols WHERE task_id = tasks.id) AS result_of_before,
    (SELECT jsonb_agg(jsonb_build_array(speaker, name) ORDER BY speaker)
     FROM named_voices WHERE task_id = tasks.id) AS voices
FROM tasks JOIN recordings USING (id)
"""
TASK = f"{SELECT_TASK} WHERE tasks.id = $1"
TASKS = f"""{SELECT_TASK}
WHERE ($1::text IS NULL OR status = $1)
  AND ($2::text IS NULL OR source = $2)
  AND ($3::text IS NULL OR language = $3)
  AND ($4::timestamptz IS NULL OR tasks.held_at >= $4)
  AND ($5::timestamptz IS NULL OR tasks.held_at < $5)
  AND ($6::text IS NULL OR strpos(title_folded, $6) > 0)
  AND ($7::timestamptz IS NULL OR (tasks.held_at, tasks.id) < ($7, $8::uuid))
ORDER BY tasks.held_at DESC, tasks.id DESC
LIMIT $9
"""
KNOWN = f"{SELECT_TASK} WHERE recordings.source = $1 AND recordings.source_id = $2"
STATUSES = "SELECT id, status FROM tasks WHERE id = ANY($1::uuid[])"
PROTOCOL = "SELECT body FROM protocols WHERE task_id = $1"


class Archive(DatabaseUser):
    """What is known of the recordings."""

    async def task(self, task_id: TaskId) -> Task:
        """Raises ``TaskNotFound``. ``queue_position`` counts from 1 while the task is queued."""
        return task_of(present(await self._database.fetchrow(TASK, task_id), task_id))

    async def known(self, source: Source, source_id: str) -> Task | None:
        """The task of the recording that has this name at its source, if it has come. Raises ``ValueError``."""
        row = await self._database.fetchrow(KNOWN, source, encode_source_id(source_id))
        return None if row is None else task_of(row)

    async def statuses(self, task_ids: Collection[TaskId]) -> dict[TaskId, TaskStatus]:
        """Where these tasks stand; those that are not there are left out."""
        rows = await self._database.fetch(STATUSES, list(task_ids))
        return {TaskId(row["id"]): TaskStatus(row["status"]) for row in rows}

    async def tasks(self, where: TaskFilter, *, limit: int, cursor: str | None) -> TaskPage:
        """The latest call first, by keyset. Raises ``ValueError`` for a cursor that is not one of ours."""
        held_at, task_id = (None, None) if cursor is None else read_cursor(cursor)
        rows = await self._database.fetch(
            TASKS,
            where.status,
            where.source,
            where.language,
            where.held_from,
            where.held_to,
            None if where.query is None else folded(stored_text(where.query)),
            held_at,
            task_id,
            limit + 1,
        )
        items = tuple(task_of(row) for row in rows[:limit])
        return TaskPage(items, cursor_after(items[-1]) if len(rows) > limit and items else None)

    async def result(self, task_id: TaskId) -> Result:
        """Raises ``TaskNotFound``, ``TaskNotReady`` (no transcript yet)."""

        async def work(connection: Connection) -> Result:
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                return await _result(connection, task_id)

        return await self._database.run(work)


async def _result(connection: Connection, task_id: TaskId) -> Result:
    row = present(await connection.fetchrow(TASK, task_id), task_id)
    if row["language"] is None:
        raise TaskNotReady(f"Task {task_id} has no transcript yet.")
    task, language = task_of(row), Language(row["language"])
    turns = tuple(turn_of(turn) for turn in await connection.fetch(TURNS, task_id))
    body = await connection.fetchval(PROTOCOL, task_id)
    protocol = _missing_protocol(task) if body is None else protocol_from_json(body)
    result = Result(task, Transcript(language, turns), protocol, models_of(row), await names_of(connection, task_id))
    return replace(result, protocol=renamed(protocol, result.speaker_names, language))


def _missing_protocol(task: Task) -> Protocol:
    """What stands for a protocol that is still to come, or that will not come since the task has ended."""
    status = ProtocolStatus.FAILED if task.status.is_final else ProtocolStatus.PENDING
    return Protocol(status, engine="", coverage=0.0)

"""An arrival from its row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from callscribe.arrivals import Arrival, ArrivalState, FoundBy
from callscribe.domain import TaskError, TaskId

if TYPE_CHECKING:
    from asyncpg import Record


def arrival(row: Record) -> Arrival:
    """Make it."""
    return Arrival(
        key=row["key"],
        found_by=FoundBy(row["found_by"]),
        state=ArrivalState(row["state"]),
        title=row["title"],
        task_id=None if row["task_id"] is None else TaskId(row["task_id"]),
        stored_before=None if row["stored_as"] is None else TaskId(row["stored_as"]),
        arrived_at=row["arrived_at"],
        refused_for=row["refused_for"],
        transcript_awaited_for=row["transcript_awaited_for"],
        transcript_due_at=row["transcript_due_at"],
        attempts=row["attempts"],
        fence=row["fence"],
        error=TaskError(row["error_code"], row["error_message"]) if row["error_code"] else None,
    )

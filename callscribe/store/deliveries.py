"""Deliveries: made by triggers with the end that they tell of, sent under a lease and a fence, as tasks are worked on.

Stores that were connected with a ``webhook_url`` have that told of every end, all others only what uploads named.
"""

# ruff: noqa: S608 - statements are composed of constants alone, values are always arguments

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from callscribe.deliveries import Delivery, DeliveryEvent, DeliveryState, HeldDelivery
from callscribe.domain import TaskId
from callscribe.errors import DeliveryNotFound
from callscribe.store.codec import event_of, stored_text
from callscribe.store.database import DatabaseUser
from callscribe.store.values import TaskEvent

if TYPE_CHECKING:
    from asyncpg import Record

CLAIM = """
UPDATE deliveries SET attempts = attempts + 1, fence = fence + 1, due_at = now() + $1::interval
WHERE id = (
    SELECT id FROM deliveries WHERE state = 'waiting' AND due_at <= now() AND host <> ALL ($2::text[])
    ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id, fence, task_id, url, host, attempts,
    (SELECT request_id FROM tasks WHERE tasks.id = task_id) AS request_id
"""
HELD = "WHERE id = $1 AND fence = $2 AND state = 'waiting'"
EVENT = f"""
SELECT event_id AS id, task_id, FALSE AS deleted, occurred_at, task, protocol, names FROM deliveries {HELD}
"""
DELIVERED = f"""
UPDATE deliveries SET state = 'delivered', due_at = NULL, ended_at = now(), last_status = $3, last_error = NULL {HELD}
"""
POSTPONE = f"UPDATE deliveries SET due_at = now() + $5::interval, last_status = $3, last_error = $4 {HELD}"
FAIL = f"""
UPDATE deliveries SET state = 'failed', due_at = NULL, ended_at = now(), last_status = $3, last_error = $4 {HELD}
"""
AGAIN = """
UPDATE deliveries SET state = 'waiting', due_at = now(), ended_at = NULL, attempts = 0, fence = fence + 1
WHERE id = $1
RETURNING *
"""
OF_TASK = "SELECT * FROM deliveries WHERE task_id = $1 ORDER BY event_id DESC"
FORGET = "DELETE FROM deliveries WHERE COALESCE(ended_at, due_at) < now() - $1::interval"


class Deliveries(DatabaseUser):
    """What is to be told by webhooks, and the log of it."""

    async def claim(self, *, lease: timedelta, except_hosts: Collection[str]) -> HeldDelivery | None:
        """Take the one that is due longest, or whose lease has ended, to none of these hosts (``SKIP LOCKED``)."""
        row = await self._database.fetchrow(CLAIM, lease, list(except_hosts))
        return None if row is None else HeldDelivery(**dict(row))

    async def event(self, held: HeldDelivery) -> TaskEvent | None:
        """What is to be told; nothing where the delivery is gone with its task, or no longer held."""
        row = await self._database.fetchrow(EVENT, held.id, held.fence)
        return None if row is None else event_of(row)

    async def delivered(self, held: HeldDelivery, status: int | None) -> None:
        """End it well. Where it is no longer held this changes nothing, and so do the next two."""
        await self._database.changed(DELIVERED, held.id, held.fence, status)

    async def postpone(self, held: HeldDelivery, status: int | None, error: str, *, pause: timedelta) -> None:
        """Have it tried again after a pause."""
        await self._database.changed(POSTPONE, held.id, held.fence, status, stored_text(error), pause)

    async def fail(self, held: HeldDelivery, status: int | None, error: str) -> None:
        """Give it up."""
        await self._database.changed(FAIL, held.id, held.fence, status, stored_text(error))

    async def again(self, delivery_id: UUID) -> Delivery:
        """Have it sent now, whatever has come of it, with all its tries before it. Raises ``DeliveryNotFound``."""
        row = await self._database.fetchrow(AGAIN, delivery_id)
        if row is None:
            raise DeliveryNotFound(f"There is no delivery {delivery_id}.")
        return _delivery(row)

    async def of(self, task_id: TaskId) -> tuple[Delivery, ...]:
        """What was told of a task and is to be told, newest first."""
        return tuple(_delivery(row) for row in await self._database.fetch(OF_TASK, task_id))

    async def forget(self, age: timedelta) -> int:
        """Remove those that ended longer ago than this, or have waited for longer since nobody sends; say how many."""
        return await self._database.changed(FORGET, age)


def _delivery(row: Record) -> Delivery:
    state = DeliveryState(row["state"])
    return Delivery(
        id=row["id"],
        task_id=TaskId(row["task_id"]),
        event=DeliveryEvent(row["event"]),
        url=row["url"],
        state=state,
        attempts=row["attempts"],
        created_at=row["occurred_at"],
        next_attempt_at=row["due_at"],
        last_status=row["last_status"],
        last_error=row["last_error"],
        delivered_at=row["ended_at"] if state is DeliveryState.DELIVERED else None,
    )

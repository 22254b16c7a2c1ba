"""Fetching: whoever does it holds the arrival for the time of a lease and carries its fence, as with tasks."""

# ruff: noqa: S608 - statements are composed of constants alone, values are always arguments

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from callscribe.arrivals import OVERTAKEN, Arrival, checked_key
from callscribe.domain import TaskError, TaskId
from callscribe.errors import ClaimLost
from callscribe.store.arrivals.news import IS_NEWS
from callscribe.store.arrivals.rows import arrival as arrival_of
from callscribe.store.arrivals.transcripts import AWAIT_TRANSCRIPT
from callscribe.store.codec import stored_text
from callscribe.store.database import DatabaseUser

if TYPE_CHECKING:
    from callscribe.store.database import Connection

CLAIM = """
UPDATE arrivals SET state = 'fetching', fence = fence + 1, attempts = attempts + 1, due_at = now() + $1::interval,
    news = FALSE
WHERE key = (SELECT key FROM arrivals WHERE due_at <= now() ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING *
"""
HELD = "WHERE key = $1 AND fence = $2 AND state = 'fetching'"
RENEW = f"UPDATE arrivals SET due_at = now() + $3::interval {HELD}"
POSTPONE = f"""
UPDATE arrivals SET state = 'waiting', due_at = CASE WHEN news THEN now() ELSE now() + $3::interval END,
    refused_for = refused_for + CASE WHEN news THEN '0' ELSE $4::interval END,
    error_code = $5, error_message = $6 {HELD}
"""
NAMED = f"UPDATE arrivals SET title = $3 {HELD}"
STORED_AS = f"UPDATE arrivals SET stored_as = $3 {HELD}"
GIVE_UP_KEY = f"DELETE FROM arrivals {HELD} RETURNING found_by, title, transcript_due_at IS NOT NULL AS has_transcript"
UNDER_RIGHT_KEY = f"INSERT INTO arrivals (key, found_by, title) VALUES ($1, $2, $3) {IS_NEWS}"
IMPORTED = f"""
UPDATE arrivals SET state = 'imported', due_at = NULL, task_id = (SELECT id FROM tasks WHERE id = $3),
    error_code = NULL, error_message = NULL, transcript_due_at = now() {HELD}
"""
OVERTAKEN_MEANWHILE = f"news AND NOT revived AND $3 IN {OVERTAKEN}"
FAILED = f"""
UPDATE arrivals SET state = CASE WHEN {OVERTAKEN_MEANWHILE} THEN 'waiting' ELSE 'failed' END,
    due_at = CASE WHEN {OVERTAKEN_MEANWHILE} THEN now() END, revived = revived OR {OVERTAKEN_MEANWHILE},
    refused_for = '0', error_code = $3, error_message = $4 {HELD}
"""


class Fetching(DatabaseUser):
    """Takes an arrival, and ends it or gives it back."""

    async def claim(self, *, lease: timedelta) -> Arrival | None:
        """Take the arrival that is due longest, or whose lease has ended (``SKIP LOCKED``)."""
        row = await self._database.fetchrow(CLAIM, lease)
        return None if row is None else arrival_of(row)

    async def renew(self, arrival: Arrival, *, lease: timedelta) -> None:
        """Let the lease end that long from now. Raises ``ClaimLost``."""
        await self._write(RENEW, arrival, lease)

    async def name(self, arrival: Arrival, title: str) -> None:
        """Note what the recording is called. Raises ``ClaimLost``."""
        await self._write(NAMED, arrival, stored_text(title))

    async def merge_into(self, arrival: Arrival, key: str) -> None:
        """End it: it is the recording that Kontur Talk calls ``key``, and news of that one. Raises ``ClaimLost``."""

        async def work(connection: Connection) -> None:
            async with connection.transaction():
                other = await connection.fetchrow(GIVE_UP_KEY, arrival.key, arrival.fence)
                if other is None:
                    raise _lost(arrival)
                await connection.execute(UNDER_RIGHT_KEY, checked_key(key), other["found_by"], other["title"])
                if other["has_transcript"]:
                    await connection.execute(AWAIT_TRANSCRIPT, key)

        await self._database.run(work)

    async def store_as(self, arrival: Arrival, recording_id: TaskId) -> None:
        """Note under which id its media is about to be stored. Raises ``ClaimLost``."""
        await self._write(STORED_AS, arrival, recording_id)

    async def postpone(self, arrival: Arrival, *, delay: timedelta, refused: bool, error: TaskError) -> None:
        """Give it back, to be taken again after a while, or now if news came meanwhile; say why. Raises ``ClaimLost``.

        ``refused``: it is the recording itself that is refused, so that the delay is taken from our patience with it.
        """
        refused_for = delay if refused else timedelta()
        await self._write(POSTPONE, arrival, delay, refused_for, stored_text(error.code), stored_text(error.message))

    async def imported(self, arrival: Arrival, task_id: TaskId) -> None:
        """End it well: it was a task already. Raises ``ClaimLost``."""
        await self._write(IMPORTED, arrival, task_id)

    async def fail(self, arrival: Arrival, error: TaskError) -> None:
        """End it, and say why: for good, unless news that came meanwhile has overtaken that. Raises ``ClaimLost``."""
        await self._write(FAILED, arrival, stored_text(error.code), stored_text(error.message))

    async def _write(self, statement: str, arrival: Arrival, *arguments: object) -> None:
        if not await self._database.changed(statement, arrival.key, arrival.fence, *arguments):
            raise _lost(arrival)


async def end_well(connection: Connection, arrival: Arrival, task_id: TaskId) -> None:
    """Note that it is a task, in the transaction that makes it one: so it is none again once that is deleted.

    Raises ``ClaimLost``.
    """
    if await connection.fetchval(f"{IMPORTED} RETURNING key", arrival.key, arrival.fence, task_id) is None:
        raise _lost(arrival)


def _lost(arrival: Arrival) -> ClaimLost:
    return ClaimLost(f"Arrival {arrival.key} is no longer held with fence {arrival.fence}.")

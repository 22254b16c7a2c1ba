"""Kontur Talk's own transcripts, which come when they come."""

# ruff: noqa: S608 - statements are composed of constants alone, values are always arguments

from __future__ import annotations

from datetime import timedelta

from callscribe.arrivals import Arrival
from callscribe.store.arrivals.rows import arrival
from callscribe.store.database import DatabaseUser

AWAITED = "transcript = 'awaited', transcript_due_at = now(), transcript_awaited_for = '0'"
AWAIT_TRANSCRIPT = f"UPDATE arrivals SET {AWAITED} WHERE key = $1"
TRANSCRIPT_DUE = """
SELECT * FROM arrivals
WHERE state = 'imported' AND transcript = 'awaited' AND task_id IS NOT NULL AND transcript_due_at <= now()
ORDER BY transcript_due_at LIMIT 1
"""
UNTOLD = "WHERE key = $1 AND transcript_due_at IS NOT DISTINCT FROM $2"
"""No event has told of it since the arrival was read: one that has is not to be overwritten."""

POSTPONE_TRANSCRIPT = f"""
UPDATE arrivals SET transcript_due_at = now() + $3::interval,
    transcript_awaited_for = transcript_awaited_for + $4::interval {UNTOLD}
"""
END_TRANSCRIPT = f"UPDATE arrivals SET transcript = $3 {UNTOLD}"


class Transcripts(DatabaseUser):
    """Whose transcript is to be asked for, and when."""

    async def due_transcript(self) -> Arrival | None:
        """The imported recording whose transcript has been awaited longest, if it is time to ask for it."""
        row = await self._database.fetchrow(TRANSCRIPT_DUE)
        return None if row is None else arrival(row)

    async def postpone_transcript(self, arrival: Arrival, *, delay: timedelta, refused: bool) -> None:
        """Ask for a transcript again after a while, which is taken from our patience with it if it is ``refused``.

        What an event has said of it meanwhile stands, here and at its end.
        """
        refused_for = delay if refused else timedelta()
        await self._write_transcript(POSTPONE_TRANSCRIPT, arrival, delay, refused_for)

    async def end_transcript(self, arrival: Arrival, *, taken: bool) -> None:
        """Ask for a transcript no more, unless an event says that there is one."""
        await self._write_transcript(END_TRANSCRIPT, arrival, "taken" if taken else "none")

    async def _write_transcript(self, statement: str, arrival: Arrival, *arguments: object) -> None:
        await self._database.changed(statement, arrival.key, arrival.transcript_due_at, *arguments)

"""Arrivals: recordings of Kontur Talk from the moment that one is heard of until it is a task, or will never be one.

Whoever fetches one holds it for the time of a lease and carries its fence, as with tasks.
"""

# ruff: noqa: S608 - statements are composed of constants alone, values are always arguments

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from callscribe.arrivals import OVERTAKEN, Arrival, ArrivalState, FoundBy
from callscribe.domain import TaskError, TaskId
from callscribe.errors import ClaimLost
from callscribe.store.codec import decode_cursor, encode_cursor, stored_text
from callscribe.store.database import DatabaseUser
from callscribe.store.values import ArrivalPage, ArrivalTally

if TYPE_CHECKING:
    from asyncpg import Record

    from callscribe.store.database import Connection

MOST_KEY_BYTES = 512
NOT_IN_KEYS = frozenset("/\\")

REVIVABLE = f"arrivals.state = 'failed' AND NOT arrivals.revived AND arrivals.error_code IN {OVERTAKEN}"
IS_NEWS = f"""
ON CONFLICT (key) DO UPDATE SET due_at = LEAST(arrivals.due_at, now()), state = 'waiting',
    revived = arrivals.revived OR arrivals.state = 'failed'
WHERE arrivals.state = 'waiting' OR {REVIVABLE}
"""
COMPLETED_EVENT = f"""
WITH fresh AS (INSERT INTO talk_events (event_id) VALUES ($1) ON CONFLICT DO NOTHING RETURNING event_id)
INSERT INTO arrivals (key, found_by) SELECT $2, 'webhook' FROM fresh {IS_NEWS}
"""
AWAITED = "transcript = 'awaited', transcript_due_at = now(), transcript_awaited_for = '0'"
TRANSCRIPT_EVENT = f"""
WITH fresh AS (INSERT INTO talk_events (event_id) VALUES ($1) ON CONFLICT DO NOTHING RETURNING event_id)
INSERT INTO arrivals (key, found_by, transcript_due_at) SELECT $2, 'webhook', now() FROM fresh
ON CONFLICT (key) DO UPDATE SET {AWAITED}
"""
FORGET_EVENTS = "DELETE FROM talk_events WHERE received_at < now() - $1::interval"
FOUND = """
INSERT INTO arrivals (key, found_by, title)
SELECT key, 'poller', title FROM unnest($1::text[], $2::text[]) AS found (key, title)
ON CONFLICT (key) DO UPDATE SET title = COALESCE(arrivals.title, excluded.title) WHERE arrivals.title IS NULL
"""
REVIVE = f"""
UPDATE arrivals SET state = 'waiting', due_at = now(), revived = TRUE WHERE key = ANY($1::text[]) AND {REVIVABLE}
"""
ASKED_FOR = """
INSERT INTO arrivals (key, found_by, title) VALUES ($1, 'hand', $2)
ON CONFLICT (key) DO UPDATE SET state = 'waiting', due_at = now(), refused_for = '0', revived = FALSE, attempts = 0,
    title = COALESCE(excluded.title, arrivals.title), fence = arrivals.fence + 1, error_code = NULL,
    error_message = NULL, transcript = 'awaited', transcript_due_at = NULL, transcript_awaited_for = '0'
WHERE arrivals.state = 'failed' OR arrivals.state = 'imported' AND arrivals.task_id IS NULL
"""
HURRY = "UPDATE arrivals SET due_at = LEAST(due_at, now()), refused_for = '0' WHERE key = $1 AND state = 'waiting'"
CLAIM = """
UPDATE arrivals SET state = 'fetching', fence = fence + 1, attempts = attempts + 1, due_at = now() + $1::interval
WHERE key = (SELECT key FROM arrivals WHERE due_at <= now() ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING *
"""
HELD = "WHERE key = $1 AND fence = $2 AND state = 'fetching'"
RENEW = f"UPDATE arrivals SET due_at = now() + $3::interval {HELD}"
POSTPONE = f"""
UPDATE arrivals SET state = 'waiting', due_at = now() + $3::interval, refused_for = refused_for + $4::interval,
    error_code = $5, error_message = $6 {HELD}
"""
NAMED = f"UPDATE arrivals SET title = $3 {HELD}"
STORED_AS = f"UPDATE arrivals SET stored_as = $3 {HELD}"
GIVE_UP_KEY = f"DELETE FROM arrivals {HELD} RETURNING found_by, title, transcript_due_at IS NOT NULL AS has_transcript"
UNDER_RIGHT_KEY = f"INSERT INTO arrivals (key, found_by, title) VALUES ($1, $2, $3) {IS_NEWS}"
AWAIT_TRANSCRIPT = f"UPDATE arrivals SET {AWAITED} WHERE key = $1"
IMPORTED = f"""
UPDATE arrivals SET state = 'imported', due_at = NULL, task_id = (SELECT id FROM tasks WHERE id = $3),
    error_code = NULL, error_message = NULL, transcript_due_at = now() {HELD}
"""
FAILED = f"""
UPDATE arrivals SET state = 'failed', due_at = NULL, refused_for = '0', error_code = $3, error_message = $4 {HELD}
"""
OF_KEYS = "SELECT * FROM arrivals WHERE key = ANY($1::text[])"
PAGE = """
SELECT * FROM arrivals
WHERE ($1::text IS NULL OR state = $1) AND ($2::timestamptz IS NULL OR (arrived_at, key) < ($2, $3::text))
ORDER BY arrived_at DESC, key DESC LIMIT $4
"""
TALLY = """
SELECT count(*) FILTER (WHERE state = 'waiting') AS waiting, count(*) FILTER (WHERE state = 'failed') AS failed,
    (SELECT max(received_at) FROM talk_events) AS last_event_at
FROM arrivals
"""
TRANSCRIPT_DUE = """
SELECT * FROM arrivals
WHERE state = 'imported' AND transcript = 'awaited' AND task_id IS NOT NULL AND transcript_due_at <= now()
ORDER BY transcript_due_at LIMIT 1
"""
POSTPONE_TRANSCRIPT = """
UPDATE arrivals SET transcript_due_at = now() + $2::interval,
    transcript_awaited_for = transcript_awaited_for + $3::interval
WHERE key = $1
"""
END_TRANSCRIPT = "UPDATE arrivals SET transcript = $2 WHERE key = $1"


class Arrivals(DatabaseUser):
    """What is known of Kontur Talk's recordings; a key of more than 512 bytes raises ``ValueError``."""

    async def completed(self, event_id: str, key: str) -> None:
        """Note, durably, the event that a recording is there; the same event again changes nothing.

        One that was looked for in vain is looked for anew, once.
        """
        await self._database.changed(COMPLETED_EVENT, event_id, checked_key(key))

    async def transcript_ready(self, event_id: str, key: str) -> None:
        """Note, durably, the event that Kontur Talk's transcript of a recording is there."""
        await self._database.changed(TRANSCRIPT_EVENT, event_id, checked_key(key))

    async def forget_events(self, *, older_than: timedelta) -> None:
        """Forget which events came so long ago that none of them will come again."""
        await self._database.changed(FORGET_EVENTS, older_than)

    async def found(self, titles: Mapping[str, str | None]) -> None:
        """Note recordings that the poller has found, by key; one that was looked for in vain is so anew, once."""
        keys = [checked_key(key) for key in titles]
        await self._database.changed(FOUND, keys, [title and stored_text(title) for title in titles.values()])
        await self._database.changed(REVIVE, keys)

    async def ask_for(self, key: str, title: str | None) -> Arrival:
        """Have a recording fetched now, because a person wants it: again, if it had failed or its task was deleted."""
        await self._database.changed(ASKED_FOR, checked_key(key), title and stored_text(title))
        await self._database.changed(HURRY, key)
        return (await self.of([key]))[key]

    async def claim(self, *, lease: timedelta) -> Arrival | None:
        """Take the arrival that is due longest, or whose lease has ended (``SKIP LOCKED``)."""
        row = await self._database.fetchrow(CLAIM, lease)
        return None if row is None else _arrival(row)

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
        """Give it back, to be taken again after a while, and say why. Raises ``ClaimLost``.

        ``refused``: it is the recording itself that is refused, so that the delay is taken from our patience with it.
        """
        refused_for = delay if refused else timedelta()
        await self._write(POSTPONE, arrival, delay, refused_for, stored_text(error.code), stored_text(error.message))

    async def imported(self, arrival: Arrival, task_id: TaskId) -> None:
        """End it well: it was a task already. Raises ``ClaimLost``."""
        await self._write(IMPORTED, arrival, task_id)

    async def fail(self, arrival: Arrival, error: TaskError) -> None:
        """End it for good, and say why. Raises ``ClaimLost``."""
        await self._write(FAILED, arrival, stored_text(error.code), stored_text(error.message))

    async def of(self, keys: Collection[str]) -> dict[str, Arrival]:
        """What is known of the recordings with these keys."""
        return {row["key"]: _arrival(row) for row in await self._database.fetch(OF_KEYS, list(keys))}

    async def page(self, *, state: ArrivalState | None, limit: int, cursor: str | None) -> ArrivalPage:
        """Newest first by keyset. Raises ``ValueError`` for a cursor that is not one of ours."""
        arrived_at, key = (None, None) if cursor is None else decode_cursor(cursor)
        rows = await self._database.fetch(PAGE, state, arrived_at, key, limit + 1)
        items = tuple(_arrival(row) for row in rows[:limit])
        more = len(rows) > limit and items
        return ArrivalPage(items, encode_cursor(items[-1].arrived_at, items[-1].key) if more else None)

    async def tally(self) -> ArrivalTally:
        """How many wait and have failed, and when the last event came, unless that is forgotten."""
        row = await self._database.fetchrow(TALLY)
        assert row is not None  # noqa: S101 - a count is always answered
        return ArrivalTally(row["waiting"], row["failed"], row["last_event_at"])

    async def due_transcript(self) -> Arrival | None:
        """The imported recording whose transcript has been awaited longest, if it is time to ask for it."""
        row = await self._database.fetchrow(TRANSCRIPT_DUE)
        return None if row is None else _arrival(row)

    async def postpone_transcript(self, key: str, *, delay: timedelta, refused: bool) -> None:
        """Ask for a transcript again after a while, which is taken from our patience with it if it is ``refused``."""
        await self._database.changed(POSTPONE_TRANSCRIPT, key, delay, delay if refused else timedelta())

    async def end_transcript(self, key: str, *, taken: bool) -> None:
        """Ask for a transcript no more, unless an event says that there is one."""
        await self._database.changed(END_TRANSCRIPT, key, "taken" if taken else "none")

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


def is_key(text: str) -> bool:
    """Whether this can be a recording's key: printable, of 1 to 512 bytes, and one segment of an address as it is."""
    if text in (".", "..") or not NOT_IN_KEYS.isdisjoint(text):
        return False
    return text.isprintable() and 1 <= len(text.encode(errors="replace")) <= MOST_KEY_BYTES


def checked_key(key: str) -> str:
    """The key, if it is one. Raises ``ValueError``."""
    if not is_key(key):
        raise ValueError("That is no key of a recording.")
    return key


def _arrival(row: Record) -> Arrival:
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
        attempts=row["attempts"],
        fence=row["fence"],
        error=TaskError(row["error_code"], row["error_message"]) if row["error_code"] else None,
    )

"""What is heard of recordings: by events, by the poller, and from people who want one."""

# ruff: noqa: S608 - statements are composed of constants alone, values are always arguments

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from callscribe.arrivals import OVERTAKEN, Arrival, checked_key
from callscribe.store.arrivals.listing import Listing
from callscribe.store.arrivals.transcripts import AWAITED
from callscribe.store.codec import stored_text

REVIVABLE = f"arrivals.state = 'failed' AND NOT arrivals.revived AND arrivals.error_code IN {OVERTAKEN}"
SOON = """
due_at = CASE arrivals.state WHEN 'fetching' THEN arrivals.due_at ELSE LEAST(arrivals.due_at, now()) END,
news = arrivals.state = 'fetching'
"""
"""Now, or where it is being fetched as soon as that try ends."""

IS_NEWS = f"""
ON CONFLICT (key) DO UPDATE SET {SOON},
    state = CASE arrivals.state WHEN 'failed' THEN 'waiting' ELSE arrivals.state END,
    revived = arrivals.revived OR arrivals.state = 'failed'
WHERE arrivals.state IN ('waiting', 'fetching') OR {REVIVABLE}
"""
COMPLETED_EVENT = f"""
WITH fresh AS (INSERT INTO talk_events (event_id) VALUES ($1) ON CONFLICT DO NOTHING RETURNING event_id)
INSERT INTO arrivals (key, found_by) SELECT $2, 'webhook' FROM fresh {IS_NEWS}
"""
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
HURRY = f"UPDATE arrivals SET {SOON}, refused_for = '0' WHERE key = $1 AND state IN ('waiting', 'fetching')"


class News(Listing):
    """Notes that a recording is there, as often as it is told: it is one arrival."""

    async def completed(self, event_id: str, key: str) -> None:
        """Note, durably, the event that a recording is there; the same event again changes nothing.

        One that was looked for in vain is looked for anew, once; one that is being fetched as soon as that has failed.
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

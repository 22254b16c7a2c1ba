"""What people and programs are shown of arrivals."""

from __future__ import annotations

from collections.abc import Collection

from callscribe.arrivals import Arrival, ArrivalState
from callscribe.store.arrivals.rows import arrival
from callscribe.store.codec import decode_cursor, encode_cursor
from callscribe.store.database import DatabaseUser
from callscribe.store.values import ArrivalPage, ArrivalTally

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


class Listing(DatabaseUser):
    """Looks at arrivals and changes none."""

    async def of(self, keys: Collection[str]) -> dict[str, Arrival]:
        """What is known of the recordings with these keys."""
        return {row["key"]: arrival(row) for row in await self._database.fetch(OF_KEYS, list(keys))}

    async def page(self, *, state: ArrivalState | None, limit: int, cursor: str | None) -> ArrivalPage:
        """Newest first by keyset. Raises ``ValueError`` for a cursor that is not one of ours."""
        arrived_at, key = (None, None) if cursor is None else decode_cursor(cursor)
        rows = await self._database.fetch(PAGE, state, arrived_at, key, limit + 1)
        items = tuple(arrival(row) for row in rows[:limit])
        more = len(rows) > limit and items
        return ArrivalPage(items, encode_cursor(items[-1].arrived_at, items[-1].key) if more else None)

    async def tally(self) -> ArrivalTally:
        """How many wait and have failed, and when the last event came, unless that is forgotten."""
        row = await self._database.fetchrow(TALLY)
        assert row is not None  # noqa: S101 - a count is always answered
        return ArrivalTally(row["waiting"], row["failed"], row["last_event_at"])

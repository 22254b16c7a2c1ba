"""Figures for metrics: tallies, which triggers append with the change that they count, and levels, read as they are.

What only a process knows it adds itself: see ``Recorder``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from callscribe.metrics import Figures, Level, Measurement, Tally
from callscribe.store.database import DatabaseUser

if TYPE_CHECKING:
    from callscribe.store.database import Connection

MOST_TALLIES: Final = 1000
"""As many rows are summed up in a millisecond: where there are more they are worth folding."""

PARTITIONS_STAY: Final = timedelta(days=7)
"""A partition that was last told of so long before another is none of the topic's, or has lost what it held."""

TALLIES = """
SELECT metric, label, bound, sum(number)::bigint AS number, sum(total)::float8 AS total FROM tallies
GROUP BY metric, label, bound ORDER BY bound
"""
# Of a task that was queued a moment ago, PostgreSQL's `now()`, when the transaction began, may be a moment before that.
LEVELS = """
SELECT 'queue_size' AS metric, '' AS label, count(*)::float8 AS value FROM tasks WHERE status = 'queued'
UNION ALL
SELECT 'queue_oldest_seconds', '', COALESCE(greatest(extract(epoch FROM now() - min(queued_at)), 0), 0)
FROM tasks WHERE status = 'queued'
UNION ALL
SELECT 'processing_tasks', '', count(*) FROM tasks WHERE status = 'processing' AND claimable_at > now()
UNION ALL
SELECT 'processing_oldest_seconds', '', COALESCE(greatest(extract(epoch FROM now() - min(started_at)), 0), 0)
FROM tasks WHERE status = 'processing'
UNION ALL
SELECT 'webhook_deliveries_waiting', '', count(*) FROM deliveries WHERE state = 'waiting'
UNION ALL
SELECT 'kafka_outbox_oldest_seconds', '', COALESCE(greatest(extract(epoch FROM now() - min(occurred_at)), 0), 0)
FROM (SELECT occurred_at FROM outbox WHERE trouble IS NULL ORDER BY id LIMIT 1) AS oldest
UNION ALL
SELECT metric, label, sum(number) FROM tallies WHERE metric = 'degraded_protocols' GROUP BY metric, label
"""
# Where nobody has ever told of a partition, that is so since the database began.
KAFKA_LEVELS = """
WITH partitions AS (
    SELECT * FROM kafka_lags WHERE told_at > (SELECT max(told_at) FROM kafka_lags) - $1::interval
)
SELECT 'kafka_lag' AS metric, partition::text AS label, lag::float8 AS value FROM partitions
UNION ALL
SELECT 'kafka_lag_age_seconds', '', greatest(extract(epoch FROM now() - COALESCE(min(told_at), began)), 0)
FROM (SELECT min(applied_at) AS began FROM schema_migrations) AS history LEFT JOIN partitions ON TRUE GROUP BY began
"""
MEASURED = """
INSERT INTO tallies (metric, label, bound, number, total)
SELECT metric, label, histogram_bound(seconds), count(*), sum(seconds::numeric)
FROM unnest($1::text[], $2::text[], $3::float8[]) AS measured (metric, label, seconds)
GROUP BY metric, label, histogram_bound(seconds)
"""
TELL_LAGS = """
INSERT INTO kafka_lags (partition, lag) SELECT * FROM unnest($1::integer[], $2::bigint[])
ON CONFLICT (partition) DO UPDATE SET lag = excluded.lag, told_at = now()
"""
FOLD = """
WITH folded AS (DELETE FROM tallies WHERE (SELECT count(*) FROM tallies) > $1 RETURNING *)
INSERT INTO tallies SELECT metric, label, bound, sum(number), sum(total) FROM folded GROUP BY metric, label, bound
"""


class Metrics(DatabaseUser):
    """What metrics tell."""

    async def figures(self, *, kafka: bool = False) -> Figures:
        """All figures, as of one moment; of Kafka's lag only where ``kafka`` is used. Raises ``Unavailable``."""

        async def work(connection: Connection) -> Figures:
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                return await _figures(connection, kafka=kafka)

        return await self._database.run(work)

    async def add(self, measurements: Sequence[Measurement]) -> None:
        """Count what a process has measured; where a commit is not confirmed, perhaps twice. Raises ``Unavailable``."""
        columns = zip(*((each.metric, each.label, each.seconds) for each in measurements), strict=True)
        await self._database.changed(MEASURED, *map(list, columns))

    async def tell_lags(self, lags: Mapping[int, int]) -> None:
        """Note how many messages these partitions of Kafka's wait for. Raises ``Unavailable``."""
        told = dict(sorted(lags.items()))  # in one order, since another member may tell of the same ones just now
        await self._database.changed(TELL_LAGS, list(told), list(told.values()))

    async def fold(self, *, beyond: int = MOST_TALLIES) -> None:
        """Make one row of those of one kind, where there are more than that. Several may do so at once.

        Raises ``Unavailable``.
        """
        await self._database.changed(FOLD, beyond)


async def _figures(connection: Connection, *, kafka: bool) -> Figures:
    tallies = await connection.fetch(TALLIES)
    levels = await connection.fetch(LEVELS)
    if kafka:
        levels += await connection.fetch(KAFKA_LEVELS, PARTITIONS_STAY)
    return Figures(
        tallies=tuple(Tally(**dict(row)) for row in tallies),
        levels=tuple(Level(**dict(row)) for row in levels),
        bounds=tuple(await connection.fetchval("SELECT histogram_bounds()")),
    )

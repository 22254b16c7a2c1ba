"""The statistics of the calls that came in a time, by the days of a time zone."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Any

import asyncpg

from callscribe.domain import Source, Stage
from callscribe.statistics import (
    Calls,
    Failures,
    Processing,
    QueueNow,
    Spread,
    StageProcessing,
    Statistics,
    Talker,
)
from callscribe.store.database import Database, DatabaseUser

if TYPE_CHECKING:
    from callscribe.store.database import Connection

TENTHS = 10
MOST_TALKERS = 20

CALLS = """
SELECT (created_at AT TIME ZONE $3)::date AS day, source, count(*) AS calls,
    count(*) FILTER (WHERE status = 'completed') AS completed, count(*) FILTER (WHERE status = 'failed') AS failed,
    COALESCE(sum(duration_seconds), 0) AS seconds
FROM tasks JOIN recordings USING (id)
WHERE created_at >= $1 AND created_at < $2
GROUP BY day, source ORDER BY day, source
"""
# Not of runs that had a part of the work done for them.
PROCESSING = """
SELECT (created_at AT TIME ZONE $3)::date AS day, count(*) AS calls,
    percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY took) AS seconds,
    percentile_cont(ARRAY[0.5, 0.05]) WITHIN GROUP (ORDER BY duration_seconds / took) AS times_real_time
FROM tasks JOIN recordings USING (id), LATERAL (SELECT extract(epoch FROM finished_at - started_at)::float8 AS took)
WHERE created_at >= $1 AND created_at < $2 AND status = 'completed' AND took > 0 AND duration_seconds > 0
    AND NOT EXISTS (SELECT FROM stage_outputs WHERE task_id = id AND saved_at < started_at)
GROUP BY GROUPING SETS ((day), ()) HAVING count(*) > 0
"""
# What each task's last run has done. The stages' own word, in their outputs, would have these read from end to end.
STAGES = """
WITH saved AS (
    SELECT started_at,
        max(saved_at) FILTER (WHERE stage_outputs.stage = 'decoding') AS decoded,
        max(saved_at) FILTER (WHERE stage_outputs.stage = 'diarizing') AS diarized,
        max(saved_at) FILTER (WHERE stage_outputs.stage = 'transcribing') AS transcribed,
        max(saved_at) FILTER (WHERE stage_outputs.stage = 'summarizing') AS summarized
    FROM tasks JOIN stage_outputs ON task_id = id
    WHERE created_at >= $1 AND created_at < $2 AND status = 'completed'
    GROUP BY tasks.id
)
SELECT spent.stage, count(*) AS calls,
    percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY extract(epoch FROM took)) AS seconds
FROM saved, LATERAL (VALUES
    ('decoding', decoded - started_at),
    ('diarizing', diarized - greatest(started_at, decoded)),
    ('transcribing', transcribed - greatest(started_at, decoded)),
    ('summarizing', summarized - greatest(started_at, diarized, transcribed))
) AS spent (stage, took)
WHERE took >= '0'
GROUP BY spent.stage
"""
QUEUE = """
SELECT count(*) FILTER (WHERE status = 'queued') AS queued, count(*) FILTER (WHERE status = 'processing') AS processing,
    extract(epoch FROM now() - min(queued_at) FILTER (WHERE status = 'queued'))::float8 AS oldest_seconds
FROM tasks WHERE status IN ('queued', 'processing')
"""
FAILURES = """
SELECT error_code AS code, count(*) AS calls FROM tasks
WHERE created_at >= $1 AND created_at < $2 AND status = 'failed'
GROUP BY code ORDER BY calls DESC, code
"""
LARGEST_SHARES = """
WITH shares AS (
    SELECT max(talk_seconds) / sum(talk_seconds) AS share FROM voices
    WHERE created_at >= $1 AND created_at < $2
    GROUP BY task_id HAVING sum(talk_seconds) > 0
)
SELECT least(ceil(share * $3), $3)::integer AS tenth, count(*) AS calls FROM shares GROUP BY tenth
"""
TALKERS = """
WITH named AS (
    SELECT task_id, name, sum(talk_seconds) AS seconds FROM named_voices
    WHERE created_at >= $1 AND created_at < $2 AND name IS NOT NULL
    GROUP BY 1, 2
)
SELECT name, count(*) AS calls, sum(seconds) AS seconds FROM named
GROUP BY name ORDER BY seconds DESC, name LIMIT $3
"""


class StatisticsReader(DatabaseUser):
    """Counts, in one of the ``slots`` for what takes long."""

    def __init__(self, database: Database, slots: asyncio.Semaphore) -> None:
        super().__init__(database)
        self._slots = slots

    async def of(self, since: datetime, until: datetime, time_zone: str) -> Statistics:
        """Those of the tasks made from ``since`` to before ``until``, and the queue as it is.

        Raises ``ValueError`` for a time zone that PostgreSQL does not know.
        """

        async def work(connection: Connection) -> Statistics:
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                return await _statistics(connection, since, until, time_zone)

        try:
            async with self._slots:
                return await self._database.run(work)
        except asyncpg.InvalidParameterValueError as error:
            raise ValueError(f"The database knows no time zone {time_zone!r:.60}.") from error


async def _statistics(connection: Connection, since: datetime, until: datetime, time_zone: str) -> Statistics:
    async def rows(query: str, *further: object) -> list[asyncpg.Record]:
        return await connection.fetch(query, since, until, *further)

    shares = {row["tenth"]: row["calls"] for row in await rows(LARGEST_SHARES, TENTHS)}
    processing = {row["day"]: _processing(row) for row in await rows(PROCESSING, time_zone)}
    together = processing.pop(None, None)
    stages = sorted((_stage(row) for row in await rows(STAGES)), key=lambda each: list(Stage).index(each.stage))
    return Statistics(
        calls=tuple(_calls(row) for row in await rows(CALLS, time_zone)),
        processing=together,
        processing_by_day=processing,
        stages=tuple(stages),
        queue=QueueNow(**dict(await connection.fetchrow(QUEUE) or {})),
        failures=tuple(Failures(**dict(row)) for row in await rows(FAILURES)),
        largest_shares=tuple(shares.get(tenth, 0) for tenth in range(1, TENTHS + 1)),
        talkers=tuple(Talker(**dict(row)) for row in await rows(TALKERS, MOST_TALKERS)),
    )


def _calls(row: asyncpg.Record) -> Calls:
    columns: dict[str, Any] = {**dict(row), "source": Source(row["source"])}
    return Calls(**columns)


def _processing(row: asyncpg.Record) -> Processing:
    return Processing(row["calls"], Spread(*row["seconds"]), Spread(*row["times_real_time"]))


def _stage(row: asyncpg.Record) -> StageProcessing:
    return StageProcessing(Stage(row["stage"]), row["calls"], Spread(*row["seconds"]))

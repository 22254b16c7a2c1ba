"""The outbox: events of tasks, written by triggers with the change itself, read by one publisher at a time.

Only stores that were connected with ``outbox=True`` make their changes known here.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeVar

import asyncpg

from callscribe.domain import TaskId
from callscribe.logs import about_task
from callscribe.store.codec import event_of, stored_text
from callscribe.store.database import COMMAND_SECONDS, CONNECT_SECONDS, SERVER_SETTINGS, DatabaseUser, persist, prepare
from callscribe.store.locks import Lock
from callscribe.store.values import OutboxLevel, TaskEvent

if TYPE_CHECKING:
    from callscribe.store.database import Connection

log = logging.getLogger(__name__)

T = TypeVar("T")

NEWS: Final = "callscribe_outbox"
ASK_AGAIN_SECONDS: Final = 1.0
"""How often somebody who would publish asks whether nobody else does, so that the next takes over soon."""

LOOK_SECONDS: Final = 5.0

TRY_LOCK = "SELECT pg_try_advisory_lock($1)"
OLDEST = """
SELECT id, task_id, deleted, occurred_at, task, task ->> 'request_id' AS request_id, protocol, names
FROM outbox WHERE trouble IS NULL ORDER BY id LIMIT $1
"""
FORGET = "DELETE FROM outbox WHERE id = ANY($1::bigint[])"
SET_ASIDE = "UPDATE outbox SET trouble = $2 WHERE id = $1"
LEVEL = """
SELECT count(*) - count(trouble) AS waiting, min(occurred_at) FILTER (WHERE trouble IS NULL) AS since,
    count(trouble) AS aside
FROM outbox
"""
THIN = """
DELETE FROM outbox
USING (SELECT task_id, max(id) FILTER (WHERE trouble IS NULL) AS newest FROM outbox GROUP BY task_id) AS kept
WHERE outbox.task_id = kept.task_id AND outbox.id < kept.newest AND (SELECT count(*) FROM outbox) > $1
"""


class OutboxReader:
    """The right to publish, which is lost with its connection: everything here fails from then on (``Unavailable``)."""

    def __init__(self, connection: Connection, news: asyncio.Event) -> None:
        self._connection = connection
        self._news = news

    async def oldest(self, limit: int) -> tuple[TaskEvent, ...]:
        """The events that have waited longest; those of one task are in their order.

        One that cannot be read is set aside.
        """
        events: list[TaskEvent] = []
        for row in await _once(lambda: self._connection.fetch(OLDEST, limit)):
            try:
                events.append(event_of(row))
            except Exception as error:  # noqa: BLE001 - whatever it is: the events behind it are told
                await self.set_aside(row["id"], TaskId(row["task_id"]), error, request_id=row["request_id"])
        return tuple(events)

    async def forget(self, event_ids: Collection[int]) -> None:
        """Remove what was published."""
        await _once(lambda: self._connection.execute(FORGET, event_ids))

    async def set_aside(
        self, event_id: int, task_id: TaskId, error: Exception, *, request_id: str | None = None
    ) -> None:
        """Leave an event where it is that cannot be told, with the reason, for a person to look into."""
        with about_task(task_id, request_id):
            log.error("event is set aside: it cannot be told", exc_info=error, extra={"event_id": event_id})
        reason = stored_text(f"{type(error).__name__}: {error}")
        await _once(lambda: self._connection.execute(SET_ASIDE, event_id, reason))

    async def wait(self) -> None:
        """Return when there may be events; to be called after ``oldest`` has found none."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_SECONDS):
                await self._news.wait()
        self._news.clear()


class Outbox(DatabaseUser):
    """Where whoever publishes events finds them."""

    async def level(self) -> OutboxLevel:
        """How full it is."""
        (row,) = await self._database.fetch(LEVEL)
        return OutboxLevel(row["waiting"], row["since"], row["aside"])

    async def thin(self, limit: int) -> int:
        """Where there are more events than this, drop those before each task's newest that can be told; say how many.

        An event tells all of how its task stands: those before it are the way there. What is set aside behind it stays.
        """
        return await self._database.changed(THIN, limit)

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[OutboxReader]:
        """Wait until nobody else in the cluster reads the outbox, and read it. Raises ``Unavailable``."""
        connection = await persist(self._connect, timedelta())
        try:
            news = asyncio.Event()
            await _once(lambda: connection.add_listener(NEWS, lambda *_: news.set()))
            while not await _once(lambda: connection.fetchval(TRY_LOCK, Lock.OUTBOX)):  # noqa: ASYNC110 - another's lock
                await asyncio.sleep(ASK_AGAIN_SECONDS)
            yield OutboxReader(connection, news)
        finally:
            connection.terminate()

    async def _connect(self) -> asyncpg.Connection[asyncpg.Record]:
        settings = SERVER_SETTINGS | {"application_name": "callscribe publisher"}
        connection = await asyncpg.connect(
            self._database.dsn, timeout=CONNECT_SECONDS, command_timeout=COMMAND_SECONDS, server_settings=settings
        )
        await prepare(connection)
        return connection


async def _once(work: Callable[[], Awaitable[T]]) -> T:
    """Raises ``Unavailable`` instead of what may pass: another try would not hold the lock."""
    return await persist(work, timedelta())

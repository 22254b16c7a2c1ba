"""The outbox: events of tasks, written by triggers with the change itself, read by one publisher at a time.

Only stores that were connected with ``outbox=True`` make their changes known here.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeVar

import asyncpg

from callscribe.store.codec import event_of
from callscribe.store.database import COMMAND_SECONDS, CONNECT_SECONDS, SERVER_SETTINGS, DatabaseUser, persist, prepare
from callscribe.store.locks import Lock
from callscribe.store.values import TaskEvent

if TYPE_CHECKING:
    from callscribe.store.database import Connection

T = TypeVar("T")

NEWS: Final = "callscribe_outbox"
ASK_AGAIN_SECONDS: Final = 1.0
"""How often somebody who would publish asks whether nobody else does, so that the next takes over soon."""

LOOK_SECONDS: Final = 5.0

TRY_LOCK = "SELECT pg_try_advisory_lock($1)"
OLDEST = "SELECT id, task_id, deleted, occurred_at, task, protocol, names FROM outbox ORDER BY id LIMIT $1"
FORGET = "DELETE FROM outbox WHERE id = ANY($1::bigint[])"


class OutboxReader:
    """The right to publish, which is lost with its connection: everything here fails from then on (``Unavailable``)."""

    def __init__(self, connection: Connection, news: asyncio.Event) -> None:
        self._connection = connection
        self._news = news

    async def oldest(self, limit: int) -> tuple[TaskEvent, ...]:
        """The events that have waited longest; those of one task are in their order."""
        rows = await _once(lambda: self._connection.fetch(OLDEST, limit))
        return tuple(event_of(row) for row in rows)

    async def forget(self, events: Collection[TaskEvent]) -> None:
        """Remove what was published."""
        await _once(lambda: self._connection.execute(FORGET, [event.id for event in events]))

    async def wait(self) -> None:
        """Return when there may be events; to be called after ``oldest`` has found none."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_SECONDS):
                await self._news.wait()
        self._news.clear()


class Outbox(DatabaseUser):
    """Where whoever publishes events finds them."""

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

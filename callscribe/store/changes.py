"""News of tasks: one listening connection (LISTEN/NOTIFY) rings everyone in this process who waits.

Notifications only save time: whoever waits looks again every few seconds too, so that nothing hangs while the
connection is down.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import asyncpg

from callscribe.domain import Task, TaskId
from callscribe.errors import TaskNotFound
from callscribe.logs import about_only
from callscribe.store.archive import Archive
from callscribe.store.database import CONNECT_SECONDS, SERVER_SETTINGS, Database

CHANGES = "callscribe_changes"
WORK = "callscribe_work"
POLL_SECONDS = 5.0
RECONNECT_SECONDS = 0.5
UNTIL_DUE = """
SELECT extract(epoch FROM min(claimable_at) - now())::double precision FROM tasks
WHERE status IN ('queued', 'processing')
"""

_LOST = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)

logger = logging.getLogger(__name__)


class Bells:
    """Who waits for what: a topic is a task's id, or ``WORK``."""

    def __init__(self) -> None:
        self._bells: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    @contextlib.contextmanager
    def bell(self, topic: str) -> Iterator[asyncio.Event]:
        """An event that is set at each news of the topic; whoever waits clears it."""
        bell = asyncio.Event()
        self._bells[topic].add(bell)
        try:
            yield bell
        finally:
            self._bells[topic].discard(bell)
            if not self._bells[topic]:
                del self._bells[topic]

    def ring(self, topic: str) -> None:
        """Set the events of one topic."""
        for bell in self._bells.get(topic, ()):
            bell.set()

    def ring_all(self) -> None:
        """Set every event: there may have been news that nobody heard."""
        for topic in self._bells:
            self.ring(topic)


class Listener:
    """Keeps one connection listening from the first who waits until it is closed, through PostgreSQL's restarts."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._bells = Bells()
        self._listening: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def bell(self, topic: str) -> Iterator[asyncio.Event]:
        """An event that is set at each news of the topic, and whenever news may have been missed."""
        if self._listening is None:
            with about_only():
                self._listening = asyncio.create_task(self._listen_for_ever(), name="callscribe-store-listener")
        with self._bells.bell(topic) as bell:
            yield bell

    async def close(self) -> None:
        """Stop listening."""
        if self._listening is not None:
            self._listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listening

    async def _listen_for_ever(self) -> None:
        while True:
            try:
                await self._listen()
            except _LOST as error:
                logger.warning("Not listening to PostgreSQL: %s", error)
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen(self) -> None:
        """Listen until the connection is lost; a dead peer is found by asking it now and then."""
        settings = SERVER_SETTINGS | {"application_name": "callscribe listener"}
        connection = await asyncpg.connect(self._dsn, timeout=CONNECT_SECONDS, server_settings=settings)
        lost = asyncio.Event()
        connection.add_termination_listener(lambda *_: lost.set())
        try:
            await connection.add_listener(CHANGES, lambda *news: self._bells.ring(str(news[-1])))
            await connection.add_listener(WORK, lambda *_: self._bells.ring(WORK))
            self._bells.ring_all()
            while not lost.is_set():
                await wait(lost, POLL_SECONDS)
                await connection.execute("SELECT 1", timeout=CONNECT_SECONDS)
        finally:
            connection.terminate()


async def wait(event: asyncio.Event, seconds: float) -> None:
    """Return when the event is set or the seconds have passed."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(max(seconds, 0)):
            await event.wait()


class Changes:
    """Waits for tasks to change and for work to come."""

    def __init__(self, database: Database, archive: Archive) -> None:
        self._database = database
        self._archive = archive
        self._listener = Listener(database.dsn)

    async def close(self) -> None:
        """Stop listening."""
        await self._listener.close()

    async def of(self, task_id: TaskId) -> AsyncIterator[Task]:
        """The task as it is, then each state that differs, until a final one or its removal."""
        last: Task | None = None
        with self._listener.bell(str(task_id)) as bell:
            while last is None or not last.status.is_final:
                bell.clear()
                try:
                    task = await self._archive.task(task_id)
                except TaskNotFound:
                    if last is None:
                        raise
                    return
                if task != last:
                    yield task
                    last = task
                if not task.status.is_final:
                    await wait(bell, POLL_SECONDS)

    async def wait_for_work(self, longest: timedelta) -> None:
        """Return when a task may be claimable, or when the time is over."""
        with self._listener.bell(WORK) as bell:
            due = await self._database.run(lambda connection: connection.fetchval(UNTIL_DUE))
            limits = (longest.total_seconds(), POLL_SECONDS, POLL_SECONDS if due is None else due)
            await wait(bell, min(limits))

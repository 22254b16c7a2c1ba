"""PostgreSQL as the queue of record and the archive."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Self

from callscribe.domain import Task, TaskId
from callscribe.store import schema
from callscribe.store.archive import Archive
from callscribe.store.arrivals import Arrivals
from callscribe.store.changes import Changes
from callscribe.store.control import Control
from callscribe.store.database import Database, persist
from callscribe.store.deliveries import Deliveries
from callscribe.store.door import Door
from callscribe.store.metrics import Metrics
from callscribe.store.names import Names
from callscribe.store.outbox import Outbox
from callscribe.store.outputs import Outputs
from callscribe.store.queue import Queue
from callscribe.store.recorder import Recorder
from callscribe.store.revisions import Revisions
from callscribe.store.searching import Search
from callscribe.store.statistics import StatisticsReader
from callscribe.store.talk import Talk

PATIENCE = timedelta(seconds=5)
AT_ONCE = 3
"""How many searches and statistics go on at a time; the pool's other connections are for what cannot wait so long."""


class Store(Door, Queue, Outputs, Names, Revisions, Archive, Control):
    """Tasks, stage outputs and results. Every write by a worker carries its claim and is fenced.

    Work whose connection is lost is tried again for ``patience``, then raises ``Unavailable``. The same store goes
    on when PostgreSQL comes back. ``arrivals`` and ``talk`` are what is known of Kontur Talk, ``deliveries`` what
    webhooks tell, ``search`` finds what was said, ``statistics`` counts, ``metrics`` are what Prometheus is told,
    among it what the ``recorder`` takes down.
    """

    def __init__(self, database: Database, patience: timedelta) -> None:
        super().__init__(database)
        self._patience = patience
        self._changes = Changes(database, self)
        self.arrivals = Arrivals(database)
        self.talk = Talk(database)
        self.outbox = Outbox(database)
        self.deliveries = Deliveries(database)
        slots = asyncio.Semaphore(AT_ONCE)
        self.search = Search(database, self._lemmas, slots=slots)
        self.statistics = StatisticsReader(database, slots)
        self.metrics = Metrics(database)
        self.recorder = Recorder(self.metrics.add)

    @classmethod
    async def connect(
        cls,
        dsn: str,
        *,
        min_size: int = 1,
        max_size: int = 8,
        patience: timedelta = PATIENCE,
        outbox: bool = False,
        webhook_url: str | None = None,
    ) -> Self:
        """Open a pool, whose changes go to the outbox too, and ends of tasks to an address, if so asked.

        Raises ``Unavailable``.
        """
        marks = {"callscribe.outbox": "on" if outbox else "off", "callscribe.webhook_url": webhook_url or ""}
        database = await Database.open(dsn, min_size=min_size, max_size=max_size, patience=patience, marks=marks)
        return cls(database, patience)

    async def close(self) -> None:
        """Stop listening and close the pool; iterations of ``changes`` must have been closed."""
        await self._changes.close()
        await self.recorder.close()
        await self._database.close()

    async def migrate(self) -> int:
        """Bring the schema up to date under an advisory lock; return its version. Raises ``SchemaTooNew``."""
        return await persist(lambda: schema.migrate(self._database.dsn, schema.migrations()), self._patience)

    async def ping(self) -> None:
        """Raise ``Unavailable`` unless PostgreSQL answers."""
        await self._database.fetchrow("SELECT 1")

    def alone(self, lock: int) -> AbstractAsyncContextManager[bool]:
        """Hold an advisory lock for the time of a block, if nobody else in the cluster does: says whether.

        What is done under it must bear being done twice. Raises ``Unavailable``.
        """
        return self._database.alone(lock)

    def changes(self, task_id: TaskId) -> AsyncIterator[Task]:
        """Yield the task as it is, then once for every change (LISTEN/NOTIFY), and end after a final state.

        Changes that come faster than they are read are joined: the last one is always yielded. Ends too when the
        task is deleted. Raises ``TaskNotFound`` if it is not there at first, ``Unavailable``.
        """
        return self._changes.of(task_id)

    async def wait_for_work(self, *, timeout: timedelta) -> None:  # noqa: ASYNC109 - no error, but a return
        """Return when a task may have become claimable, or when the timeout ends.

        Returns at once while one is: to be called after ``claim`` has found nothing.
        """
        await self._changes.wait_for_work(timeout)

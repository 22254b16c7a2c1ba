"""What a process alone has measured, on its way to the store."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from time import perf_counter
from typing import Final, Self

from callscribe.errors import Unavailable
from callscribe.logs import about_only
from callscribe.metrics import Measured, Measurement
from callscribe.store.database import CLOSE_SECONDS, Database
from callscribe.store.metrics import Metrics

log = logging.getLogger(__name__)

SOON: Final = timedelta(seconds=5)
"""How long measurements are gathered: what a killed process has not stored yet is not known."""

MOST: Final = 10_000
"""How many are kept for a store that is away: of more, the newest."""

Add = Callable[[Sequence[Measurement]], Awaitable[None]]


class Recorder:
    """Gathers measurements and stores them a little later, so that nobody who is measured waits for it."""

    def __init__(self, add: Add) -> None:
        self._add = add
        self._gathered: deque[Measurement] = deque(maxlen=MOST)
        self._storing: asyncio.Task[None] | None = None

    @classmethod
    def apart(cls, dsn: str) -> Self:
        """One for a process that has no store, over a connection of its own, made when there is something to store."""

        async def add(measurements: Sequence[Measurement]) -> None:
            database = await Database.open(dsn, min_size=1, max_size=1, patience=timedelta(), sessionless=True)
            try:
                await Metrics(database).add(measurements)
            finally:
                await database.close()

        return cls(add)

    def measured(self, metric: Measured, seconds: float, label: str = "") -> None:
        """Take down what something took. To be called on the event loop."""
        self._gathered.append(Measurement(metric, label, seconds))
        if self._storing is None or self._storing.done():
            with about_only():
                self._storing = asyncio.get_running_loop().create_task(self._store_soon())

    @contextmanager
    def timed(self, metric: Measured) -> Iterator[None]:
        """Take down what a block takes, if it ends well."""
        began = perf_counter()
        yield
        self.measured(metric, perf_counter() - began)

    async def close(self) -> None:
        """Store what is left, if the store answers."""
        if self._storing is not None:
            self._storing.cancel()
            await asyncio.gather(self._storing, return_exceptions=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._store()

    async def _store_soon(self) -> None:
        while self._gathered:
            await asyncio.sleep(SOON.total_seconds())
            await self._store()

    async def _store(self) -> None:
        if not (measurements := tuple(self._gathered)):
            return
        self._gathered.clear()
        try:
            await self._add(measurements)
        except Unavailable:
            log.warning("measurements wait: the store does not answer", exc_info=True)
            self._gathered = deque((*measurements, *self._gathered), maxlen=MOST)

"""The indexer: makes old transcripts ready to be found, and all of them by the names that their voices have got."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import timedelta

from callscribe.domain import TaskId
from callscribe.errors import Unavailable
from callscribe.logs import about_task
from callscribe.store import Store

log = logging.getLogger(__name__)

EVERY = timedelta(seconds=2)
"""How often it looks for something to do: for so long a new name may not be found."""
AFTER_TROUBLE = timedelta(minutes=1)
AGAIN = timedelta(hours=1)
"""When it tries a transcript again that it could not make ready."""


class Indexer:
    """Takes transcripts one by one. Several may do so at once; one that is interrupted is taken again."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._left: dict[TaskId, float] = {}

    async def run(self) -> None:
        """Work for ever. Outages are waited out, and no transcript's trouble ends it or keeps others waiting."""
        while True:
            pause = EVERY
            try:
                await self.index_all()
            except Exception:
                log.exception("not indexed")
                pause = AFTER_TROUBLE
            await asyncio.sleep(pause.total_seconds())

    async def index_all(self) -> None:
        """Go on until none is left, or one cannot be made ready, which is left for a while. Raises ``Unavailable``."""
        now = time.monotonic()
        self._left = {task_id: until for task_id, until in self._left.items() if until > now}
        while (waiting := await self._store.search.waiting(leaving=self._left)) is not None:
            try:
                await self._store.search.index(waiting.task_id)
            except Unavailable:
                raise
            except Exception:
                with about_task(waiting.task_id, waiting.request_id):
                    log.exception("not indexed")
                self._left[waiting.task_id] = time.monotonic() + AGAIN.total_seconds()
                return

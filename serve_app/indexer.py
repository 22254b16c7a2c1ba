"""The indexer: makes old transcripts ready to be found, and all of them by the names that their voices have got."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from callscribe.store import Store

log = logging.getLogger(__name__)

EVERY = timedelta(seconds=2)
"""How often it looks for something to do: for so long a new name may not be found."""
AFTER_TROUBLE = timedelta(minutes=1)


class Indexer:
    """Takes transcripts one by one. Several may do so at once; one that is interrupted is taken again."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def run(self) -> None:
        """Work for ever. Outages are waited out, and no transcript's trouble ends it."""
        while True:
            pause = EVERY
            try:
                await self.index_all()
            except Exception:
                log.exception("not indexed")
                pause = AFTER_TROUBLE
            await asyncio.sleep(pause.total_seconds())

    async def index_all(self) -> None:
        """Go on until nothing is left. Raises ``Unavailable``."""
        while await self._store.search.index_one():
            pass

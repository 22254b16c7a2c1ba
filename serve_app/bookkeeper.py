"""The bookkeeper: keeps the tallies few, which metrics are made of."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from callscribe.errors import Unavailable
from callscribe.store import Store

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)
"""In which a busy installation appends some hundreds."""


class Bookkeeper:
    """Folds tallies. Several may do so at once."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def run(self) -> None:
        """Fold for ever. Outages are waited out."""
        while True:
            try:
                await self._store.metrics.fold()
            except Unavailable:
                log.warning("tallies not folded", exc_info=True)
            await asyncio.sleep(EVERY.total_seconds())

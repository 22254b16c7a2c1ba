"""Forgets what was kept of Kontur Talk's messages for a time only."""

from __future__ import annotations

from datetime import timedelta

from callscribe.store import Store
from ingest.endless import endlessly

EVERY_SECONDS = 3600.0
EVENTS_KEPT = timedelta(days=30)
ACTIVATIONS_KEPT = timedelta(days=1)


class Housekeeper:
    """Tidies up at its start and every hour. Several may do so at once."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def run(self) -> None:
        """Tidy up for ever."""
        await endlessly(self._turn, what="the housekeeper of Kontur Talk")

    async def tidy(self) -> None:
        """Forget events that will not be sent again, and keys that nobody has had a use for. Raises ``Unavailable``."""
        await self._store.arrivals.forget_events(older_than=EVENTS_KEPT)
        await self._store.talk.forget_activations(older_than=ACTIVATIONS_KEPT)

    async def _turn(self) -> float:
        await self.tidy()
        return EVERY_SECONDS

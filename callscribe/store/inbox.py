"""What Kontur Talk's webhook writes: over connections of its own, which no other work can keep it from."""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from callscribe.store.arrivals import Arrivals
from callscribe.store.database import Database
from callscribe.store.talk import Talk

CONNECTIONS = 2
PATIENCE = timedelta(seconds=1)
"""How long a lost connection is tried again: the sender waits for seconds only, and may send again."""


class Inbox:
    """The part of a store that messages from outside are kept in."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.arrivals = Arrivals(database)
        self.talk = Talk(database)

    @classmethod
    async def connect(cls, dsn: str) -> Self:
        """Open the connections, which stay open. Raises ``Unavailable``."""
        return cls(
            await Database.open(dsn, min_size=CONNECTIONS, max_size=CONNECTIONS, patience=PATIENCE, sessionless=True)
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._database.close()

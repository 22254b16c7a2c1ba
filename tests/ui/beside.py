"""What happens in the store while a browser is looking at the pages."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from callscribe.store import Store

Outcome = TypeVar("Outcome")


@dataclass(frozen=True)
class Beside:
    """Works on the database of the pages from a thread of its own: the browser has the test's event loop."""

    database_url: str

    def __call__(self, work: Callable[[Store], Awaitable[Outcome]]) -> Outcome:
        """Do the work to its end."""
        with ThreadPoolExecutor(1) as beside:
            return beside.submit(asyncio.run, self._done(work)).result()

    async def _done(self, work: Callable[[Store], Awaitable[Outcome]]) -> Outcome:
        store = await Store.connect(self.database_url)
        try:
            return await work(store)
        finally:
            await store.close()

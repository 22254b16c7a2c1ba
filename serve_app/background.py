"""Work that goes on for as long as its replica lives."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from callscribe.settings import Settings
from deployments.replica import log_with_serve
from serve_app.foundation import Foundation, open_foundation


class Background:
    """Endless work on the replica's loop, over a foundation of its own that is closed with it, however it ends."""

    def __init__(self, settings: Settings, work: Callable[[Foundation], Awaitable[None]]) -> None:
        log_with_serve()
        self._task = asyncio.get_running_loop().create_task(_over_a_foundation(settings, work))

    def check(self) -> None:
        """Raise what has ended the work, so that Serve starts another replica."""
        if self._task.done():
            self._task.result()

    async def stop(self) -> None:
        """End the work, and return when it has given back what it stood on."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


async def _over_a_foundation(settings: Settings, work: Callable[[Foundation], Awaitable[None]]) -> None:
    foundation = await open_foundation(settings)
    try:
        await work(foundation)
    finally:
        await foundation.close()

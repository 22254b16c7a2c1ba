"""Work without an end, which no error ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from callscribe.errors import Unavailable

log = logging.getLogger(__name__)

PAUSE_AFTER_TROUBLE_SECONDS = 10.0


async def endlessly(turn: Callable[[], Awaitable[float]], *, what: str) -> None:
    """Take turns until cancelled, each after as many seconds as the one before asked for.

    Whatever a turn raises is logged, and the next one comes after a pause.
    """
    while True:
        try:
            pause = await turn()
        except Unavailable:
            log.warning("%s waits: something does not answer", what, exc_info=True)
            pause = PAUSE_AFTER_TROUBLE_SECONDS
        except Exception:
            log.exception("%s has met an unexpected error", what)
            pause = PAUSE_AFTER_TROUBLE_SECONDS
        await asyncio.sleep(pause)

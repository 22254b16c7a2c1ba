"""The summarizer as a Ray Serve deployment."""

from __future__ import annotations

import logging
from collections.abc import Awaitable
from time import perf_counter

from ray import serve

from callscribe.domain import Brief, Protocol
from callscribe.logs import NOTHING, Bound, about, seconds_since
from callscribe.settings import Settings
from callscribe.store import Recorder
from deployments.replica import give_way, log_with_serve
from deployments.summarizer.engines import load_engine

log = logging.getLogger(__name__)


@serve.deployment
class Summarizer:
    """A replica: one engine, which leaves the event loop to others while it works."""

    def __init__(self, settings: Settings) -> None:
        log_with_serve()
        give_way()
        dsn = settings.database_url
        self._recorder = Recorder.apart(dsn.get_secret_value()) if dsn else None
        self._engine = load_engine(settings, self._recorder)

    async def name(self) -> str:
        """Say which engine answers."""
        return self._engine.name

    async def summarize(self, brief: Brief, bound: Bound = NOTHING) -> Protocol:
        """Make the protocol of a transcript; ``bound`` is for the log."""
        with about(**bound):
            return await _told(self._engine.summarize(brief))

    async def improve(self, brief: Brief, protocol: Protocol, bound: Bound = NOTHING) -> Protocol:
        """Add to a degraded protocol what it lacks; ``bound`` is for the log."""
        with about(**bound):
            return await _told(self._engine.improve(brief, protocol))

    async def __del__(self) -> None:
        """Store what is left of measurements."""
        if self._recorder is not None:
            await self._recorder.close()


async def _told(making: Awaitable[Protocol]) -> Protocol:
    began = perf_counter()
    protocol = await making
    told = {"engine": protocol.engine, "llm": protocol.llm, "protocol": protocol.status, "reason": protocol.reason_code}
    log.info("protocol made", extra={**told, "seconds": seconds_since(began)})
    return protocol

"""The diarizer as a Ray Serve deployment."""

from __future__ import annotations

import asyncio
import logging
from time import perf_counter

from ray import serve

from callscribe.blobs import Blobs
from callscribe.domain import SpeakerSegment
from callscribe.logs import NOTHING, Bound, about, seconds_since
from callscribe.settings import Settings
from deployments.diarizer.engines import load_engine
from deployments.health import EngineHealth
from deployments.replica import give_way, log_with_serve, processors

log = logging.getLogger(__name__)


@serve.deployment
class Diarizer:
    """A replica: one engine off the event loop, one recording at a time."""

    def __init__(self, settings: Settings) -> None:
        log_with_serve()
        give_way()
        self._engine = load_engine(settings, threads=processors())
        self._blobs = Blobs.open(settings.blobs, settings.blob_options)
        self._turn = asyncio.Lock()
        self._health = EngineHealth()

    async def name(self) -> str:
        """Say which engine answers."""
        return self._engine.name

    async def diarize(
        self, wav_key: str, num_speakers: int | None, bound: Bound = NOTHING
    ) -> tuple[SpeakerSegment, ...]:
        """Find the voices in a decoded recording, given by its blob's key; ``bound`` is for the log."""
        with about(**bound):
            async with self._turn, self._blobs.local(wav_key) as wav:
                began = perf_counter()
                with self._health.watched():
                    segments = await asyncio.to_thread(self._engine.diarize, wav, num_speakers=num_speakers)
            told = {"engine": self._engine.name, "segments": len(segments), "seconds": seconds_since(began)}
            log.info("voices told apart", extra=told)
            return segments

    async def check_health(self) -> None:
        """Raise where the engine fails again and again. It never blocks the event loop: no answer is a failure too."""
        self._health.check()

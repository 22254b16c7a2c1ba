"""The transcriber as a Ray Serve deployment."""

from __future__ import annotations

import asyncio

from ray import serve

from callscribe.domain import Language, Word
from callscribe.glossary import Glossary
from callscribe.logs import NOTHING, Bound, about, about_only
from callscribe.media.chunks import Chunk
from callscribe.settings import Settings
from deployments.health import EngineHealth
from deployments.replica import give_way, log_with_serve, processors
from deployments.transcriber.engine import transcribe_batch
from deployments.transcriber.engines import load_engine
from deployments.transcriber.newcomers import Newcomers

MAX_BATCH = 8
BATCH_WAIT_SECONDS = 0.05


@serve.deployment
class Transcriber:
    """A replica: one engine off the event loop, chunks of many recordings in one batch."""

    def __init__(self, settings: Settings, glossary: Glossary) -> None:
        log_with_serve()
        give_way()
        self._engine = load_engine(settings, glossary, threads=processors())
        self._turn = asyncio.Lock()
        self._health = EngineHealth()
        self._newcomers = Newcomers()

    async def name(self) -> str:
        """Say which engine answers."""
        return self._engine.name

    async def transcribe(self, chunk: Chunk, language: Language, bound: Bound = NOTHING) -> tuple[Word, ...]:
        """Hear a chunk's words, timed from the start of the recording; ``bound`` is for the log."""
        with about(**bound):
            self._newcomers.tell(engine=self._engine.name, language=language)
            words: tuple[Word, ...] = await self._batched((chunk, language))
        return words

    async def detect_language(self, chunks: list[Chunk], bound: Bound = NOTHING) -> Language:
        """Tell the language that most of these chunks are in; ``bound`` is for the log."""
        with about(**bound):
            async with self._turn:
                with self._health.watched():
                    return await asyncio.to_thread(self._engine.detect_language, chunks)

    async def check_health(self) -> None:
        """Raise where the engine fails again and again. It never blocks the event loop: no answer is a failure too."""
        self._health.check()

    @serve.batch(max_batch_size=MAX_BATCH, batch_wait_timeout_s=BATCH_WAIT_SECONDS)
    async def _batched(self, asked: list[tuple[Chunk, Language]]) -> list[tuple[Word, ...]]:
        with about_only():  # Serve batches in a task of its own, begun by whoever came first
            async with self._turn:
                with self._health.watched():
                    return await asyncio.to_thread(transcribe_batch, self._engine, asked)

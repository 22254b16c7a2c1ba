"""The transcribing stage: a recording's speech through the transcriber, chunk by chunk, in bounded memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

from callscribe.domain import Language, RequestedLanguage, Word
from callscribe.media.chunks import Chunk, speech_chunks
from callscribe.transcript.joining import join_chunks
from serve_app.models import Models

CHUNKS_IN_FLIGHT = 8
"""How many chunks of one recording are out at a time: one of the transcriber's batches."""

CHUNKS_FOR_LANGUAGE = 4
"""How many chunks decide the language: about the first two minutes of speech."""

OnProgress = Callable[[float], Awaitable[None]]


class Listener:
    """Sends a decoded recording's speech to the transcriber and joins what comes back."""

    def __init__(self, models: Models, on_progress: OnProgress) -> None:
        self._models = models
        self._on_progress = on_progress
        self._slots = asyncio.Semaphore(CHUNKS_IN_FLIGHT)

    async def hear(self, wav: Path, requested: RequestedLanguage) -> tuple[Language, tuple[Word, ...]]:
        """Return the language, decided once for the recording, and its words; no words where nobody speaks.

        ``on_progress`` gets the second up to which the recording has been heard.
        """
        source = _chunks(wav)
        first = [chunk async for chunk in _take(source, CHUNKS_FOR_LANGUAGE)]
        if not first:
            return _spoken_or(requested, Language.RU), ()
        language = await self._language(first, requested)
        heard: list[asyncio.Task[tuple[Word, ...]]] = []
        async with asyncio.TaskGroup() as group:
            async for chunk in _chain(first, source):
                await self._slots.acquire()
                heard.append(group.create_task(self._hear_chunk(chunk, language)))
        return language, tuple(map(_to_the_millisecond, join_chunks([task.result() for task in heard])))

    async def _language(self, first: list[Chunk], requested: RequestedLanguage) -> Language:
        if requested is RequestedLanguage.AUTO:
            return await self._models.detect_language(first)
        return Language(requested)

    async def _hear_chunk(self, chunk: Chunk, language: Language) -> tuple[Word, ...]:
        try:
            words = await self._models.transcribe(chunk, language)
        finally:
            self._slots.release()
        await self._on_progress(chunk.start + chunk.seconds)
        return words


def _to_the_millisecond(word: Word) -> Word:
    """Round as the store does: what quotes a word must give the second at which the word is found."""
    return replace(word, start=round(word.start, 3), end=round(word.end, 3))


def _spoken_or(requested: RequestedLanguage, default: Language) -> Language:
    return default if requested is RequestedLanguage.AUTO else Language(requested)


async def _chunks(wav: Path) -> AsyncIterator[Chunk]:
    """Cut the recording in a thread: voice activity detection must not hold the event loop."""
    chunks = speech_chunks(wav)
    while (chunk := await asyncio.to_thread(next, chunks, None)) is not None:
        yield chunk


async def _take(source: AsyncIterator[Chunk], count: int) -> AsyncIterator[Chunk]:
    for _ in range(count):
        try:
            yield await anext(source)
        except StopAsyncIteration:
            return


async def _chain(first: list[Chunk], rest: AsyncIterator[Chunk]) -> AsyncIterator[Chunk]:
    for chunk in first:
        yield chunk
    async for chunk in rest:
        yield chunk

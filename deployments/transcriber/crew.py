"""The threads that the engines share: one for each processor, each doing one thing at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain
from math import ceil
from typing import Any, TypeVar

from callscribe.domain import Language, Word
from callscribe.media.chunks import Chunk
from deployments.transcriber.vosk import Vosk
from deployments.transcriber.whisper import MAX_BATCH, Whisper

Words = tuple[Word, ...]
Done = TypeVar("Done")


class Crew:
    """Hands chunks to threads. Whisper's batches are long: start them first, and Vosk's chunks fill the gaps."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="transcriber")

    def whisper(self, engine: Whisper, chunks: Sequence[Chunk], language: Language) -> list[Future[list[Words]]]:
        """Start Whisper on even batches, so that every thread has one."""
        size = min(MAX_BATCH, max(1, ceil(len(chunks) / self._threads)))
        starts = range(0, len(chunks), size)
        return [self._pool.submit(engine.hear, chunks[start : start + size], language) for start in starts]

    def vosk(self, engine: Vosk, chunks: Sequence[Chunk]) -> list[Future[Words]]:
        """Start Vosk on every chunk."""
        return [self._pool.submit(engine.hear, chunk) for chunk in chunks]

    def each(self, work: Callable[..., Done], *arguments: Iterable[Any]) -> list[Done]:
        """Do a work for each of several things, and wait for all."""
        return list(self._pool.map(work, *arguments))


def gathered(batches: Sequence[Future[list[Words]]]) -> list[Words]:
    """Wait for batches and put them together."""
    return list(chain.from_iterable(batch.result() for batch in batches))

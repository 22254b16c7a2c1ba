"""What a transcriber must do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from callscribe.domain import Language, Word
from callscribe.media.chunks import Chunk


class TranscriberEngine(Protocol):
    """One implementation of speech recognition. Calls come from one thread at a time."""

    @property
    def name(self) -> str:
        """The engine and its version, as results name it."""
        ...

    def transcribe(self, chunks: Sequence[Chunk], language: Language) -> list[tuple[Word, ...]]:
        """The words of each chunk, timed from the start of the recording."""
        ...

    def detect_language(self, chunks: Sequence[Chunk]) -> Language:
        """The language that most of these chunks are in."""
        ...


class Monolingual(Protocol):
    """An engine for one language. Calls come from one thread at a time."""

    @property
    def name(self) -> str:
        """The library and its version, and the model."""
        ...

    def hear(self, chunks: Sequence[Chunk]) -> list[tuple[Word, ...]]:
        """The words of each chunk, timed from the start of the recording."""
        ...


def transcribe_batch(engine: TranscriberEngine, asked: Sequence[tuple[Chunk, Language]]) -> list[tuple[Word, ...]]:
    """Answer questions of several recordings at once: one call of the engine a language, answers in their order."""
    answers: dict[int, tuple[Word, ...]] = {}
    for language in Language:
        places = [place for place, (_, wanted) in enumerate(asked) if wanted is language]
        heard = engine.transcribe([asked[place][0] for place in places], language) if places else []
        answers.update(zip(places, heard, strict=True))
    return [answers[place] for place in range(len(asked))]

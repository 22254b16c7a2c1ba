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

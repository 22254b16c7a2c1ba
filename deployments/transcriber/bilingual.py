"""Russian by an engine that hears nothing else; English and the choice of the language by Whisper."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from typing import Protocol

from callscribe.domain import Language, Word
from callscribe.media.chunks import Chunk
from deployments.transcriber.crew import Crew
from deployments.transcriber.english import English
from deployments.transcriber.rehearing import Rehearing
from deployments.transcriber.whisper import Whisper


class Russian(Protocol):
    """An engine for Russian. Calls come from one thread at a time."""

    @property
    def name(self) -> str:
        """The library and its version, and the model."""
        ...

    def hear(self, chunks: Sequence[Chunk]) -> list[tuple[Word, ...]]:
        """The words of each chunk, timed from the start of the recording."""
        ...


class BilingualTranscriber:
    """The glossary's terms are listened for in both languages, by Whisper."""

    def __init__(self, russian: Russian, whisper: Whisper, crew: Crew, rehearing: Rehearing) -> None:
        self._russian = russian
        self._whisper = whisper
        self._crew = crew
        self._rehearing = rehearing
        self._english = English(whisper, crew, rehearing)

    @property
    def name(self) -> str:
        """The Russian engine."""
        return self._russian.name

    def transcribe(self, chunks: Sequence[Chunk], language: Language) -> list[tuple[Word, ...]]:
        """The words of each chunk, timed from the start of the recording."""
        match language:
            case Language.EN:
                return self._english.hear(chunks)
            case Language.RU:
                heard = self._russian.hear(chunks)
                return self._crew.each(self._rehearing.of_one, chunks, heard, repeat(language))

    def detect_language(self, chunks: Sequence[Chunk]) -> Language:
        """The language that most of these chunks are in."""
        return self._whisper.language_of(chunks)

"""Russian by an engine that hears nothing else; the choice of the language by Whisper."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat

from callscribe.domain import Language, Word
from callscribe.media.chunks import Chunk
from deployments.transcriber.crew import Crew
from deployments.transcriber.engine import Monolingual
from deployments.transcriber.english import English
from deployments.transcriber.rehearing import Rehearing
from deployments.transcriber.whisper import Whisper


class BilingualTranscriber:
    """The glossary's terms are listened for in both languages, by Whisper."""

    def __init__(
        self, russian: Monolingual, english: English, whisper: Whisper, crew: Crew, rehearing: Rehearing
    ) -> None:
        self._russian = russian
        self._english = english
        self._whisper = whisper
        self._crew = crew
        self._rehearing = rehearing

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

"""English, by an engine of one's choice; the glossary's terms by Whisper."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat

from callscribe.domain import Language, Word
from callscribe.media.chunks import Chunk
from deployments.transcriber.crew import Crew, gathered
from deployments.transcriber.engine import Monolingual
from deployments.transcriber.rehearing import Rehearing
from deployments.transcriber.whisper import Whisper


class WhisperEnglish:
    """Whisper, which hears whatever it is told, on a crew's threads."""

    def __init__(self, whisper: Whisper, crew: Crew) -> None:
        self._whisper = whisper
        self._crew = crew

    @property
    def name(self) -> str:
        """The library and its version, and the model."""
        return self._whisper.name

    def hear(self, chunks: Sequence[Chunk]) -> list[tuple[Word, ...]]:
        """The words of each chunk, timed from the start of the recording."""
        return gathered(self._crew.whisper(self._whisper, chunks, Language.EN))


class English:
    """Hears chunks, and those again where terms may have been said."""

    def __init__(self, engine: Monolingual, crew: Crew, rehearing: Rehearing) -> None:
        self._engine = engine
        self._crew = crew
        self._rehearing = rehearing

    def hear(self, chunks: Sequence[Chunk]) -> list[tuple[Word, ...]]:
        """The words of each chunk, timed from the start of the recording."""
        heard = self._engine.hear(chunks)
        return self._crew.each(self._rehearing.of_one, chunks, heard, repeat(Language.EN))

"""English, by Whisper alone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat

from callscribe.domain import Language, Word
from callscribe.media.chunks import Chunk
from deployments.transcriber.crew import Crew, gathered
from deployments.transcriber.rehearing import Rehearing
from deployments.transcriber.whisper import Whisper


class English:
    """Hears chunks, and those again where terms may have been said."""

    def __init__(self, whisper: Whisper, crew: Crew, rehearing: Rehearing) -> None:
        self._whisper = whisper
        self._crew = crew
        self._rehearing = rehearing

    def hear(self, chunks: Sequence[Chunk]) -> list[tuple[Word, ...]]:
        """The words of each chunk, timed from the start of the recording."""
        heard = gathered(self._crew.whisper(self._whisper, chunks, Language.EN))
        return self._crew.each(self._rehearing.of_one, chunks, heard, repeat(Language.EN))

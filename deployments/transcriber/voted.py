"""Russian by two engines and one vote."""

from __future__ import annotations

from collections.abc import Sequence

from callscribe.domain import Language, Word
from callscribe.media.chunks import Chunk
from deployments.transcriber.crew import Crew, gathered
from deployments.transcriber.english import English
from deployments.transcriber.rehearing import Rehearing
from deployments.transcriber.vosk import Vosk
from deployments.transcriber.voting import Vote
from deployments.transcriber.whisper import Whisper


class VotedTranscriber:
    """Both engines hear every chunk, on one crew of threads."""

    def __init__(
        self, vosk: Vosk, whisper: Whisper, english: English, crew: Crew, *, vote: Vote, rehearing: Rehearing
    ) -> None:
        self._vosk = vosk
        self._whisper = whisper
        self._crew = crew
        self._vote = vote
        self._rehearing = rehearing
        self._english = english

    @property
    def name(self) -> str:
        """Both engines."""
        return f"{self._vosk.name} + {self._whisper.name}"

    def transcribe(self, chunks: Sequence[Chunk], language: Language) -> list[tuple[Word, ...]]:
        """The words of each chunk, timed from the start of the recording."""
        match language:
            case Language.EN:
                return self._english.hear(chunks)
            case Language.RU:
                return self._russian(chunks)

    def _russian(self, chunks: Sequence[Chunk]) -> list[tuple[Word, ...]]:
        batches = self._crew.whisper(self._whisper, chunks, Language.RU)
        singles = self._crew.vosk(self._vosk, chunks)
        heard = [single.result() for single in singles]
        corrected = self._crew.each(self._rehearing.of_two, chunks, heard, gathered(batches))
        return [self._vote(vosk, whisper) for vosk, whisper in corrected]

    def detect_language(self, chunks: Sequence[Chunk]) -> Language:
        """The language that most of these chunks are in."""
        return self._whisper.language_of(chunks)

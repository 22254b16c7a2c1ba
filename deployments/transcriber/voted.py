"""Russian by two engines and one vote, English by Whisper."""

from __future__ import annotations

from collections.abc import Sequence

from callscribe.domain import Language, Word
from callscribe.media.chunks import Chunk
from deployments.transcriber.crew import Crew, gathered
from deployments.transcriber.vosk import Vosk
from deployments.transcriber.voting import Vote
from deployments.transcriber.whisper import Whisper


class VotedTranscriber:
    """Both engines hear every chunk, on one crew of threads."""

    def __init__(self, vosk: Vosk, whisper: Whisper, vote: Vote, crew: Crew) -> None:
        self._vosk = vosk
        self._whisper = whisper
        self._vote = vote
        self._crew = crew

    @property
    def name(self) -> str:
        """Both engines."""
        return f"{self._vosk.name} + {self._whisper.name}"

    def transcribe(self, chunks: Sequence[Chunk], language: Language) -> list[tuple[Word, ...]]:
        """The words of each chunk, timed from the start of the recording."""
        batches = self._crew.whisper(self._whisper, chunks, language)
        match language:
            case Language.EN:
                return gathered(batches)
            case Language.RU:
                singles = self._crew.vosk(self._vosk, chunks)
                return [
                    self._vote(vosk.result(), whisper) for vosk, whisper in zip(singles, gathered(batches), strict=True)
                ]

    def detect_language(self, chunks: Sequence[Chunk]) -> Language:
        """The language that most of these chunks are in."""
        return self._whisper.language_of(chunks)

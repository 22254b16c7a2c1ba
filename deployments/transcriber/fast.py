"""Russian by Vosk alone, for speed; the choice of the language by Whisper."""

from __future__ import annotations

from collections.abc import Sequence

from callscribe.domain import Language, Word
from callscribe.media.chunks import Chunk
from deployments.transcriber.crew import Crew
from deployments.transcriber.english import English
from deployments.transcriber.vosk import Vosk
from deployments.transcriber.whisper import Whisper


class FastTranscriber:
    """One engine of the vote: a word error rate of 0.121 on three Russian calls where the vote has 0.065."""

    def __init__(self, vosk: Vosk, english: English, whisper: Whisper, crew: Crew) -> None:
        self._vosk = vosk
        self._whisper = whisper
        self._crew = crew
        self._english = english

    @property
    def name(self) -> str:
        """The Russian engine."""
        return self._vosk.name

    def transcribe(self, chunks: Sequence[Chunk], language: Language) -> list[tuple[Word, ...]]:
        """The words of each chunk, timed from the start of the recording."""
        match language:
            case Language.EN:
                return self._english.hear(chunks)
            case Language.RU:
                return [heard.result() for heard in self._crew.vosk(self._vosk, chunks)]

    def detect_language(self, chunks: Sequence[Chunk]) -> Language:
        """The language that most of these chunks are in."""
        return self._whisper.language_of(chunks)

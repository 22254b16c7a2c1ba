"""Russian by two engines and one vote, English by Whisper."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from callscribe.domain import Language, Word
from callscribe.media.chunks import Chunk
from deployments.transcriber.vosk import Vosk
from deployments.transcriber.voting import Vote
from deployments.transcriber.whisper import Whisper


class VotedTranscriber:
    """Both engines hear at once, Vosk on threads beside Whisper's."""

    def __init__(self, vosk: Vosk, whisper: Whisper, vote: Vote) -> None:
        self._vosk = vosk
        self._whisper = whisper
        self._vote = vote
        self._beside = ThreadPoolExecutor(1, thread_name_prefix="beside")

    @property
    def name(self) -> str:
        """Both engines."""
        return f"{self._vosk.name} + {self._whisper.name}"

    def transcribe(self, chunks: Sequence[Chunk], language: Language) -> list[tuple[Word, ...]]:
        """The words of each chunk, timed from the start of the recording."""
        match language:
            case Language.EN:
                return self._whisper.hear(chunks, language)
            case Language.RU:
                beside = self._beside.submit(self._vosk.hear, chunks)
                heard = self._whisper.hear(chunks, language)
                return [self._vote(vosk, whisper) for vosk, whisper in zip(beside.result(), heard, strict=True)]

    def detect_language(self, chunks: Sequence[Chunk]) -> Language:
        """The language that most of these chunks are in."""
        return self._whisper.language_of(chunks)

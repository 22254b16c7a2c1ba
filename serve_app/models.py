"""The models as the pipeline sees them: plain coroutines, whatever stands behind."""

from __future__ import annotations

from typing import Protocol

from callscribe.domain import Brief, Language, SpeakerSegment, Word
from callscribe.domain import Protocol as CallProtocol
from callscribe.media.chunks import Chunk


class Models(Protocol):
    """The three models. Every call raises ``Unavailable`` when its model does not answer."""

    async def diarize(self, wav_key: str, num_speakers: int | None) -> tuple[SpeakerSegment, ...]:
        """Find the voices in a decoded recording."""
        ...

    async def transcribe(self, chunk: Chunk, language: Language) -> tuple[Word, ...]:
        """Hear the words of a chunk, timed from the start of the recording."""
        ...

    async def detect_language(self, chunks: list[Chunk]) -> Language:
        """Tell the language that most of these chunks are in."""
        ...

    async def summarize(self, brief: Brief) -> CallProtocol:
        """Make the protocol of a transcript."""
        ...

    async def improve(self, brief: Brief, protocol: CallProtocol) -> CallProtocol:
        """Add to a degraded protocol what it lacks, without making it anew."""
        ...

    async def diarizer_name(self) -> str:
        """Say which diarizer answers."""
        ...

    async def transcriber_name(self) -> str:
        """Say which transcriber answers."""
        ...

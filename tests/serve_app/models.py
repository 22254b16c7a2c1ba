"""Models that answer at once, and break when they are told to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from callscribe.domain import Brief, Language, Protocol, ProtocolStatus, SpeakerSegment, Word
from callscribe.media.chunks import Chunk

Trouble = Callable[[], Exception | None]


def no_trouble() -> None:
    return None


@dataclass
class ScriptedModels:
    """Hears one word a chunk, from two voices; ``calls`` counts, ``trouble`` gives a call's error."""

    calls: list[str] = field(default_factory=list)
    briefs: list[Brief] = field(default_factory=list)
    trouble: dict[str, Trouble] = field(default_factory=dict)

    def _called(self, name: str) -> None:
        self.calls.append(name)
        if (error := self.trouble.get(name, no_trouble)()) is not None:
            raise error

    async def diarize(self, wav_key: str, num_speakers: int | None) -> tuple[SpeakerSegment, ...]:
        self._called("diarize")
        return (SpeakerSegment(0.0, 20.0, "b"), SpeakerSegment(20.0, 200.0, "a"))

    async def transcribe(self, chunk: Chunk, language: Language) -> tuple[Word, ...]:
        self._called("transcribe")
        return (Word(chunk.start + 0.1, chunk.start + 0.5, "Слово.", 0.9),)

    async def detect_language(self, chunks: list[Chunk]) -> Language:
        self._called("detect_language")
        return Language.RU

    async def summarize(self, brief: Brief) -> Protocol:
        self._called("summarize")
        self.briefs.append(brief)
        return Protocol(status=ProtocolStatus.COMPLETE, engine="scripted", coverage=1.0, summary="Слово.")

    async def improve(self, brief: Brief, protocol: Protocol) -> Protocol:
        self._called("improve")
        return replace(protocol, status=ProtocolStatus.COMPLETE, reason=None, reason_code=None)

    async def diarizer_name(self) -> str:
        return "scripted-voices"

    async def transcriber_name(self) -> str:
        return "scripted-words"

"""What a diarizer must do."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from callscribe.domain import SpeakerSegment


class DiarizerEngine(Protocol):
    """One implementation of diarization. Calls come from one thread at a time."""

    @property
    def name(self) -> str:
        """The engine and its version, as results name it."""
        ...

    def diarize(self, wav: Path, *, num_speakers: int | None) -> tuple[SpeakerSegment, ...]:
        """Segments of a 16 kHz mono 16-bit WAV in time order; they may overlap. None where nobody speaks."""
        ...

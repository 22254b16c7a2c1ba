"""What each stage stores, and how it becomes JSON and comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter

from callscribe.domain import Language, Protocol, SpeakerSegment, Stage, Word


@dataclass(frozen=True, slots=True)
class Decoding:
    """Where the decoded audio is, and what it is like."""

    audio_key: str
    duration_seconds: float
    peak_dbfs: float
    truncated: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class Diarizing:
    """Who spoke when; ``engine`` is ``None`` where the diarizer failed and the labels had to be given up."""

    segments: tuple[SpeakerSegment, ...]
    engine: str | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Transcribing:
    """What was said; ``engine`` is ``None`` where nobody spoke and none was asked."""

    language: Language
    words: tuple[Word, ...]
    engine: str | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Summarizing:
    """What it came to."""

    protocol: Protocol
    seconds: float


Output = TypeVar("Output")


class StageCodec(Generic[Output]):
    """Turns one stage's output into a JSON object and back."""

    def __init__(self, stage: Stage, output: type[Output]) -> None:
        self.stage = stage
        self._adapter: TypeAdapter[Output] = TypeAdapter(output)

    def dump(self, output: Output) -> dict[str, Any]:
        """Make a JSON object."""
        dumped: dict[str, Any] = self._adapter.dump_python(output, mode="json")
        return dumped

    def load(self, stored: Mapping[str, Any]) -> Output:
        """Read a stored object; raises ``pydantic.ValidationError`` when it is not one of this stage."""
        return self._adapter.validate_python(stored)


DECODING = StageCodec(Stage.DECODING, Decoding)
DIARIZING = StageCodec(Stage.DIARIZING, Diarizing)
TRANSCRIBING = StageCodec(Stage.TRANSCRIBING, Transcribing)
SUMMARIZING = StageCodec(Stage.SUMMARIZING, Summarizing)

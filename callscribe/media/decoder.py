"""Probing and decoding, each in its own limited process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from callscribe.settings import DecodeLimits

SAMPLE_RATE = 16_000
"""Hertz of all audio inside CallScribe; mono, signed 16 bit."""


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """What the container says. ``duration_seconds`` is a claim of the file, not a measurement."""

    container: str
    codec: str
    media_type: str
    channels: int
    sample_rate: int
    duration_seconds: float | None


@dataclass(frozen=True, slots=True)
class DecodedAudio:
    """What was decoded: its true length and level. ``truncated`` tells that the file ended before it should."""

    duration_seconds: float
    peak_dbfs: float
    truncated: bool


class Decoder:
    """Runs the decoding process under its limits; a recording can harm that process only."""

    def __init__(self, limits: DecodeLimits) -> None:
        self._limits = limits

    async def probe(self, path: Path) -> MediaInfo:
        """Raises ``NotMedia``, ``NoAudio``, ``DamagedMedia``, ``LimitExceeded``."""
        raise NotImplementedError

    async def decode(
        self, source: Path, wav: Path, *, on_progress: Callable[[float], None] | None = None
    ) -> DecodedAudio:
        """Write ``source``'s first audio stream to ``wav`` (16 kHz mono 16 bit), streaming.

        ``on_progress`` gets seconds decoded so far. On any error ``wav`` is removed. Raises what
        ``probe`` raises, and ``Unavailable`` when the process was killed from outside.
        """
        raise NotImplementedError

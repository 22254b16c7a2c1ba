"""Probing and decoding, each in its own limited process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from callscribe.errors import CallScribeError, Unavailable
from callscribe.media.answers import Decoded, Probed
from callscribe.media.worker_process import converse
from callscribe.settings import DecodeLimits


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
        """Raises ``NotMedia``, ``NoAudio``, ``DamagedMedia``, ``LimitExceeded``, and ``Unavailable`` (try again)."""
        match await converse(path, None, self._limits, None):
            case Probed() as probed:
                return MediaInfo(**probed.model_dump(exclude={"kind"}))
            case Decoded():
                raise _unasked()

    async def decode(
        self, source: Path, wav: Path, *, on_progress: Callable[[float], None] | None = None
    ) -> DecodedAudio:
        """Write ``source``'s first audio stream to ``wav`` (16 kHz mono 16 bit), streaming.

        ``on_progress`` gets seconds decoded so far. On any error ``wav`` is removed. Raises what
        ``probe`` raises, and ``Unavailable`` when the process was killed from outside.
        """
        with _whole_or_gone(wav) as part:
            match await converse(source, part, self._limits, on_progress):
                case Decoded() as decoded:
                    return DecodedAudio(**decoded.model_dump(exclude={"kind"}))
                case Probed():
                    raise _unasked()


@contextmanager
def _whole_or_gone(wav: Path) -> Iterator[Path]:
    """Where to write; it becomes ``wav`` when the block ends, and when it raises neither of them is left."""
    part = wav.with_name(f"{wav.name}.part")
    try:
        yield part
        part.replace(wav)
    except BaseException:
        part.unlink(missing_ok=True)
        wav.unlink(missing_ok=True)
        raise


def _unasked() -> CallScribeError:
    return Unavailable("The decoding process answered another question: it will be tried again.")

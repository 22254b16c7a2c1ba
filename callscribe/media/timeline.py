"""Where decoded frames belong on the recording's clock, so that a second of the WAV is a second of playback."""

from __future__ import annotations

from enum import Enum

TOLERANCE_SECONDS = 0.1
"""Timestamps may be this far off before they count; the same as FFmpeg's ``min_hard_comp`` for aresample."""

_LONGEST_OVERLAP_SECONDS = 1.0
_LONGEST_UNCLAIMED_GAP_SECONDS = 600.0


class Placement(Enum):
    """What to do with a frame."""

    APPEND = "append"
    AFTER_SILENCE = "after silence"
    DROP = "drop"


class Timeline:
    """Follows a stream's timestamps, which may be missing, jump, or lie.

    A gap is filled when the container's claimed duration has room for it (or, without a claim, up to ten
    minutes). A small step back is a clock that runs slow, and frames are dropped until it has caught up, as a
    player does. Any other jump says nothing about time, as when streams were glued together: the clock is reset.
    """

    def __init__(self, origin: float | None, claimed: float | None) -> None:
        self._origin = origin
        self._claimed = claimed
        self.end = 0.0
        """Seconds placed so far."""

    def place(self, time: float | None, seconds: float) -> Placement:
        """Decide about a frame that says it starts at ``time`` and lasts ``seconds``; ``end`` moves accordingly."""
        ahead = self._ahead(time)
        placement = self._judge(ahead, seconds)
        match placement:
            case Placement.DROP:
                return placement
            case Placement.AFTER_SILENCE:
                self.end += ahead
            case Placement.APPEND if abs(ahead) > TOLERANCE_SECONDS and self._origin is not None:
                self._origin += ahead
        self.end += seconds
        return placement

    def _ahead(self, time: float | None) -> float:
        if time is None:
            return 0.0
        if self._origin is None:
            self._origin = time
        return time - self._origin - self.end

    def _judge(self, ahead: float, seconds: float) -> Placement:
        if ahead > TOLERANCE_SECONDS and self._has_room_for(ahead):
            return Placement.AFTER_SILENCE
        if TOLERANCE_SECONDS < -ahead <= _LONGEST_OVERLAP_SECONDS and seconds <= -ahead:
            return Placement.DROP
        return Placement.APPEND

    def _has_room_for(self, gap: float) -> bool:
        if self._claimed is None:
            return gap <= _LONGEST_UNCLAIMED_GAP_SECONDS
        return self.end + gap <= self._claimed + 1

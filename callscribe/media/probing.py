"""What a recording's container says of it, in the decoding process."""

from __future__ import annotations

from callscribe.media.claims import known_seconds
from callscribe.media.formats import media_type
from callscribe.media.limits import too_long
from callscribe.media.opening import demuxer, has_video, opened


def probe(source: str, longest: float) -> dict[str, object]:
    """The answer ``probed``. Raises what ``opened`` raises, and ``LimitExceeded`` for what says that it is longer."""
    with opened(source) as (container, stream):
        seconds = known_seconds(container, stream)
        if seconds is not None and seconds > longest:
            raise too_long(longest)
        kind = demuxer(container)
        if kind == "matroska" and _is_webm(source):
            kind = "webm"
        return {
            "kind": "probed",
            "container": kind,
            "codec": stream.codec_context.codec.canonical_name,
            "media_type": media_type(kind, has_video=has_video(container)),
            "channels": stream.channels,
            "sample_rate": stream.sample_rate,
            "duration_seconds": _positive(container.duration),
        }


def _positive(microseconds: int | None) -> float | None:
    """A header may promise anything, even less than nothing."""
    return microseconds / 1_000_000 if microseconds is not None and microseconds > 0 else None


def _is_webm(source: str) -> bool:
    """Matroska and WebM differ by the name in their first bytes, which FFmpeg does not pass on."""
    with open(source, "rb") as file:  # noqa: PTH123  (pathlib costs the probe time)
        return b"webm" in file.read(64)

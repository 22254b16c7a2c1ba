"""What a recording's container says of it, in the decoding process."""

from __future__ import annotations

from callscribe.media.formats import media_type
from callscribe.media.opening import demuxer, has_video, opened


def probe(source: str) -> dict[str, object]:
    """The answer ``probed``. Raises what ``opened`` raises."""
    with opened(source) as (container, stream):
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
            "duration_seconds": container.duration / 1_000_000 if container.duration else None,
        }


def _is_webm(source: str) -> bool:
    """Matroska and WebM differ by the name in their first bytes, which FFmpeg does not pass on."""
    with open(source, "rb") as file:  # noqa: PTH123  (pathlib costs the probe time)
        return b"webm" in file.read(64)

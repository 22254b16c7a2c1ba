"""How much sound a file promises, where it promises that in a header and FFmpeg does not guess it from the size."""

from __future__ import annotations

import os
import re
import struct

from av.audio.stream import AudioStream
from av.container import InputContainer

from callscribe.media.opening import demuxer, has_video

_IN_THE_HEADER = frozenset({"aiff", "au", "caf", "flac", "mov", "w64"})
_TAGGED_DURATION = re.compile(r"(\d{1,6}):(\d\d):(\d\d(?:\.\d{1,9})?)", re.ASCII)
_UNKNOWN_RIFF_SIZES = (0, 0xFFFFFFFF)
_MEASURED = frozenset({"ogg", "wav"})


def claimed_seconds(container: InputContainer, stream: AudioStream) -> float | None:
    """The sound's length by the header; ``None`` where it has none."""
    kind = demuxer(container)
    if kind == "matroska":
        return _matroska_seconds(container, stream)
    if kind in _IN_THE_HEADER and stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return None


def known_seconds(container: InputContainer, stream: AudioStream) -> float | None:
    """The sound's length where opening the file tells it, be it by what is there; no guess from its rate of bits."""
    if demuxer(container) in _MEASURED and stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return claimed_seconds(container, stream)


def is_cut_riff(source: str) -> bool:
    """Whether a WAV or AVI file is shorter than its header says; FFmpeg takes the size that it finds."""
    with open(source, "rb") as file:  # noqa: PTH123  (the same reason as in probing)
        head = file.read(8)
        size = os.fstat(file.fileno()).st_size
    if not head.startswith(b"RIFF") or len(head) < 8:  # noqa: PLR2004  (a name and a size, four bytes each)
        return False
    (claimed,) = struct.unpack("<I", head[4:])
    return claimed not in _UNKNOWN_RIFF_SIZES and claimed > size


def _matroska_seconds(container: InputContainer, stream: AudioStream) -> float | None:
    """The stream's own tag, or the whole file's length where there is nothing but sound in it."""
    if tag := _TAGGED_DURATION.match(stream.metadata.get("DURATION", "")):
        hours, minutes, seconds = tag.groups()
        return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    if container.duration and not has_video(container):
        return container.duration / 1_000_000
    return None

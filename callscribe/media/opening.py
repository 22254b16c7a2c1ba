"""Opening a recording of unknown content: by its content, not its name; that one file only; its sound only."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import av
import av.logging
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Discard, Disposition

from callscribe.errors import DamagedMedia, NoAudio, NotMedia
from callscribe.media.formats import AUDIO_DECODERS, DEMUXERS

OPTIONS = {
    "protocol_whitelist": "file",
    "format_whitelist": ",".join(sorted(DEMUXERS)),
    "codec_whitelist": ",".join(sorted(AUDIO_DECODERS)),
    "probesize": "5000000",
    "max_streams": "64",
}
"""FFmpeg's own guards. What is not on the codec list is not opened even to look what a stream is."""

LOWEST_HERTZ = 1000
"""No sound that anyone records has fewer samples a second; what says so turns a few bytes into hours."""

_CONVERT = "Convert it to MP3, M4A, WAV, OGG, FLAC, MP4 or WebM and send it again."


@contextmanager
def opened(path: str) -> Iterator[tuple[InputContainer, AudioStream]]:
    """The container and its first audio stream; all other streams are left unread.

    Raises ``NotMedia``, ``NoAudio``, ``DamagedMedia``, and ``OSError`` where the file itself cannot be opened.
    """
    descriptor = _regular_file(path)
    try:
        # A name of this kind hides the file's own, whose ending FFmpeg would take for a hint of its content.
        with _container(f"file:/dev/fd/{descriptor}") as container:
            yield container, _audio(container)
    finally:
        os.close(descriptor)


def demuxer(container: InputContainer) -> str:
    """The one of ``DEMUXERS`` that reads a container."""
    return _listed(container.format.name) or container.format.name


def has_video(container: InputContainer) -> bool:
    """Whether there are moving pictures; the cover of an album is none."""
    return any(not stream.disposition & Disposition.attached_pic for stream in container.streams.video)


def _regular_file(path: str) -> int:
    status = os.stat(path)  # noqa: PTH116  (pathlib costs the probe time)
    if not stat.S_ISREG(status.st_mode) or status.st_size == 0:
        message = f"The file is empty: there is nothing to transcribe. {_CONVERT}"
        raise NotMedia(message)
    return os.open(path, os.O_RDONLY | os.O_CLOEXEC)


def _container(name: str) -> InputContainer:
    # FFmpeg's last message names the demuxer that refused, which is all that tells a damaged recording from a text.
    logging.getLogger("libav").addHandler(logging.NullHandler())
    av.logging.set_level(av.logging.ERROR)
    try:
        return av.open(name, "r", options=OPTIONS, metadata_errors="replace")
    except MemoryError:
        raise
    except FFmpegError as error:
        raise _reason(error) from error
    finally:
        av.logging.set_level(None)


def _reason(error: FFmpegError) -> DamagedMedia | NotMedia:
    # PyAV's stubs promise another shape than it gives: level, name of the demuxer, message.
    log = cast("tuple[int, str, str] | None", error.log)
    if log is not None and _listed(log[1]):
        return DamagedMedia(
            "The recording is damaged or was cut off before its index was written, so that it cannot be opened: "
            "export it again from where it was made, or repair it, and send it again."
        )
    return NotMedia(f"The file is neither audio nor video that CallScribe reads. {_CONVERT}")


def _listed(names: str) -> str | None:
    """FFmpeg gives a demuxer several names at once, as in ``mov,mp4,m4a``."""
    return next((name for name in names.split(",") if name in DEMUXERS), None)


def _audio(container: InputContainer) -> AudioStream:
    streams = container.streams.audio
    if not streams:
        message = "The recording has no sound: send one with an audio track."
        raise NoAudio(message)
    audio = next((stream for stream in streams if _decodable(stream)), None)
    if audio is None:
        message = f"The recording's sound is encoded in a way that CallScribe does not read. {_CONVERT}"
        raise DamagedMedia(message)
    if not _has_sane_rate(audio):
        message = f"The recording has fewer than {LOWEST_HERTZ} samples a second, which is no sound. {_CONVERT}"
        raise DamagedMedia(message)
    for stream in container.streams:
        if stream is not audio:
            stream.discard = Discard.all
    return audio


def _has_sane_rate(stream: AudioStream) -> bool:
    """Zero is what FFmpeg says where it has to decode first."""
    return not 0 < stream.codec_context.sample_rate < LOWEST_HERTZ


def _decodable(stream: AudioStream) -> bool:
    return stream.codec_context is not None and stream.codec_context.codec.name in AUDIO_DECODERS

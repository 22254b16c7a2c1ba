"""Test media made on the spot with PyAV and numpy: sounds, and the files that carry them.

Sounds are float32 arrays in -1..1 of shape (channels, samples); every writer returns the path it wrote.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

Sound = NDArray[np.float32]

SPEECH = Path(__file__).parents[1] / "demo" / "meeting_ru_mayak.flac"
"""A Russian meeting of 105 s, 16 kHz mono."""


def tone(seconds: float, *, hertz: float = 440, rate: int = 16_000, level: float = 0.5) -> Sound:
    """A sine."""
    time = np.arange(round(seconds * rate)) / rate
    return (level * np.sin(2 * np.pi * hertz * time)).astype(np.float32)[None]


def silence(seconds: float, *, rate: int = 16_000) -> Sound:
    """Digital silence."""
    return np.zeros((1, round(seconds * rate)), dtype=np.float32)


def noise(seconds: float, *, rate: int = 16_000, level: float = 0.1, seed: int = 0) -> Sound:
    """White noise, the same for the same seed."""
    return (level * np.random.default_rng(seed).standard_normal((1, round(seconds * rate)))).astype(np.float32)


def music(seconds: float, *, rate: int = 16_000, level: float = 0.3) -> Sound:
    """Chords with overtones and a decay, a new one every half second."""
    chords = ((262, 330, 392), (220, 262, 330), (175, 220, 262), (196, 247, 294))
    time = np.arange(round(0.5 * rate)) / rate
    bars = [
        np.exp(-3 * time) * sum(np.sin(2 * np.pi * note * over * time) / over for note in chord for over in (1, 2, 3))
        for chord in chords
    ]
    count = round(seconds * rate)
    whole = np.tile(np.concatenate(bars), count // (len(time) * len(bars)) + 1)[:count]
    loud: Sound = (level * whole / np.abs(whole).max()).astype(np.float32)[None]
    return loud


def speech(seconds: float = 20, *, start: float = 0, rate: int = 16_000) -> Sound:
    """A piece of the bundled Russian meeting."""
    resampler = AudioResampler(format="flt", layout="mono", rate=rate)
    pieces: list[Sound] = []
    with av.open(str(SPEECH)) as container:
        for frame in (*container.decode(audio=0), None):
            pieces.extend(piece.to_ndarray().astype(np.float32) for piece in resampler.resample(frame))
    return np.concatenate(pieces, axis=1)[:, round(start * rate) : round((start + seconds) * rate)]


def stereo(left: Sound, right: Sound) -> Sound:
    """Two mono sounds side by side, the shorter one followed by silence."""
    longest = max(left.shape[1], right.shape[1])
    return np.concatenate([np.pad(side, ((0, 0), (0, longest - side.shape[1]))) for side in (left, right)])


CODECS = {
    "mp3": "libmp3lame",
    "wav": "pcm_s16le",
    "ogg": "libopus",
    "opus": "libopus",
    "m4a": "aac",
    "mp4": "aac",
    "mkv": "aac",
    "webm": "libopus",
    "flac": "flac",
}
"""What is put into a file, by its ending."""

_FORMATS = {"m4a": "mp4", "opus": "ogg", "mkv": "matroska"}
_VIDEO_CODECS = {"mp4": "mpeg4", "mkv": "mpeg4", "webm": "libvpx"}


def write(
    path: Path,
    sound: Sound | Iterable[Sound],
    *,
    rate: int = 16_000,
    codec: str | None = None,
    video: bool = False,
    options: dict[str, str] | None = None,
    layout: str | None = None,
) -> Path:
    """A media file of the kind its ending names, with a small moving picture beside the sound where asked for.

    A long sound may come as an iterable of pieces.
    """
    pieces = iter([sound]) if isinstance(sound, np.ndarray) else iter(sound)
    first = next(pieces)
    kind, encoder = path.suffix.removeprefix("."), codec or CODECS[path.suffix.removeprefix(".")]
    with av.open(str(path), "w", format=_FORMATS.get(kind, kind), options=options or {}) as container:
        pictures = _Pictures(container, kind) if video else None
        stream = cast("AudioStream", container.add_stream(encoder, rate=48_000 if encoder == "libopus" else rate))
        channels = layout or {1: "mono", 2: "stereo"}[len(first)]
        stream.layout = channels
        samples = 0
        for frame in _frames(chain([first], pieces), rate, channels):
            container.mux(stream.encode(frame))
            samples += frame.samples
            if pictures is not None:
                pictures.until(samples / rate)
        container.mux(stream.encode(None))
        if pictures is not None:
            pictures.close()
    return path


def video_without_sound(path: Path, seconds: float = 2) -> Path:
    """A moving picture and nothing else."""
    kind = path.suffix.removeprefix(".")
    with av.open(str(path), "w", format=_FORMATS.get(kind, kind)) as container:
        pictures = _Pictures(container, kind)
        pictures.until(seconds)
        pictures.close()
    return path


def telephone(path: Path, left: Sound, right: Sound, *, law: str = "alaw") -> Path:
    """An 8 kHz stereo WAV with one voice a channel, ``alaw`` or ``mulaw``; both sounds are at 8 kHz."""
    return write(path, stereo(left, right), rate=8000, codec=f"pcm_{law}")


def cut(source: Path, path: Path, *, keep: float) -> Path:
    """The first part of a file, as a share of its bytes."""
    content = source.read_bytes()
    path.write_bytes(content[: round(len(content) * keep)])
    return path


def truncated_mp4(path: Path, sound: Sound, *, faststart: bool, keep: float = 0.5) -> Path:
    """An MP4 cut off: with its index first (``faststart``) what came is there, without it nothing is."""
    whole = write(path.with_name(f"whole-{path.name}"), sound, options={"movflags": "faststart"} if faststart else {})
    try:
        return cut(whole, path, keep=keep)
    finally:
        whole.unlink()


def text_named_mp3(path: Path) -> Path:
    """A text with an ending that lies."""
    path.write_text("Это не запись, а просто текст.\n" * 500, encoding="utf-8")
    return path


def _frames(pieces: Iterable[Sound], rate: int, layout: str) -> Iterator[AudioFrame]:
    """Frames of a tenth of a second."""
    written = 0
    for piece in pieces:
        for start in range(0, piece.shape[1], rate // 10):
            part = piece[:, start : start + rate // 10].astype(np.float32)
            frame = AudioFrame.from_ndarray(part.T.reshape(1, -1), format="flt", layout=layout)
            frame.sample_rate, frame.pts, frame.time_base = rate, written, Fraction(1, rate)
            written += part.shape[1]
            yield frame


class _Pictures:
    """A moving picture of 64 × 64 pixels, ten a second."""

    def __init__(self, container: OutputContainer, kind: str) -> None:
        self._container = container
        self._stream = cast("VideoStream", container.add_stream(_VIDEO_CODECS[kind], rate=10))
        self._stream.width, self._stream.height, self._stream.pix_fmt = 64, 64, "yuv420p"
        self._count = 0

    def until(self, second: float) -> None:
        while self._count / 10 < second:
            frame = VideoFrame.from_ndarray(np.full((64, 64, 3), self._count % 256, dtype=np.uint8), format="rgb24")
            frame.pts, frame.time_base = self._count, Fraction(1, 10)
            self._container.mux(self._stream.encode(frame))
            self._count += 1

    def close(self) -> None:
        self._container.mux(self._stream.encode(None))

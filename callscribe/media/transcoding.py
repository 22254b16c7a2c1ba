"""From an opened recording to 16 kHz mono PCM on its own clock, a second at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from numpy.typing import NDArray

from callscribe.errors import DamagedMedia, NoAudio
from callscribe.media.claims import claimed_seconds, is_cut_riff
from callscribe.media.downmix import Downmixer
from callscribe.media.opening import LOWEST_HERTZ, opened
from callscribe.media.pcm import LONGEST_SECONDS
from callscribe.media.resampling import Resampler
from callscribe.media.timeline import Placement, Timeline
from callscribe.media.wav_sink import WavSink

_MICROSECOND = 1_000_000


_SHORTEST_SECONDS = 0.1


def transcode(source: str, wav: str, longest: float, on_progress: Callable[[float], None]) -> dict[str, object]:
    """Decode a file's sound to a WAV file; the answer ``decoded``.

    Raises what ``opened`` raises, ``NoAudio`` and ``DamagedMedia`` for what has none to decode, ``LimitExceeded`` past
    ``longest`` seconds, and ``OSError`` from the disk.
    """
    with opened(source) as (container, stream), WavSink(wav, min(longest, LONGEST_SECONDS)) as sink:
        transcoder = Transcoder(container, stream, sink)
        transcoder.run(on_progress)
        truncated = transcoder.truncated or is_cut_riff(source)
        is_broken = truncated or transcoder.damaged
        if sink.seconds == 0 and not is_broken:
            message = "The recording ends where it begins: send one with sound in it."
            raise NoAudio(message)
        if is_broken and sink.seconds < _SHORTEST_SECONDS:
            message = "The recording's sound is damaged, and none of it can be decoded: export it again and resend it."
            raise DamagedMedia(message)
        return {
            "kind": "decoded",
            "duration_seconds": sink.seconds,
            "peak_dbfs": sink.peak_dbfs,
            "truncated": truncated,
        }


class Transcoder:
    """Decodes one audio stream into a sink; what is damaged is passed over, and its time stays silent."""

    def __init__(self, container: InputContainer, stream: AudioStream, sink: WavSink) -> None:
        self._container = container
        self._stream = stream
        self._sink = sink
        self._timeline = Timeline(*_clock(container))
        self._resampler: Resampler | None = None
        self._downmixer = Downmixer(1)
        self._form: tuple[str, str, int] | None = None
        self._broke_off = False
        self.damaged = False
        """Whether anything could not be read or decoded."""

    def run(self, on_progress: Callable[[float], None]) -> None:
        """Decode to the end; ``on_progress`` gets the seconds written, at every frame."""
        for frame in self._frames():
            seconds = frame.samples / frame.sample_rate
            match self._timeline.place(frame.time, seconds):
                case Placement.AFTER_SILENCE:
                    self._flush()
                    self._sink.silence_until(self._timeline.end - seconds)
                    self._push(frame)
                case Placement.APPEND:
                    self._push(frame)
                case Placement.DROP:
                    pass
            on_progress(self._sink.seconds)
        self._flush()

    @property
    def truncated(self) -> bool:
        """Whether the recording ended before it should."""
        claim = claimed_seconds(self._container, self._stream)
        return self._broke_off or (claim is not None and self._sink.seconds + max(1.0, claim / 100) < claim)

    def _frames(self) -> Iterator[AudioFrame]:
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets, None)
            except FFmpegError as error:
                self._forgive(error)
                self._broke_off = True
                return
            if packet is None:
                return
            try:
                yield from (frame for frame in packet.decode() if frame.samples and frame.sample_rate >= LOWEST_HERTZ)
            except FFmpegError as error:
                self._forgive(error)

    def _forgive(self, error: FFmpegError) -> None:
        """Damage is passed over; running out of memory is not damage."""
        if isinstance(error, MemoryError):
            raise error
        if not isinstance(error, EOFError):
            self.damaged = True

    def _push(self, frame: AudioFrame) -> None:
        form = (frame.format.name, frame.layout.name, frame.sample_rate)
        if self._resampler is None or form != self._form:
            self._flush()
            if self._form is None or form[1] != self._form[1]:
                self._downmixer = Downmixer(frame.layout.nb_channels)
            self._form = form
            self._resampler = Resampler(frame)
        self._write(self._resampler.resample(frame))

    def _flush(self) -> None:
        if self._resampler is not None:
            self._write(self._resampler.resample(None))
            self._resampler = None

    def _write(self, blocks: Iterable[NDArray[np.float32]]) -> None:
        for block in blocks:
            self._sink.write(self._downmixer.mix(block))


def _clock(container: InputContainer) -> tuple[float | None, float | None]:
    """Which time is second 0, and how many seconds the container claims to have."""
    start, length = container.start_time, container.duration
    return (
        None if start is None else start / _MICROSECOND,
        None if length is None or length <= 0 else length / _MICROSECOND,
    )

"""Chunks: the pieces of a recording that are sent to a transcriber."""

from __future__ import annotations

import warnings
import wave
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from callscribe.media.pcm import SAMPLE_RATE
from callscribe.media.vad import FRAME, VoiceActivity

with warnings.catch_warnings():
    # pydub warns on import of what we do not use: a missing ffmpeg, the standard library's audioop.
    warnings.simplefilter("ignore")
    from pydub import AudioSegment

MAX_SECONDS = 28.0
"""The longest chunk: Whisper hears 30 s at a time, and pays for 30 s however short the chunk is."""
MAX_PAUSE_SECONDS = 3.0
"""A longer pause ends a chunk: engines dream in silence."""
PADDING_SECONDS = 0.3
"""Kept around speech, for the first and the last phoneme."""
OVERLAP_SECONDS = 1.0
"""Heard twice where speech has no pause to cut in."""

_SPEECH = 0.5
_SILENCE = 0.35
_FRAME_SECONDS = FRAME / SAMPLE_RATE
_MIN_PAUSE = 3
_MIN_SPEECH = 3
_MAX_PAUSE = round(MAX_PAUSE_SECONDS / _FRAME_SECONDS)
_MAX_SPEECH = round((MAX_SECONDS - 2 * PADDING_SECONDS) / _FRAME_SECONDS)
"""Frames, as the four above."""
_BLOCK_FRAMES = 256
_TAPE_SECONDS = 90
"""What waits to be cut is never older: two chunks' length, a pause and a block."""

_QUIET_DBFS = -27.0
_TARGET_DBFS = -20.0
_MAX_GAIN_DB = 24.0


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of speech: 16 kHz mono int16 samples, and where in the recording they begin (seconds)."""

    start: float
    samples: NDArray[np.int16]

    @property
    def seconds(self) -> float:
        """Its length."""
        return len(self.samples) / SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class Span:
    """Speech between two pauses, in seconds of the recording."""

    start: float
    end: float


def speech_chunks(wav: Path) -> Iterator[Chunk]:
    """Cut a 16 kHz mono 16-bit WAV into chunks of speech in time order, holding a minute and a half of it at a time.

    Cuts fall in the middle of pauses; speech without one is cut with an overlap that ``join_chunks`` resolves.
    Nothing comes out where nobody speaks. Raises ``wave.Error`` when the file is not such a WAV.
    """
    tape = _Tape()
    for group in groups(spans(_listen(wav, tape))):
        yield Chunk(group.start, louder(tape.take(group)))


def spans(probabilities: Iterable[float]) -> Iterator[Span | None]:
    """Turn frames' probabilities into speech: it begins above one threshold and ends below a lower one.

    A dip shorter than 0.1 s is no pause, a sound shorter than that is no speech. Speech without a pause is handed on
    in pieces; ``None`` tells that a pause has become too long to be inside a chunk.
    """
    begin: int | None = None
    end = 0
    for index, probability in enumerate(probabilities):
        if probability >= (_SPEECH if begin is None or end < index else _SILENCE):
            begin = index if begin is None else begin
            end = index + 1
        pause = index + 1 - end
        if begin is not None and (pause == _MIN_PAUSE or end - begin == _MAX_SPEECH):
            if end - begin >= _MIN_SPEECH:
                yield _span(begin, end)
            begin = end if pause == 0 else None
        if pause == _MAX_PAUSE:
            yield None
    if begin is not None and end - begin >= _MIN_SPEECH:
        yield _span(begin, end)


def groups(speech: Iterable[Span | None]) -> Iterator[Span]:
    """Merge neighbouring speech with its pauses up to ``MAX_SECONDS``, cut in the longest pause of the rear half."""
    before: Span | None = None
    waiting: list[Span] = []
    for span in chain(speech, (None,)):
        while waiting and (cut := _cut(waiting, span)):
            yield _padded(before, waiting[:cut], span if cut == len(waiting) else waiting[cut])
            before, waiting = waiting[cut - 1], waiting[cut:]
        if span is not None:
            waiting.append(span)


def _cut(waiting: list[Span], span: Span | None) -> int:
    """Say how many of the waiting are a chunk by themselves, seeing what comes next; 0 when all fit together."""
    if span is None:
        return len(waiting)
    limit = MAX_SECONDS - 2 * PADDING_SECONDS
    if span.end - waiting[0].start <= limit:
        return 0
    pauses = [after.start - before.end for before, after in pairwise([*waiting, span])]
    rear = [cut for cut, last in enumerate(waiting, start=1) if last.end - waiting[0].start >= limit / 2]
    return max(rear or range(1, len(waiting) + 1), key=lambda cut: pauses[cut - 1])


def _padded(before: Span | None, speech: list[Span], after: Span | None) -> Span:
    start = speech[0].start - _margin(before, speech[0])
    return Span(max(0.0, start), speech[-1].end + _margin(speech[-1], after))


def _margin(span: Span | None, after: Span | None) -> float:
    if span is None or after is None:
        return PADDING_SECONDS
    pause = after.start - span.end
    return min(PADDING_SECONDS, pause / 2) if pause > 0 else OVERLAP_SECONDS / 2


def louder(samples: NDArray[np.int16]) -> NDArray[np.int16]:
    """Raise a quiet chunk towards -20 dBFS, by 24 dB at most and never into clipping."""
    segment = AudioSegment(samples.tobytes(), frame_rate=SAMPLE_RATE, sample_width=2, channels=1)
    if not samples.any() or segment.dBFS >= _QUIET_DBFS:
        return samples
    gain = min(_TARGET_DBFS - segment.dBFS, _MAX_GAIN_DB, -segment.max_dBFS)
    return np.frombuffer(segment.apply_gain(gain).raw_data, np.int16)


class _Tape:
    """The last minute and a half of what was read: chunks are cut from it."""

    def __init__(self) -> None:
        self._start = 0
        self._samples = np.zeros(0, np.int16)

    def record(self, block: NDArray[np.int16]) -> None:
        """Add a block and drop what is too old to be needed."""
        kept = self._samples[-_TAPE_SECONDS * SAMPLE_RATE :]
        self._start += len(self._samples) - len(kept)
        self._samples = np.concatenate((kept, block))

    def take(self, span: Span) -> NDArray[np.int16]:
        """Copy a span; what lies past the end is left out."""
        first, last = (round(time * SAMPLE_RATE) - self._start for time in (span.start, span.end))
        return self._samples[first:last].copy()


def _listen(wav: Path, tape: _Tape) -> Iterator[float]:
    activity = VoiceActivity()
    for block in _blocks(wav):
        tape.record(block)
        yield from activity.listen(np.pad(block, (0, -len(block) % FRAME))).tolist()


def _span(begin: int, end: int) -> Span:
    return Span(begin * _FRAME_SECONDS, end * _FRAME_SECONDS)


def _blocks(wav: Path) -> Iterator[NDArray[np.int16]]:
    with wave.open(str(wav), "rb") as file:
        if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (SAMPLE_RATE, 1, 2):
            message = f"{wav.name} is not 16 kHz mono 16-bit PCM"
            raise wave.Error(message)
        while data := file.readframes(_BLOCK_FRAMES * FRAME):
            yield np.frombuffer(data, np.int16)

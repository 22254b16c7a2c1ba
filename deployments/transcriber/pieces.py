"""Chunks cut for a model that takes less at a time than Whisper."""

from __future__ import annotations

import numpy as np

from callscribe.media.chunks import Chunk
from callscribe.media.pcm import SAMPLE_RATE

_WINDOW = SAMPLE_RATE // 10


def pieces(chunk: Chunk, longest: float) -> list[Chunk]:
    """Cut a chunk in two, where its middle third is quietest, until no piece is longer than ``longest`` seconds."""
    if chunk.seconds <= longest:
        return [chunk]
    cut = _quietest(chunk, len(chunk.samples) // 3, len(chunk.samples) * 2 // 3)
    halves = chunk.samples[:cut], chunk.samples[cut:]
    starts = chunk.start, chunk.start + cut / SAMPLE_RATE
    return [piece for start, half in zip(starts, halves, strict=True) for piece in pieces(Chunk(start, half), longest)]


def _quietest(chunk: Chunk, first: int, last: int) -> int:
    """Find the middle of the quietest tenth of a second around the samples ``first`` to ``last``."""
    around = chunk.samples[first - _WINDOW // 2 : last + _WINDOW // 2].astype(np.float64)
    energy = np.cumsum(around**2)
    return first + int(np.argmin(energy[_WINDOW:] - energy[:-_WINDOW]))

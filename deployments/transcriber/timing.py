"""Words' times: every word has a length, none lies over another or is stretched over a pause."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from callscribe.domain import Word
from callscribe.media.chunks import Chunk
from callscribe.media.pcm import SAMPLE_RATE

_SHORTEST = 0.04
_LONGEST_BASE = 0.4
_LONGEST_PER_LETTER = 0.09


def settled(words: Iterable[Word], chunk: Chunk) -> tuple[Word, ...]:
    """Put a stretched word where its time is loudest, then make starts and ends rise within the chunk."""
    settling = list(words)
    if any(_is_stretched(word) for word in settling):
        energy = np.concatenate(([0.0], np.cumsum(chunk.samples.astype(np.float64) ** 2)))
        settling = [_placed(word, chunk.start, energy) if _is_stretched(word) else word for word in settling]
    return ordered(settling, chunk.start + chunk.seconds)


def ordered(words: Iterable[Word], end: float = float("inf")) -> tuple[Word, ...]:
    """Give every word start < end, no overlap with the one before, and nothing after ``end`` but a last resort."""
    done: list[Word] = []
    for word in words:
        floor = done[-1].end if done else 0.0
        start = max(word.start, floor)
        done.append(replace(word, start=start, end=max(min(word.end, end), start + _SHORTEST)))
    return tuple(done)


def _is_stretched(word: Word) -> bool:
    return word.end - word.start > _longest(word)


def _longest(word: Word) -> float:
    return _LONGEST_BASE + _LONGEST_PER_LETTER * len(word.text)


def _placed(word: Word, offset: float, energy: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Word:
    longest = _longest(word)
    first, last = (
        min(max(0, round((time - offset) * SAMPLE_RATE)), len(energy) - 1) for time in (word.start, word.end)
    )
    width = min(round(longest * SAMPLE_RATE), last - first)
    loudness = energy[first + width : last + 1] - energy[first : last - width + 1]
    start = offset + (first + int(np.argmax(loudness))) / SAMPLE_RATE
    return replace(word, start=start, end=start + longest)

"""Joining: the words of a recording's chunks, those that two chunks heard taken once."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate

from callscribe.domain import Word
from callscribe.transcript.alignment import GAP_COST, Region, Unit, aligned, whole_words
from callscribe.transcript.spelling import spoken

_SECONDS_APART = 0.4
"""What an engine's times of one word in two chunks may differ by."""
_SECONDS_COST = 2 * GAP_COST / _SECONDS_APART
"""At it, words farther apart are rather two words than one: repeated short ones are told apart by their times."""
_JITTER = 0.1
"""Seconds by which a word may reach over the seam."""


def join_chunks(words_of_chunks: Sequence[tuple[Word, ...]]) -> tuple[Word, ...]:
    """Put the words of chunks that follow each other into one text, nothing lost or doubled.

    Where two chunks overlap, their words are aligned by time and spelling and joined at a word that both heard, the
    middlemost if there are several; without one, as near the middle of the overlap as no word lies across the seam.
    """
    joined: list[Word] = []
    for words in words_of_chunks:
        kept, added = _seam(joined, words)
        del joined[kept:]
        last = joined[-1] if joined else None
        joined += [_after(word, last) for word in words[added:]]
    return tuple(joined)


def _seam(before: Sequence[Word], after: Sequence[Word]) -> tuple[int, int]:
    """Say how many words of the text to keep, and from which of the next chunk's to go on."""
    if not before or not after or after[0].start >= before[-1].end:
        return len(before), 0
    first, last = after[0].start, before[-1].end
    ours = bisect_right(before, first - _SECONDS_APART, key=lambda word: word.end)
    theirs = bisect_left(after, last + _SECONDS_APART, key=lambda word: word.start)
    pairs = aligned(_units(before[ours:]), _units(after[:theirs]), seconds_cost=_SECONDS_COST)
    shared = list(whole_words(pairs))
    left = shared[: _cut(shared, (first + last) / 2)]
    kept = _written(unit for region in left for unit in region.left)
    added = _written(unit for region in left for unit in region.right)
    return ours + kept, added


def _units(words: Sequence[Word]) -> list[Unit]:
    return [Unit(key, word) for word in words for key in spoken(word.text) or (word.text,)]


def _written(units: Iterable[Unit]) -> int:
    return len({id(unit.word) for unit in units})


def _cut(shared: Sequence[Region], middle: float) -> int:
    """Say after how many regions to go over from one chunk to the next."""
    agreed = [place for place, region in enumerate(shared, start=1) if region.agrees]
    if agreed:
        return min(agreed, key=lambda place: abs(_between(shared[place - 1].start, shared[place - 1].end) - middle))
    begin, end = min(region.start for region in shared), max(region.end for region in shared)
    ends = list(accumulate((region.end for region in shared), max, initial=begin))
    starts = list(accumulate((region.start for region in reversed(shared)), min, initial=end))[::-1]
    return min(
        range(len(ends)),
        key=lambda place: (
            max(ends[place] - starts[place], _JITTER),
            abs(_between(ends[place], starts[place]) - middle),
        ),
    )


def _between(one: float, other: float) -> float:
    return (one + other) / 2


def _after(word: Word, last: Word | None) -> Word:
    """Move a word that begins before the seam behind it."""
    if last is None or word.start >= last.end:
        return word
    return replace(word, start=last.end, end=max(word.end, last.end + 0.04))

"""Joining: the words of a recording's chunks, those that two chunks heard taken once."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import product

from callscribe.domain import Word

_SECONDS_APART = 0.4
_NOT_LETTERS = re.compile(r"[\W_]+")


def join_chunks(words_of_chunks: Sequence[tuple[Word, ...]]) -> tuple[Word, ...]:
    """Put the words of chunks that follow each other into one text, nothing lost or doubled.

    Where two chunks overlap they are joined at a word that both heard at the same time, the middlemost if there are
    several; without one, at the middle of the overlap.
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
    ours = range(bisect_right(before, first - _SECONDS_APART, key=lambda word: word.end), len(before))
    theirs = range(bisect_left(after, last + _SECONDS_APART, key=lambda word: word.start))
    middle = (first + last) / 2
    same = [(one, other) for one, other in product(ours, theirs) if _same(before[one], after[other])]
    if same:
        one, other = min(same, key=lambda places: abs(_middle(before[places[0]]) - middle))
        return one + 1, other + 1
    return bisect_left(before, middle, key=_middle), bisect_left(after, middle, key=_middle)


def _same(one: Word, other: Word) -> bool:
    close = abs(_middle(one) - _middle(other)) <= _SECONDS_APART
    return close and _NOT_LETTERS.sub("", one.text.lower()) == _NOT_LETTERS.sub("", other.text.lower())


def _middle(word: Word) -> float:
    return (word.start + word.end) / 2


def _after(word: Word, last: Word | None) -> Word:
    """Move a word that begins before the seam behind it."""
    if last is None or word.start >= last.end:
        return word
    return replace(word, start=last.end, end=max(word.end, last.end + 0.04))

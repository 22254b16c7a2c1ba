"""The alignment of two hearings' words, by spelling and by time: two engines', or two chunks' where they overlap.

Fiscus, "A post-processing system to yield reduced word error rates: ROVER", ASRU 1997: a transition network is made by
dynamic programming. Here a substitution costs what the spellings differ and the times lie apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import Levenshtein

from callscribe.domain import Word
from callscribe.transcript.spelling import spoken

GAP_COST = 0.6
SECONDS_COST = 0.3
"""What a second apart costs where two engines time the same word each in its own way."""
FARTHEST_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Unit:
    """One spoken word, and the written word that it is all or a part of («22» is two)."""

    key: str
    word: Word

    @property
    def middle(self) -> float:
        """Seconds."""
        return (self.word.start + self.word.end) / 2


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch of both texts: they agree on its one word, or differ, or one of them has nothing."""

    left: tuple[Unit, ...]
    right: tuple[Unit, ...]

    @property
    def agrees(self) -> bool:
        """Whether both say the same."""
        return [unit.key for unit in self.left] == [unit.key for unit in self.right]

    @property
    def start(self) -> float:
        """Seconds."""
        return min(unit.word.start for unit in (*self.left, *self.right))

    @property
    def end(self) -> float:
        """Seconds."""
        return max(unit.word.end for unit in (*self.left, *self.right))


def units(words: Sequence[Word]) -> list[Unit]:
    """Take written words apart into spoken ones."""
    return [Unit(key, word) for word in words for key in spoken(word.text)]


def regions(left: Sequence[Word], right: Sequence[Word]) -> Iterator[Region]:
    """Cut both texts into agreements and the stretches between them, never through a written word."""
    differing: list[Region] = []
    for region in whole_words(aligned(units(left), units(right))):
        if differing and (region.agrees or abs(region.start - differing[-1].start) > FARTHEST_SECONDS):
            yield _joined(differing)
            differing = []
        if region.agrees:
            yield region
        else:
            differing.append(region)
    if differing:
        yield _joined(differing)


def whole_words(pairs: Iterable[tuple[Unit | None, Unit | None]]) -> Iterator[Region]:
    """Put pairs together that are parts of one written word."""
    one: list[Unit] = []
    other: list[Unit] = []
    for left, right in pairs:
        if (one or other) and not _continues(one, left) and not _continues(other, right):
            yield Region(tuple(one), tuple(other))
            one, other = [], []
        one += [left] if left else []
        other += [right] if right else []
    if one or other:
        yield Region(tuple(one), tuple(other))


def _continues(before: list[Unit], unit: Unit | None) -> bool:
    return unit is not None and bool(before) and before[-1].word is unit.word


def _joined(differing: list[Region]) -> Region:
    return Region(
        tuple(unit for region in differing for unit in region.left),
        tuple(unit for region in differing for unit in region.right),
    )


def aligned(
    left: Sequence[Unit], right: Sequence[Unit], *, seconds_cost: float = SECONDS_COST
) -> Iterator[tuple[Unit | None, Unit | None]]:
    """Pair the units of both at the least cost; ``None`` stands where one side has no counterpart."""
    step = _steps(left, right, seconds_cost)
    row, column = len(left), len(right)
    pairs: list[tuple[Unit | None, Unit | None]] = []
    while row or column:
        move = step[row, column]
        row, column = row - (move != _INSERT), column - (move != _DELETE)
        pairs.append((None if move == _INSERT else left[row], None if move == _DELETE else right[column]))
    return reversed(pairs)


_MATCH, _DELETE, _INSERT = range(3)


def _steps(
    left: Sequence[Unit], right: Sequence[Unit], seconds_cost: float
) -> np.ndarray[tuple[int, int], np.dtype[np.int8]]:
    total = np.zeros((len(left) + 1, len(right) + 1))
    step = np.full(total.shape, _MATCH, np.int8)
    total[1:, 0], step[1:, 0] = GAP_COST * np.arange(1, len(left) + 1), _DELETE
    total[0, 1:], step[0, 1:] = GAP_COST * np.arange(1, len(right) + 1), _INSERT
    for row, one in enumerate(left, start=1):
        for column, other in enumerate(right, start=1):
            ways = (
                total[row - 1, column - 1] + _difference(one, other, seconds_cost),
                total[row - 1, column] + GAP_COST,
                total[row, column - 1] + GAP_COST,
            )
            later = (_MATCH, _DELETE, _INSERT) if one.middle >= other.middle else (_MATCH, _INSERT, _DELETE)
            step[row, column] = move = min(later, key=ways.__getitem__)
            total[row, column] = ways[move]
    return step


def _difference(one: Unit, other: Unit, seconds_cost: float) -> float:
    apart = abs(one.middle - other.middle)
    if apart > FARTHEST_SECONDS:
        return 2 * GAP_COST + 1
    return Levenshtein.normalized_distance(one.key, other.key) + seconds_cost * apart

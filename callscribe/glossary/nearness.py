"""Terms that may have been said where something else was heard."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from callscribe.domain import Word
from callscribe.glossary.sounds import Sounds
from callscribe.glossary.term import Term, units

NEAR = 0.7
"""So alike must the sounds of words and of a term be for them to be the term misheard."""
MIN_SOUNDS = 4
"""A term of fewer sounds is like too many words."""
_LONGER = 1.5
"""Words that are so much longer than the longest term are none misheard."""
_SPANS = 2000
"""Compared at a time, so that memory does not grow with a transcript."""

Span = tuple[int, int, str]
Doubted = Callable[[Word], bool]
"""Whether a word may be a mishearing."""


@dataclass(frozen=True, slots=True)
class Near:
    """Words from ``begin`` up to ``end`` that sound like a term; ``likeness`` is 1 where they sound the same."""

    term: Term
    begin: int
    end: int
    likeness: float


class Nearness:
    """Compares words with the terms by their sounds, wherever one word ends and the next begins."""

    def __init__(self, terms: Sequence[Term], sounds: Sounds) -> None:
        self._sounds = sounds
        sounding = [(sound, term) for term in terms for sound in self._sounding(term)]
        self._said = [sound for sound, _ in sounding]
        self._meant = [term for _, term in sounding]

    def near(self, words: Sequence[Word], doubted: Doubted) -> list[Near]:
        """Find the words that may have been terms, for each term those that are likest to it; terms may overlap.

        One at least of the words is ``doubted``.
        """
        best: dict[str, list[Near]] = {}
        for mention in sorted(self._alike(words, doubted), key=lambda each: (-each.likeness, each.end - each.begin)):
            taken = best.setdefault(mention.term.text, [])
            if all(mention.end <= other.begin or other.end <= mention.begin for other in taken):
                taken.append(mention)
        return sorted((each for taken in best.values() for each in taken), key=lambda each: each.begin)

    def _sounding(self, term: Term) -> list[str]:
        whole = "".join(next(iter(part.forms)) for part in term.parts)
        if len(self._sounds.sound(whole)) < MIN_SOUNDS:
            return []
        forms = term.parts[0].forms if len(term.parts) == 1 else (whole,)
        return sorted({self._sounds.sound(form) for form in forms})

    def _alike(self, words: Sequence[Word], doubted: Doubted) -> Iterator[Near]:
        spans = list(self._spans(words, list(map(doubted, words)))) if self._said else []
        for first in range(0, len(spans), _SPANS):
            block = spans[first : first + _SPANS]
            likeness = cdist(
                [sound for *_, sound in block],
                self._said,
                scorer=Levenshtein.normalized_similarity,
                score_cutoff=NEAR,
                dtype=np.float32,
            )
            for row, column in np.argwhere(likeness):
                begin, end, _ = block[row]
                yield Near(self._meant[column], begin, end, float(likeness[row, column]))

    def _spans(self, words: Sequence[Word], doubts: Sequence[bool]) -> Iterator[Span]:
        sounds = [self._sounds.sound("".join(units(word))) for word in words]
        longest = _LONGER * max(map(len, self._said))
        for begin in range(len(words)):
            joined = ""
            for end in range(begin, len(words)):
                joined += sounds[end]
                if len(joined) > longest or not sounds[begin] or not sounds[end]:
                    break
                if any(doubts[begin : end + 1]):
                    yield begin, end + 1, joined

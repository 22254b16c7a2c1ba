"""Bare words, as Vosk gives them: where their sentences end, which are names, and what asks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import pymorphy3  # type: ignore[import-untyped]

LONG_PAUSE_SECONDS = 0.7
"""A pause that ends a sentence wherever a sentence can end."""
SHORT_PAUSE_SECONDS = 0.3
"""A pause that ends one between two clauses, each with its own predicate."""

_PREDICATES = frozenset({"VERB", "PRED", "ADJS", "PRTS"})
_BINDING = frozenset({"PREP", "CONJ"})
_PROPER = ("Name", "Surn", "Patr", "Geox")
_SURELY = 0.8
_MIN_NAME = 3
_REMEMBERED_WORDS = 10_000
_ASKING = frozenset({"кто", "где", "куда", "откуда", "почему", "зачем", "сколько", "чей", "разве", "неужели"})
_ANSWERED = frozenset({"тот", "та", "те", "там", "туда", "оттуда", "столько", "потому"})
_WHETHER = "ли"
_WHETHER_PLACES = slice(1, 3)


class Morphology:
    """What pymorphy3 knows of a Russian word by itself. Parses are remembered: speech repeats its words."""

    def __init__(self) -> None:
        self._analyzer = pymorphy3.MorphAnalyzer()
        self._parses = lru_cache(_REMEMBERED_WORDS)(self._analyzer.parse)

    def is_predicate(self, word: str) -> bool:
        """Whether a clause can stand on it."""
        return self._parses(word)[0].tag.POS in _PREDICATES

    def binds(self, word: str) -> bool:
        """Whether it wants a word after it: no sentence ends with a preposition or a conjunction."""
        return self._parses(word)[0].tag.POS in _BINDING

    def is_name(self, word: str) -> bool:
        """Whether it can hardly be anything but a name: «мария», but not «вера» or «роман»."""
        if len(word) < _MIN_NAME or not self._analyzer.word_is_known(word):
            return False
        parses = self._parses(word)
        proper = sum(parse.score for parse in parses if any(grammeme in parse.tag for grammeme in _PROPER))
        return bool(proper >= _SURELY * sum(parse.score for parse in parses))


def is_bare(text: str) -> bool:
    """Whether a word has neither a capital nor a mark nor a digit: all of Vosk's are so, and many of Whisper's."""
    return text.islower() and text[-1:].isalpha()


def asks(texts: Sequence[str]) -> bool:
    """Whether a bare sentence is a question by its words."""
    if _WHETHER in texts[_WHETHER_PLACES]:
        return True
    return texts[0] in _ASKING and not _ANSWERED.intersection(texts)

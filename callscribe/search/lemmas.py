"""The lemmas that a word's form may be of: «прислали» of «прислать», «мыла» of «мыть» and of «мыло»."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property, lru_cache

import pymorphy3  # type: ignore[import-untyped]

_LIKELY = 0.1
"""How probable a reading of a form must be to count."""
_REMEMBERED_WORDS = 50_000
_LAST_PLACE = 16_383
"""The last place that a tsvector tells from those after it."""
_RUSSIAN = re.compile("[а-я]+")


class Lemmas:
    """Knows Russian words by pymorphy3's dictionary, or guesses them; a word of another language is its own lemma."""

    def __init__(self) -> None:
        self._of = lru_cache(_REMEMBERED_WORDS)(self._look_up)

    def of(self, word: str) -> frozenset[str]:
        """The likely lemmas of a folded word: always one at least."""
        return self._of(word)

    def vector(self, words: Sequence[str]) -> str:
        """Folded words as a tsvector's text: each one's lemmas at its place, which counts from 1, with weight A."""
        return " ".join(
            f"'{lemma}':{place}A"
            for place, word in enumerate(words[:_LAST_PLACE], start=1)
            for lemma in sorted(self._of(word))
        )

    def _look_up(self, word: str) -> frozenset[str]:
        if not _RUSSIAN.fullmatch(word):
            return frozenset({word})
        best, *others = self._analyzer.parse(word)
        parses = [best, *(parse for parse in others if parse.score >= _LIKELY)]
        return frozenset(parse.normal_form.replace("ё", "е") for parse in parses)

    @cached_property
    def _analyzer(self) -> pymorphy3.MorphAnalyzer:
        return pymorphy3.MorphAnalyzer()

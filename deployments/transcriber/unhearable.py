"""What Vosk cannot hear: the terms that its vocabulary lacks.

Nothing can be added to it: the graph of its language model is fixed, and a grammar only narrows it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from callscribe.domain import Word
from callscribe.glossary.terms import Terms
from callscribe.transcript.spelling import spoken

Knows = Callable[[str], bool]
"""Whether a word in lower case is in the vocabulary."""


class Unhearable:
    """Finds terms that are not in a vocabulary: what was heard by it in their place cannot be right."""

    def __init__(self, terms: Terms, knows: Knows) -> None:
        self._terms = terms
        self._knows = knows

    def __call__(self, words: Sequence[Word]) -> bool:
        """Whether such a term is among the words."""
        return any(
            not self._knows(unit)
            for mention in (self._terms.said(words) if self._terms else ())
            for word in words[mention.begin : mention.end]
            for unit in spoken(word.text)
        )

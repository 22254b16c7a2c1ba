"""Words for the tests of terms."""

from __future__ import annotations

from callscribe.domain import Word


def words(text: str) -> tuple[Word, ...]:
    """Half a second a word, each surely heard."""
    return tuple(Word(place / 2, place / 2 + 0.4, word, 0.9) for place, word in enumerate(text.split()))

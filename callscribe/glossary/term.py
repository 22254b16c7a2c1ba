"""A term: how it is written, and the words that it is spoken in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from callscribe.domain import Word
from callscribe.glossary.forms import Part
from callscribe.transcript.spelling import spoken

PIECE = re.compile(r"[^\W_]+")
POSSESSIVE = re.compile(r"['’]s(?=\W*$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Term:
    """A term as it is written, and the words that it is spoken in."""

    text: str
    parts: tuple[Part, ...]


def units(word: Word) -> tuple[str, ...]:
    """Spell a written word as it is spoken, an English possessive's ending left out."""
    return spoken(POSSESSIVE.sub("", word.text))


def words_of(text: str) -> Sequence[str]:
    """Take a term apart into the words that it is spoken in, with their ё where they have it."""
    pieces = PIECE.findall(text.lower())
    words = spoken(text)
    return pieces if len(pieces) == len(words) and not any(map(str.isdigit, "".join(pieces))) else words

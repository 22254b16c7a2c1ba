"""Words out of the tokens that an acoustic model writes: letters, or pieces of words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, groupby
from operator import itemgetter

from callscribe.domain import Word

BLANK = " "
PIECE_BLANK = "▁"
"""How SentencePiece writes the blank before a word."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token's text, with the blank before it if it begins a word; when it was heard (seconds), and how surely."""

    text: str
    start: float
    end: float
    confidence: float


def words_of(tokens: Iterable[Token], offset: float) -> Iterator[Word]:
    """Make words of what stands between two blanks, each as sure as its least sure token."""
    written = list(tokens)
    numbers = accumulate(token.text.startswith(BLANK) for token in written)
    for _, numbered in groupby(zip(numbers, written, strict=True), key=itemgetter(0)):
        word = [token for _, token in numbered if token.text.strip()]
        if word:
            text = "".join(token.text for token in word).strip()
            confidence = min(token.confidence for token in word)
            yield Word(offset + word[0].start, offset + word[-1].end, text, confidence)

"""The transcript as an LLM reads it and cites it: numbered lines, each a turn or a part of a long one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from callscribe.domain import Transcript, Turn, Word
from callscribe.transcript.sentences import ends_sentence

LONG_WORDS = 60
"""A turn is cut after the sentence with which it reaches so many words: what is cited must be a place, not a speech."""
LONGEST_WORDS = 120
"""And without a sentence's end, after so many."""


@dataclass(frozen=True, slots=True)
class Line:
    """A numbered piece of one turn; numbers count from 1, ``turn`` counts the transcript's turns from 0."""

    number: int
    turn: int
    speaker: int
    words: tuple[Word, ...]

    @property
    def start(self) -> float:
        """The second at which its first word begins."""
        return self.words[0].start

    @property
    def text(self) -> str:
        """The words as running text, on one line."""
        return " ".join(" ".join(word.text for word in self.words).split())


def lines_of(transcript: Transcript) -> tuple[Line, ...]:
    """Number a transcript's turns, long ones in pieces; turns without words are left out."""
    pieces = ((place, turn, words) for place, turn in enumerate(transcript.turns) for words in _pieces(turn))
    return tuple(Line(number, place, turn.speaker, words) for number, (place, turn, words) in enumerate(pieces, 1))


def word_count(lines: Sequence[Line]) -> int:
    """How many words these lines have."""
    return sum(len(line.words) for line in lines)


def _pieces(turn: Turn) -> Iterator[tuple[Word, ...]]:
    piece: list[Word] = []
    for word in turn.words:
        piece.append(word)
        if len(piece) >= LONGEST_WORDS or (len(piece) >= LONG_WORDS and ends_sentence(word.text)):
            yield tuple(piece)
            piece = []
    if piece:
        yield tuple(piece)

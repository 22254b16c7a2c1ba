"""Sentences: the unit that a protocol quotes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from callscribe.domain import Transcript, Turn

_SENTENCE_ENDS = (".", "?", "!", "…")
_CLOSING = "»\"”')"


def ends_sentence(text: str) -> bool:
    """Whether a word ends a sentence by its punctuation, closing quotes and brackets aside."""
    return text.rstrip(_CLOSING).endswith(_SENTENCE_ENDS)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as one speaker said it; ``start`` in seconds, ``turn`` counts the transcript's turns from 0."""

    start: float
    speaker: int
    text: str
    turn: int


def sentences(transcript: Transcript) -> tuple[Sentence, ...]:
    """Cut a transcript after its sentence-ending punctuation and at every change of speaker."""
    return tuple(sentence for place, turn in enumerate(transcript.turns) for sentence in _sentences_of(turn, place))


def _sentences_of(turn: Turn, place: int) -> Iterator[Sentence]:
    begin = 0
    for index, word in enumerate(turn.words):
        if ends_sentence(word.text) or index == len(turn.words) - 1:
            words = turn.words[begin : index + 1]
            yield Sentence(words[0].start, turn.speaker, " ".join(word.text for word in words), place)
            begin = index + 1

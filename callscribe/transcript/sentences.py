"""Sentences: the unit that a protocol quotes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from callscribe.domain import Transcript, Turn, Word

LONGEST = 40
"""Words of a sentence that is quoted whole; one that goes on longer is cut."""
_SHORTEST = 6
"""Words that each piece of a sentence keeps."""
_SENTENCE_ENDS = (".", "?", "!", "…")
_CLAUSE_ENDS = (",", ";", ":", "—", "–")
_CLOSING = "»\"”')"
_MARK, _OPENING = 1.0, 0.5
"""The seconds of silence that a mark, and a word that begins a clause, are worth as a border."""


def ends_sentence(text: str) -> bool:
    """Whether a word ends a sentence by its punctuation, closing quotes and brackets aside."""
    return text.rstrip(_CLOSING).endswith(_SENTENCE_ENDS)


def asks(sentence: str) -> bool:
    """Whether a sentence is a question by its punctuation."""
    return sentence.rstrip(" »\"'").endswith("?")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as one speaker said it; ``start`` in seconds, ``turn`` counts the transcript's turns from 0."""

    start: float
    speaker: int
    text: str
    turn: int


def sentences(transcript: Transcript, openings: Collection[str] = ()) -> tuple[Sentence, ...]:
    """Cut a transcript after its sentence-ending punctuation and at every change of speaker.

    What goes on for more than 40 words is cut at its clearest borders: after marks, at pauses, before ``openings``, the
    words that begin a clause.
    """
    return tuple(
        Sentence(piece[0].start, turn.speaker, " ".join(word.text for word in piece), place)
        for place, turn in enumerate(transcript.turns)
        for words in _sentences_of(turn)
        for piece in _pieces(words, openings)
    )


def _sentences_of(turn: Turn) -> Iterator[Sequence[Word]]:
    begin = 0
    for index, word in enumerate(turn.words):
        if ends_sentence(word.text) or index == len(turn.words) - 1:
            yield turn.words[begin : index + 1]
            begin = index + 1


def _pieces(words: Sequence[Word], openings: Collection[str]) -> Iterator[Sequence[Word]]:
    begin = 0
    while len(words) - begin > LONGEST:
        places = range(begin + _SHORTEST, min(begin + LONGEST, len(words) - _SHORTEST) + 1)
        end = max(places, key=lambda place: (_border(words[place - 1], words[place], openings), place))
        yield words[begin:end]
        begin = end
    yield words[begin:]


def _border(before: Word, after: Word, openings: Collection[str]) -> float:
    """How clearly one clause ends and another begins between two words."""
    mark = _MARK if before.text.endswith(_CLAUSE_ENDS) else 0.0
    opening = _OPENING if after.text.lower().replace("ё", "е") in openings else 0.0
    return max(after.start - before.end, 0.0) + mark + opening

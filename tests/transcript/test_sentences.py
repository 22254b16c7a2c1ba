"""Sentences, and the pieces of those that never end."""

from __future__ import annotations

from callscribe.domain import Language, Transcript, Turn, Word
from callscribe.transcript.sentences import LONGEST, sentences


def spoken(texts: list[str], pause_before: int | None = None) -> Transcript:
    """Half a second a word, two seconds of silence before one of them."""
    starts = [place / 2 + 2 * (pause_before is not None and place >= pause_before) for place in range(len(texts))]
    words = tuple(Word(start, start + 0.5, text, 1.0) for start, text in zip(starts, texts, strict=True))
    return Transcript(Language.RU, (Turn(0, words[-1].end, 1, words),))


def lengths(transcript: Transcript, *openings: str) -> list[int]:
    return [len(sentence.text.split()) for sentence in sentences(transcript, openings)]


def test_a_sentence_that_is_long_enough_to_be_quoted_is_whole() -> None:
    assert lengths(spoken(["слово"] * LONGEST)) == [LONGEST]


def test_a_longer_one_is_cut_at_a_pause() -> None:
    whole = spoken(["слово"] * 60, pause_before=25)
    assert lengths(whole) == [25, 35]
    assert sentences(whole)[1].start == 14.5


def test_or_before_a_word_that_begins_a_clause() -> None:
    texts = ["слово"] * 60
    texts[30] = "потом"
    assert lengths(spoken(texts), "потом") == [30, 30]


def test_or_after_a_mark() -> None:
    texts = ["слово"] * 60
    texts[30], texts[34] = "слово,", "потом"
    assert lengths(spoken(texts), "потом") == [31, 29]


def test_no_word_is_lost_where_nothing_tells_a_border() -> None:
    texts = [f"слово{place}" for place in range(1000)]
    pieces = [sentence.text for sentence in sentences(spoken(texts))]
    assert " ".join(pieces).split() == texts
    assert max(len(piece.split()) for piece in pieces) <= LONGEST

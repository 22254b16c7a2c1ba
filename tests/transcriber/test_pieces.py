"""Chunks that are too long for a model, and words made of tokens."""

from __future__ import annotations

import numpy as np
import pytest

from callscribe.media.chunks import Chunk
from callscribe.media.pcm import SAMPLE_RATE
from deployments.transcriber.pieces import pieces
from deployments.transcriber.tokens import Token, words_of


def loud(seconds: float) -> Chunk:
    return Chunk(100.0, np.full(round(seconds * SAMPLE_RATE), 1000, np.int16))


def test_a_chunk_that_fits_stays_whole() -> None:
    chunk = loud(25)
    assert pieces(chunk, 25.0) == [chunk]


def test_a_chunk_is_cut_where_it_is_quietest() -> None:
    chunk = loud(28)
    chunk.samples[11 * SAMPLE_RATE : 12 * SAMPLE_RATE] = 0
    one, other = pieces(chunk, 25.0)
    assert 111 < other.start < 112
    assert one.start + one.seconds == pytest.approx(other.start)


@pytest.mark.parametrize("seconds", [25.001, 28, 49.9, 50, 81])
def test_no_piece_is_too_long_and_none_of_the_sound_is_lost(seconds: float) -> None:
    chunk = loud(seconds)
    cut = pieces(chunk, 25.0)
    assert all(0 < piece.seconds <= 25 for piece in cut)
    assert np.array_equal(np.concatenate([piece.samples for piece in cut]), chunk.samples)


def test_words_are_what_stands_between_blanks() -> None:
    letters = [Token(text, place, place + 0.5, 0.9 - place / 10) for place, text in enumerate("да ну")]
    assert [(word.text, word.start, word.end) for word in words_of(letters, 10.0)] == [
        ("да", 10.0, 11.5),
        ("ну", 13.0, 14.5),
    ]


def test_a_word_is_as_sure_as_its_least_sure_token() -> None:
    pieces_of_words = [Token(" при", 0.0, 0.1, 0.9), Token("вет", 0.2, 0.3, 0.4), Token(",", 0.3, 0.4, 0.6)]
    (word,) = words_of(pieces_of_words, 0.0)
    assert (word.text, word.confidence) == ("привет,", 0.4)


def test_blanks_alone_are_no_words() -> None:
    assert list(words_of([Token(" ", 0.0, 0.1, 0.9), Token(" ", 0.1, 0.2, 0.9)], 0.0)) == []

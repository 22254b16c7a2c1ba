"""Whisper's pieces of text, made into words."""

from __future__ import annotations

from deployments.transcriber.whisper import Timing, written_words


def piece(text: str, start: float, probability: float = 0.9) -> Timing:
    return Timing(word=text, start=start, end=start + 0.25, probability=probability)


def test_a_word_is_what_stands_between_two_spaces() -> None:
    alignment = [piece(" из", 1.0), piece("-за", 1.25, 0.5), piece(" лицензий.", 2.0), piece("", 2.25)]

    words = list(written_words(alignment, offset=10.0))

    assert [(word.text, word.start, word.end, word.confidence) for word in words] == [
        ("из-за", 11.0, 11.5, 0.5),
        ("лицензий.", 12.0, 12.25, 0.9),
    ]


def test_the_first_piece_may_come_without_a_space_and_blanks_are_no_words() -> None:
    alignment = [piece("Так", 0.0), piece(" ", 0.25), piece(" 1,", 0.5), piece("5", 0.75)]

    assert [word.text for word in written_words(alignment, offset=0.0)] == ["Так", "1,5"]

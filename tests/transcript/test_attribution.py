"""Words find their speakers, and none is lost on the way."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callscribe.domain import Language, SpeakerSegment, Transcript, Word
from callscribe.transcript.attribution import attribute


def words_of(*spoken: tuple[float, float, str]) -> tuple[Word, ...]:
    return tuple(Word(start, end, text, 0.9) for start, end, text in spoken)


def segments_of(*heard: tuple[float, float, str]) -> tuple[SpeakerSegment, ...]:
    return tuple(SpeakerSegment(start, end, speaker) for start, end, speaker in heard)


def lines(transcript: Transcript) -> list[tuple[int, str]]:
    return [(turn.speaker, turn.text) for turn in transcript.turns]


def attributed(words: Sequence[Word], segments: Sequence[SpeakerSegment]) -> list[tuple[int, str]]:
    return lines(attribute(words, segments, Language.RU))


def test_speakers_are_numbered_as_they_appear() -> None:
    words = words_of((0, 0.5, "один"), (1, 1.5, "два"), (2, 2.5, "три"))
    segments = segments_of((0, 0.8, "z"), (0.9, 1.8, "a"), (1.9, 3, "z"))
    assert attributed(words, segments) == [(1, "один"), (2, "два"), (1, "три")]


def test_without_segments_there_is_one_speaker() -> None:
    assert attributed(words_of((0, 0.5, "раз"), (0.6, 1, "два")), ()) == [(1, "раз два")]


def test_without_words_there_are_no_turns() -> None:
    assert attributed((), segments_of((0, 5, "a"))) == []


def test_a_word_outside_every_segment_goes_to_the_nearest() -> None:
    words = words_of((0, 1, "раз"), (4.4, 4.6, "два"), (5, 6, "три"))
    assert attributed(words, segments_of((0, 3, "a"), (5, 6, "b"))) == [(1, "раз"), (2, "два три")]


def test_a_short_reply_between_two_phrases_keeps_its_voice() -> None:
    words = words_of((0, 1, "согласны"), (1.2, 1.5, "да"), (1.7, 2.5, "тогда"), (2.5, 3, "пишем"))
    segments = segments_of((0, 1.1, "a"), (1.15, 1.55, "b"), (1.6, 3, "a"))
    assert attributed(words, segments) == [(1, "согласны"), (2, "да"), (1, "тогда пишем")]


def test_a_short_reply_over_another_voice_keeps_its_own() -> None:
    words = words_of((0, 1, "я"), (1, 2, "думаю"), (2.05, 2.4, "угу"), (2.5, 3, "завтра"))
    segments = segments_of((0, 5, "a"), (2, 2.5, "b"))
    assert attributed(words, segments) == [(1, "я думаю"), (2, "угу"), (1, "завтра")]


def test_words_in_a_long_overlap_stay_with_who_was_speaking() -> None:
    words = words_of((0, 1, "я"), (1, 2, "думаю"), (2.2, 2.8, "что"), (2.8, 3.4, "завтра"))
    segments = segments_of((0, 4, "a"), (2, 6, "b"))
    assert attributed(words, segments) == [(1, "я думаю что завтра")]


@pytest.mark.parametrize(("border", "last"), [(0.95, "отчёт."), (1.35, "отчёт."), (1.0, "отчёт.")])
def test_a_border_that_is_a_little_off_does_not_tear_a_sentence(border: float, last: str) -> None:
    words = words_of(
        (0, 0.5, "Сделаю"), (0.5, 0.95, "этот"), (0.95, 1.3, last), (1.35, 1.7, "Когда"), (1.7, 2, "ждать?")
    )
    segments = segments_of((0, border, "a"), (border, 2, "b"))
    assert attributed(words, segments) == [(1, "Сделаю этот отчёт."), (2, "Когда ждать?")]


def test_the_first_word_of_a_reply_is_not_left_behind() -> None:
    words = words_of((0, 0.5, "Ну"), (0.5, 0.9, "всё."), (0.95, 1.2, "Нет,"), (1.2, 1.7, "постой"))
    assert attributed(words, segments_of((0, 1.2, "a"), (1.2, 2, "b"))) == [(1, "Ну всё."), (2, "Нет, постой")]


def test_a_border_far_from_any_sentence_end_is_believed() -> None:
    words = words_of((0, 0.5, "Всё."), (0.5, 1.2, "Потом"), (1.2, 2, "ещё"), (2, 2.6, "нет"), (2.6, 3, "стой"))
    assert attributed(words, segments_of((0, 2, "a"), (2, 3, "b"))) == [(1, "Всё. Потом ещё"), (2, "нет стой")]


def test_a_word_stretched_over_a_pause_is_clamped() -> None:
    transcript = attribute(words_of((0, 6, "да"), (6, 6.4, "нет")), segments_of((0, 7, "a")), Language.RU)
    assert [turn.text for turn in transcript.turns] == ["да", "нет"]
    assert transcript.turns[0].end == pytest.approx(0.7)


def test_a_long_pause_begins_a_new_turn_of_the_same_speaker() -> None:
    words = words_of((0, 0.7, "раз"), (2.5, 3.0, "два"), (5.5, 6, "три"))
    assert attributed(words, segments_of((0, 9, "a"))) == [(1, "раз два"), (1, "три")]


SECONDS = st.floats(0, 60, allow_nan=False)
LENGTHS = st.floats(0, 5, allow_nan=False)
WORDS = st.lists(
    st.builds(
        lambda start, length, text: Word(start, start + length, text, 0.5),
        SECONDS,
        LENGTHS,
        st.sampled_from(["да", "нет.", "когда?", "Сделаю", "хорошо,"]),
    ),
    max_size=30,
)
SEGMENTS = st.lists(
    st.builds(
        lambda start, length, speaker: SpeakerSegment(start, start + length, speaker),
        SECONDS,
        LENGTHS,
        st.sampled_from("abc"),
    ),
    max_size=12,
)


@given(WORDS, SEGMENTS)
def test_every_word_appears_exactly_once_in_time_order(words: list[Word], segments: list[SpeakerSegment]) -> None:
    spoken = [word for turn in attribute(words, segments, Language.RU).turns for word in turn.words]
    expected = sorted(words, key=lambda word: word.start)
    assert [(word.start, word.text) for word in spoken] == [(word.start, word.text) for word in expected]


@given(WORDS, SEGMENTS)
def test_a_transcript_is_sound(words: list[Word], segments: list[SpeakerSegment]) -> None:
    turns = attribute(words, segments, Language.RU).turns
    appearances = list(dict.fromkeys(turn.speaker for turn in turns))
    assert appearances == list(range(1, len(appearances) + 1))
    assert len(appearances) <= max(1, len({segment.speaker for segment in segments}))
    for turn in turns:
        assert turn.words
        assert all(turn.start <= word.start <= word.end <= turn.end for word in turn.words)
    assert all(earlier.start <= later.start for earlier, later in pairwise(turns))


@given(WORDS, SEGMENTS)
def test_the_order_of_the_input_does_not_matter(words: list[Word], segments: list[SpeakerSegment]) -> None:
    distinct = list({word.start: word for word in words}.values())
    forwards = attribute(distinct, segments, Language.RU)
    assert attribute(distinct[::-1], segments[::-1], Language.RU) == forwards

"""Scores against values worked out by hand."""

from __future__ import annotations

from dataclasses import astuple
from pathlib import Path

import pytest

pytest.importorskip("meeteval", reason="cpWER needs meeteval, which is built where there is a C++ compiler")

from benchmarks.normalising import normalised
from benchmarks.recordings import Recording, Utterance
from benchmarks.scoring import (
    Agreement,
    Rate,
    diarization_errors,
    punctuation_agreement,
    score,
    speaker_word_errors,
    word_errors,
)


def said(start: float, end: float, speaker: str, text: str = "") -> Utterance:
    return Utterance(start, end, speaker, text)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Всё готово — на 15%!", "ru", "все готово на пятнадцать"),
        ("Какой-нибудь «Маяк»…", "ru", "какой нибудь маяк"),
        ("It's room 21.", "en", "it s room twenty one"),
    ],
)
def test_texts_are_compared_in_one_form(text: str, language: str, expected: str) -> None:
    assert normalised(text, language) == expected


def test_word_errors_are_substitutions_deletions_and_insertions() -> None:
    reference = [said(0, 1, "a", "Один, два три."), said(1, 2, "b", "четыре пять")]
    # «два» is heard as «дом», «пять» is missing, «шесть» and «семь» are invented between
    heard = [said(0, 1, "x", "один дом три шесть семь"), said(1, 2, "x", "четыре")]
    assert word_errors(reference, heard, "ru") == Rate(4, 5)


def test_words_of_the_wrong_speaker_count_twice_in_cpwer() -> None:
    reference = [said(0, 1, "a", "раз два три"), said(1, 2, "b", "четыре пять")]
    # «три» is given to the second voice: missing for the first, too many for the second
    heard = [said(0, 1, "2", "раз два"), said(1, 2, "1", "три четыре пять")]
    assert speaker_word_errors(reference, heard, "ru") == Rate(2, 5)
    assert word_errors(reference, heard, "ru") == Rate(0, 5)


def test_diarization_errors_are_seconds_missed_invented_and_confused() -> None:
    reference = [said(0, 10, "a"), said(10, 20, "b")]
    # b's first 2 s are given to a, b's last second is missed, and 3 s after the end are invented
    heard = [said(0, 12, "x"), said(12, 19, "y"), said(20, 23, "y")]
    assert astuple(diarization_errors(reference, heard)) == pytest.approx((6, 20))


def test_overlapped_speech_is_scored() -> None:
    reference = [said(0, 10, "a"), said(5, 10, "b")]
    assert astuple(diarization_errors(reference, [said(0, 10, "x")])) == pytest.approx((5, 15))


def test_nothing_heard_is_everything_missed() -> None:
    assert astuple(diarization_errors([said(0, 4, "a")], [])) == pytest.approx((4, 4))
    assert word_errors([said(0, 4, "a", "раз два")], [], "ru") == Rate(2, 2)


def test_punctuation_agrees_where_the_mark_after_the_same_word_is_the_same() -> None:
    reference = [said(0, 1, "a", "Да, готово. Когда сдаём?")]
    # agreed: the full stop; a comma is missing, and the question has become a statement
    heard = [said(0, 1, "x", "Да готово. Когда сдаём.")]
    agreement = punctuation_agreement(reference, heard)
    assert agreement == Agreement(agreed=1, found=2, expected=3)
    assert agreement.f1 == pytest.approx(2 * (1 / 2) * (1 / 3) / (1 / 2 + 1 / 3))


def test_rates_are_pooled_by_their_counts() -> None:
    assert (Rate(1, 10) + Rate(9, 10)).value == pytest.approx(0.5)
    assert Rate().value is None


def test_a_system_without_speakers_has_no_rate_that_needs_them() -> None:
    utterances = (said(0, 1, "a", "раз два."),)
    recording = Recording("one", Path("one.flac"), 1.0, "ru", utterances, utterances)
    found = score(recording, [said(0, 1, "", "раз два.")], None)
    assert (found.wer.value, found.cpwer.value, found.der.value) == (0, None, None)
    assert found.punctuation.f1 == 1

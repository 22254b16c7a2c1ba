"""Names after tracks: only where it is clear who is who."""

from __future__ import annotations

from callscribe.domain import Track, Turn, Word
from callscribe.transcript.naming import names_by_overlap


def turn(speaker: int, start: float, end: float) -> Turn:
    words = tuple(Word(start + second, start + second + 1, "слово", 0.9) for second in range(int(end - start)))
    return Turn(start, end, speaker, words)


DIALOGUE = (turn(1, 0, 10), turn(2, 10, 20), turn(1, 20, 30), turn(2, 30, 40))


def test_speakers_are_named_after_the_tracks_that_they_are_in() -> None:
    tracks = (Track("Мария", ((10.5, 19), (31, 41))), Track("Иван Орлов", ((0, 10), (20, 29))))
    assert names_by_overlap(DIALOGUE, tracks) == {1: "Иван Орлов", 2: "Мария"}


def test_a_participant_who_says_nothing_names_nobody() -> None:
    tracks = (Track("Иван", ((0, 10), (20, 30))), Track("Мария", ((10, 20), (30, 40))), Track("Пётр", ()))
    assert names_by_overlap(DIALOGUE, tracks) == {1: "Иван", 2: "Мария"}


def test_several_voices_in_one_room_stay_without_a_name() -> None:
    assert names_by_overlap(DIALOGUE, (Track("Переговорная", ((0, 40),)),)) == {}


def test_a_room_with_several_voices_does_not_keep_others_from_their_names() -> None:
    turns = (*DIALOGUE, turn(3, 40, 55))
    tracks = (Track("Переговорная", ((0, 40),)), Track("Ольга", ((40, 55),)))
    assert names_by_overlap(turns, tracks) == {3: "Ольга"}


def test_a_voice_that_is_on_two_tracks_alike_stays_without_a_name() -> None:
    tracks = (Track("Иван", ((0, 10),)), Track("Мария", ((20, 30), (10, 20), (30, 40))))
    assert names_by_overlap(DIALOGUE, tracks) == {2: "Мария"}


def test_an_echo_on_another_track_does_no_harm() -> None:
    tracks = (Track("Иван", ((0, 10), (20, 30))), Track("Мария", ((2, 5), (10, 20), (30, 40))))
    assert names_by_overlap(DIALOGUE, tracks) == {1: "Иван", 2: "Мария"}


def test_who_hardly_speaks_is_not_told_by_it() -> None:
    assert names_by_overlap((turn(1, 0, 1),), (Track("Иван", ((0, 1),)),)) == {}


def test_a_voice_that_is_mostly_on_no_track_stays_without_a_name() -> None:
    assert names_by_overlap((turn(1, 0, 100),), (Track("Иван", ((0, 40),)),)) == {}


def test_one_who_has_come_twice_has_one_name() -> None:
    tracks = (Track("Иван", ((0, 10),)), Track("Иван", ((20, 30),)), Track("Мария", ((10, 20), (30, 40))))
    assert names_by_overlap(DIALOGUE, tracks) == {1: "Иван", 2: "Мария"}


def test_overlapping_spans_count_once() -> None:
    tracks = (Track("Иван", ((0, 8), (2, 10), (4, 6), (20, 30))), Track("Мария", ((10, 20), (30, 40))))
    assert names_by_overlap(DIALOGUE, tracks) == {1: "Иван", 2: "Мария"}


def test_nothing_names_nobody() -> None:
    assert names_by_overlap((), (Track("Иван", ((0, 10),)),)) == {}
    assert names_by_overlap(DIALOGUE, ()) == {}

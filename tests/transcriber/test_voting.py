"""The vote of two engines, word by word."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest

from callscribe.domain import Word
from callscribe.glossary.terms import Terms
from callscribe.transcript.alignment import regions
from callscribe.transcript.spelling import spoken
from deployments.transcriber.calibration import Calibration
from deployments.transcriber.dreams import Hearing, is_dream
from deployments.transcriber.numbers import is_said
from deployments.transcriber.timing import ordered
from deployments.transcriber.unhearable import Unhearable
from deployments.transcriber.voting import Vote


def words(text: str, *, confidence: float = 0.9, unsure: str = "", at: float = 0.0) -> list[Word]:
    """Half a second a word; a word named in ``unsure`` has a confidence of 0.1."""
    return [
        Word(
            at + place / 2,
            at + place / 2 + 0.4,
            word,
            0.1 if word.lower().strip(".,?!") in unsure.split() else confidence,
        )
        for place, word in enumerate(text.split())
    ]


def vote_of(*glossary: str, known: str = "") -> Vote:
    return Vote(Calibration.load(), Unhearable(Terms(glossary), known.split().__contains__))


def voted(vosk: list[Word], whisper: list[Word]) -> str:
    return text(vote_of()(vosk, whisper))


def text(heard: Sequence[Word]) -> str:
    return " ".join(word.text for word in heard)


def test_where_both_heard_the_same_whispers_spelling_stands() -> None:
    assert voted(words("добрый день коллеги"), words("Добрый день, коллеги.")) == "Добрый день, коллеги."


def test_where_they_differ_the_surer_word_stands() -> None:
    vosk, whisper = "начинаем планёрку сегодня", "Начинаем планировку сегодня."
    assert voted(words(vosk), words(whisper, unsure="планировку")) == "Начинаем планёрку сегодня."
    assert voted(words(vosk, unsure="планёрку"), words(whisper)) == whisper


def test_a_surer_word_takes_the_punctuation_of_the_one_that_it_replaces() -> None:
    assert voted(words("да маяк работает"), words("Да, маик? Работает.", unsure="маик")) == "Да, маяк? Работает."


def test_a_word_that_one_engine_only_has_must_be_sure() -> None:
    assert voted(words("мы э закончим завтра", unsure="э"), words("Мы закончим завтра.")) == "Мы закончим завтра."


def test_numbers_are_written_as_they_were_spoken() -> None:
    assert voted(words("пятнадцатого декабря в десять"), words("15 декабря в 10.")) == "пятнадцатого декабря в десять."
    assert voted(words("двадцать два рубля"), words("22 рубля.", at=0.2)) == "двадцать два рубля."


def test_a_number_hands_over_no_words_but_its_own() -> None:
    noise = words("шум гул что двадцать минут", confidence=0.1)
    assert voted(noise, words("рейсе A320 через 20 минут.")) == "рейсе A320 через двадцать минут."
    assert voted(words("шум пятнадцатого мая", confidence=0.5), words("числа 15 мая.")) == "числа пятнадцатого мая."
    assert voted(words("поставили двенадцать", confidence=0.5), words("Поставили 15.")) == "Поставили 15."


def test_a_word_that_whisper_cuts_in_two_stays_whole() -> None:
    heard = words("сервер приедет вовремя пятнадцатое декабря", confidence=0.68)
    halves = (Word(1.0, 1.2, "во", 0.5), Word(1.2, 1.4, "время", 0.99))
    cut = [*words("Сервер приедет", confidence=0.95), *halves, *words("15 декабря.", at=1.5)]
    assert voted(heard, cut) == "Сервер приедет вовремя пятнадцатое декабря."


def test_names_with_digits_stay_as_they_are_written() -> None:
    assert voted(words("это один с"), words("Это 1С.")) == "Это 1С."
    assert voted(words("работаем в один ас"), words("Работаем в 1С.")) == "Работаем в 1С."


@pytest.mark.parametrize(
    ("written", "said", "same"),
    [
        ("15", "пятнадцать", True),
        ("15,", "пятнадцатого", True),
        ("15-го", "пятнадцатого", True),
        ("25", "двадцати пяти", True),
        ("21", "двадцать первое", True),
        ("3", "трёх", True),
        ("5", "пятнадцать", False),
        ("12", "двадцать", False),
        ("25", "двадцать", False),
        ("1,5", "один пять", False),
        ("1234567890123", "двадцать", False),
    ],
)
def test_a_number_is_known_in_every_case(written: str, said: str, same: bool) -> None:
    assert is_said(written, said.split()) is same


def test_hyphens_and_yo_are_no_difference() -> None:
    assert voted(words("из за неё все таки"), words("Из-за нее всё-таки.")) == "Из-за нее всё-таки."
    assert spoken("Из-за неё, всё-таки") == ("из", "за", "нее", "все", "таки")


def test_an_engine_that_is_alone_must_be_sure_of_all() -> None:
    assert voted(words("алло да слушаю", confidence=0.95), []) == "алло да слушаю"
    assert voted(words("есть не связанные насмерть", confidence=0.8), []) == ""
    assert voted([], words("Спасибо.", confidence=0.4)) == ""


def test_of_two_that_share_no_word_the_likelier_is_believed_not_the_louder() -> None:
    assert voted(words("шум гул", confidence=0.99), words("Добрый день.", confidence=0.95)) == "Добрый день."


def test_a_stock_phrase_that_whisper_alone_hears_is_a_dream() -> None:
    assert voted([], words("Спасибо за просмотр.", confidence=0.99)) == ""
    assert voted(words("алло да", confidence=0.95), words("Спасибо за просмотр.", confidence=0.99)) == "алло да"
    assert voted(words("да"), words("Да. Спасибо за просмотр.", confidence=0.99)) == "Да."
    assert voted(words("спасибо за просмотр"), words("Спасибо за просмотр.")) == "Спасибо за просмотр."


def test_a_term_that_vosk_cannot_know_stands_against_its_words_however_sure_it_is() -> None:
    vosk, whisper = words("семь на модест газ было"), words("Семь на Модестгассе было.", confidence=0.2)
    assert text(vote_of()(vosk, whisper)) == "Семь на Модест газ было."
    assert text(vote_of("Модестгассе", known="модест газ")(vosk, whisper)) == "Семь на Модестгассе было."
    assert text(vote_of("Модестгассе", known="модестгассе")(vosk, whisper)) == "Семь на Модест газ было."


def test_a_term_that_only_one_engine_has_stands_too() -> None:
    unsure = words("семь на модестгассе", confidence=0.1, unsure="модестгассе")
    vote = vote_of("Модестгассе")
    assert text(vote(words("семь на"), [*words("Семь на"), *unsure[2:]])) == "Семь на модестгассе"
    assert text(vote([*words("семь на"), *unsure[2:]], words("Семь на"))) == "Семь на модестгассе"


def test_vosks_times_stand_and_confidences_are_probabilities() -> None:
    vote = vote_of()(words("добрый день"), words("Добрый день!", at=0.15))
    assert [word.start for word in vote] == [0.0, 0.5]
    assert all(0 < word.confidence < 1 for word in vote)


def test_regions_never_cut_a_written_word() -> None:
    found = list(regions(words("какой то дом"), words("Какой-то дом.")))
    assert [(len(region.left), len(region.right), region.agrees) for region in found] == [(2, 2, True), (1, 1, True)]


def test_words_far_apart_are_not_the_same_word() -> None:
    assert not any(region.agrees for region in regions(words("да"), words("Да.", at=10)))


def test_times_rise() -> None:
    tangled = [Word(1.0, 0.9, "а", 1), Word(0.5, 1.5, "б", 1), Word(1.2, 1.2, "в", 1)]
    timed = ordered(tangled)
    assert all(word.start < word.end for word in timed)
    assert all(one.end <= other.start for one, other in itertools.pairwise(timed))


def test_whispers_dreams_are_known() -> None:
    assert is_dream(Hearing("Продолжение следует...", -0.2, 0.1, 20))
    assert is_dream(Hearing("Thanks for watching!", -0.2, 0.1, 20))
    assert is_dream(Hearing("Редактор субтитров А.Синецкая Корректор В.Сухиашвили", -0.2, 0.1, 20))
    assert is_dream(Hearing("СПОКОЙНАЯ МУЗЫКА", -0.2, 0.1, 20))
    assert is_dream(Hearing("и вот " * 60, -0.2, 0.1, 20))
    assert is_dream(Hearing("Добрый день.", -1.4, 0.1, 20))
    assert not is_dream(Hearing("Спасибо за внимание, продолжение следует обсудить в пятницу.", -0.3, 0.1, 20))


@pytest.mark.parametrize(
    ("vosk", "whisper"),
    [
        ("выросла на пятьдесят процентов за год", "Выросла на 50% за год."),
        ("бюджет сто долларов в день", "Бюджет $100 в день."),
        ("минус пять градусов", "-5 градусов."),
        ("номер пять готов", "№5 готов."),
    ],
)
@pytest.mark.parametrize("confidence", [0.9, 0.97, 1.0])
def test_signs_beside_digits_are_the_words_that_they_stand_for(vosk: str, whisper: str, confidence: float) -> None:
    spans = words(vosk, confidence=confidence)
    written = [Word(one.start, one.end, text, 0.9) for text, one in zip(whisper.split(), spans, strict=False)]
    assert voted(spans, written) == whisper

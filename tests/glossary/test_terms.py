"""Terms in what was heard: which were said, how they are written, and which may have been said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from callscribe.domain import Language, Transcript, Turn
from callscribe.glossary.terms import Terms
from callscribe.glossary.writing import with_terms, written
from tests.glossary.making import words

TERMS = Terms(
    [
        "Контур.Толк",
        "Ростелеком",
        "Kubernetes",
        "Аникеева",
        "Туманова",
        "Гонт-Хаус",
        "Скайльс",
        "Мел",
        "1С",
        "НДС",
        "Пётр Орлов",
        "Семёнов",
        "Linda",
        "Reed",
        "Большая Монетная",
    ]
)


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        ("звоним в контур толк, завтра", "звоним в Контур.Толк, завтра"),
        ("в «контур-толке».", "в «Контур.Толке»."),
        ("Ростелекоме", "Ростелекоме"),
        ("в РОСТЕЛЕКОМЕ и с ростелекомом", "в Ростелекоме и с Ростелекомом"),
        ("из кубернетеса в kubernetes", "из Kubernetes в Kubernetes"),
        ("аникеевой нет", "Аникеевой нет"),
        ("из гонт хауса", "из Гонт-Хауса"),
        ("Скайлс и скайлсу", "Скайльс и Скайльсу"),
        ("работаем в 1с без ндс", "работаем в 1С без НДС"),
        ("петру орлову", "Петру Орлову"),
        ("семенову", "Семёнову"),
        ("linda's plan, LINDA.", "Linda's plan, Linda."),
        ("на большой монетной", "на Большой Монетной"),
    ],
)
def test_terms_are_written_as_in_the_glossary_with_the_ending_that_was_heard(heard: str, expected: str) -> None:
    assert " ".join(word.text for word in written(words(heard), TERMS)) == expected


@pytest.mark.parametrize(
    "heard",
    [
        "вглубь туманов и в тумане",
        "мель и мелочь",
        "звонил контур. Толк есть",
        "контур без толка",
        "ростелекомовский",
        "I read it, lynda",
        "орлов без петра",
        "один раз",
        "аникеевка",
    ],
)
def test_false_friends_stay_as_they_are(heard: str) -> None:
    assert written(words(heard), TERMS) == words(heard)
    assert TERMS.said(words(heard)) == []


def test_a_term_has_as_many_words_as_it_is_written_with_in_the_time_of_those_heard() -> None:
    (_, merged) = written(words("в контур толке."), TERMS)
    assert (merged.text, merged.start, merged.end) == ("Контур.Толке.", 0.5, 1.4)
    parted = written(words("большой-монетной"), TERMS)
    assert [(word.text, word.start, word.end) for word in parted] == [
        ("Большой", 0.0, 0.2),
        ("Монетной", 0.2, 0.4),
    ]


def near(heard: str, *glossary: str) -> list[tuple[str, str]]:
    said = words(heard)
    found = Terms(glossary).near(said, lambda _: True)
    return [(one.term.text, " ".join(word.text for word in said[one.begin : one.end])) for one in found]


@pytest.mark.parametrize(
    ("heard", "term", "misheard"),
    [
        ("статуя мага цикла улыбается", "Магацитл", "мага цикла"),
        ("семь на модест газ было", "Модестгассе", "модест газ"),
        ("вспомнил цуп в нера, за которого", "Цюпфнер", "цуп в нера,"),
        ("маркиз рузвельт покончил", "Ружвиль", "рузвельт"),
        ("развернули кубер нейтис вчера", "Kubernetes", "кубер нейтис"),
        ("дамы Гонд Хаоса, призвали", "Гонт-Хаус", "Гонд Хаоса,"),
        ("товарищ дела свили.", "Гелашвили", "дела свили."),
        ("we moved to cuber netties yesterday", "Kubernetes", "cuber netties"),
    ],
)
def test_a_term_misheard_is_found_by_its_sound(heard: str, term: str, misheard: str) -> None:
    assert near(heard, term) == [(term, misheard)]


@pytest.mark.parametrize(
    ("heard", "term"),
    [
        ("население четырёх городов", "Аэлита"),
        ("товарищ улыбнулся горой", "Корчагин"),
        ("мы контролируем расходы", "Контур.Толк"),
        ("спросите в отделе продаж", "Спиноза"),
        ("он нас да спас", "НДС"),
        ("the second charge is a mistake", "Kubernetes"),
    ],
)
def test_what_only_resembles_a_term_is_none_misheard(heard: str, term: str) -> None:
    assert near(heard, term) == []


def test_short_terms_are_looked_for_in_no_other_words() -> None:
    assert near("лес лоси лась лосося", "Лось") == []


def test_words_that_nobody_doubts_are_left_alone() -> None:
    said = words("ту скуп и туз куба")
    found = Terms(["Тускуб"]).near(said, lambda word: word.start < 1)
    assert [(near.begin, near.end) for near in found] == [(0, 2)]


def test_every_place_where_a_term_may_have_been_said_is_found() -> None:
    assert near("ту скуп и туз куба", "Тускуб") == [("Тускуб", "ту скуп"), ("Тускуб", "туз куба")]


def test_of_a_glossary_a_transcript_has_what_was_said_or_may_have_been() -> None:
    said = tuple(replace(word, confidence=0.5) for word in words("Это модест газ и 1С."))
    transcript = Transcript(Language.RU, (Turn(0.0, 3.0, 1, said),))
    glossary = Terms(["Kubernetes", "1С", "Модестгассе"])
    assert glossary.heard_in(transcript) == ("1С", "Модестгассе")
    sure = Transcript(Language.RU, (Turn(0.0, 3.0, 1, words("Это модест газ и 1С.")),))
    assert glossary.heard_in(sure) == ("1С",)
    assert Terms(()).heard_in(transcript) == ()


def test_without_terms_nothing_is_found_and_words_are_the_same() -> None:
    nothing, heard = Terms(()), words("в контур толке 1с")
    assert not nothing
    assert (nothing.said(heard), nothing.near(heard, lambda _: True)) == ([], [])
    assert written(heard, nothing) == heard


def test_a_transcripts_terms_are_written_turn_by_turn() -> None:
    turns = (Turn(0.0, 1.0, 1, words("Это контур")), Turn(1.0, 3.0, 2, words("Толк в контур толке.")))
    (one, other) = with_terms(Transcript(Language.RU, turns), TERMS).turns
    assert one == turns[0]
    assert other == Turn(1.0, 3.0, 2, written(words("Толк в контур толке."), TERMS))
    assert [word.text for word in other.words] == ["Толк", "в", "Контур.Толке."]

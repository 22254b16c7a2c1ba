from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callscribe.domain import Language, Transcript, Turn, Word
from callscribe.transcript.wording import _morphology, polish


def turn_of(text: str, *, start: float = 0.0, speaker: int = 1) -> Turn:
    """A turn whose ``|`` are pauses of a second."""
    words: list[Word] = []
    now = start
    for token in text.split():
        if token == "|":
            now += 1.0
        else:
            words.append(Word(now, now + 0.3, token, 0.9))
            now += 0.35
    return Turn(start, now, speaker, tuple(words))


def polished(text: str, language: Language = Language.RU) -> str:
    return polish(Transcript(language, (turn_of(text),))).turns[0].text


@pytest.mark.parametrize(
    ("bare", "worded"),
    [
        ("добрый день | начинаем планёрку", "Добрый день. Начинаем планёрку."),
        ("мария пришлите таблицу до | пятницы", "Мария пришлите таблицу до пятницы."),
        ("сколько осталось дней", "Сколько осталось дней?"),
        ("вера в успех нам поможет", "Вера в успех нам поможет."),
    ],
)
def test_bare_speech_gets_sentences_and_names(bare: str, worded: str) -> None:
    assert polished(bare) == worded


def test_punctuated_speech_keeps_its_punctuation() -> None:
    assert polished("Петр, что с | тестированием?") == "Петр, что с тестированием?"


def test_a_turn_begins_with_a_capital_and_ends_with_a_mark() -> None:
    assert (
        polished("i agree, the second charge is a mistake,", Language.EN) == "I agree, the second charge is a mistake."
    )


@pytest.mark.parametrize(
    ("mixed", "worded"),
    [
        (
            "Добрый день, коллеги. | мария пришлите таблицу до пятницы | сколько осталось дней | всем спасибо",
            "Добрый день, коллеги. Мария пришлите таблицу до пятницы. Сколько осталось дней? Всем спасибо.",
        ),
        ("да | Хорошо. | начинаем планёрку | пётр готов", "Да. Хорошо. Начинаем планёрку. Пётр готов."),
        (
            "И заметил хирург. ожидания и удержание вызова. И жизнь",
            "И заметил хирург. Ожидания и удержание вызова. И жизнь.",
        ),
        ("Ну... не знаю, и т.д. и т.п. на ул. Ленина.", "Ну... не знаю, и т.д. и т.п. на ул. Ленина."),
        (
            "Да, коллеги | мария пришлите таблицу до пятницы | иван вы готовы начинать | потом все пойдём домой",
            "Да, коллеги. Мария пришлите таблицу до пятницы. Иван вы готовы начинать. Потом все пойдём домой.",
        ),
        ("Я думаю | завтра мы поедем домой.", "Я думаю завтра мы поедем домой."),
    ],
)
def test_bare_stretches_of_a_punctuated_turn_get_sentences_too(mixed: str, worded: str) -> None:
    assert polished(mixed) == worded


def test_punctuated_english_is_only_framed() -> None:
    assert polished("iPhone, e.g. | the new one", Language.EN) == "iPhone, e.g. the new one."


@pytest.mark.parametrize(
    ("before", "after", "worded"),
    [
        ("Мы решили, что проект", "будет закончен в пятницу.", ("Мы решили, что проект", "будет закончен в пятницу.")),
        ("мы пришлём таблицу до", "пятницы | всем спасибо", ("Мы пришлём таблицу до", "пятницы. Всем спасибо.")),
        ("Мы решили.", "будет закончен", ("Мы решили.", "Будет закончен.")),
        ("Мы решили,", "Хорошо", ("Мы решили.", "Хорошо.")),
        ("да", "нет", ("Да.", "Нет.")),
    ],
)
def test_a_reply_interrupts_a_sentence_only_where_the_words_do_not_go_on(
    before: str, after: str, worded: tuple[str, str]
) -> None:
    turns = (turn_of(before), turn_of("угу", start=3, speaker=2), turn_of(after, start=4))
    done = polish(Transcript(Language.RU, turns)).turns
    assert [turn.text for turn in done] == [worded[0], "Угу.", worded[1]]


@pytest.mark.parametrize("reply", ["угу | я тоже так думаю", "Угу."])
def test_a_long_reply_or_a_long_pause_ends_a_sentence(reply: str) -> None:
    turns = (turn_of("Мы решили, что"), turn_of(reply, start=2, speaker=2), turn_of("будет готово.", start=6))
    assert [turn.text for turn in polish(Transcript(Language.RU, turns)).turns][::2] == [
        "Мы решили, что.",
        "Будет готово.",
    ]


def test_dictated_numbers_are_parsed_in_proportion_to_their_number() -> None:
    count = 4000
    turn = turn_of(" ".join(["двадцать", "пять", "сорок", "ноль"][place % 4] for place in range(count)))
    spread = tuple(
        replace(word, start=word.start + place // 4 * 0.45, end=word.end + place // 4 * 0.45)
        for place, word in enumerate(turn.words)
    )
    parses = _morphology()._parses
    parses.cache_clear()
    polish(Transcript(Language.RU, (replace(turn, words=spread),)))
    assert parses.cache_info().misses == 4
    assert parses.cache_info().hits <= 5 * count


def test_words_and_times_never_change() -> None:
    turn = turn_of("да | нет угу | решили закупаем второй сервер | кто за")
    (after,) = polish(Transcript(Language.RU, (turn,))).turns
    assert [word.text.lower().rstrip(".?") for word in after.words] == [word.text for word in turn.words]
    assert [(word.start, word.end) for word in after.words] == [(word.start, word.end) for word in turn.words]


@given(
    st.lists(st.sampled_from(["да", "Нет,", "мария", "что", "|", "решили", "готов.", "ну...", "20", "-"]), max_size=40)
)
def test_only_case_and_marks_ever_change(tokens: list[str]) -> None:
    turn = turn_of(" ".join(tokens))
    (after,) = polish(Transcript(Language.RU, (turn,))).turns
    assert [bare(word.text) for word in after.words] == [bare(word.text) for word in turn.words]
    assert polish(Transcript(Language.RU, (after,))).turns == (after,), "what is worded stays so"


def bare(text: str) -> str:
    return text.lower().rstrip(".?,")


def test_nothing_said_stays_nothing() -> None:
    assert polish(Transcript(Language.RU, ())).turns == ()

from __future__ import annotations

import pytest

from callscribe.domain import Language, Transcript, Turn, Word
from callscribe.transcript.wording import polish


def turn_of(text: str) -> Turn:
    """A turn whose ``|`` are pauses of a second."""
    words: list[Word] = []
    now = 0.0
    for token in text.split():
        if token == "|":
            now += 1.0
        else:
            words.append(Word(now, now + 0.3, token, 0.9))
            now += 0.35
    return Turn(0.0, now, 1, tuple(words))


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


def test_words_and_times_never_change() -> None:
    turn = turn_of("да | нет угу | решили закупаем второй сервер | кто за")
    (after,) = polish(Transcript(Language.RU, (turn,))).turns
    assert [word.text.lower().rstrip(".?") for word in after.words] == [word.text for word in turn.words]
    assert [(word.start, word.end) for word in after.words] == [(word.start, word.end) for word in turn.words]


def test_nothing_said_stays_nothing() -> None:
    assert polish(Transcript(Language.RU, ())).turns == ()

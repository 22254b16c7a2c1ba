"""What was decided: declared, or proposed and agreed to; what is taken back is none."""

from __future__ import annotations

import pytest

from callscribe.domain import Language
from deployments.summarizer.linguistic.engine import LinguisticEngine
from tests.summarizer.linguistic.dialogues import brief


def decided(engine: LinguisticEngine, dialogue: str, language: Language = Language.RU) -> list[str]:
    return [point.text for point in engine.summarize(brief(dialogue, language)).decisions]


def test_what_is_declared(engine: LinguisticEngine) -> None:
    found = decided(engine, "иван: Решили: закупаем второй сервер на этой неделе.\nмария: Понял.")
    assert found == ["Решили: закупаем второй сервер на этой неделе"]


def test_what_is_proposed_and_agreed_to_but_not_what_is_refused(engine: LinguisticEngine) -> None:
    proposal = "иван: Предлагаю выпускать новую версию пятнадцатого декабря.\nмария: "
    assert any("пятнадцатого декабря" in text for text in decided(engine, proposal + "Я согласна."))
    assert decided(engine, proposal + "Нет, это слишком рано.") == []


def test_not_to_do_is_a_decision_too(engine: LinguisticEngine) -> None:
    found = decided(engine, "иван: Значит, китайские петли больше не берём.\nмария: Хорошо.")
    assert len(found) == 1
    assert "не берём" in found[0]


def test_what_is_taken_back_gives_way_to_what_stands_in_its_place(engine: LinguisticEngine) -> None:
    found = decided(
        engine,
        """анна: Решили: на обложку ставим мост.
        стас: Хорошо.
        анна: Всё, я передумала. На обложку ставим ёлку, а мост внутрь.
        стас: Согласен.""",
    )
    assert len(found) == 1
    assert "ёлку" in found[0]


@pytest.mark.models
def test_english(engine: LinguisticEngine) -> None:
    found = decided(engine, "chair: Then we decline the lease on the second building.\nmember: Agreed.", Language.EN)
    assert len(found) == 1
    assert "decline the lease" in found[0].lower()


@pytest.mark.parametrize(
    "dialogue",
    ["иван: Мы обычно берём сервер в аренду.\nмария: Да.", "иван: Закупаем второй сервер?\nмария: Не знаю."],
)
def test_habits_and_questions_are_none(engine: LinguisticEngine, dialogue: str) -> None:
    assert decided(engine, dialogue) == []


@pytest.mark.parametrize(
    "dialogue",
    [
        "иван: Решили, что покупаем насос?\nмария: Не решили.",
        "иван: Давайте купим новый насос за миллион рублей.\nмария: Нет, мы так и не договорились.",
        "иван: Предлагаю закрыть завод в Туле.\nмария: Так не пойдёт, ничего не решили.",
    ],
)
def test_what_was_not_decided_is_none(engine: LinguisticEngine, dialogue: str) -> None:
    assert decided(engine, dialogue) == []

"""Who has promised what, who was asked for what, and by when."""

from __future__ import annotations

import pytest

from callscribe.domain import Language
from deployments.summarizer.linguistic.engine import LinguisticEngine
from tests.summarizer.linguistic.dialogues import brief

Row = tuple[str, str | None, str | None]

RUSSIAN: list[tuple[str, str, list[Row]]] = [
    (
        "a request and the promise that answers it are one",
        """иван: Мария, пришлите, пожалуйста, таблицу с расходами до пятницы.
        мария: Хорошо, пришлю таблицу в пятницу утром.""",
        [("Прислать таблицу с расходами", "Мария", "до пятницы")],
    ),
    (
        "a promise in the middle of a sentence",
        """иван: Выпуск назначен. Отдел продаж я предупрежу сам сегодня вечером.
        мария: Отлично.""",
        [("Отдел продаж предупредить", "Спикер 1", "сегодня вечером")],
    ),
    (
        "somebody who is not here",
        """иван: Надо, чтобы Костя до пятницы сдал исполнительную схему.
        мария: Понял.""",
        [("Сдать исполнительную схему", "Костя", "до пятницы")],
    ),
    (
        "a time that is said after",
        """иван: Мария, с договором что?
        мария: Договор я отправлю клиенту. Завтра с утра.""",
        [("Договор отправить клиенту", "Мария", "Завтра с утра")],
    ),
]
ENGLISH: list[tuple[str, str, list[Row]]] = [
    (
        "a promise",
        """agent: I will send you a corrected invoice by Thursday.
        client: Great, thank you.""",
        [("Send you a corrected invoice", "Speaker 1", "by Thursday")],
    ),
    (
        "a request with a stutter, and its answer",
        """lead: Hannah, can you, um, can you update the board?
        hannah: Sure. I'll update the board by Friday.""",
        [("Update the board", "Hannah", "by Friday")],
    ),
]
NOTHING = [
    "иван: Я вчера отправил таблицу в бухгалтерию.\nмария: Спасибо.",
    "иван: Если бы мы купили сервер, я бы прислал отчёт.\nмария: Да.",
    "иван: Скажу честно, отчёт мне не понравился.\nмария: Понятно.",
    "иван: Скажите, пожалуйста, когда вышел отчёт?\nмария: Вчера.",
    "иван: Завтра будет дождь.\nмария: Жаль.",
    "иван: Я не пришлю вам отчёт.\nмария: Почему?",
    "иван: Пётр, пришлите отчёт до пятницы.\nпётр: К сожалению, не смогу.",
]


@pytest.mark.parametrize(("dialogue", "expected"), [row[1:] for row in RUSSIAN], ids=[row[0] for row in RUSSIAN])
def test_russian(engine: LinguisticEngine, dialogue: str, expected: list[Row]) -> None:
    items = engine.summarize(brief(dialogue)).action_items

    assert [(item.task, item.owner, item.due) for item in items] == expected


@pytest.mark.models
@pytest.mark.parametrize(("dialogue", "expected"), [row[1:] for row in ENGLISH], ids=[row[0] for row in ENGLISH])
def test_english(engine: LinguisticEngine, dialogue: str, expected: list[Row]) -> None:
    items = engine.summarize(brief(dialogue, Language.EN)).action_items

    assert [(item.task, item.owner, item.due) for item in items] == expected


@pytest.mark.parametrize("dialogue", NOTHING)
def test_what_only_sounds_like_a_promise_is_none(engine: LinguisticEngine, dialogue: str) -> None:
    assert engine.summarize(brief(dialogue)).action_items == ()


def test_the_evidence_is_the_request_and_its_answer(engine: LinguisticEngine) -> None:
    asked = brief("иван: Мария, пришлите смету до среды.\nмария: Пришлю смету во вторник.")

    (item,) = engine.summarize(asked).action_items

    assert item.at == tuple(turn.start for turn in asked.transcript.turns)

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


def test_what_is_said_last_of_a_thing_stands(engine: LinguisticEngine) -> None:
    found = decided(
        engine,
        """анна: Значит, подрядчика меняем.
        стас: А аванс? Мы же ему заплатили.
        анна: Тогда подрядчика не меняем, ждём понедельника.""",
    )
    assert len(found) == 1
    assert "не меняем" in found[0]


def test_a_decision_that_names_little_is_quoted_under_what_was_talked_of(engine: LinguisticEngine) -> None:
    dialogue = """анна: Ярмарка теперь.
        стас: В парке в этот день забег, предлагают другое число.
        анна: Решили: переносим на двадцать второе."""
    points = engine.summarize(brief(dialogue)).decisions
    assert [point.text for point in points] == ["Решили: переносим на двадцать второе — «Ярмарка теперь»"]
    assert points[0].at[0] == 0.0


def test_an_echo_is_no_heading(engine: LinguisticEngine) -> None:
    found = decided(
        engine,
        """анна: Хозяева в круизе.
        стас: В круизе. Решили: встречу переносим на двадцать второе.""",
    )
    assert not any("«В круизе»" in text for text in found)


def test_what_is_put_to_the_vote(engine: LinguisticEngine) -> None:
    dialogue = "иван: Перерыв для пятых классов с понедельника на десять минут дольше. Возражений нет?\nмария: Нет."
    assert any("на десять минут дольше" in text for text in decided(engine, dialogue))


def test_a_verb_that_takes_a_proposal_up(engine: LinguisticEngine) -> None:
    found = decided(
        engine,
        """мария: Предлагаю сдвинуть перемену на десять минут.
        иван: А звонки?
        мария: Звонки перенастроим.
        пётр: Я только рад буду.
        иван: Хорошо, сдвигаем.""",
    )
    assert any("сдвинуть перемену" in text.lower() for text in found)


def test_a_refusal_that_names_nothing_is_no_consent_to_what_was_asked(engine: LinguisticEngine) -> None:
    (found,) = decided(
        engine, "иван: Лицензию продлевать будем?\nмария: Нет, смысла нет.\nиван: Значит, не продлеваем."
    )
    assert found.startswith("Не продлеваем")
    assert "Лицензию" in found


@pytest.mark.parametrize(
    "dialogue",
    [
        "иван: Начинаем планёрку по проекту «Маяк».\nмария: Да.",
        "иван: Давайте начнём, времени мало.\nмария: Давайте.",
        "иван: Переходим к бюджету.\nмария: Хорошо.",
        "иван: Давайте послушаем Марию.\nмария: Хорошо.",
        "иван: Давайте сделаем перерыв.\nмария: Давайте.",
    ],
)
def test_what_only_leads_the_talk_is_none(engine: LinguisticEngine, dialogue: str) -> None:
    assert decided(engine, dialogue) == []


def test_a_beginning_that_has_its_day_is_one(engine: LinguisticEngine) -> None:
    (found,) = decided(engine, "иван: Значит, начинаем продажи в понедельник.\nмария: Хорошо.")
    assert "начинаем продажи" in found.lower()


@pytest.mark.models
@pytest.mark.parametrize(
    "dialogue",
    [
        "chair: Okay, let's start.\nmember: Sure.",
        "chair: Let's move on to the budget.\nmember: Okay.",
        "chair: Let's take a quick break.\nmember: Good idea.",
        "chair: So we've got twenty people.\nmember: Yes.",
    ],
)
def test_what_only_leads_the_talk_in_english_is_none(engine: LinguisticEngine, dialogue: str) -> None:
    assert decided(engine, dialogue, Language.EN) == []


@pytest.mark.parametrize(
    ("dialogue", "words"),
    [
        ("анна: Давайте тогда так: сдаём не в среду, а в четверг.\nстас: Согласен.\nпётр: Я за.", "в четверг"),
        ("анна: Пусть будет пятьдесят пять тысяч.\nстас: Ну пятьдесят пять так пятьдесят пять.", "пятьдесят пять"),
        ("анна: Дачу пока отложим.\nстас: Ладно.", "Дачу"),
        ("анна: Следующая встреча двадцать третьего в одиннадцать.\nстас: Хорошо.", "двадцать третьего"),
    ],
)
def test_what_is_settled_in_plain_words(engine: LinguisticEngine, dialogue: str, words: str) -> None:
    (found,) = decided(engine, dialogue)
    assert words in found


def test_a_decision_that_says_what_it_is_about_quotes_nothing_else(engine: LinguisticEngine) -> None:
    found = decided(engine, "анна: На улице сегодня дождь.\nстас: Решили: склад закрываем в пятницу.\nанна: Хорошо.")
    assert found == ["Решили: склад закрываем в пятницу"]


@pytest.mark.models
def test_a_decision_that_is_agreed_to_is_one(engine: LinguisticEngine) -> None:
    dialogue = "a: Wednesday's fine. So we're not signing anything until Raj has heard back.\nb: Agreed."
    assert decided(engine, dialogue, Language.EN) == ["We're not signing anything until Raj has heard back"]


@pytest.mark.models
def test_a_jest_is_none(engine: LinguisticEngine) -> None:
    dialogue = "a: Are you kidding me? Sure, let's just hand him the keys to the bank too.\nb: Ha. I told him."
    assert decided(engine, dialogue, Language.EN) == []


@pytest.mark.models
@pytest.mark.parametrize(
    ("dialogue", "words"),
    [
        ("chair: So no rollback for now.\nmember: Agreed.", "No rollback"),
        ("chair: And no phones for the kids.\nmember: Agreed.", "No phones"),
        ("chair: The picnic is moved to Saturday.\nmember: Fine.", "Saturday"),
        ("chair: A top price of thirty-six. Are we agreed?\nmember: Agreed.", "thirty-six"),
        ("chair: Shall we drop the fireworks?\nmember: Yes.\nchair: Okay, no fireworks then.", "fireworks"),
        ("chair: The parade on Sunday, any objections?\nmember: No.", "The parade on Sunday"),
        ("chair: All in favour of patching the roof? Good, carried.\nmember: Fine.", "roof"),
        ("member: The early flight on Tuesday is dearer.\nchair: Then Tuesday for everybody.", "Tuesday for everybody"),
        ("chair: Does anybody need the coin cell?\nmember: Nope.\nchair: Then the coin cell's gone.", "The coin cell"),
        ("member: Not the bus ads again.\nchair: No, the buses stay.\nmember: Fine.", "The buses stay"),
    ],
)
def test_what_a_talk_comes_to_in_english(engine: LinguisticEngine, dialogue: str, words: str) -> None:
    assert any(words in text for text in decided(engine, dialogue, Language.EN))


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


@pytest.mark.parametrize(
    ("dialogue", "decision"),
    [
        ("а: Все заявки старше года закрываем.\nб: Хорошо.", "Все заявки старше года закрываем"),
        ("а: Как только подпишем акт, закрываем проект.\nб: Да.", "Как только подпишем акт, закрываем проект"),
        ("а: Ещё два сервера берём в аренду.\nб: Да.", "Ещё два сервера берём в аренду"),
        ("а: Всё, второй склад закрываем.\nб: Хорошо.", "Второй склад закрываем"),
        ("а: А стажёрку берём?\nб: Пока никого не берём.\nа: Ладно.", "Пока никого не берём — «Стажёрку берём?»"),
    ],
)
def test_a_filler_goes_only_where_it_is_one_and_a_question_keeps_its_mark(
    engine: LinguisticEngine, dialogue: str, decision: str
) -> None:
    assert [point.text for point in engine.summarize(brief(dialogue)).decisions] == [decision]


@pytest.mark.parametrize(
    "dialogue",
    [
        "а: Предлагаю сдвинуть релиз.\nб: Нет, рано.\nа: Тестов не хватает.\nв: Хорошо, сдвигаем.",
        "а: Предлагаю сдвинуть релиз.\nб: Нет, рано.\nа: Тестов не хватает.\nв: Решено.",
    ],
)
def test_what_is_refused_first_and_settled_later_is_one(engine: LinguisticEngine, dialogue: str) -> None:
    assert decided(engine, dialogue) == ["Предлагаю сдвинуть релиз"]


@pytest.mark.parametrize(
    ("dialogue", "decisions"),
    [
        ("а: Никаких скидок больше.\nб: Нет, никаких.", ["Никаких скидок больше"]),
        ("а: Решили: релиз сдвигаем.\nб: Нет, вопросов нет.", ["Решили: релиз сдвигаем"]),
        ("а: Решили: релиз сдвигаем. Нет, я серьёзно.\nб: Хорошо.", ["Решили: релиз сдвигаем"]),
        ("а: Решили: релиз сдвигаем. Нет, погодите.\nб: Хорошо.", []),
        ("а: Решили: релиз сдвигаем.\nб: Нет, я не согласен.", []),
        ("а: Решили: релиз сдвигаем.\nб: Нет, никто не решал.", []),
        ("а: Релиз не сдвигаем.\nб: Нет, сдвигаем.", []),
    ],
)
def test_a_no_that_agrees_and_one_that_does_not(engine: LinguisticEngine, dialogue: str, decisions: list[str]) -> None:
    assert decided(engine, dialogue) == decisions


@pytest.mark.models
@pytest.mark.parametrize(
    ("dialogue", "stands"),
    [
        ("a: Nobody sells below cost, we agreed.\nb: No, nobody.", True),
        ("a: We are going with Acme.\nb: No, that works.", True),
        ("a: We are going with Acme.\nb: No, I think that's right.", True),
        ("a: We are going with Acme.\nb: No, nothing from me.", True),
        ("a: We are going with Acme.\nb: No, I don't think that's right.", False),
        ("a: We are going with Acme.\nb: No, nobody approved that.", False),
        ("a: We go with Friday. No, I'm serious.\nb: Okay.", True),
        ("a: We go with Friday. No, Monday is better.\nb: Okay.", False),
    ],
)
def test_a_no_that_agrees_and_one_that_does_not_in_english(
    engine: LinguisticEngine, dialogue: str, stands: bool
) -> None:
    said = dialogue.removeprefix("a: ").split(".", maxsplit=1)[0]
    assert decided(engine, dialogue, Language.EN) == ([said] if stands else [])


@pytest.mark.models
def test_what_nobody_approved_is_none(engine: LinguisticEngine) -> None:
    assert decided(engine, "a: Nobody approved the merger with Acme.\nb: Right.", Language.EN) == []


@pytest.mark.models
@pytest.mark.parametrize(
    "said",
    [
        "We decided to buy the one which is cheaper",
        "We approved the budget which was proposed in March",
        "What we'll do is move the launch to May",
        "That's why we are going with Acme",
    ],
)
def test_a_clause_that_begins_like_a_question_makes_none(engine: LinguisticEngine, said: str) -> None:
    assert decided(engine, f"a: {said}.\nb: Okay.", Language.EN) == [said]


@pytest.mark.models
@pytest.mark.parametrize(
    ("dialogue", "decisions"),
    [
        ("a: Should we move the launch to Friday.\nb: Yes, agreed.", ["Should we move the launch to Friday"]),
        ("a: Should we move the launch to Friday.\nb: Maybe.", []),
        ("a: What are we going with for the launch.\nb: Acme.", []),
        ("a: When was the launch approved by the board.\nb: In May.", []),
    ],
)
def test_a_question_without_its_mark_is_one_only_where_it_is_agreed_to(
    engine: LinguisticEngine, dialogue: str, decisions: list[str]
) -> None:
    assert decided(engine, dialogue, Language.EN) == decisions

"""Who has promised what, who was asked for what, and by when."""

from __future__ import annotations

import pytest

from callscribe.domain import Language
from deployments.summarizer.linguistic.engine import LinguisticEngine
from tests.summarizer.linguistic.dialogues import brief

Row = tuple[str, str | None, str | None]

RUSSIAN: list[tuple[str, str, list[Row]]] = [
    (
        "to how many is no time",
        """анна: Катя, сократи презентацию до десяти слайдов.
        катя: Хорошо, сокращу.""",
        [("Сократить презентацию до десяти слайдов", "Катя", None)],
    ),
    (
        "up to how much is no time",
        """анна: Вика, найди фен до шести тысяч.
        вика: Хорошо, найду.""",
        [("Найти фен до шести тысяч", "Вика", None)],
    ),
    (
        "by an hour",
        """анна: Вика, пришли смету до шести.
        вика: Хорошо, пришлю.""",
        [("Прислать смету", "Вика", "до шести")],
    ),
    (
        "by a day, and how much",
        """анна: Вика, переведи к среде, двадцать две тысячи.
        вика: Хорошо, переведу.""",
        [("Перевести, двадцать две тысячи", "Вика", "к среде")],
    ),
    (
        "what somebody asks to do is theirs when it is allowed",
        """даша: Вадим, вы здесь?
        вадим: Здесь.
        даша: Вадим, я тогда с сайтов объявление снимаю?
        вадим: Снимайте до пятницы.""",
        [("Снимать — «Вадим, я тогда с сайтов объявление снимаю?»", "Спикер 1", "до пятницы")],
    ),
    (
        "what several will do again by a day",
        """олег: Коля, как стяжка?
        коля: Трещина у входа. Потом повторим заливку, к десятому августа управимся. Пыли там полно, ходить нельзя.""",
        [("Потом повторим заливку, управиться", "Коля", "к десятому августа")],
    ),
    (
        "by a day alone",
        """иван: Мария, когда приглашения?
        мария: Приглашения разошлю двадцать пятого.""",
        [("Приглашения разослать", "Мария", "двадцать пятого")],
    ),
    (
        "after an event",
        """иван: Мария, автобус заказали?
        мария: Автобус закажу сразу после планёрки.""",
        [("Автобус заказать", "Мария", "сразу после планёрки")],
    ),
    (
        "by when whoever needs it says",
        """иван: Мария, посчитай смету.
        мария: Посчитаю. Когда тебе надо?
        иван: Мне нужно в четверг.""",
        [("Посчитать смету — «Мне нужно в четверг»", "Мария", "в четверг")],
    ),
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
    (
        "a time that is asked for",
        """иван: Я найду замену экскаватору.
        мария: Когда примерно?
        иван: К концу недели.""",
        [("Найти замену экскаватору", "Спикер 1", "К концу недели")],
    ),
    (
        "a time that is asked for is not taken from a promise of somebody else's",
        """иван: Бюджет на мне, подготовлю.
        мария: Цифры пришлю сегодня.
        иван: Отлично.""",
        [("Бюджет на мне, подготовить", "Спикер 1", None), ("Цифры прислать", "Спикер 2", "сегодня")],
    ),
    (
        "a verb that may be a noun",
        """иван: Сантехника вызову завтра.
        мария: Спасибо.""",
        [("Сантехника вызвать", "Спикер 1", "завтра")],
    ),
    (
        "a person who volunteers",
        """иван: Кто подготовит презентацию к пятнице?
        мария: Давайте я.
        иван: Спасибо, Мария.""",
        [("Кто подготовит презентацию к пятнице?", "Мария", "к пятнице")],
    ),
    (
        "a person who takes over",
        """иван: Вакансию я сегодня сам повешу.
        мария: Хорошо.
        иван: Нет, давай лучше Пётр повесит вакансию до пятницы.""",
        [("Лучше повесить вакансию", "Пётр", "до пятницы")],
    ),
    (
        "a short call",
        """иван: Серёж, пришли акт до вечера.
        сергей: Пришлю.""",
        [("Прислать акт", "Серёжа", "до вечера")],
    ),
    (
        "a time that is not the one",
        """иван: я позвоню в магазин
        мария: а сегодня сможете
        иван: сегодня нет завтра утром позвоню""",
        [("Позвонить в магазин", "Спикер 1", "завтра утром")],
    ),
    (
        "a time that somebody else asks for and that is accepted",
        """иван: Я пришлю смету в пятницу.
        мария: В пятницу поздно, давай в четверг.
        иван: Хорошо, в четверг.""",
        [("Прислать смету", "Спикер 1", "в четверг")],
    ),
    (
        "a time that was told of somebody else's work",
        """иван: Договор я отправлю сам.
        мария: Он обещал к обеду.
        иван: Спасибо.""",
        [("Договор отправить", "Спикер 1", None)],
    ),
    (
        "a request with a time of its own is another",
        """иван: Пришлите отчёт до пятницы.
        мария: Пришлю.
        иван: Запишитесь на двенадцатое.
        мария: Запишусь.""",
        [("Прислать отчёт", "Спикер 2", "до пятницы"), ("Записаться", "Спикер 2", "на двенадцатое")],
    ),
    (
        "a request answered by its verb alone, though it is a verb of talk",
        """иван: Мария, спроси у клиента, пожалуйста.
        мария: Спрошу завтра.""",
        [("Спросить у клиента", "Мария", "завтра")],
    ),
    (
        "somebody else's part",
        """иван: Денис, составь акт до среды.
        денис: Акт составлю, отправит пускай бухгалтерия.""",
        [("Составить акт", "Денис", "до среды")],
    ),
]
ENGLISH: list[tuple[str, str, list[Row]]] = [
    (
        "which week is no day",
        """ann: Kate, book her for the first week of December.
        kate: Okay, I'll book her.""",
        [("Book her for the first week of December", "Kate", "December")],
    ),
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
    (
        "a command after a call",
        """lead: Hannah, get me the keys by five.
        hannah: Yep.""",
        [("Get me the keys", "Hannah", "by five")],
    ),
    (
        "a time that is asked for",
        """lead: I'll find a new supplier.
        hannah: By when, roughly?
        lead: End of the week.""",
        [("Find a new supplier", "Speaker 1", "End of the week")],
    ),
    (
        "a request and a bare answer that says when not",
        """lead: Kate, could you dig out the old lease?
        kate: Yeah, I will, but not before Wednesday.""",
        [("Dig out the old lease", "Kate", "not before Wednesday")],
    ),
    (
        "a time that is corrected in the same breath",
        """lead: I'll have the drawings done by Wednesday. No, Wednesday's the audit. Thursday.
        hannah: Fine.""",
        [("Have the drawings done", "Speaker 1", "Thursday")],
    ),
    (
        "a task of somebody who was named just before and is not here",
        """lead: Wen knows the supplier well.
        hannah: Yes, she can get the quote by Friday.""",
        [("Get the quote", "Wen", "by Friday")],
    ),
    (
        "a time that is asked about, and the owner's yes",
        """lead: More than one price, please.
        hannah: I'll get quotes off both of them.
        lead: In time for the next meeting?
        hannah: Should be. Yes.""",
        [("Get quotes off both of them — «More than one price, please»", "Speaker 2", "In time for the next meeting")],
    ),
    (
        "a time that is wished for",
        """lead: I'll send a new date to the agency.
        hannah: Please. Today if you can.""",
        [("Send a new date to the agency — «Today if you can»", "Speaker 1", "Today")],
    ),
    (
        "a time that is given as an example",
        """lead: I'll print five housings. Say by the second.
        hannah: Fine.""",
        [("Print five housings — «Say by the second»", "Speaker 1", "by the second")],
    ),
    (
        "a request that only a yes makes a task",
        """lead: Hannah, can you get me a build by the twenty-sixth?
        hannah: Yeah.""",
        [("Get me a build", "Hannah", "by the twenty-sixth")],
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
    "иван: Я бы прислал отчёт завтра.\nмария: Да.",
    "иван: Он сказал, что пришлёт отчёт до пятницы.\nмария: Хорошо.",
    "иван: Пётр обещал, что подготовит смету до среды.\nмария: Хорошо.",
    "иван: Он говорит: пришлю смету завтра.\nмария: Ну-ну.",
    "иван: Клиенты пишут: верните деньги до пятницы.\nмария: Понятно.",
    "иван: Меняем утку на телятину к субботе.\nмария: Жаль.",
    "иван: Обещаю, что завтра снова опоздаю, ха-ха.\nмария: Ну-ну.",
    "иван: Вчера сказал ему: пришлю смету до среды. И не прислал.\nмария: Бывает.",
    "иван: Я завтра весь склад перекрашу. Шучу.\nмария: Понятно.",
    "иван: Сеть лежала до среды, что я сделаю.\nмария: Понятно.",
    "иван: Сейчас посмотрю, что у нас в таблице.\nмария: Хорошо.",
]
NOTHING_IN_ENGLISH = [
    "lead: They said they'd send new drawings by Monday.\nhannah: Right.",
    "lead: Mark said Anna will send the drawings by Monday.\nhannah: Right.",
    "lead: If we had more time, I would have rewritten the report by Monday.\nhannah: True.",
    "lead: I sent the report yesterday.\nhannah: Thanks.",
    "lead: They would like to see the plan before Monday.\nhannah: I know.",
    "lead: Oh brilliant, I'll get up at five tomorrow then, lovely.\nhannah: Ha. The plan is ready.",
    "lead: Sure, and I'll buy everyone a Ferrari tomorrow.\nhannah: Right.",
    "lead: I'm not going to send the report.\nhannah: Why?",
]
TAKEN_BACK = [
    """иван: Я пришлю отчёт до пятницы.
    мария: Хорошо.
    иван: А по складу всё в порядке?
    мария: Да, остатки сошлись.
    иван: Слушайте, нет, отчёт я всё-таки не пришлю, бухгалтерия закрыта.""",
    "иван: Я пришлю отчёт до пятницы.\nмария: Хорошо.\nиван: Нет, не буду присылать отчёт.",
    "иван: Договор я сам отвезу завтра. Ой, нет, я же на учёбе.\nмария: Ладно.",
    "иван: Я завтра сделаю смету.\nмария: Хорошо.\nиван: Хотя нет, не успею.",
    "иван: Я завтра позвоню поставщику.\nмария: Не надо, он сам приедет.",
]
TAKEN_BACK_IN_ENGLISH = [
    """lead: I'll draft the contract by Monday.
    hannah: Lovely. Anything else?
    lead: The printer is broken.
    hannah: I know.
    lead: Actually, I won't be able to draft the contract, I'm in court all week.""",
    "lead: I'll email the bars tonight. Oh, no, I won't, I'm away.\nhannah: Okay.",
    "lead: I'll send the list tomorrow. Hang on, no, scrap that.\nhannah: Okay.",
    "lead: I'll call the supplier tomorrow.\nhannah: No need, he is coming in.",
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


@pytest.mark.models
@pytest.mark.parametrize("dialogue", NOTHING_IN_ENGLISH)
def test_what_only_sounds_like_a_promise_in_english_is_none(engine: LinguisticEngine, dialogue: str) -> None:
    assert engine.summarize(brief(dialogue, Language.EN)).action_items == ()


@pytest.mark.parametrize("dialogue", TAKEN_BACK)
def test_what_is_taken_back_is_owed_no_longer(engine: LinguisticEngine, dialogue: str) -> None:
    assert engine.summarize(brief(dialogue)).action_items == ()


@pytest.mark.models
@pytest.mark.parametrize("dialogue", TAKEN_BACK_IN_ENGLISH)
def test_what_is_taken_back_in_english_is_owed_no_longer(engine: LinguisticEngine, dialogue: str) -> None:
    assert engine.summarize(brief(dialogue, Language.EN)).action_items == ()


@pytest.mark.parametrize(
    "dialogue",
    [
        "иван: Я пришлю отчёт до пятницы.\nмария: Хорошо.\nиван: Раньше пятницы не пришлю.",
        "иван: Я пришлю отчёт до пятницы.\nмария: А смету?\nиван: Смету не пришлю.",
        "иван: Я пришлю отчёт до пятницы.\nмария: Если не пришлёте, штраф.",
    ],
)
def test_what_only_sounds_like_taking_back_leaves_a_promise_standing(engine: LinguisticEngine, dialogue: str) -> None:
    assert [item.due for item in engine.summarize(brief(dialogue)).action_items] == ["до пятницы"]


def test_the_evidence_is_the_request_and_its_answer(engine: LinguisticEngine) -> None:
    asked = brief("иван: Мария, пришлите смету до среды.\nмария: Пришлю смету во вторник.")

    (item,) = engine.summarize(asked).action_items

    assert item.at == tuple(turn.start for turn in asked.transcript.turns)


@pytest.mark.parametrize(
    ("said", "task"),
    [
        ("Я проплачу счёт до пятницы.", "Проплачу счёт"),
        ("Я оплачу доставку до пятницы.", "Оплатить доставку"),
        ("Я покажу макет в пятницу.", "Показать макет"),
        ("Результат теста будет в пятницу.", "Результат теста будет"),
    ],
)
def test_a_verb_of_two_minds_stays_as_it_was_said(engine: LinguisticEngine, said: str, task: str) -> None:
    assert [item.task for item in engine.summarize(brief(f"а: {said}\nб: Хорошо.")).action_items] == [task]

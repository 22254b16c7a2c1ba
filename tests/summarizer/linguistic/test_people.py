"""Names and the voices that bear them."""

from __future__ import annotations

import pytest

from callscribe.domain import Brief, Language
from deployments.summarizer.linguistic.engine import LinguisticEngine
from tests.summarizer.linguistic.dialogues import brief, transcript


def names(engine: LinguisticEngine, asked: Brief) -> list[str | None]:
    return [participant.name for participant in engine.summarize(asked).participants]


@pytest.mark.parametrize(
    ("dialogue", "expected"),
    [
        ("а: Меня зовут Елена, компания «Ромашка».\nб: Здравствуйте, я по поводу заказа.", ["Елена", None]),
        ("а: Пётр, что с нагрузочным тестированием?\nб: Первый прогон закончили вчера.", [None, "Пётр"]),
        ("а: Первый прогон закончили вчера.\nб: Спасибо, Пётр. Отличная работа.", ["Пётр", None]),
        ("а: Наталья Сергеевна, план готов?\nб: План готов, вот он.", [None, "Наталья Сергеевна"]),
        ("а: Мария вчера прислала смету.\nб: Я её видел.", [None, None]),
        ("а: Лёш, это твоя смена?\nб: Моя.\nа: Лёша, тогда останься.", [None, "Лёша"]),
        ("а: Свет, что с автобусом?\nб: Подтвердят завтра.", [None, "Света"]),
        ("а: Это Пётр придумал, не я.\nб: Понятно.", [None, None]),
        ("а: Света, сможешь подхватить?\nб: Да, подхвачу.", [None, "Света"]),
        ("а: Отлично, Равиля пропуск кто оформит?\nб: Я оформлю.", [None, None]),
        ("а: Павла сегодня не будет. Павел, если услышишь, позвони.\nб: Он в отпуске.", [None, None]),
        ("а: Айтишник делал, Ринат.\nб: Пусть Ринат и у нас посмотрит.", [None, None]),
        ("а: Я закончил.\nб: Мария Сергеевна, ещё по спорам.\nв: Слушаю.", [None, None, "Мария Сергеевна"]),
        ("а: Игорь заболел.\nб: Игорь, не кашляй!\nа: Он не услышит.", [None, None]),
        ("а: Зоя ещё подключается.\nб: Я тут, просто без камеры.", [None, "Зоя"]),
        ("а: А где Геннадий?\nб: Тут я, чай наливал.", [None, "Геннадий"]),
        ("а: Николаич, что с декорацией?\nб: Станок сварили.", [None, "Николаич"]),
        (
            "а: Печенье от Тамары Львовны.\nб: Овсяное.\nа: Тамара Львовна, счёт есть?\nб: Есть.",
            [None, "Тамара Львовна"],
        ),
        ("а: Рустам, Вера, начинаем.\nб: Пришло пять предложений.", [None, None]),
        ("а: Список Рома сделает.\nб: Сделаю, чего там.", [None, "Рома"]),
        ("а: Марк, где макет?\nб: Вот.\nв: Красиво.\nа: Итого. Соня, тесты на логин.\nб: Всё?", [None, "Марк", "Соня"]),
        (
            "а: Марк, где отчёт?\nб: Вот.\nв: Ирина, я про чеки.\nб: Мешочек это был я.\nа: Расписка у меня.",
            ["Ирина", "Марк", None],
        ),
    ],
)
def test_russian(engine: LinguisticEngine, dialogue: str, expected: list[str | None]) -> None:
    assert names(engine, brief(dialogue)) == expected


@pytest.mark.models
def test_english(engine: LinguisticEngine) -> None:
    dialogue = "a: Good morning, this is Derek. How can I help?\nb: Hello, Derek. My invoice is wrong."
    assert names(engine, brief(dialogue, Language.EN)) == ["Derek", None]


@pytest.mark.models
def test_whoever_says_to_be_here_was_spoken_of(engine: LinguisticEngine) -> None:
    dialogue = "a: I've got Marcus, I've got Joss. Is Ade on?\nb: I'm here, I'm in a car park."
    assert names(engine, brief(dialogue, Language.EN)) == [None, "Ade"]


@pytest.mark.models
def test_a_title_belongs_to_the_name_that_calls(engine: LinguisticEngine) -> None:
    dialogue = "a: Mr Okafor, coffee?\nb: Yes, please.\na: Mr Okafor, we need the bank statements.\nb: I'll send them."
    assert names(engine, brief(dialogue, Language.EN)) == [None, "Mr Okafor"]


@pytest.mark.models
@pytest.mark.parametrize(
    "dialogue",
    [
        "a: Paul can't make it today.\nb: Hi Nina.\na: Let's begin.",
        "a: Jenny's out sick.\nb: Jenny, get well soon.\na: She can't hear you.",
        "a: Mark will be late again.\nb: Typical.",
    ],
)
def test_whoever_is_spoken_of_is_not_the_voice_that_answers(engine: LinguisticEngine, dialogue: str) -> None:
    assert names(engine, brief(dialogue, Language.EN))[1] is None


@pytest.mark.models
def test_a_name_before_a_question_calls(engine: LinguisticEngine) -> None:
    dialogue = "a: Paul can you send the plan?\nb: Sure."
    assert names(engine, brief(dialogue, Language.EN)) == [None, "Paul"]


@pytest.mark.models
def test_a_greeting_is_no_name_and_whose_thing_it_is_no_introduction(engine: LinguisticEngine) -> None:
    dialogue = "a: Hi Josh. Is this a good time?\nb: It is.\na: Whose mug is it?\nb: It's Amy's mug."
    assert names(engine, brief(dialogue, Language.EN)) == [None, "Josh"]


@pytest.mark.parametrize(
    ("dialogue", "expected"),
    [
        ("а: Бухгалтер новый, Нина, она отчёт не приняла.\nб: И что теперь?", [None, None]),
        ("а: Второй электрик был?\nб: Был, Коля. Он щиток и собрал.\nа: Ясно.", [None, None]),
        ("а: Там кладовщица толковая, Зина.\nб: Накладные она оформит.", [None, None]),
        ("а: Сколько стульев?\nб: Семь… Семь, если тесно.\nа: Мало.", [None, None]),
        ("а: Кто дежурит?\nб: Вадим, но у него экзамен.\nв: Тогда я.", [None, None, None]),
        ("а: Молодец, Коля, щиток собран.\nб: Старался.", [None, "Коля"]),
        ("а: Нина, он отчёт принял?\nб: Пока нет.", [None, "Нина"]),
        ("а: Коля, щиток в подвале, он обесточен.\nб: Иду.", [None, "Коля"]),
    ],
)
def test_of_whom_one_goes_on_to_tell_is_not_who_speaks_next(
    engine: LinguisticEngine, dialogue: str, expected: list[str | None]
) -> None:
    assert names(engine, brief(dialogue)) == expected


@pytest.mark.models
@pytest.mark.parametrize(
    ("dialogue", "expected"),
    [
        ("a: The plumber, Todd, he's on holiday.\nb: Since when?", [None, None]),
        ("a: My intern can do it. Chloe. She loves spreadsheets.\nb: Brilliant.", [None, None]),
        ("a: The van passed its test.\nb: Thank God.\na: What next?", [None, None]),
        ("a: Is it far?\nb: Nah, ten minutes.\na: Good.", [None, None]),
        ("a: Chloe, is she here?\nb: Not yet.", [None, "Chloe"]),
    ],
)
def test_neither_cries_nor_those_who_are_told_of_name_voices(
    engine: LinguisticEngine, dialogue: str, expected: list[str | None]
) -> None:
    assert names(engine, brief(dialogue, Language.EN)) == expected


@pytest.mark.parametrize("name", ["Роман", "Любовь", "Света", "Слава", "Вера"])
def test_a_name_that_is_a_word_too_is_given(engine: LinguisticEngine, name: str) -> None:
    assert names(engine, brief(f"а: Меня зовут {name}, я подготовлю отчёт до пятницы.\nб: Хорошо.")) == [name, None]


@pytest.mark.parametrize(
    ("said", "task"),
    [
        ("John, пришлите отчёт.", "Прислать отчёт"),
        ("Michael, с тебя презентация.", "С тебя презентация"),
    ],
)
def test_a_foreign_name_calls(engine: LinguisticEngine, said: str, task: str) -> None:
    protocol = engine.summarize(brief(f"а: {said}\nб: Хорошо, сделаю."))
    assert [(item.task, item.owner) for item in protocol.action_items] == [(task, said.split(",", maxsplit=1)[0])]


@pytest.mark.parametrize("product", ["Kafka, Postgres и Redis стоят на одном сервере.", "Excel, кстати, не открылся."])
def test_a_foreign_thing_is_nobody(engine: LinguisticEngine, product: str) -> None:
    assert names(engine, brief(f"а: {product}\nб: Хорошо, посмотрю.")) == [None, None]


def test_whoever_is_only_mentioned_bears_no_voice_and_no_task(engine: LinguisticEngine) -> None:
    dialogue = "а: Вчера звонил клиент, Сергей, и ругался. Перезвоните ему до пятницы.\nб: Хорошо, перезвоню."
    assert names(engine, brief(dialogue)) == [None, None]
    assert [item.owner for item in engine.summarize(brief(dialogue)).action_items] == ["Спикер 2"]
    called = "а: Пришёл клиент, Мария, примите его до обеда.\nб: Хорошо, приму."
    assert names(engine, brief(called)) == [None, "Мария"]


@pytest.mark.models
def test_an_apposition_calls_nobody_and_stays_in_the_task(engine: LinguisticEngine) -> None:
    asked = brief("a: I will ask our sales manager, Linda, to call you by Friday.\nb: Thanks.", Language.EN)
    assert names(engine, asked) == [None, None]
    (item,) = engine.summarize(asked).action_items
    assert (item.task, item.owner) == ("Ask our sales manager, Linda, to call you", "Speaker 1")


def test_nobody_is_called_by_their_own_voice(engine: LinguisticEngine) -> None:
    dialogue = "а: Иван, отчёт готов?\nб: Да, готов.\nа: Иван, спасибо."
    assert names(engine, brief(dialogue)) == [None, "Иван"]


def test_names_that_people_gave_stand(engine: LinguisticEngine) -> None:
    said = transcript("а: Пётр, пришлите смету до среды.\nб: Пришлю смету в среду.")
    protocol = engine.summarize(Brief(said, speaker_names={2: "Пётр Ильич"}))
    assert [participant.name for participant in protocol.participants] == [None, "Пётр Ильич"]
    assert [item.owner for item in protocol.action_items] == ["Пётр Ильич"]


def test_a_given_name_answers_to_each_of_its_words(engine: LinguisticEngine) -> None:
    said = transcript("а: Пётр, пришлите смету до среды.\nб: Пришлю смету в среду.\nв: А я позвоню в банк завтра.")
    protocol = engine.summarize(Brief(said, speaker_names={2: "Смирнов Пётр", 3: "Ольга"}))
    assert [item.owner for item in protocol.action_items] == ["Смирнов Пётр", "Ольга"]


@pytest.mark.models
def test_given_names_stand_in_english(engine: LinguisticEngine) -> None:
    said = transcript("a: Derek, could you send me the report by Friday?\nb: Sure, I'll send it.", Language.EN)
    protocol = engine.summarize(Brief(said, speaker_names={2: "Derek Hale"}))
    assert [participant.name for participant in protocol.participants] == [None, "Derek Hale"]
    assert [item.owner for item in protocol.action_items] == ["Derek Hale"]


def test_of_two_who_bear_a_name_the_one_who_answers_is_meant(engine: LinguisticEngine) -> None:
    said = transcript("а: Анна, пришлите смету до среды.\nб: Пришлю смету в среду.\nв: А я позвоню в банк завтра.")
    protocol = engine.summarize(Brief(said, speaker_names={2: "Анна Белова", 3: "Анна Чернова"}))
    assert [item.owner for item in protocol.action_items] == ["Анна Белова", "Анна Чернова"]


@pytest.mark.parametrize(
    ("dialogue", "expected"),
    [
        ("а: Меня зовут Мария.\nб: Мария Кузнецова обещала прислать счёт.", ["Мария", None]),
        ("а: Меня зовут Иван Петров.\nб: А меня зовут Иван Сидоров.", ["Иван", None]),
    ],
)
def test_nobody_gets_the_surname_of_somebody_else(
    engine: LinguisticEngine, dialogue: str, expected: list[str | None]
) -> None:
    assert names(engine, brief(dialogue)) == expected


@pytest.mark.models
@pytest.mark.parametrize(
    ("dialogue", "name"),
    [
        ("a: What else?\nb: Nothing.\na: Lovely. Ingrid, housing.\nc: The drop test went badly.", "Ingrid"),
        ("a: I'd say Friday. Raj?\nb: Fine by me.", "Raj"),
        ("a: Thanks, all. Next, the charge. Bev, over to you.\nb: I've done the sums.", "Bev"),
    ],
)
def test_whom_a_turn_goes_on_to_call_speaks_next(engine: LinguisticEngine, dialogue: str, name: str) -> None:
    assert names(engine, brief(dialogue, Language.EN))[-1] == name

"""Links: what was said before that belongs to a sentence, wherever it stands."""

from __future__ import annotations

import pytest

from callscribe.domain import Language
from deployments.summarizer.linguistic.engine import LinguisticEngine
from deployments.summarizer.linguistic.judging import Judges
from deployments.summarizer.linguistic.links import MOST, Links
from tests.summarizer.linguistic.dialogues import brief

KITCHEN = """марта: Всем привет. Все слышат?
глеб: Слышим.
марта: Начнём со столовой. Чайник сгорел, нужен титан литров на двадцать.
глеб: На Садовой дают титаны напрокат.
инна: Там недорого, мы брали.
марта: Сколько это?
глеб: Тысячи две.
марта: Нормально. Договорись с ними.
глеб: Завтра позвоню.
марта: Дальше. Кассу вчера не сдали, Инна, почему?
инна: Ой. Я до девяти была с гостями, у них день рождения.
марта: Понимаю. Но надо сдать.
инна: Сдам сегодня.
марта: Хорошо. На субботу людей хватает?
глеб: Хватает.
марта: Тогда всё, спасибо."""

OFFICE = """ann: Morning all. Can everyone hear me?
bob: Yes.
ann: First the printer. It jams again, we need a new drum.
bob: The shop on Mill Lane has drums.
cat: They were cheap last time.
ann: How much?
bob: About sixty.
ann: That's fine.
bob: I'll go there tomorrow.
ann: Next. Cat, the newsletter was late.
cat: I know. My laptop died on Monday and then I was ill.
ann: Sorry to hear that. It still has to go out.
cat: I'll send it tonight.
ann: Good. Is Saturday covered?
bob: It is.
ann: That's all, thanks."""


def linked(engine: LinguisticEngine, talk: str, language: Language, words: str, *, clear: bool = False) -> list[str]:
    conversation = engine.analyse(brief(talk, language)).conversation
    (utterance,) = (one for one in conversation.utterances if words in one.text)
    return [one.text for one in Links(Judges.load().sentences.links, conversation).to(utterance, clear=clear)]


@pytest.mark.parametrize(
    ("talk", "language", "words", "belongs"),
    [
        (KITCHEN, Language.RU, "Завтра позвоню", "На Садовой дают титаны напрокат."),
        (KITCHEN, Language.RU, "Сдам сегодня", "Кассу вчера не сдали, Инна, почему?"),
        (OFFICE, Language.EN, "send it tonight", "Cat, the newsletter was late."),
    ],
)
def test_what_a_task_only_points_to_is_found_some_turns_before(
    engine: LinguisticEngine, talk: str, language: Language, words: str, belongs: str
) -> None:
    found = linked(engine, talk, language, words)
    assert belongs in found
    assert len(found) <= MOST


def test_the_next_topic_needs_nothing_of_the_one_before(engine: LinguisticEngine) -> None:
    assert linked(engine, KITCHEN, Language.RU, "Кассу вчера не сдали", clear=True) == []


def test_the_task_is_quoted_with_it(engine: LinguisticEngine) -> None:
    (item,) = (item for item in engine.summarize(brief(KITCHEN)).action_items if item.due == "Завтра")
    assert "«На Садовой дают титаны напрокат" in item.task


def test_of_a_few_sentences_nothing_is_known(engine: LinguisticEngine) -> None:
    conversation = engine.analyse(brief("оля: Лена, с тебя накладные.\nлена: Хорошо.")).conversation
    assert not Links(Judges.load().sentences.links, conversation).known

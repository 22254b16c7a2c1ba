"""The finder: what it takes a sentence for, in words that no pattern knows, and whose it is."""

from __future__ import annotations

import pytest

from deployments.summarizer.linguistic.conversation import Utterance
from deployments.summarizer.linguistic.engine import Analysis, LinguisticEngine
from deployments.summarizer.linguistic.finder import Finder, Kind
from deployments.summarizer.linguistic.judging import Judges, logit
from deployments.summarizer.linguistic.owners import Owners
from deployments.summarizer.linguistic.traits import SentenceTraits
from tests.summarizer.linguistic.dialogues import brief

SHOP = """оля: Всем доброе утро. Все проснулись?
лена: Почти. Кофе ещё не подействовал.
оля: Ну ничего. Витя, как вчера разгрузились?
витя: Нормально. Машина пришла в восемь. Двух коробок не хватает, я водителю сказал.
оля: Опять они. Лена, накладные разберёшь?
лена: Разберу. К пятнице успею, сегодня у меня касса.
оля: Хорошо. Теперь витрина. Предлагаю большую ёлку не ставить, места нет.
витя: Согласен, в прошлый раз её уронили.
оля: Значит, большая ёлка отпадает. А на Вите гирлянда, к субботе.
витя: Ладно.
оля: Спасибо. Звонила хозяйка помещения, говорит, батареи в апреле поменяют.
лена: Поверим, когда увидим.
оля: Вот именно. Всем спасибо, до свидания."""


@pytest.fixture(scope="module")
def shop(engine: LinguisticEngine) -> Analysis:
    return engine.analyse(brief(SHOP))


@pytest.fixture(scope="module")
def finder(shop: Analysis) -> Finder:
    return Finder(Judges.load().sentences, shop.conversation, shop.people)


def said(analysis: Analysis, words: str) -> Utterance:
    (utterance,) = (one for one in analysis.conversation.utterances if words in one.text)
    return utterance


@pytest.mark.parametrize(
    ("words", "kind"),
    [("К пятнице успею", Kind.TASK), ("на Вите гирлянда", Kind.TASK), ("Предлагаю большую ёлку", Kind.DECISION)],
)
def test_what_no_pattern_knows_is_found(shop: Analysis, finder: Finder, words: str, kind: Kind) -> None:
    assert finder.finds(kind, said(shop, words))


@pytest.mark.parametrize(
    ("words", "owner"), [("накладные разберёшь", "Лена"), ("К пятнице успею", "Лена"), ("на Вите гирлянда", "Витя")]
)
def test_a_task_is_of_whoever_is_called_promises_or_is_named(
    shop: Analysis, finder: Finder, words: str, owner: str
) -> None:
    voice, _ = finder.owner(said(shop, words))
    assert voice is not None
    assert shop.people.name_of(voice) == owner


@pytest.mark.parametrize("words", ["до свидания", "доброе утро", "Кофе ещё", "Поверим", "Вот именно"])
def test_small_talk_is_likely_nothing(shop: Analysis, finder: Finder, words: str) -> None:
    assert not any(finder.finds(kind, said(shop, words)) for kind in Kind)


def test_of_a_few_sentences_it_knows_nothing(engine: LinguisticEngine) -> None:
    talk = engine.analyse(brief("оля: Лена, с тебя накладные к пятнице.\nлена: Хорошо."))
    assert not talk.finder.knows
    assert not any(talk.finder.finds(kind, one) for kind in Kind for one in talk.conversation.utterances)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Я пришлю смету в среду.", "Я пришлю муку в среду."), ("Марина, нужны трубы.", "Оксана, нужны билеты.")],
)
def test_trades_and_names_make_no_difference(engine: LinguisticEngine, one: str, other: str) -> None:
    conversations = [engine.analyse(brief(f"а: {text}\nб: Хорошо.")).conversation for text in (one, other)]
    first, second = (SentenceTraits(talk).of(talk.utterances[0]) for talk in conversations)
    assert first == second


def test_who_may_owe_is_everybody_who_speaks_near_or_is_named(shop: Analysis) -> None:
    candidates = Owners(shop.conversation, shop.people).candidates(said(shop, "накладные разберёшь"))
    assert {voice for voice, _ in candidates} == {1, 2, 3}
    lena = next(traits for (voice, _), traits in candidates.items() if voice == 2)
    assert {"called: asks", "next: asks"} <= lena.keys()


def test_sureness_is_the_inverse_of_the_logistic_curve_and_has_an_end() -> None:
    assert logit(0.5) == 0
    assert logit(0.9) == pytest.approx(2.197, abs=1e-3)
    assert logit(1) == pytest.approx(-logit(0)) == pytest.approx(logit(1 - 1e-9))

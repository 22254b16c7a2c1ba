"""Learning: which sentences labels mean, and how a judge is fitted."""

from __future__ import annotations

import pytest

from benchmarks.protocol.labels import Lesson
from benchmarks.protocol.logistic import LEAST, fitted
from benchmarks.protocol.meetings import TRAINING, Meeting, Place, load_meetings, states
from callscribe.domain import Brief, Template
from callscribe.models import Installation
from callscribe.settings import Settings
from deployments.summarizer.linguistic.engine import Analysis, LinguisticEngine
from deployments.summarizer.linguistic.finder import Kind
from tests.summarizer.linguistic.dialogues import transcript

DIALOGUE = """оля: Лена, с накладными что? Разберёшь?
лена: Ой. Разберу. К пятнице.
оля: Спасибо. Ёлку не ставим."""


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return LinguisticEngine(Installation(Settings().models_path)).analyse(Brief(transcript(DIALOGUE)))


def lesson(analysis: Analysis, place: Place | None) -> Lesson:
    facts = ("Лен", "накладн", "пятниц"), ("ёлк",)
    told = Place((2,), ("Ёлку не ставим",))
    places = {"action_items": (place,), "decisions": (told,), "acceptable": ()} if place is not None else {}
    meeting = Meeting("shop", transcript(DIALOGUE), Template.MEETING, (facts[1],), (facts[0],), (), places)
    return Lesson.of(meeting, analysis.conversation, analysis.people)


@pytest.mark.parametrize(
    ("place", "where"),
    [
        (Place((0, 1), ("Разберёшь", "с накладными что", "Разберу. К пятнице")), {1}),
        (Place((0, 1), ("накладными что? Разберёшь",)), {0, 1}),
        (Place((0, 1), ()), {0, 4}),
    ],
    ids=["quoted", "a quotation of two sentences", "only turns"],
)
def test_labels_mean_the_sentences_that_they_quote_or_whose_stems_they_have(
    analysis: Analysis, place: Place, where: set[int]
) -> None:
    (said,) = lesson(analysis, place).said(Kind.TASK)
    assert [set(one) for one in (said.where, said.unsure)] == [where, {0, 1, 2, 3, 4}]


def test_what_a_label_quotes_besides_belongs_to_what_it_quotes_first(analysis: Analysis) -> None:
    taught = lesson(analysis, Place((0, 1), ("Разберёшь", "с накладными что", "К пятнице")))
    assert list(taught.linked(Kind.TASK)) == [(1, frozenset({0, 4}))]
    assert list(taught.linked(Kind.DECISION)) == [(6, frozenset())]


def test_where_labels_do_not_tell_the_likeliest_sentence_with_a_stem_is_taken(analysis: Analysis) -> None:
    (said,) = lesson(analysis, None).said(Kind.TASK, [0.2, 0.9, 0.1, 0.9, 0.6, 0.1, 0.1])
    assert said.where == {4}


def test_a_sentence_of_a_facts_turn_that_does_not_say_it_teaches_nothing(analysis: Analysis) -> None:
    taught = lesson(analysis, Place((0, 1), ("Разберёшь",)))
    assert dict(taught.labels(Kind.TASK)) == {1: True, 5: False, 6: False}
    assert dict(taught.labels(Kind.DECISION)) == {0: False, 1: False, 2: False, 3: False, 4: False, 6: True}


def test_a_judge_is_fitted_to_what_is_often_seen_and_always_the_same() -> None:
    examples = [({"due": 1.0, "rare": 1.0}, True)] + [({"due": 1.0}, True), ({"asks": 1.0}, False)] * LEAST
    judge = fitted(examples, 1.0, 0.5)
    assert judge == fitted(examples, 1.0, 0.5)
    assert judge.weights.keys() == {"due", "asks"}
    assert judge.probability({"due": 1.0}) > 0.5 > judge.probability({"asks": 1.0})


def test_what_is_learnt_from_was_said_where_the_labels_say() -> None:
    for meeting in load_meetings([TRAINING]):
        turns = [turn.text for turn in meeting.transcript.turns]
        for kind, facts in (("decisions", meeting.decisions), ("action_items", meeting.action_items)):
            for fact, place in zip(facts, meeting.places.get(kind, ()), strict=False):
                said = " ".join(turns[turn] for turn in place.turns)
                assert all(any(quote in turns[turn] for turn in place.turns) for quote in place.quotes), meeting.name
                assert not place.quotes or states(said, fact[1:] if kind == "action_items" else fact), meeting.name

"""The sentences that stand for a conversation."""

from __future__ import annotations

import pytest

from benchmarks.protocol.meetings import MEETINGS, load_meetings
from callscribe.domain import Brief, Language, ProtocolStatus, Transcript
from callscribe.transcript.sentences import LONGEST, Sentence, sentences
from deployments.summarizer.brevity import MAX_SUMMARY_WORDS
from deployments.summarizer.linguistic.engine import LinguisticEngine
from deployments.summarizer.linguistic.salience import Ranking, rank
from tests.summarizer.linguistic.dialogues import SECONDS_A_WORD, brief

SAID = [
    Sentence(float(place), 1, text, place)
    for place, text in enumerate(
        (
            "Сегодня мы обсуждаем бюджет проекта и сроки.",
            "Бюджет проекта вырос на десять процентов.",
            "Сроки проекта зависят от бюджета проекта и поставки.",
            "Вчера в городе шёл сильный дождь.",
        )
    )
]


@pytest.fixture(scope="module")
def meeting() -> Transcript:
    return next(meeting.transcript for meeting in load_meetings([MEETINGS]) if meeting.name == "ru_stroyka")


def test_quotes_only_what_was_said_at_the_second_at_which_it_was_said(meeting: Transcript) -> None:
    said = {sentence.text: sentence.start for sentence in sentences(meeting)}
    points = Ranking.of(sentences(meeting), meeting.language).key_points()
    assert points
    assert [point.at for point in points] == [(said[point.text],) for point in points]
    assert [point.at for point in points] == sorted(point.at for point in points)


def test_the_central_sentence_wins() -> None:
    ranked = rank(SAID, Language.RU)
    assert (ranked[0], ranked[-1]) == (SAID[2], SAID[3])


def test_a_relevant_sentence_wins_over_a_central_one() -> None:
    rain = dict(zip(SAID, (0.0, 0.0, 0.0, 1.0), strict=True))
    assert rank(SAID, Language.RU, rain)[0] == SAID[3]
    assert rank(SAID, Language.RU, dict.fromkeys(SAID, 0.0)) == rank(SAID, Language.RU)


def test_replies_and_repetitions_are_not_quoted() -> None:
    texts = [
        "Да.",
        "Бюджет проекта вырос на десять процентов.",
        "Бюджет проекта вырос на десять процентов.",
        "Угу, хорошо.",
    ]
    said = [Sentence(float(place), 1, text, place) for place, text in enumerate(texts)]
    assert [point.at for point in Ranking.of(said, Language.RU).key_points()] == [(1.0,)]


def test_a_summary_has_500_words_at_most() -> None:
    said = [
        Sentence(float(place), 1, " ".join(f"слово{place + step}" for step in range(90)), place) for place in range(40)
    ]
    summary = Ranking.of(said, Language.RU).summary()
    assert 0 < len(summary.split()) <= MAX_SUMMARY_WORDS


def test_questions_are_no_points() -> None:
    said = [*SAID, Sentence(9.0, 1, "Когда у проекта сроки и какой бюджет проекта?", 4)]
    assert 9.0 not in [point.at[0] for point in Ranking.of(said, Language.RU).key_points()]
    assert Ranking.of(said[-1:], Language.RU).summary() == said[-1].text


@pytest.mark.parametrize("dialogue", ["а: Да.", "а: 12345 67\nб: Угу.", "а: 😀 👍"])
def test_a_summary_is_never_empty_where_something_was_said(engine: LinguisticEngine, dialogue: str) -> None:
    assert engine.summarize(brief(dialogue)).summary


def test_a_turn_without_end_is_quoted_in_pieces_each_with_its_second(engine: LinguisticEngine) -> None:
    filling = " ".join(["мы купили сервер и поехали в город где отчёт готов а бюджет вырос"] * 30)
    asked = brief(f"а: {filling} я пришлю смету до пятницы потом {filling}\nб: хорошо")
    second = next(word.start for word in asked.transcript.turns[0].words if word.text == "пришлю")
    protocol = engine.summarize(asked)

    assert protocol.summary
    assert all(len(point.text.split()) <= LONGEST for point in (*protocol.key_points, *protocol.decisions))
    (item,) = protocol.action_items
    assert "смету" in item.task
    assert second - LONGEST * SECONDS_A_WORD <= item.at[0] <= second


def test_counts_everybodys_talk_and_quotes_their_statements(engine: LinguisticEngine, meeting: Transcript) -> None:
    participants = engine.summarize(Brief(meeting)).participants
    assert [participant.speaker for participant in participants] == [1, 2, 3]
    for participant in participants:
        own = [turn for turn in meeting.turns if turn.speaker == participant.speaker]
        assert participant.talk_seconds == pytest.approx(sum(turn.end - turn.start for turn in own), abs=1e-3)
        assert participant.statements
        assert all(any(said in turn.text for turn in own) for said in participant.statements)


@pytest.mark.parametrize("language", Language)
def test_silence_is_said_in_words(engine: LinguisticEngine, language: Language) -> None:
    protocol = engine.summarize(Brief(Transcript(language, ())))
    assert protocol.status is ProtocolStatus.COMPLETE
    assert protocol.summary
    assert protocol.key_points == ()

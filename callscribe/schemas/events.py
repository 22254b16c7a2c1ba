"""The event that tells of a task, by Kafka and by webhooks alike."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal, Self

from pydantic import Field

from callscribe.domain import Protocol
from callscribe.schemas.base import View
from callscribe.schemas.results import ActionItemView
from callscribe.schemas.tasks import TaskState
from callscribe.speakers import speaker_label
from callscribe.store.values import TaskEvent


class EventType(StrEnum):
    """What has become of a task."""

    CHANGED = "task.changed"
    DELETED = "task.deleted"


class VoiceView(View):
    """A voice in the recording."""

    speaker: str = Field(examples=["Спикер 1"])
    name: str | None = Field(description="As the result shows it.")
    talk_seconds: float


class ResultSummary(View):
    """What a recording came to, without its transcript."""

    result_url: str = Field(description="Path of the whole result, or its URL where CALLSCRIBE_PUBLIC_URL is set.")
    summary: str
    key_points: list[str]
    decisions: list[str]
    action_items: list[ActionItemView]
    participants: list[VoiceView]

    @classmethod
    def of(cls, event: TaskEvent, protocol: Protocol, api: str) -> Self:
        """Show what matters of a protocol. ``api`` is where the API's paths begin."""
        language = event.task.language
        return cls(
            result_url=f"{api}/api/v1/results/{event.task.id}",
            summary=protocol.summary,
            key_points=[point.text for point in protocol.key_points],
            decisions=[point.text for point in protocol.decisions],
            action_items=[ActionItemView.of(item) for item in protocol.action_items],
            participants=[
                VoiceView(
                    speaker=speaker_label(voice.speaker, language),
                    name=voice.name,
                    talk_seconds=voice.talk_seconds,
                )
                for voice in protocol.participants
                if language is not None
            ],
        )


class EventMessage(View):
    """One change of a task, and how it stood then."""

    version: Literal[1] = Field(default=1, description="Of this contract.")
    event_id: int = Field(
        description="Rises with every event of a task. An event may come twice: whoever has seen its id or a higher "
        "one of the same task reads past it."
    )
    type: EventType
    occurred_at: datetime
    task: TaskState = Field(description="The task as it was then.")
    result: ResultSummary | None = Field(
        default=None, description="What it came to: of a completed task that is not deleted."
    )

    @classmethod
    def of(cls, event: TaskEvent, *, api: str) -> Self:
        """Tell of a change. ``api`` is where the API's paths begin: its address, or nothing."""
        return cls(
            event_id=event.id,
            type=EventType.DELETED if event.deleted else EventType.CHANGED,
            occurred_at=event.occurred_at,
            task=TaskState.of(event.task),
            result=ResultSummary.of(event, event.protocol, api) if event.protocol else None,
        )

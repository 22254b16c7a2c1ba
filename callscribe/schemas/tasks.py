"""Tasks as the API shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from callscribe.domain import Language, ProtocolStatus, Source, Stage, Task, TaskStatus, Template
from callscribe.schemas.base import View

EXAMPLE_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
EXAMPLE_CURSOR = "MjAyNi0wMy0wMlQwOTozMDowMCswMDowMHwwMTg5MGE1ZGFjOTY3NzRiYmNjZWIzMDIwOTlhODA1Nw"
EXAMPLE_TASK: JsonDict = {
    "task_id": EXAMPLE_ID,
    "status": "processing",
    "stage": "transcribing",
    "progress": 0.42,
    "queue_position": None,
    "source": "upload",
    "source_id": EXAMPLE_ID,
    "meeting_id": None,
    "title": "Планёрка в понедельник",
    "template": "meeting",
    "language": "ru",
    "duration_seconds": 312.4,
    "recorded_at": "2026-03-02T09:00:00Z",
    "held_at": "2026-03-02T09:00:00Z",
    "created_at": "2026-03-02T09:30:00Z",
    "started_at": "2026-03-02T09:30:01Z",
    "finished_at": None,
    "attempts": 1,
    "error": None,
    "protocol_status": None,
    "speakers": [],
    "result_of_before": False,
}


class ErrorView(View):
    """Why a task failed."""

    code: str = Field(description="Stable, for programs.", examples=["damaged_media"])
    message: str = Field(description="A sentence for people.")


class TaskState(View):
    """A recording and the state of the work owed on it, whatever other tasks there are."""

    task_id: UUID
    status: TaskStatus
    stage: Stage | None = Field(description="The stage being worked on, or the last that was.")
    progress: float = Field(ge=0, le=1, description="Share of the whole work that is done.")
    source: Source
    source_id: str = Field(description="The recording's name at its source; for uploads the idempotency key, if any.")
    meeting_id: str | None
    title: str
    template: Template = Field(description="The kind of call, which says what the protocol dwells on.")
    language: Language | None = Field(description="The recording's language, once it is known.")
    duration_seconds: float | None = Field(description="Length of the recording's sound, once it is known.")
    recorded_at: datetime | None = Field(description="When the call began, where that is known.")
    held_at: datetime = Field(
        description="When the call was: when it began, where that is known, but no later than its recording came."
    )
    created_at: datetime
    started_at: datetime | None = Field(description="When work on it began.")
    finished_at: datetime | None
    attempts: int = Field(description="How often a worker has begun on it.")
    error: ErrorView | None = Field(description="Why it failed.")
    protocol_status: ProtocolStatus | None = Field(
        description="How the protocol stands, once there is one: a `degraded` one may become `complete` long after the "
        "task has."
    )

    @classmethod
    def of(cls, task: Task) -> Self:
        """Show a task."""
        return cls(
            task_id=task.id,
            status=task.status,
            stage=task.stage,
            progress=task.progress,
            source=task.source,
            source_id=task.source_id,
            meeting_id=task.meeting_id,
            title=task.title,
            template=task.template,
            language=task.language,
            duration_seconds=task.duration_seconds,
            recorded_at=task.recorded_at,
            held_at=task.held_at,
            created_at=task.created_at,
            started_at=task.started_at,
            finished_at=task.finished_at,
            attempts=task.attempts,
            error=task.error and ErrorView(code=task.error.code, message=task.error.message),
            protocol_status=task.protocol_status,
        )


class TaskView(TaskState):
    """A recording, the state of the work owed on it, its place in the queue, and who speaks."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_TASK]})

    queue_position: int | None = Field(description="Counts from 1 while the task is queued.")
    speakers: list[str] = Field(
        description="The voices, in the order of the result's `participants`: the name that these show, else the label."
        " Empty before there is a transcript, and where nobody speaks.",
        examples=[["Иван", "Спикер 2"]],
    )
    result_of_before: bool = Field(
        description="Whether the result was made before the task was queued again: it stands until there is another."
    )

    @classmethod
    def of(cls, task: Task) -> Self:
        """Show a task."""
        return cls(
            **dict(TaskState.of(task)),
            queue_position=task.queue_position,
            speakers=list(task.speakers),
            result_of_before=task.result_of_before,
        )


class TaskList(View):
    """One page of tasks, the latest call first."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"items": [EXAMPLE_TASK], "next_cursor": EXAMPLE_CURSOR}]}
    )

    items: list[TaskView]
    next_cursor: str | None = Field(description="Send it as `cursor` to get the next page; null on the last.")

    @classmethod
    def of(cls, tasks: tuple[Task, ...], next_cursor: str | None) -> Self:
        """Show a page of tasks."""
        return cls(items=[TaskView.of(task) for task in tasks], next_cursor=next_cursor)


class Accepted(View):
    """A recording is stored and its task registered: it will not be lost."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "task_id": EXAMPLE_ID,
                    "status": "queued",
                    "status_url": f"/api/v1/tasks/{EXAMPLE_ID}",
                    "result_url": f"/api/v1/results/{EXAMPLE_ID}",
                }
            ]
        }
    )

    task_id: UUID
    status: TaskStatus
    status_url: str = Field(description="Path of the task.")
    result_url: str = Field(
        description="Path of the result: 409 before there is a transcript, which a task that fails may never have."
    )

    @classmethod
    def of(cls, task: Task, *, status_url: str, result_url: str) -> Self:
        """Show a registered task and where to follow it."""
        return cls(task_id=task.id, status=task.status, status_url=status_url, result_url=result_url)

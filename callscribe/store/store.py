"""PostgreSQL as the queue of record and the archive."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from callscribe.domain import (
    Claim,
    Language,
    ModelNames,
    NewRecording,
    Protocol,
    RequestedLanguage,
    Result,
    Source,
    Stage,
    Task,
    TaskError,
    TaskId,
    TaskStatus,
    Transcript,
)


@dataclass(frozen=True, slots=True)
class Registration:
    """The door's answer: the task, and whether this call made it (or it was known already)."""

    task: Task
    created: bool


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which tasks to list; ``None`` does not restrict."""

    status: TaskStatus | None = None
    source: Source | None = None
    language: Language | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    query: str | None = None


@dataclass(frozen=True, slots=True)
class TaskPage:
    """One page of tasks, newest first, and the cursor of the next."""

    items: tuple[Task, ...]
    next_cursor: str | None


class Store:
    """Tasks, stage outputs and results. Every write by a worker carries its claim and is fenced."""

    @classmethod
    async def connect(cls, dsn: str, *, min_size: int = 1, max_size: int = 8) -> Store:
        """Open a pool. Raises ``Unavailable`` when PostgreSQL does not answer."""
        raise NotImplementedError

    async def close(self) -> None: ...

    async def migrate(self) -> int:
        """Bring the schema up to date under an advisory lock; return its version."""
        raise NotImplementedError

    async def ping(self) -> None:
        """Raise ``Unavailable`` unless PostgreSQL answers."""

    # -- the door -----------------------------------------------------------------------------
    async def register(self, recording: NewRecording, *, queue_limit: int) -> Registration:
        """Idempotent on (source, source_id). Raises ``QueueFull`` or ``IdempotencyConflict`` (other sha256)."""
        raise NotImplementedError

    async def queue_size(self) -> int:
        """How many tasks are queued."""
        raise NotImplementedError

    # -- the worker ---------------------------------------------------------------------------
    async def claim(self, *, lease: timedelta, max_attempts: int) -> Claim | None:
        """Take the oldest queued task, or a processing one whose lease has ended (``SKIP LOCKED``).

        A task that has used its attempts fails with code ``attempts_exhausted`` and is not returned.
        """
        raise NotImplementedError

    async def renew(self, claim: Claim, *, lease: timedelta) -> None:
        """Raises ``ClaimLost``, as does every method below."""

    async def report(self, claim: Claim, *, stage: Stage, progress: float) -> None:
        """Say what the worker is doing; ``progress`` in 0..1 of the whole task never falls within an attempt."""

    async def stage_outputs(self, task_id: TaskId) -> dict[Stage, Mapping[str, Any]]:
        """The stored outputs, as JSON objects."""
        raise NotImplementedError

    async def save_stage(self, claim: Claim, stage: Stage, output: Mapping[str, Any]) -> None:
        """Store what a stage made; a second time replaces it."""

    async def save_transcript(self, claim: Claim, transcript: Transcript, *, duration_seconds: float) -> None:
        """Store the turns (one row each) and the language and duration of the recording."""

    async def save_protocol(self, claim: Claim, protocol: Protocol) -> None: ...

    async def complete(self, claim: Claim, *, models: ModelNames) -> None: ...

    async def fail(self, claim: Claim, error: TaskError) -> None:
        """End the task for good."""

    async def release(self, claim: Claim, *, delay: timedelta) -> None:
        """Give the task back, to be claimed again no sooner than after ``delay``."""

    # -- the archive --------------------------------------------------------------------------
    async def task(self, task_id: TaskId) -> Task:
        """Raises ``TaskNotFound``. ``queue_position`` counts from 1 while the task is queued."""
        raise NotImplementedError

    async def tasks(self, where: TaskFilter, *, limit: int, cursor: str | None) -> TaskPage:
        """Newest first by keyset. Raises ``ValueError`` for a cursor that is not one of ours."""
        raise NotImplementedError

    async def result(self, task_id: TaskId) -> Result:
        """Raises ``TaskNotFound``, ``TaskNotReady`` (no transcript yet)."""
        raise NotImplementedError

    async def retry(
        self, task_id: TaskId, *, from_stage: Stage | None, language: RequestedLanguage | None = None
    ) -> Task:
        """Queue a finished task again, from its first missing stage or from the one named.

        Raises ``TaskConflict`` while the task is queued or processing.
        """
        raise NotImplementedError

    async def cancel(self, task_id: TaskId) -> Task:
        """Cancel a queued or processing task (again: nothing). Raises ``TaskConflict`` when it has ended."""
        raise NotImplementedError

    async def delete(self, task_id: TaskId) -> Task:
        """Remove a task and all that is stored of it, in any state; returns what it was."""
        raise NotImplementedError

    # -- changes ------------------------------------------------------------------------------
    def changes(self, task_id: TaskId) -> AsyncIterator[Task]:
        """Yield the task as it is, then once for every change (LISTEN/NOTIFY), and end after a final state."""
        raise NotImplementedError

    async def wait_for_work(self, *, timeout: timedelta) -> None:
        """Return when a task may have become claimable, or when the timeout ends."""

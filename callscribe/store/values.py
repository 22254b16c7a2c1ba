"""What the store is asked with and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from callscribe.arrivals import Arrival
from callscribe.domain import Language, Protocol, Source, Task, TaskId, TaskStatus


@dataclass(frozen=True, slots=True)
class Registration:
    """The door's answer: the task, and whether this call made it (or it was known already)."""

    task: Task
    created: bool


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which tasks to list: of calls held from ``held_from`` to before ``held_to``, with ``query`` in the title.

    ``None`` does not restrict. A query matches any part of a title, whatever the case and the dots of ё.
    """

    status: TaskStatus | None = None
    source: Source | None = None
    language: Language | None = None
    held_from: datetime | None = None
    held_to: datetime | None = None
    query: str | None = None


@dataclass(frozen=True, slots=True)
class TaskPage:
    """One page of tasks, the latest call first, and the cursor of the next."""

    items: tuple[Task, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """Which turns to search: of calls held from ``held_from`` to before ``held_to``, by one voice.

    ``None`` does not restrict. ``speaker`` is a label («Спикер 1») or words of a name, whatever their case.
    """

    status: TaskStatus | None = None
    source: Source | None = None
    language: Language | None = None
    held_from: datetime | None = None
    held_to: datetime | None = None
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class TaskEvent:
    """A change of a task: the task as it was then, ``deleted`` if it was removed.

    Once it is completed, and until it is deleted, with its protocol as its result shows it. Its place in the queue and
    its speakers are not told. ``id`` rises with every event of a task.
    """

    id: int
    deleted: bool
    occurred_at: datetime
    task: Task
    protocol: Protocol | None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class OutboxLevel:
    """How many events wait to be told, from when on, and how many were set aside since they cannot be."""

    waiting: int
    since: datetime | None
    aside: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A transcript that waits to be made ready to be found, and the request that its task was owed to."""

    task_id: TaskId
    request_id: str | None


@dataclass(frozen=True, slots=True)
class Revision:
    """The right to make a degraded protocol again, until the task's fence rises; ``earlier`` ones were in vain."""

    task_id: TaskId
    fence: int
    earlier: int
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class ArrivalPage:
    """One page of arrivals, newest first, and the cursor of the next."""

    items: tuple[Arrival, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class ArrivalTally:
    """How many recordings of Kontur Talk wait to be fetched and have failed, and when its last event came."""

    waiting: int
    failed: int
    last_event_at: datetime | None


@dataclass(frozen=True, slots=True)
class Poll:
    """How far the poller has looked: from ``beginning`` up to ``watermark``; ``trouble``: why the last did not end."""

    beginning: datetime
    watermark: datetime
    polled_at: datetime | None
    trouble: str | None

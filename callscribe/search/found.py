"""What a search finds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from callscribe.domain import Language, Source, TaskId
from callscribe.search.snippet import Snippet


@dataclass(frozen=True, slots=True)
class FoundTurn:
    """A turn in which something was found: whose it is, from when to when (seconds), and what to show of it."""

    task_id: TaskId
    title: str
    source: Source
    language: Language
    created_at: datetime
    recorded_at: datetime | None
    held_at: datetime
    start: float
    end: float
    speaker: int
    name: str | None
    snippet: Snippet


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of what was found, which may be shorter than asked for, and the cursor of the next."""

    items: tuple[FoundTurn, ...]
    next_cursor: str | None

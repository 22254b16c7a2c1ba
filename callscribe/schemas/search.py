"""What a search found, as the API shows it."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from callscribe.domain import Language, Source
from callscribe.schemas.base import View
from callscribe.schemas.tasks import EXAMPLE_CURSOR, EXAMPLE_ID
from callscribe.search.found import FoundTurn, SearchPage
from callscribe.search.snippet import Fragment
from callscribe.speakers import speaker_label

EXAMPLE_FOUND: JsonDict = {
    "task_id": EXAMPLE_ID,
    "title": "Планёрка в понедельник",
    "source": "upload",
    "language": "ru",
    "created_at": "2026-03-02T09:30:00Z",
    "recorded_at": "2026-03-02T09:00:00Z",
    "held_at": "2026-03-02T09:00:00Z",
    "start": 61.2,
    "end": 66.9,
    "at": 62.4,
    "speaker": "Спикер 2",
    "name": "Мария",
    "snippet": [
        {"text": "Смету ", "hit": False},
        {"text": "пришлю", "hit": True},
        {"text": " до пятницы.", "hit": False},
    ],
}


class FragmentView(View):
    """A piece of a snippet: plain text, never markup."""

    text: str
    hit: bool = Field(description="Whether it is what was looked for.")

    @classmethod
    def of(cls, fragment: Fragment) -> Self:
        """Show a fragment."""
        return cls(text=fragment.text, hit=fragment.hit)


class FoundView(View):
    """A turn in which something was found."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_FOUND]})

    task_id: UUID
    title: str
    source: Source
    language: Language
    created_at: datetime = Field(description="When the task was made.")
    recorded_at: datetime | None = Field(description="When the call began, where that is known.")
    held_at: datetime = Field(
        description="When the call was: when it began, where that is known, but no later than its recording came."
    )
    start: float = Field(description="The second at which the turn begins.")
    end: float = Field(description="The second at which it ends.")
    at: float = Field(description="The second at which the snippet's first hit is said: where to begin to listen.")
    speaker: str = Field(description="The label in the result's `segments`.", examples=["Спикер 2"])
    name: str | None = Field(description="The voice's name, where a person, the source or the protocol gave one.")
    snippet: list[FragmentView] = Field(description="Put together they are the text around the hits.")

    @classmethod
    def of(cls, found: FoundTurn) -> Self:
        """Show a turn."""
        return cls(
            task_id=found.task_id,
            title=found.title,
            source=found.source,
            language=found.language,
            created_at=found.created_at,
            recorded_at=found.recorded_at,
            held_at=found.held_at,
            start=found.start,
            end=found.end,
            at=found.snippet.at,
            speaker=speaker_label(found.speaker, found.language),
            name=found.name,
            snippet=[FragmentView.of(fragment) for fragment in found.snippet.fragments],
        )


class FoundList(View):
    """One page of what was found, best first."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"items": [EXAMPLE_FOUND], "next_cursor": EXAMPLE_CURSOR}]}
    )

    items: list[FoundView] = Field(description="At most `limit`; a page may be shorter and yet not the last.")
    next_cursor: str | None = Field(description="Send it as `cursor` to get the next page; null on the last.")

    @classmethod
    def of(cls, page: SearchPage) -> Self:
        """Show a page."""
        return cls(items=[FoundView.of(found) for found in page.items], next_cursor=page.next_cursor)

"""Which tasks a client wants to see, and what it wants done again."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from callscribe.domain import Language, Source, Stage, TaskStatus, Template
from callscribe.schemas.moments import Day, Moment
from callscribe.store import SearchFilter, TaskFilter
from serve_app.api.cursors import Cursor

MomentOrDay = Annotated[Moment | Day, Field(union_mode="left_to_right")]


class Filters(BaseModel):
    """Which recordings to look at: all of these must hold. And the page."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: TaskStatus | None = Field(default=None, description="Only tasks in this state.")
    source: Source | None = Field(default=None, description="Only recordings that came this way.")
    language: Language | None = Field(default=None, description="Only recordings in this language.")
    held_from: MomentOrDay | None = Field(
        default=None,
        alias="from",
        description="Held then or later (`held_at`): a moment with its offset, or a day in UTC.",
    )
    held_to: MomentOrDay | None = Field(
        default=None, alias="to", description="Held before that moment, or on that day (UTC) or earlier."
    )
    limit: int = Field(default=20, ge=1, le=100, description="How many items a page has at most.")
    cursor: Cursor | None = Field(default=None, description="`next_cursor` of the page before.")

    @property
    def since(self) -> datetime | None:
        """The first moment of the time that is looked at."""
        return None if self.held_from is None else beginning(self.held_from)

    @property
    def until(self) -> datetime | None:
        """The first moment after it."""
        return None if self.held_to is None else end(self.held_to)


class TaskQuery(Filters):
    """The filters of a list, and the page."""

    q: str | None = Field(default=None, max_length=200, pattern=r"^[^\x00]*$", description="Words of the title.")

    def filter(self) -> TaskFilter:
        """Put it in the store's words."""
        return TaskFilter(
            status=self.status,
            source=self.source,
            language=self.language,
            held_from=self.since,
            held_to=self.until,
            query=self.q or None,
        )


class SearchQuery(Filters):
    """What to look for, in which recordings, and the page."""

    q: str = Field(
        min_length=1,
        max_length=200,
        pattern=r"^[^\x00]*$",
        description='Words that were said in one turn, in whatever form: `смета пятница`. `"до пятницы"`: one after '
        "another; `-слово`: not that one; `or`: either. Words that every text has are looked for in quotes only, or by "
        "themselves.",
        examples=['смета "до пятницы"'],
    )
    speaker: str | None = Field(
        default=None,
        min_length=1,
        max_length=100,
        pattern=r"^[^\x00]*\S[^\x00]*$",
        description="Who said it: a label (`Спикер 2`), or words of a name (`Мария`).",
    )

    def filter(self) -> SearchFilter:
        """Put it in the store's words."""
        return SearchFilter(
            status=self.status,
            source=self.source,
            language=self.language,
            held_from=self.since,
            held_to=self.until,
            speaker=self.speaker,
        )


class RetryQuery(BaseModel):
    """Which part of the work to do again, and as which kind of call."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    from_stage: Stage | None = Field(
        default=None, alias="from", description="Do this stage anew, and what builds on it; else the first missing one."
    )
    template: Template | None = Field(
        default=None, description="The kind of call from now on: the protocol is made anew, whatever stage is named."
    )

    @property
    def hears(self) -> bool:
        """Whether a stage that is named needs the recording."""
        return self.from_stage not in (None, Stage.SUMMARIZING)


def beginning(value: datetime | date, zone: tzinfo = UTC) -> datetime:
    """A moment, or that at which a day begins."""
    return value if isinstance(value, datetime) else datetime.combine(value, time(), zone)


def end(value: datetime | date, zone: tzinfo = UTC) -> datetime:
    """A moment, or that at which a day is over."""
    return value if isinstance(value, datetime) else beginning(value + timedelta(days=1), zone)

"""Which tasks a client wants to see, and what it wants done again."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from callscribe.domain import Language, Source, Stage, TaskStatus, Template
from callscribe.schemas.moments import Day, Moment
from callscribe.store import TaskFilter

MomentOrDay = Annotated[Moment | Day, Field(union_mode="left_to_right")]


class TaskQuery(BaseModel):
    """The filters of a list, all of which must hold, and the page."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: TaskStatus | None = None
    source: Source | None = None
    language: Language | None = None
    created_from: MomentOrDay | None = Field(
        default=None, alias="from", description="Made then or later: a moment with its offset, or a day in UTC."
    )
    created_to: MomentOrDay | None = Field(
        default=None, alias="to", description="Made before that moment, or on that day (UTC) or earlier."
    )
    q: str | None = Field(default=None, max_length=200, pattern=r"^[^\x00]*$", description="Words of the title.")
    limit: int = Field(default=20, ge=1, le=100)
    cursor: str | None = Field(default=None, max_length=500, description="`next_cursor` of the page before.")

    def filter(self) -> TaskFilter:
        """Put it in the store's words."""
        return TaskFilter(
            status=self.status,
            source=self.source,
            language=self.language,
            created_from=_moment(self.created_from, timedelta()),
            created_to=_moment(self.created_to, timedelta(days=1)),
            query=self.q or None,
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


def _moment(value: datetime | date | None, of_the_day: timedelta) -> datetime | None:
    match value:
        case None | datetime():
            return value
        case date():
            return datetime.combine(value, time(), UTC) + of_the_day

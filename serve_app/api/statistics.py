"""Statistics: what the analytics page shows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from callscribe.schemas.statistics import StatisticsView
from serve_app.api import kinds
from serve_app.api.openapi import problems
from serve_app.api.problems import invalid
from serve_app.api.services import Injected
from serve_app.api.task_query import MomentOrDay, beginning, end
from serve_app.api.time_zones import ZoneName

router = APIRouter(prefix="/stats", tags=["statistics"])

LONGEST = timedelta(days=366)
USUAL = timedelta(days=30)


class StatisticsQuery(BaseModel):
    """The time that is asked about, a year at most, and whose days count."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    made_from: MomentOrDay | None = Field(
        default=None,
        alias="from",
        description="Calls that came then or later: a moment with its offset, or a day; else 30 days before `to`.",
    )
    made_to: MomentOrDay | None = Field(
        default=None,
        alias="to",
        description="Calls that came before that moment, or on that day or earlier; else now.",
    )
    tz: ZoneName = Field(
        default="UTC", description="The time zone in which days begin, by its name in the IANA database."
    )

    @property
    def time(self) -> tuple[datetime, datetime]:
        """From when on, and before when."""
        zone = ZoneInfo(self.tz)
        until = datetime.now(UTC) if self.made_to is None else end(self.made_to, zone)
        since = until - USUAL if self.made_from is None else beginning(self.made_from, zone)
        return since, until


@router.get("", summary="Count calls", responses=problems(kinds.INVALID_REQUEST, kinds.UNAVAILABLE))
async def statistics(services: Injected, query: Annotated[StatisticsQuery, Query()]) -> StatisticsView:
    """Tell what became of the calls that came in a time: how many, how long, how fast, why not, and who spoke.

    A call counts on the day on which its task was made.
    """
    since, until = query.time
    if until - since > LONGEST:
        raise invalid("query", "from", "Ask for a year at most.")
    try:
        found = await services.store.statistics.of(since, until, query.tz)
    except ValueError as error:
        raise invalid("query", "tz", str(error)) from error
    return StatisticsView.of(found, since=since, until=until, tz=query.tz)

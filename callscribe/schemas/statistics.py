"""Statistics as the API shows them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Self

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from callscribe.domain import Source, Stage
from callscribe.schemas.base import View
from callscribe.statistics import Calls, Processing, Spread, Statistics

_EXAMPLE_SPREAD: JsonDict = {"median": 38.5, "p95": 112.0}
_EXAMPLE_PROCESSING: JsonDict = {
    "calls": 11,
    "seconds": _EXAMPLE_SPREAD,
    "times_real_time": {"median": 8.4, "p95": 6.1},
}
_EXAMPLE: JsonDict = {
    "since": "2026-03-01T21:00:00Z",
    "until": "2026-03-02T21:00:00Z",
    "tz": "Europe/Moscow",
    "days": [
        {
            "day": "2026-03-02",
            "sources": [{"source": "upload", "calls": 12, "completed": 11, "failed": 1, "hours": 5.25}],
            "processing": _EXAMPLE_PROCESSING,
        }
    ],
    "processing": _EXAMPLE_PROCESSING,
    "stages": [{"stage": "transcribing", "calls": 11, "seconds": _EXAMPLE_SPREAD}],
    "queue": {"queued": 3, "processing": 1, "oldest_seconds": 42.0},
    "failures": [{"code": "engine_failed", "calls": 1}],
    "largest_shares": [
        {"above": tenth / 10, "up_to": (tenth + 1) / 10, "calls": calls}
        for tenth, calls in enumerate((0, 0, 0, 1, 3, 4, 2, 1, 0, 0))
    ],
    "talkers": [{"name": "Мария", "calls": 4, "hours": 1.5}],
}
_HOUR = 3600


class SpreadView(View):
    """What is usual, and what is so in 95 calls of 100."""

    median: float
    p95: float = Field(description="95 calls of 100 did as well or better.")

    @classmethod
    def of(cls, spread: Spread) -> Self:
        """Show a spread."""
        return cls(median=round(spread.median, 3), p95=round(spread.p95, 3))


class SourceView(View):
    """The calls of one source on one day."""

    source: Source
    calls: int = Field(description="How many came.")
    completed: int = Field(description="How many of them are completed by now.")
    failed: int = Field(description="How many of them have failed.")
    hours: float = Field(description="Hours of sound, of those whose length is known.")


class ProcessingView(View):
    """How completed calls were processed."""

    calls: int
    seconds: SpreadView = Field(description="From the beginning of the work to its end.")
    times_real_time: SpreadView = Field(description="Seconds of sound for a second of work: more is better.")

    @classmethod
    def of(cls, processing: Processing) -> Self:
        """Show how calls were processed."""
        return cls(
            calls=processing.calls,
            seconds=SpreadView.of(processing.seconds),
            times_real_time=SpreadView.of(processing.times_real_time),
        )


class DayView(View):
    """The calls that came on one day."""

    day: date
    sources: list[SourceView] = Field(description="Of the sources that brought any.")
    processing: ProcessingView | None = Field(description="Null where none is completed.")

    @classmethod
    def of(cls, day: date, calls: Iterable[Calls], processing: Processing | None) -> Self:
        """Show a day with its calls."""
        sources = [
            SourceView(
                source=each.source,
                calls=each.calls,
                completed=each.completed,
                failed=each.failed,
                hours=round(each.seconds / _HOUR, 3),
            )
            for each in calls
        ]
        return cls(day=day, sources=sources, processing=processing and ProcessingView.of(processing))


class StageTimeView(View):
    """How long one stage took."""

    stage: Stage
    calls: int = Field(description="Of how many completed calls it is known.")
    seconds: SpreadView = Field(description="Diarizing and transcribing run side by side.")


class QueueView(View):
    """The queue as it is now."""

    queued: int
    processing: int
    oldest_seconds: float | None = Field(description="For how long the oldest that waits has been waiting.")


class FailuresView(View):
    """How many failed for one reason."""

    code: str = Field(description="As in a task's `error`.")
    calls: int


class ShareView(View):
    """How many calls have a largest voice whose share of the talk is in this range."""

    above: float = Field(ge=0, le=1)
    up_to: float = Field(ge=0, le=1)
    calls: int


class TalkerView(View):
    """Somebody whose name is known, whoever gave it."""

    name: str
    calls: int
    hours: float = Field(description="Hours for which they spoke.")


class StatisticsView(View):
    """What became of the calls that came in a time."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    since: datetime = Field(description="The first moment that counts.")
    until: datetime = Field(description="The first moment after it.")
    tz: str = Field(description="The time zone whose days these are.")
    days: list[DayView] = Field(description="The days on which any came, in order.")
    processing: ProcessingView | None = Field(description="Of all these days together; null where none is completed.")
    stages: list[StageTimeView]
    queue: QueueView
    failures: list[FailuresView] = Field(description="The commonest first.")
    largest_shares: list[ShareView] = Field(description="Ten ranges of the largest voice's share of a call's talk.")
    talkers: list[TalkerView] = Field(description="At most 20, who spoke longest first.")

    @classmethod
    def of(cls, statistics: Statistics, *, since: datetime, until: datetime, tz: str) -> Self:
        """Show the statistics of a time."""
        days = groupby(statistics.calls, attrgetter("day"))
        tenths = len(statistics.largest_shares)
        return cls(
            since=since,
            until=until,
            tz=tz,
            days=[DayView.of(day, calls, statistics.processing_by_day.get(day)) for day, calls in days],
            processing=statistics.processing and ProcessingView.of(statistics.processing),
            stages=[
                StageTimeView(stage=each.stage, calls=each.calls, seconds=SpreadView.of(each.seconds))
                for each in statistics.stages
            ],
            queue=QueueView(
                queued=statistics.queue.queued,
                processing=statistics.queue.processing,
                oldest_seconds=statistics.queue.oldest_seconds,
            ),
            failures=[FailuresView(code=each.code, calls=each.calls) for each in statistics.failures],
            largest_shares=[
                ShareView(above=tenth / tenths, up_to=(tenth + 1) / tenths, calls=calls)
                for tenth, calls in enumerate(statistics.largest_shares)
            ],
            talkers=[
                TalkerView(name=each.name, calls=each.calls, hours=round(each.seconds / _HOUR, 3))
                for each in statistics.talkers
            ],
        )

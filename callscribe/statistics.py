"""What became of the calls of a time: how many, how long, how fast, who spoke."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from callscribe.domain import Source, Stage


@dataclass(frozen=True, slots=True)
class Calls:
    """The calls of one source that came on one day; ``seconds`` of sound, as far as it is known."""

    day: date
    source: Source
    calls: int
    completed: int
    failed: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Spread:
    """What half of the calls keep to, and what 95 of 100 do."""

    median: float
    p95: float


@dataclass(frozen=True, slots=True)
class Processing:
    """How long some completed calls were worked on, and how many times faster than they last."""

    calls: int
    seconds: Spread
    times_real_time: Spread


@dataclass(frozen=True, slots=True)
class StageProcessing:
    """How many seconds one stage of the completed calls took."""

    stage: Stage
    calls: int
    seconds: Spread


@dataclass(frozen=True, slots=True)
class QueueNow:
    """How many tasks wait and are worked on, and for how many seconds the oldest has been waiting."""

    queued: int
    processing: int
    oldest_seconds: float | None


@dataclass(frozen=True, slots=True)
class Failures:
    """How many tasks failed for one reason."""

    code: str
    calls: int


@dataclass(frozen=True, slots=True)
class Talker:
    """Somebody with a name: in how many calls, and for how many seconds, they spoke."""

    name: str
    calls: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Statistics:
    """All of it, days in their order.

    ``largest_shares``: how many calls there are by tenths of the talk that is their largest voice's.
    """

    calls: tuple[Calls, ...]
    processing: Processing | None
    processing_by_day: dict[date, Processing]
    stages: tuple[StageProcessing, ...]
    queue: QueueNow
    failures: tuple[Failures, ...]
    largest_shares: tuple[int, ...]
    talkers: tuple[Talker, ...]

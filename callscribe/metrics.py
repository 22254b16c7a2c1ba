"""What is counted and measured of an installation's work: true of all its processes, whichever is asked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Measured(StrEnum):
    """What only the process knows that does it; all else the store sees by itself."""

    SEARCH = "search_duration_seconds"
    UPLOAD = "upload_duration_seconds"
    LLM = "llm_inference_seconds"


@dataclass(frozen=True, slots=True)
class Measurement:
    """What something took, once; ``label`` says of which kind it was, where there are kinds."""

    metric: Measured
    label: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Tally:
    """How many times something has happened, ever; of a histogram, with a value in the bucket that ends at ``bound``.

    ``total`` is the sum of the values. ``bound`` is infinite for the last bucket.
    """

    metric: str
    label: str
    bound: float | None
    number: int
    total: float


@dataclass(frozen=True, slots=True)
class Level:
    """How much of something there is now."""

    metric: str
    label: str
    value: float


@dataclass(frozen=True, slots=True)
class Figures:
    """All of it, as of one moment. ``bounds``: where the buckets of every histogram end, without the last."""

    tallies: tuple[Tally, ...]
    levels: tuple[Level, ...]
    bounds: tuple[float, ...]

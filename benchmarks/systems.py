"""What is measured: a system hears recordings and says what it heard, in how long and in how much memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from benchmarks.recordings import Recording, Utterance


@dataclass(frozen=True, slots=True)
class Hearing:
    """What a system made of one recording; ``voices`` is ``None`` where it does not tell speakers apart."""

    heard: tuple[Utterance, ...]
    voices: tuple[Utterance, ...] | None
    seconds: float
    stages: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """A system's hearings by recording's name, its start-up in seconds, and its processes' peaks in MiB."""

    hearings: dict[str, Hearing]
    start_seconds: float
    peak_mebibytes: dict[str, float]


class Skipped(Exception):
    """The system cannot be run here; the message says why."""


@dataclass(frozen=True, slots=True)
class System:
    """A name for the table, and how to run it."""

    name: str
    run: Callable[[Sequence[Recording]], Run]

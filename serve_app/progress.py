"""How far a task is: the stages' shares in one number that never falls."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from callscribe.domain import Stage

SHARES = {Stage.DECODING: 0.05, Stage.DIARIZING: 0.25, Stage.TRANSCRIBING: 0.65, Stage.SUMMARIZING: 0.05}
"""Each stage's part of the work, as measured on two cores with the embedded profile (docs/performance.md)."""

REPORT_EVERY_SECONDS = 0.5

Report = Callable[[Stage, float], Awaitable[None]]


class Progress:
    """Gathers the stages' fractions, tells the store at most twice a second and at every stage's start."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._done = dict.fromkeys(Stage, 0.0)
        self._shown: Stage | None = None
        self._told_at = 0.0

    async def enter(self, stage: Stage) -> None:
        """Begin a stage."""
        await self.advance(stage, 0.0)

    async def advance(self, stage: Stage, fraction: float) -> None:
        """Say that ``fraction`` (0..1) of a stage is done."""
        self._done[stage] = max(self._done[stage], min(fraction, 1.0))
        now = time.monotonic()
        if stage is not self._shown or now - self._told_at >= REPORT_EVERY_SECONDS:
            self._shown, self._told_at = stage, now
            await self._report(stage, self.total)

    def finished(self, stage: Stage) -> None:
        """Count a stage as done without telling: the next stage's start will."""
        self._done[stage] = 1.0

    @property
    def total(self) -> float:
        """The share of the whole task that is done, 0..1."""
        return sum(SHARES[stage] * done for stage, done in self._done.items())

"""When what was not delivered is tried again: within seconds first, then for three days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from random import SystemRandom
from typing import Final

PAUSES: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
)
"""Those of the Standard Webhooks specification."""

JITTER: Final = 0.2
"""By how much of itself a pause may be longer, so that what failed together does not come again together."""

_random = SystemRandom()


def pause_after(attempts: int, *, asked: float | None, pauses: Sequence[timedelta] = PAUSES) -> timedelta | None:
    """The pause after so many tries in vain, no shorter than the seconds asked for; none after the last."""
    if attempts > len(pauses):
        return None
    pause = pauses[attempts - 1] * _random.uniform(1, 1 + JITTER)
    return max(pause, timedelta(seconds=asked or 0))

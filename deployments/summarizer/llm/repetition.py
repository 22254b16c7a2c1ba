"""Loops: a small model that has lost its thread says the same words again and again."""

from __future__ import annotations

from collections.abc import Sequence

ENOUGH_WORDS = 40
"""A shorter answer may repeat itself: a point and the summary of one short call are often the same words."""
NEW_SHARE = 0.35
"""Of the runs of four words at least so many differ. An honest answer's summary, points and tasks say a thing up to
twice, which leaves a half; a loop falls under a fifth at once."""
RUN = 4


def repeats(said: Sequence[str]) -> bool:
    """Whether these texts go round in circles."""
    words = " ".join(said).lower().split()
    if len(words) < ENOUGH_WORDS:
        return False
    runs = [tuple(words[place : place + RUN]) for place in range(len(words) - RUN + 1)]
    return len(set(runs)) < NEW_SHARE * len(runs)

"""Pauses between attempts."""

from __future__ import annotations

from datetime import timedelta

from callscribe.attempts import doubled

FIRST, LONGEST = timedelta(seconds=0.5), timedelta(seconds=30)


def test_pauses_double_up_to_the_longest_however_often_they_do() -> None:
    assert [doubled(FIRST, times, LONGEST).total_seconds() for times in (0, 1, 2, 6, 10_000)] == [0.5, 1, 2, 30, 30]

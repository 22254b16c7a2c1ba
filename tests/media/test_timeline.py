"""Timestamps that are missing, jump or lie."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from callscribe.media.timeline import Placement, Timeline


def test_missing_timestamps_follow_each_other() -> None:
    timeline = Timeline(None, None)

    assert [timeline.place(None, 0.5) for _ in range(4)] == [Placement.APPEND] * 4
    assert timeline.end == 2


def test_a_stream_that_starts_late_begins_with_silence() -> None:
    timeline = Timeline(origin=1.4, claimed=10)

    assert timeline.place(3.4, 0.02) is Placement.AFTER_SILENCE
    assert timeline.end == 2.02


def test_a_jump_past_the_claimed_end_resets_the_clock() -> None:
    timeline = Timeline(origin=0, claimed=10)
    timeline.place(0, 1)

    assert timeline.place(50_000, 1) is Placement.APPEND
    assert timeline.place(50_001, 1) is Placement.APPEND
    assert timeline.end == 3


def test_without_a_claim_ten_minutes_of_silence_are_believed_and_hours_are_not() -> None:
    timeline = Timeline(origin=0, claimed=None)

    assert timeline.place(599, 1) is Placement.AFTER_SILENCE
    assert timeline.place(10_000, 1) is Placement.APPEND
    assert timeline.end == 601


def test_streams_glued_together_follow_each_other() -> None:
    timeline = Timeline(origin=0, claimed=None)
    for time in (0, 1, 2, 0, 1, 2):
        assert timeline.place(time, 1) is Placement.APPEND
    assert timeline.end == 6


@given(st.floats(0.9995, 1.0005), st.integers(0, 40_000))
def test_a_clock_that_runs_slow_or_fast_stays_within_the_tolerance(pace: float, frames: int) -> None:
    timeline = Timeline(origin=0, claimed=None)
    for frame in range(frames):
        timeline.place(frame * 0.02 * pace, 0.02)

    assert abs(timeline.end - frames * 0.02 * pace) < 0.15


@given(st.lists(st.tuples(st.none() | st.floats(-1e6, 1e6), st.floats(0.001, 5))), st.none() | st.floats(0.1, 1e5))
def test_time_never_runs_backwards(frames: list[tuple[float | None, float]], claimed: float | None) -> None:
    timeline = Timeline(origin=0, claimed=claimed)
    for time, seconds in frames:
        before = timeline.end
        placement = timeline.place(time, seconds)
        assert timeline.end == before if placement is Placement.DROP else timeline.end >= before

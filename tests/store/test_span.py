"""How far back a search goes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from callscribe.store.searching.span import WEEK, Span

NOW = datetime(2026, 3, 19, tzinfo=UTC)
LENGTHS = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=4000))


def days(since: int, beginning: int = 1000) -> Span:
    return Span(NOW, NOW - timedelta(days=since), NOW - timedelta(days=beginning))


def test_a_span_promises_twice_what_is_wanted() -> None:
    assert days(2).further(found=10, wanted=100) == days(40)
    assert days(2).further(found=0, wanted=100) == days(1000)
    assert days(20).further(found=10, wanted=100) == days(1000), "nearly half of it"
    assert days(0).further(found=50, wanted=100).since == NOW - 4 * WEEK


@given(LENGTHS, LENGTHS, st.integers(0, 99))
def test_whatever_is_found_it_comes_to_the_beginning_and_no_further(
    one: timedelta, other: timedelta, found: int
) -> None:
    span = Span(NOW, NOW - min(one, other), NOW - max(one, other))
    rounds = 0
    while not span.whole:
        span, before = span.further(found, 100), span
        rounds += 1
        assert span.beginning <= span.since < before.since
    assert rounds <= 60

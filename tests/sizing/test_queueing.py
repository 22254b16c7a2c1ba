"""The formulas, held against what they are exactly, against tables, and against calls that really queue."""

from __future__ import annotations

import heapq
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callscribe.sizing.queueing import erlang_c, late_wait, mean_wait


@pytest.mark.parametrize(
    ("servers", "busy", "probability"),
    # By the sum that defines it, in fractions: (a^c/c!)(c/(c-a)) / (that + sum of a^k/k!, k < c).
    [(1, 0.5, 0.5), (2, 1.0, 1 / 3), (3, 2.0, 4 / 9), (5, 4.0, 0.5541), (10, 8.0, 0.4092), (100, 90.0, 0.2170)],
)
def test_the_probability_of_waiting_is_erlangs(servers: int, busy: float, probability: float) -> None:
    assert erlang_c(servers, busy) == pytest.approx(probability, abs=1e-4)


@given(st.integers(1, 40), st.floats(0.01, 0.95))
def test_it_is_what_the_sum_says(servers: int, utilisation: float) -> None:
    busy = servers * utilisation
    last = busy**servers / math.factorial(servers) / (1 - utilisation)
    exact = last / (last + sum(busy**each / math.factorial(each) for each in range(servers)))
    assert erlang_c(servers, busy) == pytest.approx(exact, rel=1e-6, abs=1e-12)


def test_one_server_waits_as_pollaczek_and_khinchine_say() -> None:
    assert mean_wait(1, 0.5, 1.0, 1.0) == pytest.approx(1.0)
    assert mean_wait(1, 0.5, 1.0, 0.0) == pytest.approx(0.5), "half, where all calls are as long"


def test_who_gets_more_than_it_does_waits_for_ever() -> None:
    assert mean_wait(2, 2.0, 1.0, 1.0) == late_wait(2, 2.0, 1.0, 1.0) == math.inf


@pytest.mark.parametrize("variation", [0.0, 1.0])
def test_calls_that_really_queue_wait_so(variation: float) -> None:
    random = np.random.default_rng(1)
    servers, rate, service, calls = 4, 0.8, 3.5, 200_000
    arrivals = np.cumsum(random.exponential(1 / rate, calls))
    lengths = random.exponential(service, calls) if variation else np.full(calls, service)
    free = [0.0] * servers
    waits = np.empty(calls)
    for number, (arrival, length) in enumerate(zip(arrivals, lengths, strict=True)):
        begin = max(arrival, heapq.heappop(free))
        heapq.heappush(free, begin + length)
        waits[number] = begin - arrival
    assert mean_wait(servers, rate, service, variation) == pytest.approx(waits.mean(), rel=0.1)
    if variation:
        assert late_wait(servers, rate, service, variation) == pytest.approx(np.quantile(waits, 0.95), rel=0.1)

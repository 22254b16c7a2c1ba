"""How long a host has been away, by what came of asking it."""

from __future__ import annotations

import time

import pytest

from callscribe.errors import CallScribeError, LimitExceeded, MediaRefused, MediaUnavailable, Unavailable
from ingest.absences import Absences

MEMORY_SECONDS = 100.0


class Asking:
    """Asks hosts at given times, and tells how long each was away."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._absences = Absences(MEMORY_SECONDS)
        self._now = 0.0
        monkeypatch.setattr(time, "monotonic", lambda: self._now)

    def away(self, host: str, at: float) -> float:
        self._now = at
        with pytest.raises(MediaUnavailable) as raised, self._absences.noted(host):
            raise MediaUnavailable("It does not answer.")
        return at - raised.value.away_since

    def answers(self, host: str, at: float, outcome: CallScribeError | None = None) -> None:
        self._now = at
        try:
            with self._absences.noted(host):
                if outcome is not None:
                    raise outcome
        except CallScribeError as error:
            assert error is outcome  # noqa: PT017 - and nothing else


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch) -> Asking:
    return Asking(monkeypatch)


def test_an_absence_lasts_from_the_first_failure(asking: Asking) -> None:
    assert [asking.away("a.test", at) for at in (10, 20, 95, 190)] == [0, 10, 85, 180]


def test_each_host_is_away_by_itself(asking: Asking) -> None:
    asking.away("a.test", 10)
    assert asking.away("b.test", 20) == 0
    assert asking.away("a.test", 30) == 20


@pytest.mark.parametrize("outcome", [None, MediaRefused("404"), LimitExceeded("It is too large.")])
def test_an_answer_ends_it(asking: Asking, outcome: CallScribeError | None) -> None:
    asking.away("a.test", 10)
    asking.answers("a.test", 20, outcome)
    assert asking.away("a.test", 30) == 0


def test_a_failure_of_ours_does_not(asking: Asking) -> None:
    asking.away("a.test", 10)
    asking.answers("a.test", 20, Unavailable("The disk is full."))
    assert asking.away("a.test", 30) == 20


def test_what_was_long_ago_tells_nothing(asking: Asking) -> None:
    asking.away("a.test", 10)
    assert asking.away("a.test", 10 + MEMORY_SECONDS) == MEMORY_SECONDS
    assert asking.away("a.test", 11 + 2 * MEMORY_SECONDS) == 0

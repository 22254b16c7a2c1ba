"""For how long hosts have given out nothing, whichever of their recordings was asked for."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from callscribe.errors import LimitExceeded, MediaRefused, MediaUnavailable


@dataclass(frozen=True, slots=True)
class _Absence:
    since: float
    seen: float


class Absences:
    """Remembers who is away. What was seen last longer than ``memory`` seconds ago tells nothing any more."""

    def __init__(self, memory: float) -> None:
        self._memory = memory
        self._absences: dict[str, _Absence] = {}

    @contextmanager
    def noted(self, host: str) -> Iterator[None]:
        """Note what comes of asking a host: ``MediaUnavailable`` gets its ``away_since``, an answer ends an absence.

        A failure of ours says nothing of the host.
        """
        try:
            yield
        except MediaUnavailable as error:
            error.away_since = self._away_since(host)
            raise
        except (MediaRefused, LimitExceeded):
            self._absences.pop(host, None)
            raise
        self._absences.pop(host, None)

    def _away_since(self, host: str) -> float:
        now = time.monotonic()
        last = self._absences.get(host)
        since = last.since if last is not None and now - last.seen <= self._memory else now
        self._absences[host] = _Absence(since, now)
        return since

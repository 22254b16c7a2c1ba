"""How far back a search goes for the newest turns that match."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple, Self

WEEK = timedelta(weeks=1)
FEW_MORE = 3
"""How many times what is looked for may be found and need not be prevented."""


class Span(NamedTuple):
    """From the newest turn back to ``since``; ``beginning`` is before the oldest turn."""

    newest: datetime
    since: datetime
    beginning: datetime

    @property
    def whole(self) -> bool:
        """Whether no turn is before it."""
        return self.since == self.beginning

    def further(self, found: int, wanted: int) -> Self:
        """As long a span as promises twice what is wanted, by what was found in this one.

        It is the whole where nothing was found, and where that would bring few more: weeks, many of them, cost too.
        """
        longest = self.newest - self.beginning
        long = (self.newest - self.since or WEEK) * (2 * wanted / found) if found else longest
        return self._replace(since=self.beginning if long * FEW_MORE >= longest else self.newest - long)

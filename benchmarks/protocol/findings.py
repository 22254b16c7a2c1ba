"""Facts found and points right.

A point counts for one fact and a fact for one point: of two facts in one point, or one fact in two points, one counts.
So they are matched, as many as can be (Hopcroft and Karp 1973).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from benchmarks.protocol.meetings import Fact, Meeting, states

MOST_WORDS: Final = 60
"""Nobody reads a longer point of a protocol: it states nothing."""

_QUOTED: Final = re.compile(r" — «.*?»(?= |$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Tally:
    """So many of so many."""

    hits: int = 0
    total: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.hits + other.hits, self.total + other.total)

    @property
    def share(self) -> float | None:
        """``None`` of nothing."""
        return self.hits / self.total if self.total else None


def telling(texts: Sequence[str], call: Meeting) -> Tally:
    """How many of some texts state a fact of a call, or what is acceptable."""
    facts = (*call.decisions, *call.action_items, *call.acceptable)
    return Tally(sum(any(states(text, fact) for fact in facts) for text in texts), len(texts))


@dataclass(frozen=True, slots=True)
class Findings:
    """How the decisions and the action items of one protocol, or several together, compare with the facts."""

    found_decisions: Tally = Tally()
    found_action_items: Tally = Tally()
    right_decisions: Tally = Tally()
    right_action_items: Tally = Tally()

    def __add__(self, other: Findings) -> Findings:
        return Findings(
            self.found_decisions + other.found_decisions,
            self.found_action_items + other.found_action_items,
            self.right_decisions + other.right_decisions,
            self.right_action_items + other.right_action_items,
        )

    @classmethod
    def of(cls, meeting: Meeting, decisions: Sequence[str], action_items: Sequence[str]) -> Self:
        """Compare what points say, each in one text, with the facts of a meeting."""
        return cls(
            found_decisions=Tally(matches(meeting.decisions, decisions), len(meeting.decisions)),
            found_action_items=Tally(matches(meeting.action_items, action_items), len(meeting.action_items)),
            right_decisions=Tally(matches((*meeting.decisions, *meeting.acceptable), decisions), len(decisions)),
            right_action_items=Tally(
                matches((*meeting.action_items, *meeting.acceptable), action_items), len(action_items)
            ),
        )

    @property
    def recall(self) -> float | None:
        """The share of the facts that are found."""
        return (self.found_decisions + self.found_action_items).share

    @property
    def precision(self) -> float | None:
        """The share of the points that are right."""
        return (self.right_decisions + self.right_action_items).share


def matches(facts: Sequence[Fact], texts: Sequence[str]) -> int:
    """How many facts can each be given a text of its own that states it."""
    stated = np.array([[len(text.split()) <= MOST_WORDS and states(text, fact) for text in texts] for fact in facts])
    return int((maximum_bipartite_matching(csr_array(stated)) >= 0).sum()) if stated.size else 0


def unquoted(text: str) -> str:
    """What a point says without what it quotes from the sentences before."""
    return _QUOTED.sub("", text)

"""Scores of a protocol: facts found, points right, evidence shown, things invented."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.protocol.meetings import Fact, Meeting, in_words, states
from benchmarks.protocol.said import Inventions, Said
from callscribe.domain import ActionItem, Point, Protocol


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


@dataclass(frozen=True, slots=True)
class ProtocolScore:
    """How one protocol, or several together, compare with what a careful secretary would write."""

    found_decisions: Tally = Tally()
    found_action_items: Tally = Tally()
    right_decisions: Tally = Tally()
    right_action_items: Tally = Tally()
    evident: Tally = Tally()
    invented: Inventions = field(default_factory=Inventions)

    def __add__(self, other: ProtocolScore) -> ProtocolScore:
        return ProtocolScore(
            self.found_decisions + other.found_decisions,
            self.found_action_items + other.found_action_items,
            self.right_decisions + other.right_decisions,
            self.right_action_items + other.right_action_items,
            self.evident + other.evident,
            self.invented + other.invented,
        )

    @property
    def recall(self) -> float | None:
        """The share of the facts that are found."""
        return (self.found_decisions + self.found_action_items).share

    @property
    def precision(self) -> float | None:
        """The share of the points that are right."""
        return (self.right_decisions + self.right_action_items).share


def score(meeting: Meeting, said: Said, protocol: Protocol) -> ProtocolScore:
    """Score the protocol of a meeting of which this was heard."""
    decisions = [in_words(point) for point in protocol.decisions]
    items = [in_words(item) for item in protocol.action_items]
    points: list[Point | ActionItem] = [*protocol.key_points, *protocol.decisions, *protocol.action_items]
    return ProtocolScore(
        found_decisions=_found(meeting.decisions, decisions),
        found_action_items=_found(meeting.action_items, items),
        right_decisions=_right(decisions, (*meeting.decisions, *meeting.acceptable)),
        right_action_items=_right(items, (*meeting.action_items, *meeting.acceptable)),
        evident=Tally(sum(map(said.bears_out, points)), len(points)),
        invented=said.inventions(protocol),
    )


def _found(facts: Sequence[Fact], texts: Sequence[str]) -> Tally:
    return Tally(sum(any(states(text, fact) for text in texts) for fact in facts), len(facts))


def _right(texts: Sequence[str], facts: Sequence[Fact]) -> Tally:
    return Tally(sum(any(states(text, fact) for fact in facts) for text in texts), len(texts))

"""Scores of a protocol: facts found, points right, evidence shown, things invented."""

from __future__ import annotations

from dataclasses import dataclass, field

from benchmarks.protocol.findings import Findings, Tally, unquoted
from benchmarks.protocol.meetings import Meeting, in_words
from benchmarks.protocol.said import Inventions, Said
from callscribe.domain import ActionItem, Point, Protocol


@dataclass(frozen=True, slots=True)
class ProtocolScore:
    """How one protocol, or several together, compare with what a careful secretary would write.

    ``unquoted`` are the findings where nothing counts that a point quotes from the sentences before.
    """

    findings: Findings = field(default_factory=Findings)
    unquoted: Findings = field(default_factory=Findings)
    evident: Tally = field(default_factory=Tally)
    invented: Inventions = field(default_factory=Inventions)

    def __add__(self, other: ProtocolScore) -> ProtocolScore:
        return ProtocolScore(
            self.findings + other.findings,
            self.unquoted + other.unquoted,
            self.evident + other.evident,
            self.invented + other.invented,
        )


def score(meeting: Meeting, said: Said, protocol: Protocol) -> ProtocolScore:
    """Score the protocol of a meeting of which this was heard."""
    decisions = [in_words(point) for point in protocol.decisions]
    items = [in_words(item) for item in protocol.action_items]
    points: list[Point | ActionItem] = [*protocol.key_points, *protocol.decisions, *protocol.action_items]
    return ProtocolScore(
        findings=Findings.of(meeting, decisions, items),
        unquoted=Findings.of(meeting, [*map(unquoted, decisions)], [*map(unquoted, items)]),
        evident=Tally(sum(map(said.bears_out, points)), len(points)),
        invented=said.inventions(protocol),
    )

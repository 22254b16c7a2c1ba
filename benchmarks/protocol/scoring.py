"""Scores of a protocol: facts found, points right, evidence shown, words invented."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.protocol.meetings import Fact, Meeting, in_words, states
from callscribe.domain import ActionItem, Point, Protocol, Transcript
from deployments.summarizer.linguistic.grammar import normal
from deployments.summarizer.linguistic.pipelines import Morphology

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


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
    invented: tuple[str, ...] = ()

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


def score(meeting: Meeting, transcript: Transcript, protocol: Protocol, morphology: Morphology) -> ProtocolScore:
    """Score the protocol of a transcript of a meeting."""
    decisions = [in_words(point) for point in protocol.decisions]
    items = [in_words(item) for item in protocol.action_items]
    points: list[Point | ActionItem] = [*protocol.key_points, *protocol.decisions, *protocol.action_items]
    return ProtocolScore(
        found_decisions=_found(meeting.decisions, decisions),
        found_action_items=_found(meeting.action_items, items),
        right_decisions=_right(decisions, (*meeting.decisions, *meeting.acceptable)),
        right_action_items=_right(items, (*meeting.action_items, *meeting.acceptable)),
        evident=Tally(sum(_shows_evidence(point, transcript) for point in points), len(points)),
        invented=tuple(word for point in points for word in _invented(point, transcript, morphology)),
    )


def _found(facts: Sequence[Fact], texts: Sequence[str]) -> Tally:
    return Tally(sum(any(states(text, fact) for text in texts) for fact in facts), len(facts))


def _right(texts: Sequence[str], facts: Sequence[Fact]) -> Tally:
    return Tally(sum(any(states(text, fact) for fact in facts) for text in texts), len(texts))


def _shows_evidence(point: Point | ActionItem, transcript: Transcript) -> bool:
    """Whether a point cites seconds, and each is the beginning of a word that was said."""
    starts = {word.start for turn in transcript.turns for word in turn.words}
    return bool(point.at) and set(point.at) <= starts


def _invented(point: Point | ActionItem, transcript: Transcript, morphology: Morphology) -> list[str]:
    """Words that were not said, in no form: names, numbers and dates are among them."""
    said = {word for turn in transcript.turns for word in _words(turn.text)}
    lemmas = frozenset().union(*map(morphology.lemmas, said))
    labels = {"спикер", "speaker", *map(str, transcript.speakers)}
    return [
        word for word in _words(in_words(point)) if word not in said | labels and not morphology.lemmas(word) & lemmas
    ]


def _words(text: str) -> list[str]:
    return [normal(word) for word in _WORD.findall(text)]

"""What is left of an LLM's answer when every point of it has been held against the call."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from callscribe.domain import ActionItem, Point
from deployments.summarizer.llm.proof import Proof
from deployments.summarizer.llm.schema import Digest, Notes

ENOUGH_STANDS = 0.5
"""Of a summary's sentences at least so many must be borne out: what is left of fewer is no summary."""


@dataclass(frozen=True, slots=True)
class Proven:
    """Sentences and points that the call bears out; how many it does not, and how many of these were sentences."""

    summary: tuple[str, ...] = ()
    key_points: tuple[Point, ...] = ()
    decisions: tuple[Point, ...] = ()
    action_items: tuple[ActionItem, ...] = ()
    rejected: int = 0
    unproven_sentences: int = 0

    @property
    def says_anything(self) -> bool:
        """Whether anything stands."""
        return any((self.summary, self.key_points, self.decisions, self.action_items))

    @property
    def has_summary(self) -> bool:
        """Whether enough sentences stand to be a summary."""
        said = len(self.summary) + self.unproven_sentences
        return bool(self.summary) and len(self.summary) >= ENOUGH_STANDS * said


def prove(answer: Notes | Digest, proof: Proof) -> Proven:
    """Hold everything that an answer says against the call."""
    sentences, unproven = proof.summary(answer.summary)
    key_points = [proof.point(said) for said in answer.key_points]
    decisions = [proof.decision(said) for said in answer.decisions] if isinstance(answer, Notes) else []
    items = [proof.item(said) for said in answer.action_items] if isinstance(answer, Notes) else []
    return Proven(
        tuple(sentences),
        tuple(_standing(key_points)),
        tuple(_standing(decisions)),
        tuple(item for item in items if item),
        unproven + sum(point is None for point in (*key_points, *decisions, *items)),
        unproven,
    )


def joined(parts: Sequence[Proven]) -> Proven:
    """Several parts' as one, in their order."""
    return Proven(
        tuple(sentence for part in parts for sentence in part.summary),
        tuple(point for part in parts for point in part.key_points),
        tuple(point for part in parts for point in part.decisions),
        tuple(item for part in parts for item in part.action_items),
        sum(part.rejected for part in parts),
        sum(part.unproven_sentences for part in parts),
    )


def digested(parts: Sequence[Proven], digest: Proven) -> Proven:
    """The parts' decisions and tasks with a digest's summary and key points; without the digest's where it has none."""
    whole = joined(parts)
    own = digest if digest.has_summary else whole
    return Proven(
        own.summary,
        digest.key_points or whole.key_points,
        whole.decisions,
        whole.action_items,
        whole.rejected + digest.rejected,
        own.unproven_sentences,
    )


def _standing(points: Iterable[Point | None]) -> Iterable[Point]:
    return (point for point in points if point)

"""The LLM's proven points joined with the linguistic ones, of which none is ever lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from rapidfuzz import fuzz

from callscribe.domain import ActionItem, Point
from deployments.summarizer.llm.prompt import numbers_at
from deployments.summarizer.llm.proof import Proof

SAME_WORDS = 0.6
"""Two points said near each other are one if the shorter has so many of its words from the other."""
SAME_SPELLING = 90
"""Or wherever they were said, if they are spelled so alike (rapidfuzz's token_sort_ratio)."""
SAME_PLACE = 2
"""Lines between two points that were said near each other."""

Said = TypeVar("Said", Point, ActionItem)


class Merging:
    """Joins what two layers say of one call."""

    def __init__(self, proof: Proof) -> None:
        self._proof = proof

    def points(self, linguistic: Sequence[Point], proven: Sequence[Point]) -> tuple[Point, ...]:
        """Join points; an LLM's wording wins where it says the same of the same."""
        return self._joined(linguistic, proven, _point_text, self._one_point)

    def items(self, linguistic: Sequence[ActionItem], proven: Sequence[ActionItem]) -> tuple[ActionItem, ...]:
        """Join tasks; the linguistic owner and due win, since they were made of the words said."""
        return self._joined(linguistic, proven, _task, self._one_item)

    def _joined(
        self,
        linguistic: Sequence[Said],
        proven: Sequence[Said],
        text: Callable[[Said], str],
        one: Callable[[Said, Said], Said],
    ) -> tuple[Said, ...]:
        together = list(linguistic)
        for point in proven:
            place = next((place for place, other in enumerate(together) if self._same(point, other, text)), None)
            if place is None:
                together.append(point)
            else:
                together[place] = one(together[place], point)
        return tuple(sorted(together, key=lambda said: said.at[:1]))

    def _same(self, one: Said, other: Said, text: Callable[[Said], str]) -> bool:
        if fuzz.token_sort_ratio(text(one), text(other)) >= SAME_SPELLING:
            return True
        return self._near(one.at, other.at) and self._proof.likeness.alike(text(one), text(other)) >= SAME_WORDS

    def _near(self, one: Sequence[float], other: Sequence[float]) -> bool:
        ours, theirs = (numbers_at(at, self._proof.ground.lines) for at in (one, other))
        return any(abs(first - second) <= SAME_PLACE for first in ours for second in theirs)

    def _one_point(self, first: Point, second: Point) -> Point:
        return Point(self._wording(first.text, second.text), _seconds(first.at, second.at))

    def _one_item(self, first: ActionItem, second: ActionItem) -> ActionItem:
        if first.owner and second.owner and first.owner != second.owner:
            return first
        return replace(
            first,
            task=self._wording(first.task, second.task),
            owner=first.owner or second.owner,
            due=first.due or second.due,
            at=_seconds(first.at, second.at),
        )

    def _wording(self, first: str, second: str) -> str:
        return second if self._proof.likeness.agree(second, first) else first


def _point_text(point: Point) -> str:
    return point.text


def _task(item: ActionItem) -> str:
    return item.task


def _seconds(*evidence: Iterable[float]) -> tuple[float, ...]:
    return tuple(sorted({second for at in evidence for second in at}))

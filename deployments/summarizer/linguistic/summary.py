"""The summary: what was decided, what is to be done, and what else was said of weight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from callscribe.domain import ActionItem, Point
from deployments.summarizer.brevity import fitting

OF_A_KIND = 5
"""So many decisions, tasks and statements at most: a summary that lists everything sums nothing up."""

Outcomes = Sequence[tuple[float, Point | ActionItem]]
"""Decisions or tasks in the order in which they were said, each with its worth to a summary."""


def summary(decisions: Outcomes, items: Outcomes, statements: Sequence[Point]) -> str:
    """Say the decisions, the tasks and the statements, each kind in its order; of too many, those of most worth."""
    points = [*_chosen(decisions), *_chosen(items), *statements]
    return " ".join(fitting(map(_sentence, points)))


def _chosen(outcomes: Outcomes) -> Iterator[Point | ActionItem]:
    places = sorted(range(len(outcomes)), key=lambda place: -outcomes[place][0])[:OF_A_KIND]
    return (outcomes[place][1] for place in sorted(places))


def _sentence(point: Point | ActionItem) -> str:
    """A point as a sentence: «Прислать смету (Мария, до среды).»."""
    match point:
        case Point(text=text):
            return _ended(text)
        case ActionItem():
            return _ended(point.in_words)


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."

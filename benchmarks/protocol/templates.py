"""``python -m benchmarks.protocol.templates [FOLDER…]``: what templates make of key points without an LLM.

Of every labelled call that is no meeting: the key points as of a meeting and as of its own kind, how many of them are
on the kind's topic and how many state a labelled fact, and which ones the template has brought and driven out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from benchmarks.protocol.findings import Tally
from benchmarks.protocol.meetings import WORKED_ON, Meeting, load_meetings, states
from callscribe.domain import Brief, Template
from callscribe.models import Installation
from callscribe.settings import Settings
from deployments.summarizer.linguistic.engine import LinguisticEngine
from deployments.summarizer.templates import TemplateContent

_BEGINNING = 5
"""Letters."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A call's key points, as of a meeting and as of its own kind."""

    call: Meeting
    plain: tuple[str, ...]
    biased: tuple[str, ...]

    @property
    def plain_telling(self) -> Tally:
        """How many of the points as of a meeting state a labelled fact."""
        return _telling(self.plain, self.call)

    @property
    def biased_telling(self) -> Tally:
        """How many of the points as of its own kind state a labelled fact."""
        return _telling(self.biased, self.call)

    @property
    def plain_on_topic(self) -> Tally:
        """How many of the points as of a meeting have a word of the topic of its own kind."""
        return _on_topic(self.plain, self.call)

    @property
    def biased_on_topic(self) -> Tally:
        """How many of the points as of its own kind have a word of its topic."""
        return _on_topic(self.biased, self.call)


def compare(call: Meeting, engine: LinguisticEngine) -> Comparison:
    """Make both protocols of a call."""
    return Comparison(call, _key_points(call, Template.MEETING, engine), _key_points(call, call.template, engine))


def main(
    folders: Annotated[list[Path] | None, typer.Argument(help="More folders with labelled calls.")] = None,
) -> None:
    """Show what templates change."""
    console = Console()
    engine = LinguisticEngine(Installation(Settings().models_path))
    calls = [call for call in load_meetings([*WORKED_ON, *(folders or ())]) if call.template is not Template.MEETING]
    compared = [compare(call, engine) for call in calls]
    for one in compared:
        _show(console, one)
    plain = reduce(add, (one.plain_telling for one in compared), Tally())
    biased = reduce(add, (one.biased_telling for one in compared), Tally())
    console.print(f"key points that state a fact: {_cell(plain)} as meetings, {_cell(biased)} by their templates")
    plain = reduce(add, (one.plain_on_topic for one in compared), Tally())
    biased = reduce(add, (one.biased_on_topic for one in compared), Tally())
    console.print(f"key points on the topic: {_cell(plain)} as meetings, {_cell(biased)} by their templates")


def _key_points(call: Meeting, template: Template, engine: LinguisticEngine) -> tuple[str, ...]:
    protocol = engine.summarize(Brief(call.transcript, template=template))
    return tuple(point.text for point in protocol.key_points)


def _telling(points: Sequence[str], call: Meeting) -> Tally:
    facts = (*call.decisions, *call.action_items, *call.acceptable)
    return Tally(sum(any(states(point, fact) for fact in facts) for point in points), len(points))


def _on_topic(points: Sequence[str], call: Meeting) -> Tally:
    """By the letters with which the topic's words begin, whatever their form."""
    topic = TemplateContent.load(call.transcript.language, call.template).topic
    begun = re.compile("|".join(rf"\b{re.escape(lemma[:_BEGINNING])}" for lemma in topic), re.IGNORECASE)
    return Tally(sum(begun.search(point) is not None for point in points), len(points))


def _show(console: Console, one: Comparison) -> None:
    counts = f"{_cell(one.plain_telling)} → {_cell(one.biased_telling)} state a fact"
    console.print(f"[bold]{one.call.name}[/] as {one.call.template}: {counts}")
    for sign, points, others in (("−", one.plain, one.biased), ("+", one.biased, one.plain)):
        for point in points:
            if point not in others:
                console.print(f"  {sign} {escape(point)}", soft_wrap=True)


def _cell(tally: Tally) -> str:
    return f"{tally.hits} of {tally.total}"


if __name__ == "__main__":
    typer.run(main)

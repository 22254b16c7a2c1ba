"""``python -m benchmarks.protocol.templates [FOLDER…]``: what templates make of key points without an LLM.

Of every labelled call that is no meeting: the key points as of a meeting and as of its own kind, how many of them are
on the kind's topic and how many state a labelled fact, and which ones the template has brought and driven out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import add
from pathlib import Path
from typing import Annotated, Self

import typer
from rich.console import Console
from rich.markup import escape

from benchmarks.protocol.findings import Tally, telling
from benchmarks.protocol.meetings import WORKED_ON, Meeting, load_meetings
from callscribe.domain import Brief, Template
from callscribe.models import Installation
from callscribe.settings import Settings
from deployments.summarizer.linguistic.engine import LinguisticEngine
from deployments.summarizer.templates import TemplateContent

BEGINNING = 5
"""Letters of a word that tell it from others, whatever its form."""


@dataclass(frozen=True, slots=True)
class KeyPoints:
    """A call's key points, as of some kind of call."""

    call: Meeting
    texts: tuple[str, ...]

    @classmethod
    def of(cls, call: Meeting, template: Template, engine: LinguisticEngine) -> Self:
        """Make the protocol of a call as of that kind."""
        protocol = engine.summarize(Brief(call.transcript, template=template))
        return cls(call, tuple(point.text for point in protocol.key_points))

    @property
    def telling(self) -> Tally:
        """How many state a labelled fact."""
        return telling(self.texts, self.call)

    @property
    def on_topic(self) -> Tally:
        """How many have a word of the topic of the call's own kind, by the letters with which it begins."""
        topic = TemplateContent.load(self.call.transcript.language, self.call.template).topic
        begun = re.compile("|".join(rf"\b{re.escape(lemma[:BEGINNING])}" for lemma in topic), re.IGNORECASE)
        return Tally(sum(begun.search(text) is not None for text in self.texts), len(self.texts))


@dataclass(frozen=True, slots=True)
class Comparison:
    """A call's key points, as of a meeting and as of its own kind."""

    call: Meeting
    plain: KeyPoints
    biased: KeyPoints


def compare(call: Meeting, engine: LinguisticEngine) -> Comparison:
    """Make both protocols of a call."""
    as_meeting, by_template = (KeyPoints.of(call, template, engine) for template in (Template.MEETING, call.template))
    return Comparison(call, as_meeting, by_template)


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
    plain, biased = [one.plain for one in compared], [one.biased for one in compared]
    _tell(console, "state a fact", (one.telling for one in plain), (one.telling for one in biased))
    _tell(console, "are on the topic", (one.on_topic for one in plain), (one.on_topic for one in biased))


def _tell(console: Console, what: str, plain: Iterable[Tally], biased: Iterable[Tally]) -> None:
    as_meetings, by_templates = (reduce(add, tallies, Tally()) for tallies in (plain, biased))
    console.print(f"key points that {what}: {_cell(as_meetings)} as meetings, {_cell(by_templates)} by their templates")


def _show(console: Console, one: Comparison) -> None:
    counts = f"{_cell(one.plain.telling)} → {_cell(one.biased.telling)} state a fact"
    console.print(f"[bold]{one.call.name}[/] as {one.call.template}: {counts}")
    for sign, points, others in (("−", one.plain, one.biased), ("+", one.biased, one.plain)):
        for point in points.texts:
            if point not in others.texts:
                console.print(f"  {sign} {escape(point)}", soft_wrap=True)


def _cell(tally: Tally) -> str:
    return f"{tally.hits} of {tally.total}"


if __name__ == "__main__":
    typer.run(main)

"""``python -m benchmarks.protocol.salience [FOLDER…]``: what the linguistic layer makes of labelled calls' sentences.

How many of the summary's sentences, of the key points, of the call's sentences and of its longest ones state a labelled
fact; and how many facts stand in the first of ten windows by the order in which an LLM reads them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.protocol.findings import Tally, telling
from benchmarks.protocol.meetings import WORKED_ON, Fact, Meeting, load_meetings, states
from callscribe.domain import Brief, Protocol
from callscribe.models import Installation
from callscribe.settings import Settings
from callscribe.transcript.sentences import asks, sentences
from deployments.summarizer.linguistic.engine import LinguisticEngine, seconds_of
from deployments.summarizer.linguistic.salience import MIN_WORDS, turn_weights
from deployments.summarizer.llm.lines import lines_of
from deployments.summarizer.llm.windows import Window, by_salience, divided

WINDOWS, FIRST = 10, 3
"""Into how many windows a call is cut, and how many of them are read before the time is up."""


def main(
    folders: Annotated[list[Path] | None, typer.Argument(help="More folders with labelled calls.")] = None,
) -> None:
    """Show the shares."""
    console = Console()
    engine = LinguisticEngine(Installation(Settings().models_path))
    tallies: dict[str, Tally] = {}
    for call in load_meetings([*WORKED_ON, *(folders or ())]):
        for name, tally in measured(call, engine.summarize(Brief(call.transcript, template=call.template))).items():
            tallies[name] = tallies.get(name, Tally()) + tally
    for name, tally in tallies.items():
        console.print(f"{name}: {tally.hits} of {tally.total}, {tally.share:.3f}")


def measured(call: Meeting, protocol: Protocol) -> Mapping[str, Tally]:
    """What states a fact, and which facts are read first."""
    listed = seconds_of(protocol.decisions, protocol.action_items)
    said = [one for one in sentences(call.transcript) if len(one.text.split()) >= MIN_WORDS and not asks(one.text)]
    unlisted = [one.text for one in said if one.start not in listed]
    longest = sorted(unlisted, key=lambda text: -len(text.split()))[: len(protocol.key_points)]
    return {
        "the summary's sentences that state a fact": telling(_sentences(protocol.summary), call),
        "all sentences that state a fact": telling([one.text for one in said], call),
        "key points that state a fact": telling([point.text for point in protocol.key_points], call),
        "the longest sentences that no decision or task quotes": telling(longest, call),
        "all sentences that no decision or task quotes": telling(unlisted, call),
        f"facts in the {FIRST} of {WINDOWS} windows that are read first": _read_first(call, protocol),
    }


def _sentences(text: str) -> list[str]:
    return [part for part in text.replace("… ", ". ").split(". ") if part]


def _read_first(call: Meeting, protocol: Protocol) -> Tally:
    """How many facts stand in the windows that are read first."""
    windows = divided(lines_of(call.transcript), WINDOWS)
    first = by_salience(windows, turn_weights(call.transcript, protocol))[:FIRST]
    facts = (*call.decisions, *call.action_items)
    return Tally(sum(_window_of(fact, windows) in first for fact in facts), len(facts))


def _window_of(fact: Fact, windows: Sequence[Window]) -> Window:
    """The window of the line that has most of a fact's stems, the first of equals."""
    return max(windows, key=lambda window: max(sum(states(line.text, (stem,)) for stem in fact) for line in window))


if __name__ == "__main__":
    typer.run(main)

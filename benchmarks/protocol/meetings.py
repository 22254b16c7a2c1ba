"""Labelled meetings: what was said, and what a careful secretary would write into the protocol.

A fact is a list of stems; it is found where every one of them occurs in one point: its text, its owner, its due.
``a|b`` stands for either.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from callscribe.domain import ActionItem, Language, Point, Template, Transcript, Turn, Word

MEETINGS = Path(__file__).parent / "meetings"
STUDIED = Path(__file__).parent / "studied"
"""Meetings that were kept apart until patterns were improved on what had been missed in them."""
WORKED_ON = (MEETINGS, STUDIED)
TRAINING = Path(__file__).parent / "training"
KINDS = ("decisions", "action_items", "acceptable")

Fact = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fact was said: the turns, from 0, and their words, first those in which it was promised or decided."""

    turns: tuple[int, ...]
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting, what kind of call it is, and its facts; ``acceptable`` ones are no error, and are not asked for.

    ``places`` are those of the facts of each kind, in their order; none where a meeting is only there to be measured.
    """

    name: str
    transcript: Transcript
    template: Template
    decisions: tuple[Fact, ...]
    action_items: tuple[Fact, ...]
    acceptable: tuple[Fact, ...]
    places: Mapping[str, tuple[Place, ...]]


def load_meetings(folders: Iterable[Path]) -> list[Meeting]:
    """Read every labelled meeting of some folders that has facts."""
    paths = (path for folder in folders for path in sorted(folder.glob("*.json")))
    truths = (json.loads(path.read_text(encoding="utf-8")) for path in paths)
    return [_meeting(truth) for truth in truths if "facts" in truth]


def _meeting(truth: dict[str, object]) -> Meeting:
    facts = truth["facts"]
    assert isinstance(facts, dict)  # noqa: S101 - the format
    decisions, action_items, acceptable = (tuple(map(tuple, facts.get(kind, ()))) for kind in KINDS)
    template = Template(str(truth.get("template", Template.MEETING)))
    transcript, places = transcript_of(truth), _places(truth)
    return Meeting(str(truth["name"]), transcript, template, decisions, action_items, acceptable, places)


def _places(truth: dict[str, object]) -> dict[str, tuple[Place, ...]]:
    evidence, quotes = truth.get("evidence", {}), truth.get("quotes", {})
    assert isinstance(evidence, dict)  # noqa: S101 - the format
    assert isinstance(quotes, dict)  # noqa: S101
    return {
        kind: tuple(
            Place(tuple(turns), tuple(words))
            for turns, words in zip(evidence[kind], quotes.get(kind) or [()] * len(evidence[kind]), strict=True)
        )
        for kind in evidence
    }


def transcript_of(truth: dict[str, object]) -> Transcript:
    """Make the transcript that a perfect recognizer would give: the words spread evenly over their turn."""
    turns = truth["turns"]
    assert isinstance(turns, list)  # noqa: S101 - the format
    numbers = {label: number for number, label in enumerate(dict.fromkeys(turn["speaker"] for turn in turns), start=1)}
    return Transcript(Language(str(truth["language"])), tuple(_turn(turn, numbers[turn["speaker"]]) for turn in turns))


def _turn(turn: dict[str, object], speaker: int) -> Turn:
    start, end, texts = float(str(turn["start"])), float(str(turn["end"])), str(turn["text"]).split()
    step = (end - start) / max(len(texts), 1)
    words = (Word(start + place * step, start + (place + 1) * step, text, 1.0) for place, text in enumerate(texts))
    return Turn(start, end, speaker, tuple(words))


def in_words(point: Point | ActionItem) -> str:
    """All that a point says, as one text."""
    match point:
        case Point(text=text):
            return text
        case ActionItem(task=task, owner=owner, due=due):
            return " ".join(part for part in (task, owner, due) if part)


def states(text: str, fact: Fact) -> bool:
    """Whether a text holds every stem of a fact."""
    folded = _folded(text)
    return all(any(_folded(stem) in folded for stem in stems.split("|")) for stems in fact)


def _folded(text: str) -> str:
    return text.lower().replace("ё", "е")

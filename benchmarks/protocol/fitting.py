"""``python -m benchmarks.protocol.fitting [FOLDER…]``: fit the judges of the linguistic layer to labelled meetings.

First those of sentences, which find candidates; then those of candidates, whose sentences are judged by what other
meetings have taught. Prints what they reach on meetings that they were not fitted to, then writes ``judges.json``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.protocol.findings import MOST_WORDS, Findings, unquoted
from benchmarks.protocol.labels import Lesson
from benchmarks.protocol.learning import FOLDS, Course
from benchmarks.protocol.logistic import fitted
from benchmarks.protocol.meetings import STUDIED, TRAINING, WORKED_ON, Fact, Meeting, in_words, load_meetings, states
from callscribe.domain import Brief
from callscribe.models import Installation
from callscribe.settings import Settings
from deployments.summarizer.linguistic import judging
from deployments.summarizer.linguistic.engine import Analysis, LinguisticEngine, action_item
from deployments.summarizer.linguistic.finder import Kind
from deployments.summarizer.linguistic.judging import Judge, Judges, PointJudges, SentenceJudges

STRENGTH = 1.0
"""The inverse strength of regularization (scikit-learn's C), chosen by leaving meetings out."""
THRESHOLDS = {Kind.TASK: 0.37, Kind.DECISION: 0.46}
"""Where recall and precision are both good."""
SHORT = {Kind.TASK: 0.38, Kind.DECISION: 0.42}
"""The same where patterns find alone."""
SAID = {"chance", "best chance", "chance of the other kind"}
"""Features of what the finder thinks."""
NEVER = Judge(threshold=2.0, bias=0.0, weights={})
DEAF = SentenceJudges(tasks=NEVER, decisions=NEVER, owners=NEVER, links=NEVER)
"""The judges of sentences by which patterns find alone."""
TRIED = (0.0, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A point that might be made, its features, and whether it is right."""

    meeting: Meeting
    text: str
    features: Mapping[str, float]
    right: bool


def main(
    folders: Annotated[list[Path] | None, typer.Argument(help="More folders with labelled meetings.")] = None,
) -> None:
    """Fit all judges, say how well they do on meetings left out, and write their weights."""
    console = Console()
    engine = LinguisticEngine(Installation(Settings().models_path))
    analyses = [
        (one, engine.analyse(Brief(one.transcript))) for one in load_meetings([*WORKED_ON, TRAINING, *(folders or ())])
    ]
    lessons = [Lesson.of(meeting, analysis.conversation, analysis.people) for meeting, analysis in analyses]
    course = Course(lessons)
    others = course.left_out()
    found = [(one.meeting, Analysis.of(one.conversation, one.people, others[one.meeting.name])) for one in lessons]
    candidates = _candidates_of(found, engine)
    _report(console, [meeting for meeting, _ in found], candidates)
    judges = Judges(
        made_by="python -m benchmarks.protocol.fitting",
        sentences=course.learnt(),
        talks=_judges(candidates, THRESHOLDS),
        short=_judges(_of_patterns(lessons, engine), SHORT),
    )
    path = Path(judging.__file__).with_name("judges.json")
    path.write_text(judges.model_dump_json(indent=1) + "\n", encoding="utf-8")
    console.print(f"The weights are in {path.name}.")


def _candidates_of(found: Sequence[tuple[Meeting, Analysis]], engine: LinguisticEngine) -> dict[Kind, list[Candidate]]:
    return {
        Kind.TASK: [candidate for one in found for candidate in _commitments(*one, engine)],
        Kind.DECISION: [candidate for one in found for candidate in _decisions(*one, engine)],
    }


def _of_patterns(lessons: Sequence[Lesson], engine: LinguisticEngine) -> dict[Kind, list[Candidate]]:
    """What patterns alone find in the meetings that they were made on."""
    later = {meeting.name for meeting in load_meetings([STUDIED, TRAINING])}
    known = [one for one in lessons if one.meeting.name not in later]
    found = [(one.meeting, Analysis.of(one.conversation, one.people, DEAF)) for one in known]
    return {
        kind: [replace(one, features={name: one.features[name] for name in one.features.keys() - SAID}) for one in ones]
        for kind, ones in _candidates_of(found, engine).items()
    }


def _judges(candidates: Mapping[Kind, Sequence[Candidate]], thresholds: Mapping[Kind, float]) -> PointJudges:
    judges = {kind: _judge(ones, thresholds[kind]) for kind, ones in candidates.items()}
    return PointJudges(commitments=judges[Kind.TASK], decisions=judges[Kind.DECISION])


def _judge(candidates: Sequence[Candidate], threshold: float) -> Judge:
    return fitted([(one.features, one.right) for one in candidates], STRENGTH, threshold)


def left_out(candidates: Sequence[Candidate]) -> list[tuple[float, Candidate]]:
    """Each candidate with its probability, by a judge that has not seen its meeting."""
    names = sorted({one.meeting.name for one in candidates})
    weighed: list[tuple[float, Candidate]] = []
    for fold in range(FOLDS):
        left = set(names[fold::FOLDS])
        judge = _judge([one for one in candidates if one.meeting.name not in left], 0.0)
        weighed += [(judge.probability(one.features), one) for one in candidates if one.meeting.name in left]
    return weighed


def _report(console: Console, meetings: Sequence[Meeting], candidates: Mapping[Kind, Sequence[Candidate]]) -> None:
    weighed = [(kind, chance, one) for kind, ones in candidates.items() for chance, one in left_out(ones)]
    seen = {meeting.name for meeting in load_meetings(WORKED_ON)}
    for title, kept in (("that patterns were improved on", True), ("others", False)):
        chosen = [meeting for meeting in meetings if (meeting.name in seen) is kept]
        console.print(f"{len(chosen)} meetings {title}, an eighth left out in turn:")
        for threshold in TRIED:
            texts = [(kind, one.meeting.name, one.text) for kind, chance, one in weighed if chance >= threshold]
            own = [(kind, name, unquoted(text)) for kind, name, text in texts]
            console.print(f"  from {threshold}: {_figures(chosen, texts)}; without quotations {_figures(chosen, own)}")


def _figures(meetings: Sequence[Meeting], texts: Sequence[tuple[Kind, str, str]]) -> str:
    """How well the points that are kept, each by its kind and its meeting's name, state the facts."""
    found = Findings()
    for meeting in meetings:
        said = {kind: [text for of, name, text in texts if (of, name) == (kind, meeting.name)] for kind in Kind}
        found += Findings.of(meeting, said[Kind.DECISION], said[Kind.TASK])
    return f"recall {found.recall or 0:.3f}, precision {found.precision or 0:.3f}"


def _commitments(meeting: Meeting, analysis: Analysis, engine: LinguisticEngine) -> list[Candidate]:
    language = meeting.transcript.language
    wording = engine.wording(language)
    texts = [in_words(action_item(one, analysis.people, wording, language)) for one in analysis.commitments]
    features = [analysis.features.of_commitment(one) for one in analysis.commitments]
    return _candidates(meeting, texts, features, meeting.action_items)


def _decisions(meeting: Meeting, analysis: Analysis, engine: LinguisticEngine) -> list[Candidate]:
    wording = engine.wording(meeting.transcript.language)
    texts = [in_words(wording.decision(one)) for one in analysis.decisions]
    features = [analysis.features.of_decision(one) for one in analysis.decisions]
    return _candidates(meeting, texts, features, meeting.decisions)


def _candidates(
    meeting: Meeting, texts: Sequence[str], features: Sequence[Mapping[str, float]], facts: Sequence[Fact]
) -> list[Candidate]:
    """A candidate is right where it states a fact of its kind, or an acceptable one."""
    right = (*facts, *meeting.acceptable)
    return [
        Candidate(meeting, text, figures, _short(text) and any(states(text, fact) for fact in right))
        for text, figures in zip(texts, features, strict=True)
    ]


def _short(text: str) -> bool:
    """Whether anybody would read it."""
    return len(text.split()) <= MOST_WORDS


if __name__ == "__main__":
    typer.run(main)

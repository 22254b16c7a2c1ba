"""``python -m benchmarks.protocol.fitting [FOLDER…]``: fit the judges of the linguistic layer to labelled meetings.

Prints what they reach on meetings that they were not fitted to (each left out in turn), then writes ``judges.json``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from benchmarks.protocol.meetings import MEETINGS, Fact, Meeting, in_words, load_meetings, states
from callscribe.domain import Brief
from callscribe.models import Installation
from callscribe.settings import Settings
from deployments.summarizer.linguistic import judging
from deployments.summarizer.linguistic.engine import Analysis, LinguisticEngine, action_item
from deployments.summarizer.linguistic.judging import Judge, Judges

REGULARIZATION = 1.0
"""The inverse strength (scikit-learn's C), chosen by leaving meetings out."""
THRESHOLDS = {"commitments": 0.38, "decisions": 0.42}
"""Where recall and precision are both near their targets on meetings left out."""
DIGITS = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A point that might be made, its features, and whether it is right."""

    meeting: str
    text: str
    features: Mapping[str, float]
    right: bool


def main(
    folders: Annotated[list[Path] | None, typer.Argument(help="More folders with labelled meetings.")] = None,
) -> None:
    """Fit both judges, say how well they do on meetings left out, and write their weights."""
    console = Console()
    meetings = load_meetings([MEETINGS, *(folders or ())])
    engine = LinguisticEngine(Installation(Settings().models_path))
    found = [(meeting, engine.analyse(Brief(meeting.transcript))) for meeting in meetings]
    kinds: dict[str, tuple[list[Candidate], Callable[[Meeting], Sequence[Fact]]]] = {
        "commitments": (
            [candidate for meeting, analysis in found for candidate in _commitments(meeting, analysis, engine)],
            lambda meeting: meeting.action_items,
        ),
        "decisions": (
            [candidate for meeting, analysis in found for candidate in _decisions(meeting, analysis, engine)],
            lambda meeting: meeting.decisions,
        ),
    }
    for kind, (candidates, facts) in kinds.items():
        _report(console, kind, candidates, [(meeting.name, fact) for meeting in meetings for fact in facts(meeting)])
    judges = Judges(
        made_by="python -m benchmarks.protocol.fitting",
        **{kind: fitted(candidates, THRESHOLDS[kind]) for kind, (candidates, _) in kinds.items()},
    )
    path = Path(judging.__file__).with_name("judges.json")
    path.write_text(judges.model_dump_json(indent=1) + "\n", encoding="utf-8")
    console.print(f"The weights are in {path.name}.")


def fitted(candidates: Sequence[Candidate], threshold: float) -> Judge:
    """Fit a judge to all candidates."""
    vectorizer, model = _fit(candidates)
    weights = zip(vectorizer.get_feature_names_out(), model.coef_[0], strict=True)
    return Judge(
        threshold=threshold,
        bias=round(float(model.intercept_[0]), DIGITS),
        weights={str(name): round(float(weight), DIGITS) for name, weight in weights},
    )


def _fit(candidates: Sequence[Candidate]) -> tuple[DictVectorizer, LogisticRegression]:
    vectorizer = DictVectorizer()
    features = vectorizer.fit_transform([candidate.features for candidate in candidates])
    model = LogisticRegression(C=REGULARIZATION, max_iter=2000)
    return vectorizer, model.fit(features, [candidate.right for candidate in candidates])


def left_out(candidates: Sequence[Candidate]) -> NDArray[np.float64]:
    """The probability of each candidate by a judge that has not seen its meeting."""
    probabilities = np.zeros(len(candidates))
    for meeting in {candidate.meeting for candidate in candidates}:
        vectorizer, model = _fit([candidate for candidate in candidates if candidate.meeting != meeting])
        places = [place for place, candidate in enumerate(candidates) if candidate.meeting == meeting]
        rows = vectorizer.transform([candidates[place].features for place in places])
        probabilities[places] = model.predict_proba(rows)[:, 1]
    return probabilities


def _report(console: Console, kind: str, candidates: Sequence[Candidate], facts: Sequence[tuple[str, Fact]]) -> None:
    probabilities = left_out(candidates)
    console.print(f"{kind}, each meeting left out in turn:")
    for threshold in (0.0, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55):
        kept = [one for one, probability in zip(candidates, probabilities, strict=True) if probability >= threshold]
        found = sum(any(one.meeting == name and states(one.text, fact) for one in kept) for name, fact in facts)
        right = sum(one.right for one in kept)
        console.print(f"  from {threshold}: recall {found / len(facts):.3f}, precision {right / max(len(kept), 1):.3f}")


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
        Candidate(meeting.name, text, figures, any(states(text, fact) for fact in right))
        for text, figures in zip(texts, features, strict=True)
    ]


if __name__ == "__main__":
    typer.run(main)

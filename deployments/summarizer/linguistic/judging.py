"""The judge: how likely something is what it seems, by what labelled meetings have shown of its features.

Logistic regression. Its weights are fitted by ``python -m benchmarks.protocol.fitting``; here they are only read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.resources import files
from math import exp, log
from typing import Self, TypeVar

from pydantic import BaseModel, ConfigDict

Candidate = TypeVar("Candidate")

_SURE = 1e-4
"""Nothing is thought surer than this from either end."""


class Judge(BaseModel):
    """P(candidate is one) = σ(bias + Σ weight · feature); unknown features weigh nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    threshold: float
    bias: float
    weights: Mapping[str, float]

    def probability(self, features: Mapping[str, float]) -> float:
        """Give the probability."""
        total = self.bias + sum(self.weights.get(name, 0.0) * figure for name, figure in features.items())
        return 1 / (1 + exp(-total))

    def believed(self, candidates: Iterable[tuple[Candidate, Mapping[str, float]]]) -> list[tuple[float, Candidate]]:
        """Choose by their features those that are likely enough, each with its probability."""
        weighed = ((self.probability(features), candidate) for candidate, features in candidates)
        return [(chance, candidate) for chance, candidate in weighed if chance >= self.threshold]


class SentenceJudges(BaseModel):
    """Whether a sentence says a task, whether a decision, who owes its task, and which earlier ones belong to it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tasks: Judge
    decisions: Judge
    owners: Judge
    links: Judge


class PointJudges(BaseModel):
    """Of candidates: one for commitments, one for decisions."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    commitments: Judge
    decisions: Judge


class Judges(BaseModel):
    """Those of sentences, and of candidates: in talks that the finder knows, and by patterns alone in short ones."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    made_by: str
    sentences: SentenceJudges
    talks: PointJudges
    short: PointJudges

    @classmethod
    def load(cls) -> Self:
        """Read the weights that ship with the package."""
        return cls.model_validate_json(files(__package__).joinpath("judges.json").read_bytes())


def logit(probability: float) -> float:
    """How sure a probability is: σ's inverse, 0 for a half."""
    sure = min(max(probability, _SURE), 1 - _SURE)
    return log(sure / (1 - sure))

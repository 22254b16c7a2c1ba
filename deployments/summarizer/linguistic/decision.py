"""A decision: what it is made of, and when two are one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from deployments.summarizer.linguistic.conversation import Clause, Utterance
from deployments.summarizer.linguistic.things import content_of


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided: the clauses that say it, and the sentences that show it."""

    way: str
    utterance: Utterance
    clauses: tuple[Clause, ...]
    evidence: tuple[Utterance, ...]
    context: tuple[Utterance, ...] = ()

    @property
    def about(self) -> frozenset[str]:
        """The lemmas of its nouns."""
        return content_of(self.clauses)

    @property
    def is_declared(self) -> bool:
        """Whether it was said as a decision, and not only agreed to as a proposal."""
        return self.way in {"settled", "announced"}

    def is_voted_by(self, utterance: Utterance) -> bool:
        """Whether a sentence only says how the vote went: “Carried”."""
        return self.way == "voted" and any(utterance.place == shown.place for shown in self.evidence)

    def with_evidence(self, evidence: tuple[Utterance, ...]) -> Self:
        """The same decision, shown by these sentences too."""
        shown = {one.place: one for one in (*self.evidence, *evidence)}
        return replace(self, evidence=tuple(shown[place] for place in sorted(shown)))

    def repeats(self, other: Decision) -> bool:
        """Whether both are one sentence, or about the same: most things of the one, a third of those of the other."""
        if self.utterance.place == other.utterance.place:
            return True
        smaller, larger = sorted((len(self.about), len(other.about)))
        shared = len(self.about & other.about)
        return shared * 2 > smaller and shared * 3 >= larger


def joined(earlier: Decision, later: Decision) -> Decision:
    """Of two that say the same, the one that is declared, else the first."""
    if later.is_declared and not earlier.is_declared:
        return later.with_evidence(earlier.evidence)
    return earlier.with_evidence(later.evidence)

"""A decision: what it is made of, and when two are one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from deployments.summarizer.linguistic.conversation import Clause, Utterance, can_be, in_order
from deployments.summarizer.linguistic.things import content_of, names_something


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided: the clauses that say it, and the sentences that show it.

    ``context`` is what was said before that it points to, ``heading`` what was said to be talked of next.
    """

    way: str
    utterance: Utterance
    clauses: tuple[Clause, ...]
    evidence: tuple[Utterance, ...]
    context: tuple[Utterance, ...] = ()
    heading: Utterance | None = None

    @property
    def about(self) -> frozenset[str]:
        """The lemmas of its nouns."""
        return content_of(self.clauses)

    @property
    def is_clear(self) -> bool:
        """Whether it says what it is about."""
        return any(map(names_something, self.clauses))

    @property
    def is_declared(self) -> bool:
        """Whether it was said as a decision, and not only agreed to as a proposal."""
        return self.way in {"settled", "announced"}

    @property
    def is_answered(self) -> bool:
        """Whether others were asked, and the last sentence that shows it is their answer."""
        return self.way in {"voted", "agreed"}

    @property
    def settling(self) -> Utterance:
        """The sentence that settles it, or that was answered: not the earlier proposal that it takes up."""
        return self.evidence[-2 if self.is_answered else -1]

    @property
    def around(self) -> tuple[Utterance, ...]:
        """What it is quoted with, in order."""
        return in_order(self.heading, *self.context)

    def is_voted_by(self, utterance: Utterance) -> bool:
        """Whether a sentence only says how the vote went: “Carried”."""
        return self.way == "voted" and any(utterance.place == shown.place for shown in self.evidence)

    def with_evidence(self, evidence: tuple[Utterance, ...]) -> Self:
        """The same decision, shown by these sentences too."""
        return replace(self, evidence=in_order(*self.evidence, *evidence))

    def repeats(self, other: Decision) -> bool:
        """Whether both are one sentence, or about the same: most things of the one, a third of those of the other.

        A conclusion by which another was agreed to adds nothing: «Будет пятьдесят» — «Ну пятьдесят так пятьдесят».
        """
        places = {other.utterance.place} | ({one.place for one in other.evidence} if self.way == "concluded" else set())
        if self.utterance.place in places:
            return True
        smaller, larger = sorted((len(self.about), len(other.about)))
        shared = len(self.about & other.about)
        return shared * 2 > smaller and shared * 3 >= larger


def overturns(later: Decision, earlier: Decision) -> bool:
    """Whether both are declared, and the later says not to do the same, or to do something else with it."""
    if not (later.is_declared and earlier.is_declared):
        return False
    denied = [one.utterance.has("abstain") for one in (earlier, later)]
    return denied[0] != denied[1] or not _verbs(earlier) & _verbs(later)


def _verbs(decision: Decision) -> frozenset[str]:
    spans = (clause.span for clause in decision.clauses)
    return frozenset(token.lemma_ for span in spans for token in span if can_be(token, "finite", "infinitive"))


def joined(earlier: Decision, later: Decision) -> Decision:
    """Of two that say the same, the one that is declared, else the first."""
    if later.is_declared and not earlier.is_declared:
        return later.with_evidence(earlier.evidence)
    return earlier.with_evidence(later.evidence)

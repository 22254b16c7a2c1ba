"""Decisions: declared, or proposed and agreed to; one that is taken back is none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from spacy.tokens import Span

from deployments.summarizer.linguistic.conversation import Clause, Conversation, Utterance, can_be
from deployments.summarizer.linguistic.modality import is_supposed
from deployments.summarizer.linguistic.replies import Replies
from deployments.summarizer.linguistic.things import content

LOOK_BACK_TURNS = 3
"""How long before it is sealed («решено») something may have been proposed."""
CLEAR_THINGS = 1
"""Things that a decision must name more than, to be understood by itself."""


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
        return frozenset().union(*(content(clause) for clause in self.clauses))


class Decisions:
    """Finds the decisions of a conversation."""

    def __init__(self, conversation: Conversation, replies: Replies) -> None:
        self._conversation = conversation
        self._replies = replies

    def find(self) -> list[Decision]:
        """In the order in which they were said; what a later one takes back is left out."""
        standing: list[Decision] = []
        for decision in self._candidates():
            repeats = [other for other in standing if _same(other, decision)]
            if any(shown.has("retraction") for shown in decision.evidence):
                standing = [other for other in standing if other not in repeats]
                standing.append(decision)
            elif repeats:
                last = repeats[-1]
                standing[standing.index(last)] = replace(last, evidence=(*last.evidence, *decision.evidence))
            else:
                standing.append(decision)
        return standing

    def _candidates(self) -> Iterator[Decision]:
        for utterance in self._conversation.utterances:
            decision = self._declared(utterance) or self._agreed(utterance)
            if decision is not None:
                yield self._in_context(decision)

    def _in_context(self, decision: Decision) -> Decision:
        """Add the sentence before, where the decision by itself hardly says what it is about."""
        if len(decision.about) > CLEAR_THINGS:
            return decision
        before = self._conversation.before(decision.utterance, 1)
        context = next((earlier for earlier in before if any(content(clause) for clause in earlier.clauses)), None)
        return replace(decision, context=() if context is None else (context,))

    def _declared(self, utterance: Utterance) -> Decision | None:
        if utterance.asks:
            return None
        for clause in utterance.clauses:
            if clause.has("unsettled"):
                return None
            if clause.has("announced"):
                return self._said_next(utterance)
            if (match := clause.first("settled")) is not None and _is_resolution(clause, match):
                return self._settled(utterance)
        return None

    def _settled(self, utterance: Utterance) -> Decision | None:
        """What was settled: said with the word, or just before it."""
        if any(map(_says_something, utterance.clauses)):
            return Decision("settled", utterance, utterance.clauses, (utterance,))
        return self._proposed_before(utterance)

    def _said_next(self, utterance: Utterance) -> Decision | None:
        for later in self._conversation.turn_of(utterance):
            if later.place > utterance.place and any(map(_says_something, later.clauses)):
                return Decision("announced", later, later.clauses, (utterance, later))
        return None

    def _proposed_before(self, utterance: Utterance) -> Decision | None:
        for earlier in self._conversation.before(utterance, LOOK_BACK_TURNS):
            if earlier.has("proposal", "need", "settled", "wish") and any(map(_says_something, earlier.clauses)):
                return Decision("sealed", earlier, earlier.clauses, (earlier, utterance))
        return None

    def _agreed(self, utterance: Utterance) -> Decision | None:
        for place, clause in enumerate(utterance.clauses):
            proposed = clause.has("proposal") and not clause.has("hypothetical")
            if proposed and any(map(_says_something, utterance.clauses[place:])):
                answer = self._replies.yes(utterance)
                return Decision("agreed", utterance, utterance.clauses[place:], (utterance, answer)) if answer else None
        return None


def _is_resolution(clause: Clause, match: Span) -> bool:
    """Whether it resolves: «берём», but not «мы берём», which tells what is done anyway, unless it is declared."""
    if is_supposed(clause, match) or any(purpose.start < match.start for purpose in clause.found.get("purpose", ())):
        return False
    return clause.has("declared", "abstain", "so") or not clause.has("ours")


def _says_something(clause: Clause) -> bool:
    return bool(content(clause)) or any(can_be(token, "numeral") for token in clause.span)


def _same(one: Decision, other: Decision) -> bool:
    smaller = min(len(one.about), len(other.about))
    return bool(smaller) and len(one.about & other.about) * 2 > smaller

"""Decisions: declared, voted, or proposed and agreed to; one that is taken back is none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Self

from spacy.tokens import Span

from deployments.summarizer.linguistic.conversation import Clause, Conversation, Utterance, can_be
from deployments.summarizer.linguistic.modality import is_supposed
from deployments.summarizer.linguistic.replies import Replies
from deployments.summarizer.linguistic.things import content, names_something, of_one_stem

LOOK_BACK_TURNS = 3
"""How long before it is sealed («решено») something may have been proposed."""
ECHO_TURNS = 8
"""How long before, where its verb is taken up again: «сдвинуть перемену» … «сдвигаем»."""
CLEAR_THINGS = 1
"""Things that a decision must name more than, to be understood by itself."""
_PROPOSED = ("proposal", "need", "settled", "wish")


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
        return frozenset().union(*map(content, self.clauses))

    @property
    def is_declared(self) -> bool:
        """Whether it was said as a decision, and not only agreed to as a proposal."""
        return self.way in {"settled", "announced"}

    def with_evidence(self, evidence: tuple[Utterance, ...]) -> Self:
        """The same decision, shown by these sentences too."""
        shown = {one.place: one for one in (*self.evidence, *evidence)}
        return replace(self, evidence=tuple(shown[place] for place in sorted(shown)))


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
                standing[standing.index(repeats[-1])] = _joined(repeats[-1], decision)
            else:
                standing.append(decision)
        return standing

    def _candidates(self) -> Iterator[Decision]:
        ways = (self._voted, self._declared, self._agreed, self._concluded)
        for utterance in self._conversation.utterances:
            decision = next((found for way in ways if (found := way(utterance)) is not None), None)
            if decision is not None:
                yield self._in_context(decision)

    def _in_context(self, decision: Decision) -> Decision:
        """Add the sentence before, where the decision by itself hardly says what it is about."""
        if decision.context or len(decision.about) > CLEAR_THINGS:
            return decision
        before = self._conversation.before(decision.utterance, 1)
        context = next((earlier for earlier in before if any(content(clause) for clause in earlier.clauses)), None)
        return replace(decision, context=() if context is None else (context,))

    def _voted(self, utterance: Utterance) -> Decision | None:
        """What was put to the vote: said just before «Так годится?» or “Any objections?”, or proposed before."""
        if not (utterance.asks and utterance.has("vote")):
            return None
        answer = self._replies.vote(utterance)
        if answer is None:
            return None
        put = utterance if _says_more_than(utterance, "vote") else self._put_to_vote(utterance)
        return None if put is None else Decision("voted", put, put.clauses, (put,)).with_evidence((utterance, answer))

    def _put_to_vote(self, utterance: Utterance) -> Utterance | None:
        before = (one for one in self._conversation.before(utterance, 0) if one.has("upshot", *_PROPOSED))
        said = (one for one in before if any(map(_says_something, one.clauses)))
        return next(said, None) or next(self._proposals(utterance, LOOK_BACK_TURNS), None)

    def _declared(self, utterance: Utterance) -> Decision | None:
        if utterance.asks:
            return None
        for clause in utterance.clauses:
            if clause.has("unsettled"):
                return None
            if clause.has("announced") and not any(map(_says_something, utterance.clauses)):
                return self._said_next(utterance)
            if (match := _resolution(clause)) is not None:
                return self._settled(utterance, match)
        return self._approved(utterance)

    def _settled(self, utterance: Utterance, match: Span) -> Decision | None:
        """What was settled: said with the word, or before it."""
        if any(map(_says_something, utterance.clauses)):
            return Decision("settled", utterance, utterance.clauses, (utterance,))
        proposed = self._echoed(utterance, match)
        if proposed is None and not utterance.has("deadline"):
            proposed = self._proposed_before(utterance)
        if proposed is not None and not utterance.has("abstain"):
            return proposed
        about = self._talked_of(utterance) if proposed is None else proposed.utterance
        return None if about is None else Decision("sealed", utterance, utterance.clauses, (utterance,), (about,))

    def _talked_of(self, utterance: Utterance) -> Utterance | None:
        """The last sentence that says what a short one is about."""
        before = self._conversation.before(utterance, 1)
        return next((one for one in before if any(map(_says_something, one.clauses))), None)

    def _approved(self, utterance: Utterance) -> Decision | None:
        """A go-ahead: «Хорошо, берите», “Okay, buy it”."""
        if not (utterance.accepts and utterance.has("approval")) or any(map(_says_something, utterance.clauses)):
            return None
        about = self._talked_of(utterance)
        return None if about is None else Decision("approved", utterance, utterance.clauses, (utterance,), (about,))

    def _said_next(self, utterance: Utterance) -> Decision | None:
        for later in self._conversation.turn_of(utterance):
            if later.place > utterance.place and any(map(_says_something, later.clauses)):
                return Decision("announced", later, later.clauses, (utterance, later))
        return None

    def _echoed(self, utterance: Utterance, match: Span) -> Decision | None:
        """A proposal whose verb is taken up: «Предлагаю сдвинуть перемену» … «Хорошо, сдвигаем»."""
        verb = match[-1].lemma_
        for earlier in self._proposals(utterance, ECHO_TURNS):
            if any(of_one_stem(token.lemma_, verb) for token in earlier.doc if can_be(token, "finite", "infinitive")):
                return Decision("sealed", earlier, earlier.clauses, (earlier, utterance))
        return None

    def _proposed_before(self, utterance: Utterance) -> Decision | None:
        earlier = next(self._proposals(utterance, LOOK_BACK_TURNS), None)
        return None if earlier is None else Decision("sealed", earlier, earlier.clauses, (earlier, utterance))

    def _proposals(self, utterance: Utterance, turns: int) -> Iterator[Utterance]:
        """What was proposed in so many turns before, the latest first."""
        before = self._conversation.before(utterance, turns)
        return (one for one in before if one.has(*_PROPOSED) and any(map(_says_something, one.clauses)))

    def _agreed(self, utterance: Utterance) -> Decision | None:
        for place, clause in enumerate(utterance.clauses):
            if _proposes(utterance, clause) and any(map(_says_something, utterance.clauses[place:])):
                answer = self._replies.yes(utterance)
                return Decision("agreed", utterance, utterance.clauses[place:], (utterance, answer)) if answer else None
        return None

    def _concluded(self, utterance: Utterance) -> Decision | None:
        """A talk's upshot in bare words, after a proposal about the same: «Приз — подписка», “Standup at ten”."""
        if utterance.asks or utterance.has("thanks") or not utterance.has("upshot"):
            return None
        if any(can_be(token, "finite") for token in utterance.doc):
            return None
        about = frozenset[str]().union(*map(content, utterance.clauses))
        before = [one for one in self._conversation.before(utterance, LOOK_BACK_TURNS) if one.turn < utterance.turn]
        talked = frozenset[str]().union(*(content(clause) for one in before for clause in one.clauses))
        proposal = next((one for one in before if any(_proposes(one, clause) for clause in one.clauses)), None)
        if proposal is None or not about & talked:
            return None
        return Decision("concluded", utterance, utterance.clauses, (proposal, utterance))


def _resolution(clause: Clause) -> Span | None:
    """What resolves: «берём», but not «мы берём», which tells what is done anyway, unless it is declared."""
    telling = ("stative",) if clause.has("abstain") else ("stative", "ongoing")
    match = clause.meant("settled", *telling)
    if match is None or is_supposed(clause, match) or _comes_before(clause, "purpose", match):
        return None
    if _is_procedural(clause, match):
        return None
    return match if clause.has("declared", "abstain", "so") or not _comes_before(clause, "ours", match) else None


def _proposes(utterance: Utterance, clause: Clause) -> bool:
    """Whether it is a proposal, or asks for consent to what would else be declared: «Берём, да?»."""
    if clause.meant("hypothetical", "proposal") is not None:
        return False
    match = clause.first("proposal")
    if match is None and utterance.asks and clause.has("tag"):
        match = clause.meant("settled", "stative") or clause.first("upshot")
    return match is not None and not _is_procedural(clause, match)


def _is_procedural(clause: Clause, match: Span) -> bool:
    """Whether it only leads the talk: «Давайте начнём», but not «Начинаем продажи в мае»."""
    leads = any(leading.end >= match.end for leading in clause.found.get("procedural", ()))
    return leads and not any(_goes_with(match, when) for when in clause.found.get("deadline", ()))


def _goes_with(match: Span, when: Span) -> bool:
    """Whether no mark stands between a verb and a time."""
    between = match.doc[min(match.end, when.end) : max(match.start, when.start)]
    return not any(token.is_punct for token in between)


def _comes_before(clause: Clause, kind: str, match: Span) -> bool:
    return any(other.start < match.start for other in clause.found.get(kind, ()))


def _says_something(clause: Clause) -> bool:
    return names_something(clause) or any(can_be(token, "numeral") for token in clause.span)


def _says_more_than(utterance: Utterance, kind: str) -> bool:
    """Whether it names a thing beside the words by which it was found."""
    idle = {token.lemma_ for match in utterance.matches(kind) for token in match}
    return any(content(clause) - idle for clause in utterance.clauses)


def _same(one: Decision, other: Decision) -> bool:
    """Whether two are about the same: most things of the one, and a third of those of the other."""
    smaller, larger = sorted((len(one.about), len(other.about)))
    shared = len(one.about & other.about)
    return shared * 2 > smaller and shared * 3 >= larger


def _joined(earlier: Decision, later: Decision) -> Decision:
    """Of two that say the same, the one that is declared, else the first."""
    if later.is_declared and not earlier.is_declared:
        return later.with_evidence(earlier.evidence)
    return earlier.with_evidence(later.evidence)

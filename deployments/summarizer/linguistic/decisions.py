"""Decisions: declared, voted, or proposed and agreed to; one that is taken back is none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from spacy.tokens import Span

from deployments.summarizer.linguistic.agenda import Agenda
from deployments.summarizer.linguistic.conversation import Clause, Conversation, Utterance, can_be
from deployments.summarizer.linguistic.decision import Decision, joined, overturns
from deployments.summarizer.linguistic.finder import Finder, Kind
from deployments.summarizer.linguistic.links import Links
from deployments.summarizer.linguistic.replies import Replies, denies
from deployments.summarizer.linguistic.resolving import proposes, resolution
from deployments.summarizer.linguistic.telling import wonders
from deployments.summarizer.linguistic.things import content, content_of, names_something, of_one_stem

LOOK_BACK_TURNS = 3
"""How long before it is sealed («решено») something may have been proposed."""
ECHO_TURNS = 8
"""How long before, where its verb is taken up again: «сдвинуть перемену» … «сдвигаем»."""
CONTEXT_TURNS = 2
"""How long before a question may have been asked that a decision answers in few words."""
_PROPOSED = ("proposal", "need", "settled", "wish")


class Decisions:
    """Finds the decisions of a conversation."""

    def __init__(
        self, conversation: Conversation, replies: Replies, finder: Finder, *, agenda: Agenda, links: Links
    ) -> None:
        self._conversation = conversation
        self._replies = replies
        self._finder = finder
        self._agenda = agenda
        self._links = links

    def find(self) -> list[Decision]:
        """In the order in which they were said; what a later one takes back is left out."""
        standing: list[Decision] = []
        for decision in self._candidates():
            if any(other.is_voted_by(decision.utterance) for other in standing):
                continue
            repeats = [other for other in standing if decision.repeats(other)]
            if any(shown.has("retraction") for shown in decision.evidence):
                standing = [other for other in standing if other not in repeats]
                standing.append(decision)
            elif repeats and overturns(decision, repeats[-1]):
                standing[standing.index(repeats[-1])] = decision
            elif repeats:
                standing[standing.index(repeats[-1])] = joined(repeats[-1], decision)
            else:
                standing.append(decision)
        return [replace(one, heading=self._agenda.heading(one.utterance, _about(one))) for one in standing]

    def _candidates(self) -> Iterator[Decision]:
        ways = (self._voted, self._declared, self._agreed, self._concluded, self._likely)
        for utterance in self._conversation.utterances:
            decision = next((found for way in ways if (found := way(utterance)) is not None), None)
            if decision is not None and self._is_meant(decision):
                yield self._in_context(decision)

    def _is_meant(self, decision: Decision) -> bool:
        """Whether what settles it is no jest, is not denied at once, and does not only ask."""
        said = decision.settling
        asks = wonders(said) and not (said.asks or decision.is_answered)
        return not (asks or denies(said, decision.utterance) or self._replies.laugh(said) or self._replies.deny(said))

    def _in_context(self, decision: Decision) -> Decision:
        """Add what was said before, where the decision by itself hardly says what it is about."""
        if decision.context:
            return decision
        if self._links.known:
            return replace(decision, context=self._links.to(decision.utterance, clear=decision.is_clear))
        return decision if decision.is_clear else self._after_question(decision)

    def _after_question(self, decision: Decision) -> Decision:
        """Add the sentence before of its turn, or the question that it answers."""
        turn = decision.utterance.turn
        before = self._conversation.before(decision.utterance, CONTEXT_TURNS)
        near = (earlier for earlier in before if earlier.turn == turn or earlier.asks)
        context = next((earlier for earlier in near if any(map(content, earlier.clauses))), None)
        return replace(decision, context=() if context is None else (context,))

    def _voted(self, utterance: Utterance) -> Decision | None:
        """What was put to the vote: said just before «Так годится?» or “Any objections?”, or proposed before."""
        if not (utterance.asks and utterance.has("vote")):
            return None
        answer = self._replies.vote(utterance) or self._carried(utterance)
        if answer is None:
            return None
        put = utterance if _says_more_than(utterance, "vote") else self._put_to_vote(utterance)
        return None if put is None else Decision("voted", put, put.clauses, (put,)).with_evidence((utterance, answer))

    def _carried(self, utterance: Utterance) -> Utterance | None:
        """What whoever put it to the vote says of its end: “All in favour? Good, carried”."""
        rest = self._conversation.rest_of_turn(utterance)
        return next((one for one in rest if one.has("settled") and not one.asks), None)

    def _put_to_vote(self, utterance: Utterance) -> Utterance | None:
        before = (one for one in self._conversation.before(utterance, 0) if one.has("upshot", *_PROPOSED))
        said = (one for one in before if _says_something(one.clauses))
        return next(said, None) or next(self._proposals(utterance, LOOK_BACK_TURNS), None)

    def _declared(self, utterance: Utterance) -> Decision | None:
        if utterance.asks:
            return None
        for clause in utterance.clauses:
            if clause.has("unsettled"):
                return None
            if clause.has("announced") and not _says_something(utterance.clauses):
                return self._said_next(utterance)
            if (match := resolution(clause)) is not None:
                return self._settled(utterance, match)
        return self._approved(utterance)

    def _settled(self, utterance: Utterance, match: Span) -> Decision | None:
        """What was settled: said with the word, or before it."""
        if _says_something(utterance.clauses):
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
        return next((one for one in before if _says_something(one.clauses)), None)

    def _approved(self, utterance: Utterance) -> Decision | None:
        """A go-ahead: «Хорошо, берите», “Okay, buy it”."""
        if not (utterance.accepts and utterance.has("approval")) or _says_something(utterance.clauses):
            return None
        about = self._talked_of(utterance)
        return None if about is None else Decision("approved", utterance, utterance.clauses, (utterance,), (about,))

    def _said_next(self, utterance: Utterance) -> Decision | None:
        rest = self._conversation.rest_of_turn(utterance)
        said = next((later for later in rest if _says_something(later.clauses)), None)
        return None if said is None else Decision("announced", said, said.clauses, (utterance, said))

    def _echoed(self, utterance: Utterance, match: Span) -> Decision | None:
        """A proposal whose verb is taken up: «Предлагаю сдвинуть перемену» … «Хорошо, сдвигаем»."""
        verb = match[-1].lemma_
        for earlier in self._proposals(utterance, ECHO_TURNS):
            if any(of_one_stem(token.lemma_, verb) for token in earlier.doc if can_be(token, "finite", "infinitive")):
                return Decision("echoed", earlier, earlier.clauses, (earlier, utterance))
        return None

    def _proposed_before(self, utterance: Utterance) -> Decision | None:
        earlier = next(self._proposals(utterance, LOOK_BACK_TURNS), None)
        return None if earlier is None else Decision("sealed", earlier, earlier.clauses, (earlier, utterance))

    def _proposals(self, utterance: Utterance, turns: int) -> Iterator[Utterance]:
        """What was proposed in so many turns before, the latest first."""
        before = self._conversation.before(utterance, turns)
        return (one for one in before if one.has(*_PROPOSED) and _says_something(one.clauses))

    def _agreed(self, utterance: Utterance) -> Decision | None:
        for place, clause in enumerate(utterance.clauses):
            if proposes(utterance, clause) and _says_something(utterance.clauses[place:]):
                answer = self._replies.yes(utterance)
                return Decision("agreed", utterance, utterance.clauses[place:], (utterance, answer)) if answer else None
        return None

    def _concluded(self, utterance: Utterance) -> Decision | None:
        """A talk's upshot in bare words, after a proposal about the same: «Приз — подписка», “Standup at ten”."""
        if utterance.asks or utterance.has("thanks") or not utterance.has("upshot", "closing"):
            return None
        if any(can_be(token, "finite") for token in utterance.doc):
            return None
        before = [one for one in self._conversation.before(utterance, LOOK_BACK_TURNS) if one.turn < utterance.turn]
        proposal = next((one for one in before if any(proposes(one, clause) for clause in one.clauses)), None)
        talked = frozenset[str]().union(*map(_things_and_times, before))
        if not _things_and_times(utterance) & talked or (proposal is None and not utterance.has("closing")):
            return None
        evidence = (utterance,) if proposal is None else (proposal, utterance)
        said = next(self._proposals(utterance, LOOK_BACK_TURNS), None)
        context = () if said is None or any(map(content, utterance.clauses)) else (said,)
        return Decision("concluded", utterance, utterance.clauses, evidence, context)

    def _likely(self, utterance: Utterance) -> Decision | None:
        """What the finder takes for one, though no pattern does."""
        if not self._finder.finds(Kind.DECISION, utterance):
            return None
        return Decision("likely", utterance, utterance.clauses, (utterance,))


def _about(decision: Decision) -> frozenset[str]:
    return decision.about.union(*(content_of(shown.clauses) for shown in decision.context))


def _says_something(clauses: Iterable[Clause]) -> bool:
    return any(map(_says_what_or_when, clauses))


def _says_what_or_when(clause: Clause) -> bool:
    numbers = any(can_be(token, "numeral") for token in clause.span)
    return names_something(clause) or numbers or (clause.has("plan") and clause.has("deadline"))


def _things_and_times(utterance: Utterance) -> frozenset[str]:
    times = {token.lemma_ for token in utterance.doc if can_be(token, "numeral", "time")}
    return content_of(utterance.clauses) | times


def _says_more_than(utterance: Utterance, kind: str) -> bool:
    """Whether it names a thing beside the words by which it was found."""
    idle = {token.lemma_ for match in utterance.matches(kind) for token in match}
    return any(content(clause) - idle for clause in utterance.clauses)

"""Commitments and assignments: who has promised what, who was asked for what, and by when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from spacy.tokens import Span

from deployments.summarizer.linguistic.agenda import Agenda
from deployments.summarizer.linguistic.commitment import Commitment
from deployments.summarizer.linguistic.connecting import in_context, join, with_borrowed_due
from deployments.summarizer.linguistic.conversation import Clause, Conversation, Utterance, can_be, overlap
from deployments.summarizer.linguistic.deadlines import deadline_in, due_of, has_limit
from deployments.summarizer.linguistic.finder import Finder, Kind
from deployments.summarizer.linguistic.likely import likely
from deployments.summarizer.linguistic.links import Links
from deployments.summarizer.linguistic.mentions import mentions
from deployments.summarizer.linguistic.modality import is_reported, is_supposed, is_unreal
from deployments.summarizer.linguistic.owners import NAMED_TURNS
from deployments.summarizer.linguistic.people import People
from deployments.summarizer.linguistic.replies import Replies
from deployments.summarizer.linguistic.resolving import resolution
from deployments.summarizer.linguistic.things import content, names_something
from deployments.summarizer.linguistic.withdrawing import withdraw

SEVERAL = 2
"""So many people are gone through one by one."""


class Commitments:
    """Finds what may be the commitments of a conversation, for a judge to choose from."""

    def __init__(
        self,
        conversation: Conversation,
        people: People,
        replies: Replies,
        finder: Finder,
        *,
        agenda: Agenda,
        links: Links,
    ) -> None:
        self._conversation = conversation
        self._people = people
        self._replies = replies
        self._finder = finder
        self._agenda = agenda
        self._links = links

    def find(self) -> list[Commitment]:
        """In the order in which they were said, a request and its answer as one; what is taken back is left out."""
        found: list[Commitment] = []
        for utterance in self._conversation.utterances:
            said = False
            for clause in utterance.clauses:
                withdraw(found, utterance, clause)
                if (one := self._of(utterance, clause)) is not None and self._is_meant(one):
                    join(found, in_context(one, self._conversation, self._links))
                    said = True
            if not said and self._is_likely(utterance):
                one = likely(utterance, self._finder.owner(utterance))
                join(found, in_context(one, self._conversation, self._links))
        timed = map(with_borrowed_due, found)
        meant = (one for one in timed if one.about or one.due is not None or one.context)
        return [replace(one, heading=self._agenda.heading(one.utterance, one.about)) for one in meant]

    def _is_likely(self, utterance: Utterance) -> bool:
        """What the finder takes for a task, though no pattern does; what is declared is a decision and no task."""
        if not self._finder.finds(Kind.TASK, utterance) or any(map(resolution, utterance.clauses)):
            return False
        return not self._replies.laugh(utterance)

    def _of(self, utterance: Utterance, clause: Clause) -> Commitment | None:
        """The commitment of a clause, by the first way of committing that it has."""
        ways = (
            self._volunteered,
            self._promised,
            self._assigned,
            self._told_of,
            self._requested,
            self._by_us,
            self._listed,
            self._needed,
            self._resulting,
        )
        return next((found for way in ways if (found := way(utterance, clause)) is not None), None)

    def _volunteered(self, utterance: Utterance, clause: Clause) -> Commitment | None:
        """Whoever answers «Кто напишет?» with «Я»: what is to be done stands in the question."""
        match = clause.first("volunteer")
        if match is None or utterance.asks or clause.has("promise") or any(map(content, utterance.clauses)):
            return None
        before = (one for one in self._conversation.before(utterance, 1) if one.speaker != utterance.speaker)
        asked = next((one for one in before if one.has("wanted")), None)
        if asked is None:
            return None
        return replace(_made("volunteer", utterance, clause, match, voice=utterance.speaker), context=(asked,))

    def _promised(self, utterance: Utterance, clause: Clause) -> Commitment | None:
        if utterance.asks and (clause.has("asking") or not self._replies.agree(utterance)):
            return None
        asked = (one for one in self._conversation.before(utterance, 1) if one.speaker != utterance.speaker)
        spoken = () if clause.has("tell", "deadline") or _take_up(clause, "promise", asked, "request") else ("saying",)
        matches = {
            "mine": clause.first("mine"),
            "promise": clause.meant("promise", "negated", "over", *spoken),
            "offer": None if self._replies.withdraw(utterance) else clause.meant("offer", "negated"),
        }
        found = ((way, match) for way, match in matches.items() if match is not None)
        return next((_made(way, utterance, clause, match, voice=utterance.speaker) for way, match in found), None)

    def _requested(self, utterance: Utterance, clause: Clause) -> Commitment | None:
        yours = clause.first("yours", "over")
        answers = (one for one in self._replies.to(utterance) if not any(map(content, one.clauses)))
        taken_up = _take_up(clause, "request", answers, "promise") or self._asks_for(utterance, clause)
        spoken = () if clause.has("deadline") or taken_up else ("talk",)
        match = clause.meant("request", "negated", "polite", *spoken) or yours
        if match is None or self._replies.refuse(utterance):
            return None
        way = "request" if yours is None else "yours"
        called = self._called(utterance)
        if (offered := self._replies.offered(utterance, match[-1].lemma_)) is not None:
            return replace(_made(way, utterance, clause, match, voice=offered.speaker), context=(offered,))
        if called is None:
            return _made(way, utterance, clause, match, voice=self._people.next_speaker(utterance))
        return self._named(way, utterance, clause, match, called)

    def _asks_for(self, utterance: Utterance, clause: Clause) -> bool:
        """Whether something is asked for, and somebody says yes: “Can you get me a build?” — “Yeah”."""
        match = clause.first("request")
        return match is not None and names_something(_after(clause, match)) and self._replies.agree(utterance)

    def _assigned(self, utterance: Utterance, clause: Clause) -> Commitment | None:
        match = clause.meant("theirs", "negated", "wanted")
        if match is None or utterance.asks:
            return None
        mention = next((one for one in mentions(utterance) if overlap(one.span, match) and not one.calls), None)
        return None if mention is None else self._named("theirs", utterance, clause, match, self._people.key(mention))

    def _told_of(self, utterance: Utterance, clause: Clause) -> Commitment | None:
        """What somebody is to do who was named just before: “Dom has the storyboard” … “he should rework it”."""
        match = clause.meant("spoken of", "negated")
        if match is None or utterance.asks:
            return None
        before = (utterance, *self._conversation.before(utterance, NAMED_TURNS))
        named = (one for earlier in before for one in mentions(earlier) if not one.calls)
        keys = (self._people.key(one) for one in named if can_be(one.span[0], "person"))
        key = next((key for key in keys if self._people.voice_of(key) != utterance.speaker), None)
        return None if key is None else self._named("spoken of", utterance, clause, match, key)

    def _by_us(self, utterance: Utterance, clause: Clause) -> Commitment | None:
        due = due_of(utterance)
        if due is None or utterance.asks or clause.has("proposal"):
            return None
        match = clause.meant("group", "negated", *(() if has_limit(due) else ("saying",)))
        if match is None:
            return None
        return _made("group", utterance, clause, match, voice=utterance.speaker)

    def _listed(self, utterance: Utterance, clause: Clause) -> Commitment | None:
        """What falls to somebody, where a turn goes through several people: «Марк, форма оплаты. Соня, тесты»."""
        match = clause.meant("listed", "negated", "absent")
        if match is None or utterance.asks or len(self._gone_through(utterance)) < SEVERAL:
            return None
        mention = next((one for one in mentions(utterance) if overlap(one.span, match)), None)
        if mention is None:
            return _made("listed", utterance, clause, match, voice=utterance.speaker)
        return self._named("listed", utterance, clause, match, self._people.key(mention))

    def _gone_through(self, utterance: Utterance) -> set[str]:
        """Whom the sentence, the one before it and the one after it in its turn name so."""
        near = (one for one in self._conversation.turn(utterance) if abs(one.place - utterance.place) <= 1)
        return {span[0].lemma_ for one in near if not one.asks for span in one.matches("listed")}

    def _needed(self, utterance: Utterance, clause: Clause) -> Commitment | None:
        match = clause.meant("need", "negated")
        if match is None or utterance.asks or (called := self._called(utterance)) is None:
            return None
        return self._named("need", utterance, clause, match, called)

    def _resulting(self, utterance: Utterance, clause: Clause) -> Commitment | None:
        handed = clause.meant("handed", "negated")
        match = handed or clause.meant("result", "negated")
        after = self._conversation.rest_of_turn(utterance)[:1] if handed else []
        if match is None or utterance.asks or not (deadline_in(clause) or any(map(due_of, after))):
            return None
        return _made("handed" if handed else "result", utterance, clause, match, voice=utterance.speaker)

    def _called(self, utterance: Utterance) -> str | None:
        """Whom a sentence speaks to: whom it calls, or whom its turn has called before."""
        turn = [utterance, *self._conversation.before(utterance, 0)]
        calls = (self._people.called(earlier) for earlier in turn if earlier is utterance or not earlier.has("thanks"))
        return next((call for call in calls if call is not None), None)

    def _is_meant(self, found: Commitment) -> bool:
        """Whether it is no one else's word, no wish, no jest, and under no condition that nobody has set a time to."""
        if is_reported(found.utterance, found.clause, found.match) or is_unreal(found.clause):
            return False
        if self._replies.laugh(found.utterance):
            return False
        return found.due is not None or not is_supposed(found.clause, found.match)

    def _named(self, way: str, utterance: Utterance, clause: Clause, match: Span, key: str) -> Commitment:
        """A commitment of somebody named: of their voice, where it is known."""
        voice, named = self._people.bearer(key)
        return _made(way, utterance, clause, match, voice=voice, named=named)


def _take_up(clause: Clause, kind: str, others: Iterable[Utterance], answer: str) -> bool:
    """Whether a request and a promise have one verb: «Спроси у него» — «Спрошу»."""
    verbs = {match[-1].lemma_ for match in clause.found.get(kind, ())}
    return any(match[-1].lemma_ in verbs for other in others for match in other.matches(answer))


def _after(clause: Clause, match: Span) -> Clause:
    return Clause(clause.span.doc[match.end : clause.span.end], clause.found)


def _made(
    way: str, utterance: Utterance, clause: Clause, match: Span, *, voice: int | None, named: str | None = None
) -> Commitment:
    return Commitment(way, utterance, clause, match, voice, named, deadline_in(clause))

"""Commitments and assignments: who has promised what, who was asked for what, and by when."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Span

from deployments.summarizer.linguistic.commitment import Commitment
from deployments.summarizer.linguistic.connecting import in_context, join
from deployments.summarizer.linguistic.conversation import Clause, Conversation, Utterance
from deployments.summarizer.linguistic.deadlines import deadline_in, due_of
from deployments.summarizer.linguistic.people import People, mentions
from deployments.summarizer.linguistic.replies import Replies
from deployments.summarizer.linguistic.things import overlap, supposed


class Commitments:
    """Finds what may be the commitments of a conversation, for a judge to choose from."""

    def __init__(self, conversation: Conversation, people: People, replies: Replies) -> None:
        self._conversation = conversation
        self._people = people
        self._replies = replies

    def find(self) -> list[Commitment]:
        """In the order in which they were said, a request and the promise that answers it taken as one."""
        found: list[Commitment] = []
        for commitment in self._candidates():
            join(found, in_context(commitment, self._conversation))
        return [commitment for commitment in found if commitment.about or commitment.due is not None]

    def _candidates(self) -> Iterator[Commitment]:
        for utterance in self._conversation.utterances:
            for clause in utterance.clauses:
                found = self._of(utterance, clause)
                if found is not None and not self._is_supposed(found):
                    yield found

    def _of(self, utterance: Utterance, clause: Clause) -> Commitment | None:
        """The commitment of a clause, by the first way of committing that it has."""
        ways = (self._promised, self._assigned, self._requested, self._by_us, self._needed, self._resulting)
        return next((found for way in ways if (found := way(utterance, clause)) is not None), None)

    def _is_supposed(self, found: Commitment) -> bool:
        """Whether it would be done, under a condition that nobody has set a time to."""
        unreal = self._meant(found.clause, "unreal", "softly") is not None
        return unreal or (found.due is None and supposed(found.clause, found.match))

    def _promised(self, utterance: Utterance, clause: Clause) -> Commitment | None:
        spoken = () if clause.has("tell", "deadline") else ("saying",)
        match = clause.first("mine") or self._meant(clause, "promise", *spoken)
        if (
            match is None
            and (offer := self._meant(clause, "offer")) is not None
            and not self._replies.withdraw(utterance)
        ):
            match = offer
        if match is None or (utterance.asks and (clause.has("asking") or not self._replies.agree(utterance))):
            return None
        way = "mine" if clause.has("mine") else "promise" if clause.has("promise") else "offer"
        return self._made(way, utterance, clause, match, voice=utterance.speaker)

    def _requested(self, utterance: Utterance, clause: Clause) -> Commitment | None:
        match = self._meant(clause, "request", "talk", "polite", "you_do") or clause.first("yours")
        if match is None or self._replies.refuse(utterance):
            return None
        called = self._called(utterance)
        voice = self._people.voice_of(called) if called else self._people.next_speaker(utterance)
        way = "yours" if clause.has("yours") else "request"
        return self._made(way, utterance, clause, match, voice=voice, named=called if voice is None else None)

    def _assigned(self, utterance: Utterance, clause: Clause) -> Commitment | None:
        match = self._meant(clause, "theirs")
        if match is None or utterance.asks:
            return None
        mention = next((one for one in mentions(utterance) if overlap(one.span, match) and not one.calls), None)
        if mention is None:
            return None
        voice = self._people.voice_of(mention.key)
        return self._made("theirs", utterance, clause, match, voice=voice, named=mention.key if voice is None else None)

    def _by_us(self, utterance: Utterance, clause: Clause) -> Commitment | None:
        match = self._meant(clause, "group", "saying")
        if match is None or utterance.asks or clause.has("proposal") or due_of(utterance) is None:
            return None
        return self._made("group", utterance, clause, match, voice=utterance.speaker)

    def _resulting(self, utterance: Utterance, clause: Clause) -> Commitment | None:
        match = self._meant(clause, "result")
        if match is None or utterance.asks or deadline_in(clause) is None:
            return None
        return self._made("result", utterance, clause, match, voice=utterance.speaker)

    def _needed(self, utterance: Utterance, clause: Clause) -> Commitment | None:
        match = self._meant(clause, "need")
        called = self._called(utterance)
        if match is None or utterance.asks or called is None:
            return None
        voice = self._people.voice_of(called)
        return self._made("need", utterance, clause, match, voice=voice, named=called if voice is None else None)

    @staticmethod
    def _meant(clause: Clause, kind: str, *but: str) -> Span | None:
        """The first match of a kind that is neither negated nor one of what only sounds like it."""
        others = [match for other in (*but, "negated") for match in clause.found.get(other, ())]
        matches = clause.found.get(kind, ())
        return next((match for match in matches if not any(overlap(match, other) for other in others)), None)

    def _called(self, utterance: Utterance) -> str | None:
        """Whom a sentence speaks to: whom it calls, or whom its turn has called before."""
        turn = [utterance, *self._conversation.before(utterance, 0)]
        calls = (self._people.called(earlier) for earlier in turn if earlier is utterance or not earlier.has("thanks"))
        return next((call for call in calls if call is not None), None)

    def _made(
        self,
        way: str,
        utterance: Utterance,
        clause: Clause,
        match: Span,
        *,
        voice: int | None,
        named: str | None = None,
    ) -> Commitment:
        return Commitment(way, utterance, clause, match, voice, named, deadline_in(clause))

"""Labels of sentences: which say a fact of a meeting, as far as its labels tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.protocol.meetings import Fact, Meeting, Place, states
from deployments.summarizer.linguistic.conversation import Conversation
from deployments.summarizer.linguistic.finder import Kind
from deployments.summarizer.linguistic.judging import logit
from deployments.summarizer.linguistic.people import People
from deployments.summarizer.linguistic.traits import SentenceTraits, Traits

OF_KIND = {Kind.TASK: "action_items", Kind.DECISION: "decisions"}
"""What the labels call them."""
NEAR = 2
"""Sentences before and after that may hold what one lacks of a fact."""
UNSURE = 4
"""Sentences around a guessed one that may say the fact too."""
OF_NEAR, OF_CHANCE = 0.5, 0.3
"""What a stem in a sentence near by, and being likely, is worth of a stem in the sentence itself."""


@dataclass(frozen=True, slots=True)
class Said:
    """Where a fact was said, by the places of sentences. Those of ``unsure`` may say it too."""

    fact: Fact
    where: frozenset[int]
    unsure: frozenset[int]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A meeting to learn from, as it is read."""

    meeting: Meeting
    conversation: Conversation
    people: People
    traits: tuple[Traits, ...]

    @classmethod
    def of(cls, meeting: Meeting, conversation: Conversation, people: People) -> Lesson:
        """Read the traits of its sentences."""
        sentences = SentenceTraits(conversation)
        return cls(meeting, conversation, people, tuple(map(sentences.of, conversation.utterances)))

    def said(self, kind: Kind, chances: Sequence[float] = ()) -> list[Said]:
        """Where the facts of a kind were said; where no label tells, the likeliest sentence of ``chances`` is taken."""
        facts = {Kind.TASK: self.meeting.action_items, Kind.DECISION: self.meeting.decisions}[kind]
        if not self.meeting.places:
            return [self._guessed(kind, fact, chances) for fact in facts]
        places = self.meeting.places[OF_KIND[kind]]
        return [self._told(kind, fact, place) for fact, place in zip(facts, places, strict=True)]

    def labels(self, kind: Kind, chances: Sequence[float] = ()) -> Iterator[tuple[int, bool]]:
        """Sentences by their place, and whether they say a fact; not those of which that is not known."""
        said = self.said(kind, chances)
        where = frozenset[int]().union(*(one.where for one in said))
        unsure = self._acceptable().union(*(one.unsure for one in said))
        for place in range(len(self.traits)):
            if place in where or place not in unsure:
                yield place, place in where

    def linked(self, kind: Kind) -> Iterator[tuple[int, frozenset[int]]]:
        """Sentences that say a fact, by their place, and those that labels quote with them, if any."""
        for place in self.meeting.places.get(OF_KIND[kind], ()):
            quoted = [self._of_quote(quote, place.turns) for quote in place.quotes]
            if any(quoted[:1]):
                yield min(quoted[0]), frozenset[int]().union(*quoted[1:]) - quoted[0]

    def _acceptable(self) -> frozenset[int]:
        """The sentences that say what is no error, and is not asked for."""
        if self.meeting.places:
            return frozenset[int]().union(*(self._of_turns(one.turns) for one in self.meeting.places["acceptable"]))
        return frozenset[int]().union(*map(self._most, self.meeting.acceptable))

    def _told(self, kind: Kind, fact: Fact, place: Place) -> Said:
        turns = self._of_turns(place.turns)
        if place.quotes:
            return Said(fact, self._of_quote(place.quotes[0], place.turns), turns)
        stems = self._stems(_content(kind, fact))
        most = max((stems[one] for one in turns), default=0)
        return Said(fact, frozenset(one for one in turns if most and stems[one] == most), turns)

    def _guessed(self, kind: Kind, fact: Fact, chances: Sequence[float]) -> Said:
        content = _content(kind, fact)
        stems = self._stems(content)
        worth = {
            one: stems[one]
            + OF_NEAR * max((*stems[max(0, one - NEAR) : one], *stems[one + 1 : one + 1 + NEAR]), default=0)
            + OF_CHANCE * logit(chances[one])
            for one in range(len(stems))
            if stems[one]
        }
        if not worth:
            return Said(fact, frozenset(), frozenset())
        best = max(worth, key=lambda one: worth[one])
        near = frozenset(range(best - UNSURE, best + UNSURE + 1))
        whole = frozenset(one for one, count in enumerate(stems) if count == len(content))
        return Said(fact, frozenset({best}), near | whole)

    def _most(self, fact: Fact) -> frozenset[int]:
        """The sentences that hold most stems of a fact."""
        stems = self._stems(fact)
        most = max(stems, default=0)
        return frozenset(one for one, count in enumerate(stems) if most and count == most)

    def _stems(self, fact: Fact) -> list[int]:
        """How many stems of a fact each sentence holds."""
        return [sum(states(one.text, (stem,)) for stem in fact) for one in self.conversation.sentences]

    def _of_turns(self, turns: Sequence[int]) -> frozenset[int]:
        return frozenset(one.place for one in self.conversation.utterances if one.turn in turns)

    def _of_quote(self, quote: str, turns: Sequence[int]) -> frozenset[int]:
        """The sentences that a quotation touches."""
        for turn in turns:
            text = ""
            places = sorted(self._of_turns([turn]))
            ends = {one: len(text := f"{text}{self.conversation.sentences[one].text} ") for one in places}
            start = text.find(quote)
            if start >= 0:
                begun = (one for one, end in ends.items() if start < end)
                return frozenset(one for one in begun if ends.get(one - 1, 0) < start + len(quote))
        return frozenset()


def _content(kind: Kind, fact: Fact) -> Fact:
    """The stems of a fact that its own sentence says: a task's owner is often only called."""
    return fact[1:] if kind is Kind.TASK else fact

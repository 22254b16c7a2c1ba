"""The finder: which sentences likely say a task or a decision, also in words that no pattern knows, and whose it is.

What it knows it has learnt from labelled meetings; it finds candidates for the judges, and tells them what it thinks.
"""

from __future__ import annotations

from enum import StrEnum

from deployments.summarizer.linguistic.conversation import Conversation, Utterance
from deployments.summarizer.linguistic.judging import Judge, SentenceJudges
from deployments.summarizer.linguistic.owners import Owners
from deployments.summarizer.linguistic.people import Owner, People
from deployments.summarizer.linguistic.traits import SentenceTraits

FEWEST = 20
"""Sentences of a talk that is like those that were learnt from; of shorter ones nothing is known."""


class Kind(StrEnum):
    """What a sentence may say."""

    TASK = "tasks"
    DECISION = "decisions"


class Finder:
    """What is likely of each sentence of one conversation."""

    def __init__(self, judges: SentenceJudges, conversation: Conversation, people: People) -> None:
        self._judges = judges
        self._knows = len(conversation.utterances) >= FEWEST
        self._owners = Owners(conversation, people)
        sentences = SentenceTraits(conversation)
        traits = [sentences.of(utterance) for utterance in conversation.utterances]
        self._chances = {kind: [self._judge(kind).probability(one) for one in traits] for kind in Kind}

    @property
    def knows(self) -> bool:
        """Whether it can tell anything of the conversation."""
        return self._knows

    def chance(self, kind: Kind, utterance: Utterance) -> float:
        """How likely a sentence says something of a kind, from 0 to 1."""
        return self._chances[kind][utterance.place]

    def finds(self, kind: Kind, utterance: Utterance) -> bool:
        """Whether that is likely enough for a candidate."""
        return self._knows and self.chance(kind, utterance) >= self._judge(kind).threshold

    def owner(self, utterance: Utterance) -> Owner:
        """Who most likely owes the task that a sentence says."""
        candidates = self._owners.candidates(utterance)
        return max(candidates, key=lambda owner: self._judges.owners.probability(candidates[owner]))

    def _judge(self, kind: Kind) -> Judge:
        match kind:
            case Kind.TASK:
                return self._judges.tasks
            case Kind.DECISION:
                return self._judges.decisions

"""Replies: how what was said was taken."""

from __future__ import annotations

from itertools import islice

from deployments.summarizer.linguistic.conversation import Conversation, Utterance

ANSWER_TURNS = 2
"""In how many of the next turns an answer is looked for."""
_ANSWERS = 2


class Replies:
    """Looks at what others say right after a sentence, and its speaker in the same breath."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation

    def to(self, utterance: Utterance) -> list[Utterance]:
        """The first sentences that others say after it."""
        following = self._conversation.after(utterance, ANSWER_TURNS)
        return list(islice((answer for answer in following if answer.speaker != utterance.speaker), _ANSWERS))

    def agree(self, utterance: Utterance) -> bool:
        """Whether somebody agrees and nobody refuses first."""
        return any(answer.has("agreement") for answer in self.to(utterance)) and not self.refuse(utterance)

    def refuse(self, utterance: Utterance) -> bool:
        """Whether the first answer begins with a refusal."""
        return any(answer.begins_with("refusal") for answer in self.to(utterance)[:1])

    def withdraw(self, utterance: Utterance) -> bool:
        """Whether the speaker says in the same breath that it will not be."""
        rest = (later for later in self._conversation.turn_of(utterance) if later.place > utterance.place)
        return any(later.has("refusal") for later in rest)

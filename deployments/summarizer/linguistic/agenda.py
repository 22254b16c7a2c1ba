"""The agenda: short sentences that only name what is talked of next: «Ярмарка теперь», “Right, night shoot”."""

from __future__ import annotations

from deployments.summarizer.linguistic.conversation import Conversation, Utterance, can_be, has_verb
from deployments.summarizer.linguistic.deadlines import due_of
from deployments.summarizer.linguistic.leading import leads
from deployments.summarizer.linguistic.things import content_of

LONGEST = 7
"""Tokens of a heading."""
TURNS = 4
"""For how many turns a heading holds."""
OWN_THINGS = 1
"""How many things a sentence may name and yet need a heading."""


class Agenda:
    """The headings of one conversation."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        shares = leads(conversation)
        self._leading = {speaker for speaker, share in shares.items() if share * len(shares) >= 1}
        self._last: list[Utterance | None] = []
        heading: Utterance | None = None
        for utterance in conversation.utterances:
            self._last.append(heading)
            if self._is_heading(utterance, next(conversation.before(utterance, 1), None)):
                heading = utterance

    def heading(self, utterance: Utterance, about: frozenset[str]) -> Utterance | None:
        """What a sentence that names few things stands under, unless it names that itself."""
        last = self._last[utterance.place]
        if last is None or utterance.turn - last.turn > TURNS or len(about) > OWN_THINGS:
            return None
        return None if content_of(last.clauses) & about else last

    def _is_new(self, utterance: Utterance) -> bool:
        """Whether it names something that is not echoed from the turn before."""
        vague = {token.lemma_ for match in utterance.matches("vague") for token in match}
        told = content_of(clause for one in self._conversation.before(utterance, 1) for clause in one.clauses)
        return bool(content_of(utterance.clauses) - vague - told)

    def _is_heading(self, utterance: Utterance, before: Utterance | None) -> bool:
        answers = before is not None and before.asks and before.speaker != utterance.speaker
        if answers or len(utterance.doc) > LONGEST or not self._is_new(utterance):
            return False
        if has_verb(utterance.doc[:]) or any(can_be(token, "do", "infinitive") for token in utterance.doc):
            return False
        told = utterance.has("thanks", "agreement", "refusal") or due_of(utterance) is not None
        if utterance.has("asking"):
            return False
        return utterance.has("heading") or (utterance.speaker in self._leading and not told and not utterance.asks)

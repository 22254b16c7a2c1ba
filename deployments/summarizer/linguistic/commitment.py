"""A commitment: what it is made of."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Span

from deployments.summarizer.linguistic.conversation import Clause, Utterance, in_order
from deployments.summarizer.linguistic.people import Owner
from deployments.summarizer.linguistic.things import content_of, is_clear


@dataclass(frozen=True, slots=True)
class Commitment:
    """Something to be done: said in a clause, owed by a voice or by somebody named.

    ``way`` is how it was said (a promise, a request …), ``match`` the words that show it, ``context`` what was said
    around it that it points to, ``answers`` what repeats it or says yes to it. ``borrows`` when its time stands only in
    that context. ``heading`` is what was said to be talked of next, where it names little itself.
    """

    way: str
    utterance: Utterance
    clause: Clause
    match: Span
    voice: int | None
    named: str | None
    due: Span | None
    context: tuple[Utterance, ...] = ()
    answers: tuple[Commitment, ...] = ()
    borrows: bool = False
    heading: Utterance | None = None

    @property
    def owner(self) -> Owner:
        """Who owes it."""
        return self.voice, self.named

    @property
    def is_clear(self) -> bool:
        """Whether its clause says what it is about, and points to nothing but who is to do it."""
        return is_clear(self.clause, but=[self.match])

    @property
    def about(self) -> frozenset[str]:
        """The lemmas that say what it is about, its context's included."""
        near = (clause for utterance in self.context for clause in utterance.clauses)
        return content_of((self.clause, *near))

    @property
    def verbs(self) -> frozenset[str]:
        """The lemmas of what is to be done, its answers' included."""
        return frozenset({self.match[-1].lemma_}).union(*(answer.verbs for answer in self.answers))

    @property
    def around(self) -> tuple[Utterance, ...]:
        """What it is quoted with, in order."""
        return in_order(self.heading, *self.context, *(shown for answer in self.answers for shown in answer.around))

    @property
    def evidence(self) -> tuple[Utterance, ...]:
        """The sentences that show it, in order."""
        answers = (shown for answer in self.answers for shown in answer.evidence)
        return in_order(self.utterance, *self.around, *answers)

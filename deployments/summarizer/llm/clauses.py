"""Clauses: the unit of proof. What one clause says is never put together with what another says."""

from __future__ import annotations

from dataclasses import dataclass

from deployments.summarizer.llm.evidence import Evidence
from deployments.summarizer.llm.figures import Figure
from deployments.summarizer.llm.tokens import Token


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause with what it says: names, words of time and measure, content, figures; how, and in which mood.

    ``numbers`` has the value of the number that begins at a token, by its place in the clause; ``denials`` counts what
    turns it into its opposite. It is asked, proposed, ironic or under a condition where its sentence is. What follows
    that is what ``Stance`` reads of it; ``times`` are places.
    """

    tokens: tuple[Token, ...]
    names: tuple[Token, ...]
    exact: tuple[Token, ...]
    content: tuple[Token, ...]
    figures: tuple[Figure, ...]
    evidence: Evidence
    numbers: dict[int, str]
    predicates: tuple[Token, ...]
    beings: tuple[Token, ...]
    denials: int
    contrasts: bool
    first_person: bool
    asked: bool
    conditional: bool
    proposed: bool
    ironic: bool
    shades: frozenset[str]
    tenses: dict[int, frozenset[str]]
    prepositions: dict[int, str]
    times: frozenset[int]
    decides: bool
    commits: bool
    settles: bool
    assigns: bool
    requests: bool

    @property
    def says_anything(self) -> bool:
        """Whether there is anything to prove: a name alone, or «участники обсудили вопросы», says nothing."""
        return bool(self.content or self.exact or self.figures)

    @property
    def people(self) -> frozenset[Token]:
        """Who is named, or spoken of as a living being."""
        return frozenset((*self.names, *self.beings))

    @property
    def crowded(self) -> bool:
        """Whether it has several doers, numbers or doings, so that it matters which belongs to which."""
        return self.contrasts or any(len(parts) > 1 for parts in (self.people, self.numbers, self.predicates))

    @property
    def passive(self) -> bool:
        """Whether what it is done to may be its subject."""
        verbs = (self.tokens[place].form for place in self.tenses)
        return any(form.tenses <= {"state"} or form.reflexive for form in verbs)

    @property
    def compares(self) -> bool:
        """Whether it says that one thing is more than another."""
        return any(token.form.compares for token in self.tokens)

    @property
    def directs(self) -> bool:
        """Whether it says what is to be done, as only what was decided or taken on may be put."""
        told = [tenses for place, tenses in self.tenses.items() if self.tokens[place] in self.predicates]
        return self.decides or (bool(told) and all(tenses <= {"infinitive"} for tenses in told))

    @property
    def stands(self) -> tuple[Token, ...]:
        """What must have been said, in its order."""
        wanted = {*self.names, *self.exact, *self.content}
        return tuple(token for place, token in enumerate(self.tokens) if token in wanted or place in self.numbers)

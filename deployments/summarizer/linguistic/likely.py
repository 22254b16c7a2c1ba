"""A task that a sentence likely says, though in no words that patterns know: what it is made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from spacy.tokens import Span

from deployments.summarizer.linguistic.commitment import Commitment
from deployments.summarizer.linguistic.conversation import Clause, Utterance, can_be
from deployments.summarizer.linguistic.deadlines import deadline_in
from deployments.summarizer.linguistic.people import Owner
from deployments.summarizer.linguistic.things import content

LONG = 25
"""Tokens of a sentence of which only a clause is taken."""
_ASKING = ("promise", "offer", "request", "theirs", "spoken of", "group", "need")
_OWING = ("promise", "mine", "offer", "request", "yours", "theirs", "group", "need")


def likely(utterance: Utterance, owner: Owner) -> Commitment:
    """The task of a sentence: ``likely`` where a verb says what is to be done, else ``told``."""
    clause, (voice, named) = _clause(utterance), owner
    asked = next(filter(None, (clause.meant(kind, "negated") for kind in _ASKING)), None)
    way, match = ("told", _verb(clause)) if asked is None else ("likely", asked)
    return Commitment(way, utterance, clause, match, voice, named, deadline_in(clause))


def _clause(utterance: Utterance) -> Clause:
    """The whole sentence; of a long one the clause that says most."""
    if len(utterance.doc) <= LONG or len(utterance.clauses) == 1:
        return _whole(utterance)
    owing = (clause for clause in utterance.clauses if clause.has(*_OWING) and content(clause))
    return next(owing, None) or max(utterance.clauses, key=lambda clause: len(content(clause)))


def _whole(utterance: Utterance) -> Clause:
    found: dict[str, list[Span]] = defaultdict(list)
    for clause in utterance.clauses:
        for kind, matches in clause.found.items():
            found[kind] += matches
    return Clause(utterance.doc[:], found)


def _verb(clause: Clause) -> Span:
    """The verb of what is to be done, else any, else the first word."""
    span = clause.span
    forms: Sequence[tuple[str, ...]] = (("infinitive", "do", "i_will", "they_will", "we_will"), ("finite",))
    verbs = (token for readings in forms for token in span if can_be(token, *readings))
    place = next(verbs, span[0]).i
    return span.doc[place : place + 1]

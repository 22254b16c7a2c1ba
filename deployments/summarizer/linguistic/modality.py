"""Modality: whether a speaker means what a clause says, or only supposes it, or tells what somebody else has said."""

from __future__ import annotations

from spacy.tokens import Span

from deployments.summarizer.linguistic.conversation import Clause, Utterance


def is_supposed(clause: Clause, match: Span) -> bool:
    """Whether a condition or a supposition comes before what would be done."""
    return any(supposition.start < match.end for supposition in clause.found.get("hypothetical", ()))


def is_unreal(clause: Clause) -> bool:
    """Whether it would be done, but is not: «я бы прислал»."""
    return clause.meant("unreal", "softly") is not None


def is_reported(utterance: Utterance, clause: Clause, match: Span) -> bool:
    """Whether it is somebody else's word: «он сказал, что пришлёт», “they say: send it again”."""
    return _told_before(clause, match) or any(_introduces(before, clause) for before in utterance.clauses)


def _told_before(clause: Clause, match: Span) -> bool:
    told = clause.meant("reported", "own word")
    return told is not None and told.start <= match.start


def _introduces(before: Clause, clause: Clause) -> bool:
    """Whether the clause just before ends with whoever said it: «Он говорит: …»."""
    told = before.meant("reported", "own word")
    if told is None or before.span.end != clause.span.start:
        return False
    return all(token.is_punct for token in before.span.doc[told.end : before.span.end])

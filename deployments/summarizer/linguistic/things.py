"""What a clause is about: its things, and whether it can be understood by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from spacy.tokens import Span, Token

from deployments.summarizer.linguistic.conversation import Clause, can_be
from deployments.summarizer.linguistic.deadlines import spans_of

_STEM = 4


def content(clause: Clause) -> frozenset[str]:
    """The lemmas that say what a clause is about: nouns that are neither names nor times."""
    times = spans_of(clause)
    return frozenset(token.lemma_ for token in clause.span if _is_thing(token) and not _in_any(token, times))


def content_of(clauses: Iterable[Clause]) -> frozenset[str]:
    """What several clauses are about."""
    return frozenset[str]().union(*map(content, clauses))


def names_something(clause: Clause) -> bool:
    """Whether a thing or a person is named."""
    return bool(content(clause)) or any(can_be(token, "name") and token.text[:1].isupper() for token in clause.span)


def is_clear(clause: Clause, but: Sequence[Span] = ()) -> bool:
    """Whether it says what it is about, and points, ``but`` there, to nothing that was named before."""
    pointing = (token for token in clause.span if can_be(token, "he"))
    return bool(content(clause)) and all(_in_any(token, but) for token in pointing)


def of_one_stem(one: str, other: str) -> bool:
    """Whether two verbs are forms of one, as «прислать» and «присылать» are: by their first letters."""
    return one[:_STEM] == other[:_STEM] and min(len(one), len(other)) >= _STEM


def _is_thing(token: Token) -> bool:
    adjective = can_be(token, "adjective") and not can_be(token, "determiner", "ordinal")
    return (can_be(token, "noun") or adjective) and not can_be(token, "name", "patronymic", "surname", "pronoun")


def _in_any(token: Token, spans: Sequence[Span]) -> bool:
    return any(span.start <= token.i < span.end for span in spans)

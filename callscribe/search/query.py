"""What somebody looks for, in the grammar of PostgreSQL's ``websearch_to_tsquery``.

Words that must all be said, ``"words in quotes"`` one after another, ``-words`` that must not be said, ``or``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from callscribe.errors import NothingToSearchFor
from callscribe.search.lemmas import Lemmas
from callscribe.search.words import folded, words_of

_PIECE = re.compile(r'(-?)(?:"([^"]*)"?|([^\s"]+))')
_LEXEME = re.compile("'([^']+)'")
_QUOTES = str.maketrans(dict.fromkeys("«»„“”‟", '"'))
_OR = ("or", "или")


def plain(text: str) -> str:
    """A query with nothing in it but folded words, straight quotes, minus signs and ``or``.

    Words that are written together («кто-то», “don't”) become a phrase.
    """
    return " ".join(filter(None, map(_plain, _PIECE.findall(folded(text).translate(_QUOTES)))))


def words_in(tsquery: str) -> list[str]:
    """The words of a query that PostgreSQL has read, folded again: it has other pairs of small and capital letters."""
    return [folded(lexeme) for lexeme in _LEXEME.findall(tsquery)]


def _plain(piece: tuple[str, str, str]) -> str:
    minus, quoted, bare = piece
    if bare in _OR and not minus:
        return "or"
    words = words_of(quoted or bare)
    return f'{minus}"{" ".join(words)}"' if words else ""


@dataclass(frozen=True, slots=True)
class Term:
    """Words that must be said one after another, or must not be."""

    words: tuple[str, ...]
    negated: bool = False

    @property
    def alone(self) -> bool:
        """Whether it is one word, which may be said in any form of its stem."""
        return len(self.words) == 1 and not self.negated


@dataclass(frozen=True, slots=True)
class Query:
    """Alternatives, each of terms that must all hold. ``stems``: what each word may be found by beside its lemmas."""

    alternatives: tuple[tuple[Term, ...], ...]
    lemmas: Mapping[str, frozenset[str]]
    stems: Mapping[str, frozenset[str]]

    @classmethod
    def read(cls, tsquery: str, stems: Mapping[str, frozenset[str]], lemmas: Lemmas) -> Self:
        """Read what ``websearch_to_tsquery`` made of a plain query, with the stems of all ``words_in`` it.

        A word without stems is one that every text has: beside others, such words by themselves are not looked for.
        Raises ``NothingToSearchFor``.
        """
        alternatives = tuple(
            _telling([_term(part) for part in alternative.split(" & ")], stems) for alternative in tsquery.split(" | ")
        )
        if not all(any(not term.negated for term in terms) for terms in alternatives):
            raise NothingToSearchFor("Name a word that was said.")
        words = {word for terms in alternatives for term in terms for word in term.words}
        return cls(alternatives, {word: lemmas.of(word) for word in words}, stems)

    @property
    def tsquery(self) -> str:
        """The query in PostgreSQL's words: a word by itself by its lemmas or stems, all others by their lemmas."""
        return " | ".join(" & ".join(map(self._tsquery, terms)) for terms in self.alternatives)

    @property
    def lexemes(self) -> frozenset[str]:
        """All lexemes that mark a hit."""
        return frozenset().union(*(self.lemmas[word] | self.stems[word] for term in self.wanted for word in term.words))

    @property
    def wanted(self) -> tuple[Term, ...]:
        """The terms that may be said."""
        return tuple(term for terms in self.alternatives for term in terms if not term.negated)

    def _tsquery(self, term: Term) -> str:
        words = " <-> ".join(f"({' | '.join(self._lexemes(word, term))})" for word in term.words)
        return f"{'!' if term.negated else ''}({words})"

    def _lexemes(self, word: str, term: Term) -> list[str]:
        stems = self.stems[word] if term.alone else ()
        return [f"'{lemma}':A" for lemma in sorted(self.lemmas[word])] + [f"'{stem}':D" for stem in sorted(stems)]


def _term(part: str) -> Term:
    return Term(tuple(words_in(part)), negated=part.startswith("!"))


def _telling(terms: list[Term], stems: Mapping[str, frozenset[str]]) -> tuple[Term, ...]:
    """Those that tell something, if any does."""
    telling = tuple(term for term in terms if not term.alone or stems[term.words[0]])
    return telling if any(not term.negated for term in telling) else tuple(terms)

"""What is shown of a turn: the words around the hits, and which they are."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from callscribe.domain import Word
from callscribe.search.query import Query, Term
from callscribe.search.words import words_of

WIDTH = 30
"""Words of a snippet."""
BEFORE = 6
"""Words before its first hit, where so many were said."""

_BARE = re.compile(r"(\W*)(.*?)(\W*)", re.DOTALL)
_CUT = ("…", False)

Places = Mapping[str, Collection[int]]
"""Where each lexeme is in a turn's vector: lemmas at the places of their words, counted from 1, stems behind these."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of text; ``hit`` where it is what was looked for."""

    text: str
    hit: bool


@dataclass(frozen=True, slots=True)
class Snippet:
    """The fragments, which together are the text, and the second at which the first hit was said."""

    at: float
    fragments: tuple[Fragment, ...]


def snippet(words: Sequence[Word], query: Query, places: Places) -> Snippet:
    """Cut out of a turn's words the stretch that has the most hits."""
    owners = [number for number, word in enumerate(words) for _ in words_of(word.text)]
    hits = sorted({owners[place - 1] for term in query.wanted for place in _places(term, query, places, len(owners))})
    first = max(hits, key=lambda hit: (sum(hit <= other < hit + WIDTH - BEFORE for other in hits), -hit), default=0)
    begin = max(min(first - BEFORE, len(words) - WIDTH), 0)
    end = min(begin + WIDTH, len(words))
    shown = [(words[number].text, number in hits) for number in range(begin, end)]
    before, after = [_CUT] * (begin > 0), [_CUT] * (end < len(words))
    return Snippet(words[first].start, tuple(_fragments([*before, *shown, *after])))


def _places(term: Term, query: Query, places: Places, count: int) -> Iterator[int]:
    """Where in a turn of so many words a term is said: every place of it."""
    said = [_at(query.lemmas[word], places, range(1, count + 1)) for word in term.words]
    if term.alone:
        behind = range(count + 1, 2 * count + 1)
        said = [said[0] | {place - count for place in _at(query.stems[term.words[0]], places, behind)}]
    for place in said[0]:
        if all(place + further in others for further, others in enumerate(said)):
            yield from range(place, place + len(said))


def _at(lexemes: Collection[str], places: Places, within: range) -> set[int]:
    return {place for lexeme in lexemes for place in places.get(lexeme, ()) if place in within}


def _fragments(texts: Sequence[tuple[str, bool]]) -> Iterator[Fragment]:
    """The texts with spaces between them; of a hit the punctuation around it is none."""
    pieces = [piece for text, hit in texts for piece in (Fragment(" ", hit=False), *_pieces(text, hit=hit))][1:]
    for hit, group in groupby((piece for piece in pieces if piece.text), key=lambda piece: piece.hit):
        yield Fragment("".join(piece.text for piece in group), hit)


def _pieces(text: str, *, hit: bool) -> tuple[Fragment, Fragment, Fragment]:
    bare = _BARE.fullmatch(text)
    before, core, after = bare.groups() if bare and hit else ("", "", text)
    return Fragment(before, hit=False), Fragment(core, hit=True), Fragment(after, hit=False)

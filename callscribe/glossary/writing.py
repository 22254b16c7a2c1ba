"""Terms written as their glossary has them, with the ending that was heard: «в Ростелекоме», «Контур.Толка»."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rapidfuzz.distance import Prefix

from callscribe.domain import Transcript, Word
from callscribe.glossary.sounds import is_latin
from callscribe.glossary.term import PIECE, POSSESSIVE
from callscribe.glossary.terms import Mention, Terms

_BEFORE = re.compile(r"^\W*")
_AFTER = re.compile(rf"({POSSESSIVE.pattern})?\W*$", re.IGNORECASE)


def with_terms(transcript: Transcript, terms: Terms) -> Transcript:
    """Write the terms of a transcript as their glossary does."""
    if not terms:
        return transcript
    turns = (replace(turn, words=written(turn.words, terms)) for turn in transcript.turns)
    return replace(transcript, turns=tuple(turns))


def written(words: Sequence[Word], terms: Terms) -> tuple[Word, ...]:
    """Write the terms among words as their glossary does; other words stay as they are."""
    done: list[Word] = []
    place = 0
    for mention in terms.said(words):
        done += [*words[place : mention.begin], *_written(mention, words[mention.begin : mention.end])]
        place = mention.end
    return (*done, *words[place:])


def _written(mention: Mention, words: Sequence[Word]) -> Iterator[Word]:
    """Make as many words as the term has, in the time of those that were heard."""
    texts = _inflected(mention.term.text, mention.forms).split()
    texts[0] = _mark(_BEFORE, words[0]) + texts[0]
    texts[-1] += _mark(_AFTER, words[-1])
    if len(texts) == len(words):
        yield from (replace(word, text=text) for word, text in zip(words, texts, strict=True))
        return
    start, seconds = words[0].start, words[-1].end - words[0].start
    confidence = min(word.confidence for word in words)
    for place, text in enumerate(texts):
        begin, end = (start + seconds * share / len(texts) for share in (place, place + 1))
        yield Word(begin, end, text, confidence)


def _inflected(term: str, forms: Sequence[str]) -> str:
    """Give each piece of a term the ending of the form that was said; one with digits is written as it is."""
    if len(PIECE.findall(term)) != len(forms):
        return term
    said = iter(forms)
    return PIECE.sub(lambda piece: _ended(piece.group(), next(said)), term)


def _ended(piece: str, form: str) -> str:
    if is_latin(piece.lower()):
        return piece
    shared = Prefix.similarity(piece.lower(), form)
    return piece[:shared] + form[shared:]


def _mark(pattern: re.Pattern[str], word: Word) -> str:
    found = pattern.search(word.text)
    return found.group() if found else ""

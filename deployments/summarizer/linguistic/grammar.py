"""A language's grammar: its readings, word lists and patterns, which stand as data in ``ru.toml`` and ``en.toml``.

A pattern is a line of tokens, compiled for spaCy's ``Matcher`` (https://spacy.io/api/matcher)::

    word|word       one of these words, as it is spelled (case and ё aside)
    =lemma|lemma    a form of one of these
    @list|@list     a form of one of these lists' words
    %list|%list     one of their words, as it is spelled
    <a|b>           a word that can be read in one of these ways
    @list<a>        both
    _               any word          ,   any punctuation

A suffix says how often: ``?`` at most once, ``*`` any number, ``+`` at least once, ``!`` not at all.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any, Self

from pydantic import BaseModel, ConfigDict
from spacy.matcher import Matcher
from spacy.tokens import Span
from spacy.vocab import Vocab

from callscribe.domain import Language

_ANY = {"_": False, ",": True}
_TOKEN = re.compile(
    r"(?P<body>@\w+(?:\|@\w+)*|%\w+(?:\|%\w+)*|=?[^\s<>@%?*+!]+)?(?:<(?P<readings>[\w|]+)>)?(?P<often>[?*+!]?)"
)


class Grammar(BaseModel):
    """What is known of a language, as its file says it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sure: tuple[str, ...] = ()
    readings: dict[str, tuple[str, ...]]
    spelled: dict[str, tuple[str, ...]]
    words: dict[str, tuple[str, ...]]
    patterns: dict[str, tuple[str, ...]]

    @classmethod
    def load(cls, language: Language) -> Self:
        """Read the file that ships with the package."""
        return cls.model_validate(tomllib.loads(files(__package__).joinpath(f"{language}.toml").read_text("utf-8")))


class Patterns:
    """A grammar's patterns, ready to be found."""

    def __init__(self, grammar: Grammar, vocab: Vocab) -> None:
        self._matcher = Matcher(vocab)
        for kind, lines in grammar.patterns.items():
            self._matcher.add(kind, [compiled(line, grammar.words) for line in lines])
        self._strings = vocab.strings

    def find(self, span: Span) -> Mapping[str, Sequence[Span]]:
        """Find every pattern in a span: the kinds found, each with its matches, leftmost and longest first."""
        found: dict[str, list[Span]] = {}
        for key, start, end in self._matcher(span):
            found.setdefault(self._strings[key], []).append(span[start:end])
        for matches in found.values():
            matches.sort(key=lambda match: (match.start, -match.end))
        return found


def normal(text: str) -> str:
    """Fold what spelling leaves open: case, and е for ё."""
    return text.lower().replace("ё", "е")


def compiled(line: str, words: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """Make a pattern of spaCy's of a line.

    Raises ``KeyError`` for a list that there is not, and ``ValueError`` for what is no token.
    """
    return list(_tokens(line, words))


def _tokens(line: str, words: Mapping[str, Sequence[str]]) -> Iterator[dict[str, Any]]:
    for written in line.split():
        token = _TOKEN.fullmatch(written)
        if token is None:
            raise ValueError(f"{written!r} of {line!r} is no token of a pattern")
        meaning = _meaning(token["body"], words) if token["body"] else {}
        if token["readings"]:
            meaning |= {"_": {"readings": {"INTERSECTS": token["readings"].split("|")}}}
        yield meaning | {"OP": token["often"]} if token["often"] else meaning


def _meaning(body: str, words: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    if body in _ANY:
        return {"IS_PUNCT": _ANY[body]}
    match body[0], body[1:].split("|"):
        case "@", _:
            return {"LEMMA": {"IN": [normal(word) for name in body.split("|") for word in words[name[1:]]]}}
        case "%", _:
            return {"NORM": {"IN": [normal(word) for name in body.split("|") for word in words[name[1:]]]}}
        case "=", lemmas:
            return {"LEMMA": {"IN": [normal(lemma) for lemma in lemmas]}}
        case _:
            return {"NORM": {"IN": [normal(word) for word in body.split("|")]}}

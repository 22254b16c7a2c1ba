"""Words as the proof compares them: «пришлю» and «прислать» are one, «Марию» and «Мария» are one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Protocol

import pymorphy3  # type: ignore[import-untyped]
from rapidfuzz.distance import DamerauLevenshtein
from snowballstemmer import stemmer
from spacy.lang.en.stop_words import STOP_WORDS

from callscribe.domain import Language
from deployments.summarizer.llm.lexicon import folded

KIN_LETTERS = 5
KIN_ENDING = 2
"""Stems are kin that share so many letters and differ in no more than so many at the end: «закупк-», «закупа-»."""
MISHEARD_LETTERS = 7
"""A name of so many letters that no dictionary has may be one letter off: a recognizer spells it as it likes."""

_FUNCTION = frozenset({"PREP", "CONJ", "PRCL", "INTJ", "NPRO"})
_PREDICATE = frozenset({"VERB", "INFN", "PRTS", "ADJS", "PRED", "GRND"})
_PROPER = ("Name", "Surn", "Patr", "Geox", "Orgn")
_LIKELY = 0.3
"""A reading that is less likely than this is not taken for a number or a name: «семью» is the family."""
_SURELY = 0.8
"""A word so likely a name is one in lower case too."""
_CACHED = 100_000


@dataclass(frozen=True, slots=True)
class Form:
    """A word by itself: what it can be a form of, its stem, and what kinds of word it can be.

    ``predicate``, ``being`` (a living one) and ``first_person`` are known of Russian words only.
    """

    roots: frozenset[str]
    likely: frozenset[str]
    stem: str
    function: bool
    proper: bool
    surely_proper: bool
    known: bool
    predicate: bool = False
    being: bool = False
    first_person: bool = False
    genders: frozenset[str] = frozenset()

    def may_name(self, other: Form) -> bool:
        """Whether it can be a form of the same name: «Кузнецовой» is not «Кузнецовым»."""
        told_apart = self.genders and other.genders and self.genders.isdisjoint(other.genders)
        return not told_apart and not self.roots.isdisjoint(other.roots)


class Morphology(Protocol):
    """What is known of a language's words by themselves."""

    def form(self, word: str) -> Form:
        """Look a word up, in whatever case it is written."""
        ...


def morphology(language: Language) -> Morphology:
    """The language's morphology."""
    return _Russian() if language is Language.RU else _English()


class _Stemmer:
    """Snowball's stemmer, which keeps its place in itself, for several threads."""

    def __init__(self, language: str) -> None:
        self._stemmer = stemmer(language)
        self._lock = Lock()

    def __call__(self, word: str) -> str:
        with self._lock:
            return str(self._stemmer.stemWord(word))


class _Russian:
    def __init__(self) -> None:
        self._analyzer = pymorphy3.MorphAnalyzer()
        self._stem = _Stemmer("russian")
        self.form = lru_cache(_CACHED)(self._form)

    def _form(self, word: str) -> Form:
        bare = folded(word)
        parses = self._analyzer.parse(word.lower())
        likely = [parse for parse in parses if parse.score >= _LIKELY] or parses[:1]
        total = sum(parse.score for parse in parses)
        named = sum(parse.score for parse in parses if any(grammeme in parse.tag for grammeme in _PROPER))
        return Form(
            roots=frozenset({bare, *(folded(parse.normal_form) for parse in parses)}),
            likely=frozenset(self._likely(parses)),
            stem=self._stem(bare),
            function=likely[0].tag.POS in _FUNCTION or "Apro" in likely[0].tag,
            proper=named >= _LIKELY * total,
            surely_proper=named >= _SURELY * total,
            known=bool(self._analyzer.word_is_known(word.lower())),
            predicate=likely[0].tag.POS in _PREDICATE,
            being=likely[0].tag.POS == "NOUN" and "anim" in likely[0].tag,
            genders=_genders(parses),
            first_person=likely[0].tag.POS == "VERB" and {"1per", "sing"} in likely[0].tag,
        )

    def _likely(self, parses: list[pymorphy3.analyzer.Parse]) -> Iterable[str]:
        scores: dict[str, float] = {}
        for parse in parses:
            root = folded(parse.normal_form)
            scores[root] = scores.get(root, 0.0) + parse.score
        return (root for root, score in scores.items() if score >= _LIKELY)


def _genders(parses: list[pymorphy3.analyzer.Parse]) -> frozenset[str]:
    """The genders of a surname, where every reading tells it."""
    told = {parse.tag.gender for parse in parses if {"Surn", "sing"} in parse.tag}
    return frozenset() if None in told else frozenset(map(str, told))


class _English:
    def __init__(self) -> None:
        self._stem = _Stemmer("english")
        self.form = lru_cache(_CACHED)(self._form)

    def _form(self, word: str) -> Form:
        bare = folded(word).removesuffix("'s")
        stem = self._stem(bare)
        roots = frozenset({bare, stem})
        return Form(
            roots,
            roots,
            stem,
            function=bare in STOP_WORDS or "'" in bare,
            proper=False,
            surely_proper=False,
            known=False,
        )


def kin(one: str, other: str) -> bool:
    """Whether two stems are of one family of words."""
    shared = next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    return shared >= KIN_LETTERS and max(len(one), len(other)) - shared <= KIN_ENDING


def misheard(one: Form, other: Form) -> bool:
    """Whether two words that no dictionary has are one name in two spellings."""
    if one.known or other.known or min(len(one.stem), len(other.stem)) < MISHEARD_LETTERS:
        return False
    return DamerauLevenshtein.distance(one.stem, other.stem) <= 1

"""Words as the proof compares them: «пришлю» and «прислать» are one, «Марию» and «Мария» are one."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import Protocol

from rapidfuzz.distance import DamerauLevenshtein
from snowballstemmer import stemmer

KIN_LETTERS = 5
KIN_ENDING = 2
"""Stems are kin that share so many letters and differ in no more than so many at the end: «закупк-», «закупа-»."""
MISHEARD_LETTERS = 7
"""A name of so many letters that no dictionary has may be one letter off: a recognizer spells it as it likes."""

CACHED_FORMS = 100_000


Case = tuple[str | None, str]
"""A gender, which only a name has, and a case."""


@dataclass(frozen=True, slots=True)
class Form:
    """A word by itself: what it can be a form of, its stem, and what kinds of word it can be.

    ``predicate``, ``being`` (a living one), ``first_person``, ``modifier`` and ``cases``, which a noun can be in, are
    known of Russian words only. ``tenses`` are a verb's: past, state (what has been done), present, future, infinitive,
    order, and “we” where it is of the first person plural. Of English verbs only the past is known.
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
    cases: frozenset[Case] = frozenset()
    tenses: frozenset[str] = frozenset()
    modifier: bool = False
    reflexive: bool = False
    compares: bool = False

    def may_name(self, other: Form) -> bool:
        """Whether it can be a form of the same name: «Кузнецовой» is not «Кузнецовым»."""
        told_apart = self.genders and other.genders and self.genders.isdisjoint(other.genders)
        return not told_apart and not self.roots.isdisjoint(other.roots)


class Morphology(Protocol):
    """What is known of a language's words by themselves."""

    def form(self, word: str) -> Form:
        """Look a word up, in whatever case it is written."""
        ...


class Stemmer:
    """Snowball's stemmer, which keeps its place in itself, for several threads."""

    def __init__(self, language: str) -> None:
        self._stemmer = stemmer(language)
        self._lock = Lock()

    def __call__(self, word: str) -> str:
        """The word without its ending."""
        with self._lock:
            return str(self._stemmer.stemWord(word))


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

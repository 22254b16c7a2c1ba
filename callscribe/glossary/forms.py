"""The forms in which a term's words are said: «Ростелеком», «Ростелекоме»."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import pymorphy3  # type: ignore[import-untyped]

from callscribe.glossary.sounds import Sounds, is_latin

_NAMING = frozenset({"NOUN", "ADJF"})
_PROPER = ("Name", "Surn", "Patr", "Geox", "Orgn")
_LIKELY = 0.3
"""What the readings of a form as another word must come to for it to be that word."""
_REMEMBERED_WORDS = 10_000


@dataclass(frozen=True, slots=True)
class Part:
    """One spoken word of a term: its forms by how they are compared, without ё, and by how they are spelled by ear."""

    forms: Mapping[str, str]
    by_ear: Mapping[str, str]


class Forms:
    """Knows a word's forms, also of words that no dictionary has: pymorphy3 inflects them as it does their like."""

    def __init__(self, sounds: Sounds) -> None:
        self._sounds = sounds
        self._is_known = lru_cache(_REMEMBERED_WORDS)(self._look_up)

    def part(self, word: str, *, alone: bool) -> Part:
        """Inflect a word in lower case, a Latin one as a Russian reads it; ``alone`` says that it is the whole term."""
        own = self._sounds.cyrillic(word)
        forms = [word, own, *sorted(self._inflected(own, alone=alone))]
        compared: dict[str, str] = {}
        by_ear: dict[str, str] = {}
        for form in forms:
            compared.setdefault(form.replace("ё", "е"), form)
            by_ear.setdefault(self._sounds.by_ear(form), form)
        return Part(compared, by_ear)

    def said(self, part: Part, word: str) -> str | None:
        """Say which form of a term's word a spoken one is.

        Spelled by ear it may be only if it is no other word: «скайлс» is «Скайльс», «мель» is not «Мел».
        """
        form = part.forms.get(word) or part.by_ear.get(self._sounds.by_ear(word))
        return None if form is None or (word not in part.forms and self._is_other(part, word)) else form

    def _is_other(self, part: Part, word: str) -> bool:
        if is_latin(word):
            return any(is_latin(form) for form in part.forms)
        return self._is_known(word) and not all(map(_is_proper, self._analyzer.parse(word)))

    def _inflected(self, word: str, *, alone: bool) -> set[str]:
        parses = [parse for parse in self._analyzer.parse(word) if parse.tag.POS in _NAMING]
        likely = [parse for parse in parses if parse.normal_form.replace("ё", "е") == word.replace("ё", "е")] or parses
        lemmas = frozenset(parse.normal_form for parse in likely)
        forms = {form.word for parse in likely for form in parse.lexeme if form.tag.POS in _NAMING}
        return {form for form in forms if not alone or not self._is_of_other(form, lemmas)}

    def _is_of_other(self, form: str, lemmas: frozenset[str]) -> bool:
        """Whether a form is as likely another word's: «туманов» is of «Туманова», and fog."""
        parses = self._analyzer.parse(form) if self._is_known(form) else ()
        others = (parse for parse in parses if parse.normal_form not in lemmas and not _is_proper(parse))
        return bool(sum(parse.score for parse in others) >= _LIKELY)

    def _look_up(self, word: str) -> bool:
        return bool(self._analyzer.word_is_known(word))

    @cached_property
    def _analyzer(self) -> pymorphy3.MorphAnalyzer:
        return pymorphy3.MorphAnalyzer()


def _is_proper(parse: pymorphy3.analyzer.Parse) -> bool:
    return any(bool(mark in parse.tag) for mark in _PROPER)

"""Texts as spaCy documents whose tokens know how they can be read: «пришлю» as a promise's verb, «Мария» as a name.

Russian words are read one by one by pymorphy3, which knows spoken forms that taggers trained on news do not; English
ones in their sentence, by spaCy's small model.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import pymorphy3  # type: ignore[import-untyped]
import spacy
from spacy.language import Language as Pipeline
from spacy.tokens import Token
from spacy.util import compile_infix_regex

from callscribe.domain import Language
from callscribe.models import Installation
from deployments.summarizer.linguistic.grammar import Grammar, normal
from deployments.summarizer.linguistic.reading import Described, Form, Reader

ENGLISH_MODEL = "en-core-web-sm-3.8.0"

_LIKELY = 0.3
"""Of the forms that a Russian word can be, those are kept that are at least a third as likely as the likeliest."""
_POSSIBLE = 0.1
"""A form of another part of speech that is at least so likely beside the likeliest makes a word unsure."""

_HYPHENS = "(?:-|–"
"""What spaCy's rule for hyphens has: «из-за» is one word."""
_VERBS = frozenset({"VERB", "INFN"})
_OF_VERBS = frozenset({"VERB", "INFN", "PRTS", "GRND"})

_UNMEANT = frozenset({"оплакать", "проплакать", "заплакать", "покадить", "слазить"})
"""Verbs whose first person is that of another, which is what people in calls mean: «оплачу», «покажу»."""
_NAMING = frozenset({"зовут", "звать"})
"""What is called so after these is a name before all else that it can be: «Меня зовут Слава»."""

_TO_YOU = frozenset({"impr", "2per"})
_SPOKEN_TO = 2
"""In how many words after a foreign name it must be said to whom one speaks."""

_COUNTING = frozenset({"NUMR"})
"""What is no cut name where it stands apart: «Семь.»"""
_VOCATIVE = frozenset({"NOUN", "Name", "voct"})
_NAME = frozenset({"NOUN", "Name", "nomn"})
_PROMISING = frozenset({"VERB", "1per", "sing", "futr"})
_SUBJECTS = frozenset({"nsubj", "nsubjpass", "aux", "auxpass", "expl"})
"""What depends on a verb that commands nothing: “I'd suggest”, “you will need”."""


def load_reader(language: Language, grammar: Grammar, models: Installation) -> Reader:
    """Build a language's reader; ``ModelUnavailable`` when English's weights are not here."""
    match language:
        case Language.RU:
            morphology = Morphology()
            return Reader(_russian(), grammar, morphology.describe, morphology.infinitive)
        case Language.EN:
            return Reader(spacy.load(models.path(ENGLISH_MODEL)), grammar, _describe_english, lambda verb: verb.lemma_)


def _russian() -> Pipeline:
    pipeline = spacy.blank("ru")
    infixes = [infix for infix in pipeline.Defaults.infixes or () if _HYPHENS not in str(infix)]
    tokenizer: Any = pipeline.tokenizer  # its attributes are Cython's
    tokenizer.infix_finditer = compile_infix_regex(infixes).finditer
    return pipeline


class Morphology:
    """The forms that a Russian word can be, by pymorphy3's dictionary and its guesses for unknown words."""

    def __init__(self) -> None:
        self._analyzer = pymorphy3.MorphAnalyzer()
        self._forms = lru_cache(maxsize=50_000)(self._look_up)
        self._called = lru_cache(maxsize=1_000)(self._look_up_called)

    def describe(self, token: Token) -> Described:
        """Say what a token can be; its folded spelling is set on the way."""
        token.norm_ = normal(token.text)
        if self._is_foreign_call(token):
            return Described((Form(token.norm_, _VOCATIVE | _NAME),))
        called = _stands_apart(token) or _is_given(token)
        return self._called(token.norm_) if called else self._forms(token.norm_)

    def _is_foreign_call(self, token: Token) -> bool:
        """Whether a word in Latin letters is somebody who is called: «John, пришлите», «Michael, с тебя»."""
        if not (token.text.isascii() and token.text.istitle() and _stands_apart(token)):
            return False
        next_words = token.doc[token.i + 2 : token.i + 2 + _SPOKEN_TO]
        parses = (parse for word in next_words for parse in self._analyzer.parse(normal(word.text)))
        return any(parse.tag.grammemes & _TO_YOU for parse in parses)

    def lemmas(self, word: str) -> frozenset[str]:
        """Every dictionary form that a word can have."""
        return frozenset(normal(parse.normal_form) for parse in self._analyzer.parse(word))

    def infinitive(self, verb: Token) -> str:
        """The infinitive of a verb: «прислать» of «пришлю»; the verb itself where it may be of two."""
        parses = [parse for parse in self._analyzer.parse(verb.norm_) if parse.tag.POS in _VERBS]
        meant = [parse for parse in parses if "impr" in parse.tag] if "do" in verb._.readings else []
        infinitives = {parse.normal_form for parse in meant or parses} - _UNMEANT
        return str(infinitives.pop()) if len(infinitives) == 1 else verb.text

    def _look_up(self, word: str) -> Described:
        parses = self._analyzer.parse(word)
        best = parses[0].score
        parts = {_part(parse.tag.POS) for parse in parses if parse.score >= _POSSIBLE * best}
        return _described([parse for parse in parses if parse.score >= _LIKELY * best], sure=len(parts) == 1)

    def _look_up_called(self, word: str) -> Described:
        """A call, «Свет, ты где?», is a name before all else that the word can be."""
        parses = self._analyzer.parse(word)
        calls = [parse for parse in parses if parse.tag.grammemes >= _VOCATIVE] or _names_in(parses)
        if calls:
            return _described(calls, sure=True)
        if parses[0].tag.POS in _COUNTING:
            return self._forms(word)
        whole = (parse for vowel in "ая" for parse in self._analyzer.parse(word.removesuffix("ь") + vowel))
        cut = tuple(Form(parse.normal_form, _VOCATIVE) for parse in _names_in(whole))
        return Described(cut) if cut else self._forms(word)


def _names_in(parses: Iterable[Any]) -> list[Any]:
    """The parses that are known names; a call that lacks its last vowel, «Серёж», is none."""
    return [parse for parse in parses if parse.is_known and parse.tag.grammemes >= _NAME]


def _described(parses: Sequence[Any], *, sure: bool) -> Described:
    forms = ((parse.normal_form, frozenset(parse.tag.grammemes)) for parse in parses)
    return Described(tuple(Form(lemma, features, promises=features >= _PROMISING) for lemma, features in forms), sure)


def _stands_apart(token: Token) -> bool:
    """Whether marks set a capitalized word apart, as they do with whom a sentence calls."""
    doc, place = token.doc, token.i
    opens = place == 0 or doc[place - 1].is_punct
    return token.text[:1].isupper() and opens and place + 1 < len(doc) and doc[place + 1].is_punct


def _is_given(token: Token) -> bool:
    """Whether a capitalized word is what somebody says to be called."""
    return token.text[:1].isupper() and token.i > 0 and normal(token.nbor(-1).text) in _NAMING


def _part(tag: str | None) -> str | None:
    """The part of speech, one for all that is made of a verb: «закупаем» is hardly meant as a participle."""
    return "VERB" if tag in _OF_VERBS else tag


def _describe_english(token: Token) -> Described:
    token.norm_ = normal(token.norm_)
    features = {token.tag_, token.pos_, token.dep_, *str(token.morph).split("|"), token.ent_type_ or "no entity"}
    if not any(_is_subject(child) for child in token.children):
        features.add("no subject")
    if any(child.tag_ == "MD" for child in token.children):
        features.add("with modal")
    return Described((Form(token.lemma_, frozenset(features)),))


def _is_subject(child: Token) -> bool:
    """Whether it is the subject of its verb, and not somebody who is called before it: «Omar, send it»."""
    called = child.i + 1 < len(child.doc) and child.nbor().text == ","
    return child.dep_ in _SUBJECTS and not called

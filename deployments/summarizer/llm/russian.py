"""Russian words by themselves, each looked up in pymorphy3's dictionary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

import pymorphy3  # type: ignore[import-untyped]

from deployments.summarizer.llm.lexicon import folded
from deployments.summarizer.llm.words import CACHED_FORMS, Case, Form, Stemmer

_FUNCTION = frozenset({"PREP", "CONJ", "PRCL", "INTJ", "NPRO"})
_PREDICATE = frozenset({"VERB", "INFN", "PRTS", "ADJS", "PRED", "GRND"})
_MODIFIERS = frozenset({"ADJF", "PRTF", "NUMR"})
_PROPER = ("Name", "Surn", "Patr", "Geox", "Orgn")
_LIKELY = 0.3
"""A reading that is less likely than this is not taken for a number or a name: «семью» is the family."""
_SURELY = 0.8
"""A word so likely a name is one in lower case too."""
_POSSIBLE = 0.05
"""A case that is less likely than this is not reckoned with."""
_CASES = {"gen2": "gent", "acc2": "accs", "loc2": "loct", "voct": "nomn"}
_TENSES = {"past": "past", "pres": "present", "futr": "future", "impr": "order"}


class Russian:
    """What pymorphy3 knows of a word."""

    def __init__(self) -> None:
        self._analyzer = pymorphy3.MorphAnalyzer()
        self._stem = Stemmer("russian")
        self.form = lru_cache(CACHED_FORMS)(self._form)

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
            cases=frozenset(_cases(parses, total)),
            tenses=frozenset(tense for parse in likely for tense in _tenses(parse.tag)),
            modifier=likely[0].tag.POS in _MODIFIERS,
            reflexive=any(parse.normal_form.endswith(("ся", "сь")) for parse in likely),
            compares=likely[0].tag.POS == "COMP",
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


def _cases(parses: list[pymorphy3.analyzer.Parse], total: float) -> Iterator[Case]:
    """The cases of a noun; of a name with its gender, and as a name only."""
    nouns = [parse for parse in parses if parse.tag.POS == "NOUN" and parse.score >= _POSSIBLE * total]
    names = [parse for parse in nouns if "Surn" in parse.tag or "Name" in parse.tag]
    named = sum(parse.score for parse in names) >= _LIKELY * total
    for parse in names if named else nouns:
        yield (parse.tag.gender if named else None, _CASES.get(parse.tag.case, parse.tag.case))


def _tenses(tag: pymorphy3.tagset.OpencorporaTag) -> Iterator[str]:
    match tag.POS:
        case "INFN":
            yield "infinitive"
        case "PRTS" if "past" in tag:
            yield "state"
        case "VERB":
            yield next((tense for grammeme, tense in _TENSES.items() if grammeme in tag), "present")
            if {"plur", "1per"} in tag:
                yield "we"

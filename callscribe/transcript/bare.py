"""Bare words, as Vosk gives them: sentences from pauses and morphology, capitals for names, question marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pymorphy3  # type: ignore[import-untyped]

from callscribe.domain import Word

LONG_PAUSE_SECONDS = 0.7
"""A pause that ends a sentence wherever a sentence can end."""
SHORT_PAUSE_SECONDS = 0.3
"""A pause that ends one between two clauses, each with its own predicate."""

_PREDICATES = frozenset({"VERB", "PRED", "ADJS", "PRTS"})
_BINDING = frozenset({"PREP", "CONJ"})
_PROPER = ("Name", "Surn", "Patr", "Geox")
_SURELY = 0.8
_MIN_NAME = 3
_ASKING = frozenset({"кто", "где", "куда", "откуда", "почему", "зачем", "сколько", "чей", "разве", "неужели"})
_ANSWERED = frozenset({"тот", "та", "те", "там", "туда", "оттуда", "столько", "потому"})
_WHETHER = "ли"
_WHETHER_PLACES = slice(1, 3)


class Morphology:
    """What pymorphy3 knows of a Russian word by itself."""

    def __init__(self) -> None:
        self._analyzer = pymorphy3.MorphAnalyzer()

    def is_predicate(self, word: str) -> bool:
        """Whether a clause can stand on it."""
        return self._analyzer.parse(word)[0].tag.POS in _PREDICATES

    def binds(self, word: str) -> bool:
        """Whether it wants a word after it: no sentence ends with a preposition or a conjunction."""
        return self._analyzer.parse(word)[0].tag.POS in _BINDING

    def is_name(self, word: str) -> bool:
        """Whether it can hardly be anything but a name: «мария», but not «вера» or «роман»."""
        if len(word) < _MIN_NAME or not self._analyzer.word_is_known(word):
            return False
        parses = self._analyzer.parse(word)
        proper = sum(parse.score for parse in parses if any(grammeme in parse.tag for grammeme in _PROPER))
        return bool(proper >= _SURELY * sum(parse.score for parse in parses))


def worded(words: Sequence[Word], morphology: Morphology) -> tuple[Word, ...]:
    """Give bare words their sentences; the words themselves stay."""
    done: list[Word] = []
    sentence: list[Word] = []
    for place, word in enumerate(words):
        sentence.append(word)
        if place == len(words) - 1 or _ends(sentence, words[place + 1 :], morphology):
            done += _sentence(sentence, morphology)
            sentence = []
    return tuple(done)


def _ends(sentence: Sequence[Word], rest: Sequence[Word], morphology: Morphology) -> bool:
    pause = rest[0].start - sentence[-1].end
    if pause < SHORT_PAUSE_SECONDS or morphology.binds(sentence[-1].text):
        return False
    if pause >= LONG_PAUSE_SECONDS:
        return True
    clause = _until_pause(rest)
    return all(any(morphology.is_predicate(word.text) for word in side) for side in (sentence, clause))


def _until_pause(words: Sequence[Word]) -> Sequence[Word]:
    for place in range(1, len(words)):
        if words[place].start - words[place - 1].end >= SHORT_PAUSE_SECONDS:
            return words[:place]
    return words


def _sentence(words: Sequence[Word], morphology: Morphology) -> list[Word]:
    texts = [_capital(word.text) if morphology.is_name(word.text) else word.text for word in words]
    texts[0] = _capital(texts[0])
    texts[-1] += "?" if _asks([word.text for word in words]) else "."
    return [replace(word, text=text) for word, text in zip(words, texts, strict=True)]


def _asks(texts: Sequence[str]) -> bool:
    if _WHETHER in texts[_WHETHER_PLACES]:
        return True
    return texts[0] in _ASKING and not _ANSWERED.intersection(texts)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

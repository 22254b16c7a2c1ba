"""Numbers that two engines write in different ways: digits here, an inflected word there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

import pymorphy3  # type: ignore[import-untyped]
from num2words import num2words

from callscribe.transcript.spelling import MAX_DIGITS

_DIGITS = re.compile(r"\d+")
_REMEMBERED_WORDS = 1000


def number_length(written: str) -> int:
    """Say how many words a number in digits is; 0 where it is none, or several."""
    return len(_in_words(written, "cardinal"))


def is_said(written: str, words: Sequence[str]) -> bool:
    """Whether words are the number in digits: «15» is «пятнадцать», «пятнадцати» and «пятнадцатого»."""
    cardinal, ordinal = _in_words(written, "cardinal"), _in_words(written, "ordinal")
    if not len(words) == len(cardinal) == len(ordinal):
        return False
    return all(
        _forms(word) & (_forms(one) | _forms(other)) for word, one, other in zip(words, cardinal, ordinal, strict=True)
    )


def _in_words(written: str, kind: str) -> tuple[str, ...]:
    numbers = _DIGITS.findall(written)
    if len(numbers) != 1 or len(numbers[0]) > MAX_DIGITS:
        return ()
    return tuple(num2words(int(numbers[0]), lang="ru", to=kind).split())


@lru_cache(_REMEMBERED_WORDS)
def _forms(word: str) -> frozenset[str]:
    """The word's dictionary forms."""
    return frozenset(parse.normal_form.replace("ё", "е") for parse in _analyzer().parse(word.lower()))


@cache
def _analyzer() -> pymorphy3.MorphAnalyzer:
    return pymorphy3.MorphAnalyzer()

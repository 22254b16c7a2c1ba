"""How a written word is spoken: what two spellings are compared by."""

from __future__ import annotations

import re

from num2words import num2words

_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d+")
_ONLY_NUMBER = re.compile(r"[^\w]*\d[\d.,:]*(-[^\W\d]{1,3})?[^\w]*")
_MAX_DIGITS = 9


def spoken(text: str) -> tuple[str, ...]:
    """Spell a Russian word as it sounds: lower case, ё as е, hyphens apart, digits as words, no punctuation."""
    spelled = _NUMBER.sub(_in_words, text.lower())
    return tuple(_WORD.findall(spelled.replace("ё", "е")))


def is_number(text: str) -> bool:
    """Whether a word is a number in digits, «15-го» too: «A320» and «1С» are names."""
    return _ONLY_NUMBER.fullmatch(text) is not None


def _in_words(number: re.Match[str]) -> str:
    digits = number.group()
    return f" {num2words(int(digits), lang='ru')} " if len(digits) <= _MAX_DIGITS else f" {digits} "

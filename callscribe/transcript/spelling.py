"""How a written word is spoken: what two spellings are compared by."""

from __future__ import annotations

import re

from num2words import num2words

_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d+")
_ONLY_NUMBER = re.compile(r"[(«\"]*\d[\d.,:]*(-[^\W\d]{1,3})?[.,:;!?…)»\"]*")
MAX_DIGITS = 9
"""Longer ones stay digits: a telephone's number is read out in pieces."""
_SIGN_FIRST = re.compile(r"([$€₽])(\d+)")
_MINUS = re.compile(r"^[(«\"]*[-−](?=\d)")
_SIGNS = str.maketrans({"%": " процентов ", "$": " долларов ", "€": " евро ", "₽": " рублей ", "№": " номер "})


def spoken(text: str) -> tuple[str, ...]:
    """Spell a Russian word as it sounds: lower case, ё as е, hyphens apart, digits and signs as words, no marks."""
    ordered = _MINUS.sub("минус ", _SIGN_FIRST.sub(r"\2\1", text.lower()))
    spelled = _NUMBER.sub(_in_words, ordered).translate(_SIGNS)
    return tuple(_WORD.findall(spelled.replace("ё", "е")))


def is_number(text: str) -> bool:
    """Whether a word is a number in digits, «15-го» too: «A320» and «1С» are names."""
    return _ONLY_NUMBER.fullmatch(text) is not None


def _in_words(number: re.Match[str]) -> str:
    digits = number.group()
    return f" {num2words(int(digits), lang='ru')} " if len(digits) <= MAX_DIGITS else f" {digits} "

"""The form in which texts are compared."""

from __future__ import annotations

import re

from num2words import num2words

_NUMBER = re.compile(r"\d+")
_NOT_A_WORD = re.compile(r"[^\w]+|_")


def normalised(text: str, language: str) -> str:
    """Lower case, ё as е, digits spelled out, no punctuation, single spaces."""
    spelled = _NUMBER.sub(lambda number: f" {num2words(int(number[0]), lang=language)} ", text)
    return " ".join(_NOT_A_WORD.sub(" ", spelled.lower().replace("ё", "е")).split())

"""Words as they are compared."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 50
"""Letters of the longest word that is looked for: what is longer is none, and a lexeme has its bound in PostgreSQL."""

_WORD = re.compile(r"[^\W_]+")


def folded(text: str) -> str:
    """The text as it is compared: compatible forms, cases, and е for ё made one."""
    return unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")


def words_of(text: str) -> list[str]:
    """The words of a text in their order, folded, without punctuation: «Кто-то» is two."""
    return [word for word in _WORD.findall(folded(text)) if len(word) <= LONGEST]

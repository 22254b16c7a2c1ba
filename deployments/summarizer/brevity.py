"""How long a summary may be, whichever layer writes it."""

from __future__ import annotations

import re
from collections.abc import Iterable

MAX_SUMMARY_WORDS = 500

_CLAUSE_END = re.compile(r"[,;:—–]\W*$")


def fitting(sentences: Iterable[str]) -> list[str]:
    """The first sentences, as many as a summary may have words; a first one that is longer is cut short with «…»."""
    kept: list[str] = []
    words = 0
    for sentence in sentences:
        words += len(sentence.split())
        if words > MAX_SUMMARY_WORDS:
            return kept or [_cut(sentence.split()[:MAX_SUMMARY_WORDS])]
        kept.append(sentence)
    return kept


def _cut(words: list[str]) -> str:
    """These words up to the last clause's end in their second half, else all of them."""
    ends = (end for end in range(len(words), len(words) // 2, -1) if _CLAUSE_END.search(words[end - 1]))
    return " ".join(words[: next(ends, len(words))]).rstrip(" ,;:—–.") + "…"

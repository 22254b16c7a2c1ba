"""Tidying: a sentence without its stutters and fillers, so that patterns and readers find what was said."""

from __future__ import annotations

import re
from collections.abc import Iterable

_STUTTER = re.compile(r"\b(\w+(?: \w+){0,2})(?:,|…|\.\.\.| -| —)? +\1\b", re.IGNORECASE)
_LEADING = re.compile(r"^[\s,–—-]+")
_ROUNDS = 3
"""How many fillers in a row are found: each round takes every other one."""


class Tidier:
    """Drops fillers that stand between marks, and what was said twice in a breath."""

    def __init__(self, fillers: Iterable[str]) -> None:
        words = "|".join(re.escape(filler) for filler in sorted(fillers, key=len, reverse=True))
        self._opening = re.compile(rf"^(?:{words}),\s*", re.IGNORECASE)
        self._aside = re.compile(rf",\s*(?:{words})(?:,\s*|\s*(?=[.?!…]))|(?<=\s)(?:{words}),\s*", re.IGNORECASE)

    def __call__(self, text: str) -> str:
        """Tidy a sentence; one that holds nothing else stays as it is."""
        tidy = text
        for _ in range(_ROUNDS):
            tidy = self._aside.sub(_spaced, self._opening.sub("", tidy))
        tidy = _LEADING.sub("", _STUTTER.sub(r"\1", tidy)).rstrip()
        return tidy[:1].upper() + tidy[1:] if any(letter.isalpha() for letter in tidy) else text


def _spaced(aside: re.Match[str]) -> str:
    """What stands in the place of an aside: a space where one word would touch another."""
    begins_with_comma, ends_the_sentence = aside[0].startswith(","), not aside[0].rstrip().endswith(",")
    return " " if begins_with_comma and not ends_the_sentence else ""

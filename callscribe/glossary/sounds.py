"""How words sound, roughly: what a term and a mishearing of it are compared by."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cached_property
from importlib.resources import files
from typing import Self

from pydantic import BaseModel, ConfigDict

_LATIN = re.compile(r"[a-z]")
_DOUBLED = re.compile(r"(.)\1+")


class Sounds(BaseModel):
    """Rules of ``sounds.toml``, for words in lower case."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    latin: Mapping[str, str]
    letters: Mapping[str, str]
    sounds: Mapping[str, str]

    @classmethod
    def load(cls) -> Self:
        """Read the rules that ship with the package."""
        return cls.model_validate(tomllib.loads(files(__package__).joinpath("sounds.toml").read_text("utf-8")))

    def cyrillic(self, word: str) -> str:
        """Write a word's Latin letters as a Russian reads them."""
        return _replaced(word, self.latin, self._latin)

    def by_ear(self, word: str) -> str:
        """Level out what a spelling by ear gets wrong, whatever the alphabet."""
        return _once(_replaced(self.cyrillic(word), self.letters, self._letters))

    def sound(self, word: str) -> str:
        """Level out what a recognizer mishears."""
        return _once(_replaced(self.cyrillic(word), self.sounds, self._sounds))

    @cached_property
    def _latin(self) -> re.Pattern[str]:
        return _longest_first(self.latin)

    @cached_property
    def _letters(self) -> re.Pattern[str]:
        return _longest_first(self.letters)

    @cached_property
    def _sounds(self) -> re.Pattern[str]:
        return _longest_first(self.sounds)


def is_latin(word: str) -> bool:
    """Whether a word in lower case has Latin letters."""
    return _LATIN.search(word) is not None


def _longest_first(rules: Mapping[str, str]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(rules, key=lambda letters: (-len(letters), letters))))


def _replaced(word: str, rules: Mapping[str, str], pattern: re.Pattern[str]) -> str:
    return pattern.sub(lambda found: rules[found.group()], word)


def _once(word: str) -> str:
    return _DOUBLED.sub(r"\1", word)

"""Orders: what is said to the machine that makes the protocol, and to nobody who is there.

How such sentences sound stands as data, regular expressions, in ``orders/``. They have no end of forms: most are found.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from functools import cache, cached_property
from importlib.resources import files
from typing import Self

from pydantic import BaseModel, ConfigDict

from callscribe.domain import Language, Transcript, Turn, Word

WITHHELD = "[…]"
"""What stands for words that nothing is made of."""

_SENTENCE = re.compile(r"[^.!?…]+(?:[.!?…]+(?!\s|$)[^.!?…]+)*[.!?…]*")


class Orders(BaseModel):
    """The orders of one language."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    to_the_machine: tuple[str, ...]

    @classmethod
    @cache
    def load(cls, language: Language) -> Self:
        """Read the file that ships with the package, once."""
        text = files(__package__).joinpath(f"orders/{language}.toml").read_text("utf-8")
        return cls.model_validate(tomllib.loads(text))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(self.to_the_machine), re.IGNORECASE)

    def withheld(self, text: str) -> str:
        """A text as it counts: a sentence that is an order is withheld."""
        if self._pattern.search(text) is None:
            return text
        kept = (WITHHELD if self._pattern.search(part) else part.strip() for part in _SENTENCE.findall(text))
        return " ".join(kept)

    def without(self, transcript: Transcript) -> Transcript:
        """The same turns without the words of orders; a turn may be left without any."""
        return replace(transcript, turns=tuple(map(self._rest, transcript.turns)))

    def _rest(self, turn: Turn) -> Turn:
        if self._pattern.search(turn.text) is None:
            return turn
        kept: list[Word] = []
        place = 0
        for part in _SENTENCE.findall(turn.text):
            words = turn.words[place : place + len(part.split())]
            place += len(words)
            kept += [] if self._pattern.search(part) else words
        return replace(turn, words=tuple(kept))

"""Speech without end, whose words are as common as in real speech.

Turns are sentences of the labelled meetings, which bring what is common; into each comes a word or two of a dictionary,
drawn by Zipf's law, which bring what is rare.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice, product

import numpy as np
import pymorphy3  # type: ignore[import-untyped]

from benchmarks.search.sentences import sentences
from callscribe.domain import Language, Transcript, Turn, Word

RARE_WORDS = 50_000
ALPHABET = "абвгдежзийклмнопрстуфхцчшщыьэюя"
MOST_SENTENCES = 3
LONGEST_CALL = 100
SPEAKERS = 4
SECONDS_A_WORD = 0.4
BLOCK = 10_000


@dataclass(frozen=True, slots=True)
class Call:
    """A made-up call."""

    transcript: Transcript

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return self.transcript.turns[-1].end


class Speech:
    """Makes calls, the same ones for the same seed."""

    def __init__(self, seed: int = 0) -> None:
        self._random = np.random.default_rng(seed)
        self._sentences = {language: [text.split() for text in sentences(language)] for language in Language}
        self.rare = _rare_words()
        self._rare = chain.from_iterable(self._blocks())

    def call(self) -> Call:
        """A call of 2 to 4 voices and 50 turns on average: of ten, eight are Russian."""
        language = Language.RU if self._random.random() < 0.8 else Language.EN  # noqa: PLR2004
        voices = int(self._random.integers(2, SPEAKERS + 1))
        turns: list[Turn] = []
        for number in range(int(self._random.integers(1, LONGEST_CALL))):
            begin = turns[-1].end + 0.5 if turns else 0.0
            speaker = number % voices + 1
            turns.append(_turn(self._words(language), begin, speaker))
        return Call(Transcript(language, tuple(turns)))

    def _words(self, language: Language) -> list[str]:
        known = self._sentences[language]
        count = int(self._random.integers(1, MOST_SENTENCES + 1))
        words = [word for index in self._random.integers(0, len(known), count) for word in known[index]]
        if language is Language.RU:
            words.insert(int(self._random.integers(0, len(words) + 1)), next(self._rare))
        return words

    def _blocks(self) -> Iterator[list[str]]:
        weights = 1 / np.arange(1, len(self.rare) + 1)
        while True:
            ranks = self._random.choice(len(self.rare), size=BLOCK, p=weights / weights.sum())
            yield [self.rare[rank] for rank in ranks]


def _turn(words: list[str], begin: float, speaker: int) -> Turn:
    said = tuple(
        Word(begin + place * SECONDS_A_WORD, begin + (place + 1) * SECONDS_A_WORD, text, 0.9)
        for place, text in enumerate(words)
    )
    return Turn(begin, said[-1].end, speaker, said)


def _rare_words() -> list[str]:
    """Forms of words as the dictionary has them, of all its beginnings, in no order."""
    known = pymorphy3.MorphAnalyzer().dictionary.words
    beginnings = map("".join, product(ALPHABET, repeat=2))
    every = [word for beginning in beginnings for word in islice(known.iterkeys(beginning), RARE_WORDS // 500)]
    return [every[index] for index in np.random.default_rng(0).permutation(len(every))[:RARE_WORDS]]

"""What the proof knows of a language's words, which stands as data in ``lexicon/``."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from importlib.resources import files
from typing import Self

from num2words import num2words
from pydantic import BaseModel, ConfigDict

from callscribe.domain import Language

_ROUND = (*range(21), *range(30, 100, 10), *range(100, 1000, 100))
"""Numbers that are one word; every other is made of these."""


class Lexicon(BaseModel):
    """A language's words, as its file says them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    has_predicates: bool
    helping: frozenset[str]
    same: tuple[tuple[str, ...], ...]
    negators: frozenset[str]
    echoing: frozenset[str]
    cancelling: frozenset[str]
    contrasting: frozenset[str]
    conditional: frozenset[str]
    proposing: frozenset[str]
    wishing: frozenset[str]
    agreeing: frozenset[str]
    refusing: frozenset[str]
    ironic: frozenset[str]
    shades: dict[str, tuple[str, ...]]
    governing: frozenset[str]
    may_be_added: frozenset[str]
    may_be_lost: frozenset[str]
    lifted_by_agreement: frozenset[str]
    deciding: frozenset[str]
    committing: frozenset[str]
    addressing: frozenset[str]
    performed: frozenset[str]
    preparing: frozenset[str]
    tasking: frozenset[str]
    putting_off: frozenset[str]
    adversative: frozenset[str]
    yet_agreeing: tuple[str, ...]
    prepositions: tuple[tuple[str, ...], ...]
    plain_prepositions: frozenset[str]
    articles: frozenset[str]
    future: frozenset[str]
    being: frozenset[str]
    by: str
    irregular: dict[str, str]
    first_person: frozenset[str]
    given_to_oneself: frozenset[str]
    only: frozenset[str]
    clauses: frozenset[str]
    openers: frozenset[str]
    months: tuple[str, ...]
    unsure_months: frozenset[str]
    exact: frozenset[str]
    spoken: dict[str, str]
    endings: frozenset[str]
    numbers: dict[str, Decimal]
    multipliers: dict[str, Decimal]
    prefixes: dict[str, Decimal]
    hundred: str
    counted_by: tuple[str, ...]
    joining: frozenset[str]
    half: tuple[str, ...]
    decimal_point: str
    point: tuple[str, ...]
    speaker: str

    @classmethod
    def load(cls, language: Language) -> Self:
        """Read the file that ships with the package, and add the number words that num2words makes."""
        read = cls.model_validate(
            tomllib.loads(files(__package__).joinpath(f"lexicon/{language}.toml").read_text("utf-8"))
        )
        return read.model_copy(update={"numbers": _one_word_numbers(language) | read.numbers})


def _one_word_numbers(language: Language) -> dict[str, Decimal]:
    spelled = (
        (folded(num2words(value, lang=language, to=way)), value) for value in _ROUND for way in ("cardinal", "ordinal")
    )
    return {word: Decimal(value) for word, value in spelled if word.isalpha()}


def folded(text: str) -> str:
    """Fold what spelling leaves open: case, ё for е, and the apostrophe's shape."""
    return text.lower().replace("ё", "е").replace("’", "'")

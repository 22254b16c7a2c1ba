"""Numbers in digits and in words, in however many words each stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from deployments.summarizer.llm.lexicon import Lexicon, folded
from deployments.summarizer.llm.tokens import Token

_TEN, _HUNDRED = Decimal(10), Decimal(100)
_DECIMAL = re.compile(r"\d+(?:[.,]\d+)?")
SIGNS_WITHIN = re.compile(r"[.,:/-]")


@dataclass(frozen=True, slots=True)
class Number:
    """A number, and the tokens with which it begins and ends."""

    first: int
    last: int
    value: Decimal
    spelled: bool


def is_compound(token: Token) -> bool:
    """Whether it is digits with signs between them, a date, a time or a decimal."""
    return token.digits and SIGNS_WITHIN.search(token.text) is not None


def is_decimal(digits: str) -> bool:
    """Whether these digits can be one number."""
    return _DECIMAL.fullmatch(digits) is not None


def decimal_of(digits: str) -> Decimal:
    """The number that these digits are."""
    return Decimal(digits.replace(",", "."))


def numbers_of(tokens: Sequence[Token], lexicon: Lexicon) -> Iterator[Number]:
    """Read digits and number words, as long as each can continue the number before it."""
    place = 0
    while place < len(tokens):
        number = _Adding(tokens, place, lexicon).read()
        if number and (number.last > number.first or not is_compound(tokens[number.first])):
            yield number
        place = number.last + 1 if number else place + 1


class _Adding:
    """Reads one number: «двести тридцать», “three hundred and twenty-eight”, «шесть с половиной», “38 million”."""

    def __init__(self, tokens: Sequence[Token], first: int, lexicon: Lexicon) -> None:
        self._tokens, self._first, self._lexicon = tokens, first, lexicon
        self._total, self._group = Decimal(0), Decimal(0)
        self._room = Decimal("Infinity")
        """What follows must be less: after «двадцать» less than ten."""
        self._scale = Decimal("Infinity")
        self._last = first - 1
        self._spelled = True

    def read(self) -> Number | None:
        """Read on from the first token; ``None`` where it is no number."""
        place = self._first
        while place < len(self._tokens) and (taken := self._take(place)):
            place += taken
            self._last = place - 1
        if self._last < self._first:
            return None
        return Number(self._first, self._last, self._total + self._group, self._spelled)

    def _take(self, place: int) -> int:
        """How many tokens continue the number here."""
        token = self._tokens[place]
        begun = place > self._first
        if begun and token.apart:
            return 0
        if token.digits:
            return self._take_digits(token, begun=begun)
        if begun and self._take_half(place):
            return len(self._lexicon.half)
        if begun and folded(token.text) == self._lexicon.decimal_point:
            return self._take_decimal(place)
        if begun and folded(token.text) in self._lexicon.joining:
            return self._take_joined(place)
        return int(self._take_word(token))

    def _take_digits(self, token: Token, *, begun: bool) -> int:
        if begun or not is_decimal(token.text):
            return 0
        self._group, self._room, self._spelled = decimal_of(token.text), Decimal(0), False
        return 1

    def _take_half(self, place: int) -> bool:
        words = self._tokens[place : place + len(self._lexicon.half)]
        if [word.is_any((half,)) for word, half in zip(words, self._lexicon.half, strict=False)] != [True] * len(
            self._lexicon.half
        ):
            return False
        if self._group:
            self._group += Decimal("0.5")
        else:
            self._total += self._scale / 2
        return True

    def _take_decimal(self, place: int) -> int:
        """Take “point” with the digit after it."""
        following = self._tokens[place + 1 : place + 2]
        digit = first_value(following[0], self._lexicon.numbers) if following else None
        if digit is None or digit >= _TEN:
            return 0
        self._group, self._room = self._group + digit / _TEN, Decimal(0)
        return 2

    def _take_joined(self, place: int) -> int:
        """Take “and” with what follows it, after a round number: “three hundred and five”."""
        round_ = self._room == _HUNDRED or (self._group == 0 and self._total > 0)
        following = self._tokens[place + 1 : place + 2]
        return 2 if round_ and following and not following[0].digits and self._take_word(following[0]) else 0

    def _take_word(self, token: Token) -> bool:
        multiplier = first_value(token, self._lexicon.multipliers)
        if multiplier is not None:
            return self._multiply(multiplier)
        if token.is_any((self._lexicon.hundred,)) and 0 < self._group < _HUNDRED:
            self._group, self._room = self._group * _HUNDRED, _HUNDRED
            return True
        value = first_value(token, self._lexicon.numbers)
        if value is None:
            value = _value_of_beginning(token, self._lexicon)
        return value is not None and self._add(value)

    def _multiply(self, multiplier: Decimal) -> bool:
        if multiplier >= self._scale:
            return False
        self._total += (self._group or Decimal(1)) * multiplier
        self._group, self._room, self._scale = Decimal(0), Decimal("Infinity"), multiplier
        return True

    def _add(self, value: Decimal) -> bool:
        if value >= self._room or value >= self._scale or (value == 0 and self._last >= self._first):
            return False
        self._group += value
        self._room = _room_after(value)
        return True


def _room_after(value: Decimal) -> Decimal:
    if value >= _HUNDRED:
        return _HUNDRED
    return _TEN if value >= 2 * _TEN and value % _TEN == 0 else Decimal(0)


def first_value(token: Token, values: dict[str, Decimal]) -> Decimal | None:
    """The value of a word among these."""
    return next((values[root] for root in sorted(token.form.likely) if root in values), None)


def _value_of_beginning(token: Token, lexicon: Lexicon) -> Decimal | None:
    """The number with which a word begins: «двухнедельный»."""
    adjectives = [root for root in token.form.likely if root.endswith(lexicon.counted_by)]
    parts = (value for prefix, value in lexicon.prefixes.items() for root in adjectives if root.startswith(prefix))
    return next(parts, None)

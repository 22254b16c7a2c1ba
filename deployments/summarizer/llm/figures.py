"""Figures: numbers, dates and voices' numbers, made comparable however they are written or spoken.

A fact is a short text: ``25`` a number, ``month:12`` a month, ``date:15.12`` a day of a month, ``speaker:2`` a voice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from deployments.summarizer.llm.lexicon import Lexicon, folded
from deployments.summarizer.llm.tokens import Token

WRITTEN_REACH = 2
"""Words between which a written date's day and month stand: “the fifteenth of December”."""
SPOKEN_REACH = 4
"""The same in speech: «двенадцатого или тринадцатого декабря»."""

_DAYS, _MONTHS, _HOURS = 31, 12, 12
_TEN, _HUNDRED = Decimal(10), Decimal(100)
_DECIMAL = re.compile(r"\d+(?:[.,]\d+)?")
_APART = re.compile(r"[.,:/-]")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_DAY_MONTH = re.compile(r"(\d{1,2})[./](\d{1,2})(?:[./](\d{2}|\d{4}))?")
_TIME = re.compile(r"(\d{1,2}):(\d{2})")

Facts = frozenset[str]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a text, and the ways to read it: it is borne out where all facts of one way are."""

    ways: tuple[Facts, ...]
    is_voice: bool = False


@dataclass(frozen=True, slots=True)
class _Number:
    first: int
    last: int
    value: Decimal
    spelled: bool


def claimed(tokens: Sequence[Token], lexicon: Lexicon) -> tuple[Figure, ...]:
    """The figures that a text claims. A spelled «один» is mostly no number, and is let pass."""
    numbers = [number for number in _numbers(tokens, lexicon) if not _is_voice(number, tokens, lexicon)]
    figures = [Figure((_fact(number.value),)) for number in numbers if not (number.spelled and number.value == 1)]
    multiplied = {number.first for number in numbers}
    figures += [
        Figure(ways) for place, token in enumerate(tokens) if place not in multiplied and (ways := _ways(token))
    ]
    for place, month in _months(tokens, lexicon):
        figures.append(Figure((frozenset({f"month:{month}"}),)))
        figures += [Figure((frozenset({f"date:{day}.{month}"}),)) for day in _own_day(place, numbers)]
    return (*figures, *(Figure((frozenset({voice}),), is_voice=True) for voice in _voices(tokens, lexicon)))


def said(tokens: Sequence[Token], lexicon: Lexicon) -> Facts:
    """Every fact that spoken words can mean."""
    numbers = list(_numbers(tokens, lexicon))
    facts = {fact for number in numbers for fact in _fact(number.value)}
    facts |= {fact for token in tokens for way in _ways(token) for fact in way}
    facts |= {
        f"{one.value.normalize():f}.{other.value:f}"
        for one, other in pairwise(numbers)
        if _pair(one, other, tokens, lexicon)
    }
    for place, month in _months(tokens, lexicon):
        facts.add(f"month:{month}")
        facts |= {f"date:{day}.{month}" for day in _days_near(place, numbers)}
    return frozenset(facts)


def _fact(value: Decimal) -> Facts:
    return frozenset({f"{value.normalize():f}"})


def _ways(token: Token) -> tuple[Facts, ...]:
    """The ways to read digits with signs between them: 12.12 is a date or a decimal, 17:00 is five too."""
    if not token.digits or not _APART.search(token.text):
        return ()
    if iso := _ISO.fullmatch(token.text):
        return (_date(int(iso[3]), int(iso[2]), iso[1]),)
    if time := _TIME.fullmatch(token.text):
        return _times(int(time[1]), int(time[2]))
    ways = [_fact(_decimal(token.text))] if _DECIMAL.fullmatch(token.text) else []
    if (day := _DAY_MONTH.fullmatch(token.text)) and 1 <= int(day[1]) <= _DAYS and 1 <= int(day[2]) <= _MONTHS:
        ways.append(_date(int(day[1]), int(day[2]), day[3]))
    return tuple(ways) or (frozenset(str(int(part)) for part in _APART.split(token.text)),)


def _decimal(digits: str) -> Decimal:
    return Decimal(digits.replace(",", "."))


def _date(day: int, month: int, year: str | None) -> Facts:
    return frozenset({str(day), f"date:{day}.{month}", f"month:{month}", *([str(int(year))] if year else [])})


def _times(hour: int, minute: int) -> tuple[Facts, ...]:
    rest = {str(minute)} if minute else set()
    ways = [frozenset({str(hour)} | rest)]
    return (*ways, frozenset({str(hour - _HOURS)} | rest)) if hour > _HOURS else tuple(ways)


def _months(tokens: Sequence[Token], lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    for place, token in enumerate(tokens):
        for month, name in enumerate(lexicon.months, 1):
            if name in token.form.likely and (
                name not in lexicon.unsure_months or _surely_month(place, tokens, lexicon)
            ):
                yield place, month


def _surely_month(place: int, tokens: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether “may” or “march” is a month: written as a name, or beside a number."""
    beside = (*tokens[max(0, place - 1) : place], *tokens[place + 1 : place + 2])
    numbered = any(token.digits or _first(token, lexicon.numbers) is not None for token in beside)
    return numbered or (tokens[place].capital and not tokens[place].opens)


def _own_day(place: int, numbers: Sequence[_Number]) -> list[int]:
    """The day of a written month: the number before it, else the one after it."""
    before = [number for number in numbers if 0 < place - number.last <= WRITTEN_REACH and _can_be_day(number)]
    after = [number for number in numbers if 0 < number.first - place <= WRITTEN_REACH and _can_be_day(number)]
    return [int(number.value) for number in before[-1:] or after[:1]]


def _days_near(place: int, numbers: Sequence[_Number]) -> list[int]:
    near = (number for number in numbers if -SPOKEN_REACH <= number.first - place <= SPOKEN_REACH)
    return [int(number.value) for number in near if _can_be_day(number)]


def _can_be_day(number: _Number) -> bool:
    return number.value == int(number.value) and 1 <= number.value <= _DAYS


def _pair(one: _Number, other: _Number, tokens: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether two numbers can be one decimal, a version or a time: «два ноль», “two point five”."""
    between = tokens[one.last + 1 : other.first]
    return (
        one.value == int(one.value)
        and other.value == int(other.value)
        and all(token.is_any(lexicon.point) for token in between)
    )


def _voices(tokens: Sequence[Token], lexicon: Lexicon) -> Iterator[str]:
    for before, token in pairwise(tokens):
        if token.digits and before.is_any((lexicon.speaker,)):
            yield f"speaker:{token.text}"


def _is_voice(number: _Number, tokens: Sequence[Token], lexicon: Lexicon) -> bool:
    return number.first > 0 and not number.spelled and tokens[number.first - 1].is_any((lexicon.speaker,))


def _numbers(tokens: Sequence[Token], lexicon: Lexicon) -> Iterator[_Number]:
    """Read digits and number words, as long as each can continue the number before it."""
    place = 0
    while place < len(tokens):
        number = _Adding(tokens, place, lexicon).read()
        if number and (number.last > number.first or not _ways(tokens[number.first])):
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

    def read(self) -> _Number | None:
        """Read on from the first token; ``None`` where it is no number."""
        place = self._first
        while place < len(self._tokens) and (taken := self._take(place)):
            place += taken
            self._last = place - 1
        if self._last < self._first:
            return None
        return _Number(self._first, self._last, self._total + self._group, self._spelled)

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
        if begun or not _DECIMAL.fullmatch(token.text):
            return 0
        self._group, self._room, self._spelled = _decimal(token.text), Decimal(0), False
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
        digit = _first(following[0], self._lexicon.numbers) if following else None
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
        multiplier = _first(token, self._lexicon.multipliers)
        if multiplier is not None:
            return self._multiply(multiplier)
        if token.is_any((self._lexicon.hundred,)) and 0 < self._group < _HUNDRED:
            self._group, self._room = self._group * _HUNDRED, _HUNDRED
            return True
        value = _first(token, self._lexicon.numbers)
        if value is None:
            value = _first_part(token, self._lexicon)
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


def _first(token: Token, values: dict[str, Decimal]) -> Decimal | None:
    return next((values[root] for root in sorted(token.form.likely) if root in values), None)


def _first_part(token: Token, lexicon: Lexicon) -> Decimal | None:
    """The number with which a word begins: «двухнедельный»."""
    adjectives = [root for root in token.form.likely if root.endswith(lexicon.counted_by)]
    parts = (value for prefix, value in lexicon.prefixes.items() for root in adjectives if root.startswith(prefix))
    return next(parts, None)

"""Figures: numbers, dates and voices' numbers, made comparable however they are written or spoken.

A fact is a short text: ``25`` a number, ``month:12`` a month, ``date:15.12`` a day of a month, ``speaker:2`` a voice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from deployments.summarizer.llm.lexicon import Lexicon
from deployments.summarizer.llm.numbers import (
    SIGNS_WITHIN,
    Number,
    decimal_of,
    first_value,
    is_compound,
    is_decimal,
    numbers_of,
)
from deployments.summarizer.llm.tokens import Token

WRITTEN_REACH = 2
"""Words between which a written date's day and month stand: “the fifteenth of December”."""
SPOKEN_REACH = 4
"""The same in speech: «двенадцатого или тринадцатого декабря»."""

_DAYS, _MONTHS, _HOURS = 31, 12, 12
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_DAY_MONTH = re.compile(r"(\d{1,2})[./](\d{1,2})(?:[./](\d{2}|\d{4}))?")
_TIME = re.compile(r"(\d{1,2}):(\d{2})")

Facts = frozenset[str]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a text, and the ways to read it: it is borne out where all facts of one way are."""

    ways: tuple[Facts, ...]
    is_voice: bool = False


def claimed(tokens: Sequence[Token], lexicon: Lexicon) -> tuple[Figure, ...]:
    """The figures that a text claims. A spelled «один» is mostly no number, and is let pass."""
    numbers = [number for number in numbers_of(tokens, lexicon) if not _is_voice(number, tokens, lexicon)]
    rows = [row for row in _rows(numbers, tokens, lexicon) if not _is_idle(row)]
    figures = [Figure((_facts_of(row),)) for row in rows]
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
    numbers = list(numbers_of(tokens, lexicon))
    facts = {fact for row in _rows(numbers, tokens, lexicon) for fact in _facts_of(row)}
    facts |= {fact for token in tokens for way in _ways(token) for fact in way}
    for place, month in _months(tokens, lexicon):
        facts.add(f"month:{month}")
        facts |= {f"date:{day}.{month}" for day in _days_near(place, numbers)}
    return frozenset(facts)


def values(tokens: Sequence[Token], lexicon: Lexicon) -> dict[int, str]:
    """The value of each number, by the place at which it begins; a spelled «один» is mostly none."""
    rows = _rows(list(numbers_of(tokens, lexicon)), tokens, lexicon)
    found = {row[0].first: ".".join(_told(number.value) for number in row) for row in rows if not _is_idle(row)}
    voices = {place for place in found if place and tokens[place - 1].is_any((lexicon.speaker,))}
    compounds = {place: _parts(token) for place, token in enumerate(tokens) if is_compound(token)}
    return {place: value for place, value in (compounds | found).items() if place not in voices}


def _is_idle(row: Sequence[Number]) -> bool:
    return len(row) == 1 and row[0].spelled and row[0].value == 1


def _parts(token: Token) -> str:
    return ".".join(str(int(part)) for part in SIGNS_WITHIN.split(token.text))


def _rows(numbers: Sequence[Number], tokens: Sequence[Token], lexicon: Lexicon) -> list[list[Number]]:
    """Numbers that follow one another at once: «два ноль», a telephone's, “ten thirty”. None is one by itself."""
    rows: list[list[Number]] = []
    for number in numbers:
        if rows and _joins(rows[-1][-1], number, tokens, lexicon):
            rows[-1].append(number)
        else:
            rows.append([number])
    return rows


def _joins(one: Number, other: Number, tokens: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether two numbers can be one decimal, a version or a time: «два ноль», “two point five”."""
    between = tokens[one.last + 1 : other.first]
    whole = one.value == int(one.value) and other.value == int(other.value)
    dated = any(token.is_any(lexicon.months) for token in (*between, *tokens[other.last + 1 : other.last + 2]))
    follows = not tokens[other.first].apart and all(token.is_any(lexicon.point) for token in between)
    return whole and follows and not dated


def _facts_of(row: Sequence[Number]) -> Facts:
    """A number by itself, or the pairs of a row; an hour is one without its noughts."""
    first, *others = row
    pairs = {f"{_told(one.value)}.{_told(other.value)}" for one, other in pairwise(row)}
    return frozenset(pairs if any(number.value for number in others) else {*pairs, _told(first.value)})


def _told(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _ways(token: Token) -> tuple[Facts, ...]:
    """The ways to read digits with signs between them: 12.12 is a date or a decimal, 17:00 is five too."""
    if not is_compound(token):
        return ()
    if iso := _ISO.fullmatch(token.text):
        return (_date(int(iso[3]), int(iso[2]), iso[1]),)
    if time := _TIME.fullmatch(token.text):
        return _times(int(time[1]), int(time[2]))
    ways = [frozenset({_told(decimal_of(token.text))}), frozenset({_parts(token)})] if is_decimal(token.text) else []
    if (day := _DAY_MONTH.fullmatch(token.text)) and 1 <= int(day[1]) <= _DAYS and 1 <= int(day[2]) <= _MONTHS:
        ways.append(_date(int(day[1]), int(day[2]), day[3]))
    return tuple(ways) or (frozenset({_parts(token)}),)


def _date(day: int, month: int, year: str | None) -> Facts:
    return frozenset({str(day), f"date:{day}.{month}", f"month:{month}", *([str(int(year))] if year else [])})


def _times(hour: int, minute: int) -> tuple[Facts, ...]:
    hours = (hour, hour - _HOURS) if hour > _HOURS else (hour,)
    return tuple(frozenset({f"{one}.{minute}" if minute else str(one)}) for one in hours)


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
    numbered = any(token.digits or first_value(token, lexicon.numbers) is not None for token in beside)
    return numbered or (tokens[place].capital and not tokens[place].opens)


def _own_day(place: int, numbers: Sequence[Number]) -> list[int]:
    """The day of a written month: the number before it, else the one after it."""
    before = [number for number in numbers if 0 < place - number.last <= WRITTEN_REACH and _can_be_day(number)]
    after = [number for number in numbers if 0 < number.first - place <= WRITTEN_REACH and _can_be_day(number)]
    return [int(number.value) for number in before[-1:] or after[:1]]


def _days_near(place: int, numbers: Sequence[Number]) -> list[int]:
    near = (number for number in numbers if -SPOKEN_REACH <= number.first - place <= SPOKEN_REACH)
    return [int(number.value) for number in near if _can_be_day(number)]


def _can_be_day(number: Number) -> bool:
    return number.value == int(number.value) and 1 <= number.value <= _DAYS


def _voices(tokens: Sequence[Token], lexicon: Lexicon) -> Iterator[str]:
    for before, token in pairwise(tokens):
        if token.digits and before.is_any((lexicon.speaker,)):
            yield f"speaker:{token.text}"


def _is_voice(number: Number, tokens: Sequence[Token], lexicon: Lexicon) -> bool:
    return number.first > 0 and not number.spelled and tokens[number.first - 1].is_any((lexicon.speaker,))

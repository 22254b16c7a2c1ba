"""Words as the benchmark compares them: in any form, numbers written or spoken, dates by day and month.

Simpler than the LLM layer's proof, which is among the things that are measured.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice, takewhile

from num2words import num2words

from callscribe.domain import Language
from deployments.summarizer.llm.lexicon import Lexicon, folded
from deployments.summarizer.llm.reader import morphology
from deployments.summarizer.llm.words import Form

_CALENDAR = {
    Language.RU: "понедельник вторник среда четверг пятница суббота воскресенье сегодня завтра послезавтра вчера",
    Language.EN: "monday tuesday wednesday thursday friday saturday sunday today tonight tomorrow yesterday",
}
_OPENS = re.compile(r"(?:^|[.!?…])[^\w.!?…]*$")
_WORD = r"[^\W\d_]+(?:['’][^\W\d_]+)*"
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_THOUSANDS = re.compile(r"(?<=\d)[ \u00a0\u202f,](?=\d{3}(?!\d))")
_DATE = re.compile(r"\b(?:\d{4}-(?P<month>\d\d)-(?P<day>\d\d)|(?P<day_>\d\d)[./](?P<month_>\d\d)(?:[./]\d{2,4})?)\b")
_MONTHS, _HUNDRED, _NOTHING, _ONE = 12, Decimal(100), Decimal(0), Decimal(1)
_DAY_WORDS = 3
"""The most words between the ends of a date's day: “twenty first of”."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a number. ``values`` are those of the words in which a number is spoken: of 250, 200 and 50."""

    text: str
    form: Form
    values: frozenset[Decimal]
    month: int | None
    calendar: bool
    opens: bool

    @property
    def capital(self) -> bool:
        """Whether it is written with a capital."""
        return self.text[0].isupper()


@dataclass(frozen=True, slots=True)
class Date:
    """A month, the values of its day where it has one, and the places of its words in a text."""

    month: int
    day: frozenset[Decimal]
    places: frozenset[int]


class Words:
    """Reads texts of one language."""

    def __init__(self, language: Language) -> None:
        lexicon = Lexicon.load(language)
        self._language = language
        self._form = morphology(language, lexicon).form
        self._values = {"hundred": _HUNDRED} | lexicon.numbers | lexicon.multipliers
        self._months, self._unsure_months = lexicon.months, lexicon.unsure_months
        self._calendar = frozenset(_CALENDAR[language].split())
        self._token_of = re.compile(rf"{_NUMBER.pattern}(?:-?(?:{'|'.join(lexicon.endings)})\b)?|{_WORD}")
        self._label = re.compile(rf"\b{lexicon.speaker}\w*\s+(\d+)", re.IGNORECASE)

    def tokens(self, text: str, speakers: Sequence[int] = ()) -> list[Token]:
        """Cut a text into tokens; of a label («Спикер 7») the number stays, unless it is one of these voices'."""
        plain = self._label.sub(lambda label: "" if int(label[1]) in speakers else label[1], text)
        plain = _THOUSANDS.sub("", _DATE.sub(self._with_month, plain))
        return [
            self._token(found[0], opens=_OPENS.search(plain[: found.start()]) is not None)
            for found in self._token_of.finditer(plain)
        ]

    def dates(self, tokens: Sequence[Token]) -> Iterator[Date]:
        """Every month that a text names, with the day before it or after it."""
        for place, token in enumerate(tokens):
            if token.month is None:
                continue
            day = _day(tokens, range(place - 1, -1, -1)) or _day(tokens, range(place + 1, len(tokens)))
            if day or folded(token.text) not in self._unsure_months or (token.capital and not token.opens):
                values = frozenset(value for number in day for value in tokens[number].values)
                yield Date(token.month, values, frozenset({place, *day}))

    def _with_month(self, date: re.Match[str]) -> str:
        """15.12 as «15 декабрь», so that dates are written in one way."""
        month = int(date["month"] or date["month_"])
        return f"{date['day'] or date['day_']} {self._months[month - 1]}" if 1 <= month <= _MONTHS else date[0]

    def _token(self, text: str, *, opens: bool) -> Token:
        form = self._form(text)
        months = (month for month, name in enumerate(self._months, 1) if name in form.likely)
        calendar = not form.likely.isdisjoint(self._calendar)
        return Token(text, form, self._values_of(text, form), next(months, None), calendar, opens)

    def _values_of(self, text: str, form: Form) -> frozenset[Decimal]:
        number = _NUMBER.match(text)
        if number is None:
            return frozenset(self._values[root] for root in form.likely if root in self._values)
        value = Decimal(number[0].replace(",", "."))
        spoken = num2words(int(value), lang=self._language) if value == int(value) else ""
        values = [self._values[root] for word in re.findall(_WORD, spoken) for root in self._spelled(word)]
        if values[:1] == [_ONE]:
            del values[: len(values) > 1]  # “one hundred” may be said as “a hundred”
        return frozenset(values or [value]) - {_NOTHING}

    def _spelled(self, word: str) -> Iterable[str]:
        return (root for root in sorted(self._form(word).likely) if root in self._values)


def _day(tokens: Sequence[Token], places: Iterable[int]) -> list[int]:
    """The places of the number that stands next, if any: «двадцать первого», “15th of”."""
    near = list(islice(places, _DAY_WORDS))
    if near and folded(tokens[near[0]].text) == "of":
        del near[0]
    return list(takewhile(lambda place: tokens[place].values, near))

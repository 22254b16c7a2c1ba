"""What was said in a call, and what a protocol says beyond it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from benchmarks.protocol.words import Date, Token, Words
from callscribe.domain import ActionItem, Language, Point, Protocol, Transcript

DAY_REACH = 4
"""Words between a month and its day, as they are spoken: «двенадцатого или тринадцатого декабря»."""
SHARED = 0.5
"""Of a point's words at least so many were said where it says that they were, or in the turn before or after."""


@dataclass(frozen=True, slots=True)
class Inventions:
    """Names, numbers and dates that were not said, and other words, of which many are a paraphrase."""

    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def __add__(self, other: Inventions) -> Inventions:
        return Inventions(
            self.names + other.names, self.numbers + other.numbers, self.dates + other.dates, self.words + other.words
        )


class Said:
    """A call, ready to be asked what was said in it.

    A word was said where a form of it was, anywhere in the call: what was said of something else is no invention here.
    """

    def __init__(self, transcript: Transcript) -> None:
        self._transcript = transcript
        self._words = Words(transcript.language)
        self._turns = [self._words.tokens(turn.text) for turn in transcript.turns]
        tokens = list(chain.from_iterable(self._turns))
        self._roots = _roots(tokens)
        self._values = frozenset(chain.from_iterable(token.values for token in tokens))
        self._months = [
            (token.month, _values(tokens[max(0, place - DAY_REACH) : place + DAY_REACH + 1]))
            for place, token in enumerate(tokens)
            if token.month
        ]

    def inventions(self, protocol: Protocol) -> Inventions:
        """Everything that a protocol says beyond the call."""
        items = protocol.action_items
        texts = [protocol.summary, *(point.text for point in (*protocol.key_points, *protocol.decisions))]
        texts += [text for item in items for text in (item.task, item.due) if text]
        found = [self._beyond(text) for text in texts]
        found += [self._beyond(item.owner, owner=True) for item in items if item.owner]
        return sum(found, Inventions())

    def bears_out(self, point: Point | ActionItem) -> bool:
        """Whether a point cites seconds at which words begin, and has half of its words from there."""
        starts = {word.start: place for place, turn in enumerate(self._transcript.turns) for word in turn.words}
        if not point.at or not starts.keys() >= set(point.at):
            return False
        near = {starts[second] + step for second in point.at for step in (-1, 0, 1)} & set(range(len(self._turns)))
        there = _roots(list(chain.from_iterable(self._turns[place] for place in near)))
        text = point.text if isinstance(point, Point) else point.task
        content = [token for token in self._words.tokens(text) if not (token.form.function or token.values)]
        return sum(not token.form.roots.isdisjoint(there) for token in content) >= SHARED * len(content)

    def _beyond(self, text: str, *, owner: bool = False) -> Inventions:
        tokens = self._words.tokens(text, self._transcript.speakers)
        dates = list(self._words.dates(tokens))
        unsaid = [date for date in dates if not self._has_date(date)]
        dated = frozenset(chain.from_iterable(date.places for date in dates))
        rest = [token for place, token in enumerate(tokens) if place not in dated and not self._has(token)]
        names = [token for token in rest if self._is_name(token, owner=owner)]
        return Inventions(
            names=_texts(names),
            numbers=_texts([token for token in rest if token.values]),
            dates=tuple(" ".join(tokens[place].text for place in sorted(date.places)) for date in unsaid)
            + _texts([token for token in rest if token.calendar]),
            words=_texts([token for token in rest if token not in names and _says_more(token)]),
        )

    def _has(self, token: Token) -> bool:
        if token.values:
            return token.values <= self._values or not token.form.roots.isdisjoint(self._roots)
        return not token.form.roots.isdisjoint(self._roots)

    def _has_date(self, date: Date) -> bool:
        return any(month == date.month and date.day <= near for month, near in self._months)

    def _is_name(self, token: Token, *, owner: bool) -> bool:
        """Whether a word is a name. At the beginning of an English sentence that cannot be told by its capital."""
        if token.values or token.calendar or token.form.function:
            return False
        if token.capital and (owner or not token.opens):
            return True
        proper = token.form.proper if token.capital else token.form.surely_proper
        return self._transcript.language is Language.RU and proper


def _says_more(token: Token) -> bool:
    """Whether a word that is no figure says anything; a letter alone («'d») does not."""
    return not (token.values or token.calendar or token.form.function) and len(token.text) > 1


def _roots(tokens: Sequence[Token]) -> frozenset[str]:
    return frozenset(chain.from_iterable(token.form.roots for token in tokens))


def _values(tokens: Sequence[Token]) -> frozenset[object]:
    return frozenset(chain.from_iterable(token.values for token in tokens))


def _texts(tokens: Sequence[Token]) -> tuple[str, ...]:
    return tuple(token.text for token in tokens)

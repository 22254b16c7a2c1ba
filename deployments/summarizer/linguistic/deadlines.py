"""Deadlines as they were said: «до пятницы», «к двенадцатому декабря», “by end of day”."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import takewhile

from spacy.tokens import Span, Token

from deployments.summarizer.linguistic.conversation import Clause, Utterance, can_be

_NEAR = 1
"""Words between two times that are one: «в пятницу, утром»."""


def deadline_in(clause: Clause) -> Span | None:
    """The time by which a clause's work is to be done: one with a limit («до», «к») before others, else the longest."""
    return max(spans_of(clause), key=lambda span: (has_limit(span), len(span), -span.start), default=None)


def due_of(utterance: Utterance) -> Span | None:
    """The first such time of a sentence."""
    return next((due for clause in utterance.clauses if (due := deadline_in(clause)) is not None), None)


def has_limit(deadline: Span) -> bool:
    """Whether it says by when, and not only when."""
    return can_be(deadline[0], "limit")


def spans_of(clause: Clause) -> list[Span]:
    """Every time named in a clause, those that touch or overlap taken as one."""
    joined: list[Span] = []
    days = (span for span in clause.found.get("monthday", ()) if _stands_alone(span))
    named = [*clause.found.get("deadline", ()), *clause.found.get("daytime", ()), *days]
    for span in sorted(named, key=lambda span: (span.start, -span.end)):
        if joined and span.start <= joined[-1].end + (_NEAR if _only_comma(joined[-1], span) else 0):
            joined[-1] = span.doc[joined[-1].start : max(joined[-1].end, span.end)]
        else:
            joined.append(span)
    return [span for span in map(_less_counts, joined) if len(span) and not _is_denied(span)]


def _less_counts(span: Span) -> Span:
    """A time without a number at its end that counts what follows: «до десяти слайдов», «к среде, две тысячи»."""
    after = span.doc[span.end : span.end + 1]
    if not any(can_be(token, "counted") and not can_be(token, "name") for token in after):
        return span
    uncounted = _cut(span, lambda token: can_be(token, "numeral", "adjective"))
    if len(uncounted) == len(span):
        return span
    return _cut(uncounted, lambda token: token.is_punct or can_be(token, "preposition"))


def _cut(span: Span, drops: Callable[[Token], bool]) -> Span:
    """A span without the words at its end that are to be dropped."""
    dropped = sum(1 for _ in takewhile(drops, reversed(list(span))))
    return span[: len(span) - dropped]


def _is_denied(span: Span) -> bool:
    """Whether it is the time that is not meant: «не в среду, а в четверг», «сегодня нет»."""
    doc = span.doc
    before = span.start > 0 and can_be(doc[span.start - 1], "denies")
    return before or (span.end < len(doc) and can_be(doc[span.end], "denied"))


def _stands_alone(day: Span) -> bool:
    """Whether a number is that of a day, and not of a thing: «двадцать пятого отдам», not «у пятого стенда»."""
    doc = day.doc
    before, after = doc[max(day.start - 1, 0) : day.start], doc[day.end : day.end + 1]
    counts = any(can_be(token, "noun", "adjective") and not can_be(token, "finite") for token in after)
    return not counts and not any(can_be(token, "preposition") for token in before)


def _only_comma(before: Span, after: Span) -> bool:
    between: Iterable[str] = (token.text for token in before.doc[before.end : after.start])
    return all(text == "," for text in between)

"""Mentions: the names in a sentence, and whether they call whom it speaks to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile

from spacy.tokens import Span, Token

from deployments.summarizer.linguistic.conversation import Utterance, can_be, overlap
from deployments.summarizer.linguistic.grammar import normal

_EDGES = frozenset(",.?!:;—–-…")
GENDERS = ("masculine", "feminine")


@dataclass(frozen=True, slots=True)
class Mention:
    """A person named in a sentence: the names that it may be, and whether the person is spoken to."""

    span: Span
    keys: tuple[str, ...]
    calls: bool

    @property
    def is_full(self) -> bool:
        """Whether it is said as one says it of oneself: «Костя», neither «Косте» nor «Кость»."""
        return can_be(self.span[0], "name_full")


def mentions(utterance: Utterance) -> Iterator[Mention]:
    """Every name in a sentence, a patronymic or surname after it included."""
    doc, place = utterance.doc, 0
    polite = {token.i for match in utterance.matches("thanks") for token in match}
    while place < len(doc):
        end = place if place in polite else _name_end(doc[place])
        if end > place:
            span = doc[place:end]
            yield Mention(span, tuple(map(normal, span[0]._.names)), _is_call(utterance, span))
        place = max(end, place + 1)


def _name_end(token: Token) -> int:
    """Where a name that begins at a token ends; the token's own place when none does."""
    if not (token.text[:1].isupper() and can_be(token, "name")) or can_be(token, "nobody"):
        return token.i
    if token.is_stop or token.text.endswith("."):
        return token.i
    end = token.i + 1
    while (
        end < len(token.doc) and token.doc[end].text[:1].isupper() and can_be(token.doc[end], "patronymic", "surname")
    ):
        end += 1
    return end


def _is_call(utterance: Utterance, span: Span) -> bool:
    if not can_be(span[0], "name_nomn"):
        return False
    doc = span.doc
    greeted = any(overlap(match, span) for match in utterance.matches("greeting"))
    start = span.start - (span.start > 0 and can_be(doc[span.start - 1], "title"))
    opens = start == 0 or doc[start - 1].text in _EDGES or greeted
    closes = span.end == len(doc) or doc[span.end].text in _EDGES
    asked = any(match.start == span.start for match in utterance.matches("addressed"))
    if _is_apposed(utterance, span) or is_spoken_of(utterance, span):
        return False
    return opens and (closes or asked)


def is_spoken_of(utterance: Utterance, span: Span) -> bool:
    """Whether it goes on of the named as of somebody else: «Продакт, Алина, она хочет …», “Todd, he's all in”."""
    return not speaks_to(utterance) and goes_on_of(span, span.doc[span.end :])


def speaks_to(utterance: Utterance) -> bool:
    """Whether it asks, or says “you”."""
    return utterance.asks or any(can_be(token, "you", "do") for token in utterance.doc)


def goes_on_of(span: Span, rest: Iterable[Token]) -> bool:
    """Whether the first “he” or “she” of what is said then is the named: nothing else of its gender is nearer."""
    genders = [gender for gender in GENDERS if can_be(span[0], gender)]
    said = (token for token in rest if can_be(token, *genders) and can_be(token, "he", "noun"))
    return can_be(first, "he") if (first := next(said, None)) is not None else False


def _is_apposed(utterance: Utterance, span: Span) -> bool:
    """Whether it only says who somebody is: «менеджер, Линда, позвонит», «там девочка, Оксана», not «…, примите»."""
    doc, comma = span.doc, span.start - 1
    if comma < 1 or doc[comma].text != ",":
        return False
    closes = span.end < len(doc) and doc[span.end].text == ","
    if closes and can_be(doc[comma - 1], "somebody") and not can_be(doc[comma - 1], "praise"):
        return not (span.end + 1 < len(doc) and can_be(doc[span.end + 1], "do"))
    before = list(takewhile(lambda token: token.text not in _EDGES, reversed(doc[:comma])))
    genders = [gender for gender in GENDERS if can_be(span[0], gender)]
    return not speaks_to(utterance) and any(
        can_be(token, "somebody") and can_be(token, *genders) and not can_be(token, "praise", "he") for token in before
    )

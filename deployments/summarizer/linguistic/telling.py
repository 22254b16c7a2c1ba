"""Telling: which sentences say something to somebody who was not there, how much, and how they are quoted."""

from __future__ import annotations

from math import log1p

from spacy.tokens import Span, Token

from callscribe.transcript.sentences import Sentence
from deployments.summarizer.linguistic.conversation import Utterance, can_be
from deployments.summarizer.linguistic.modality import is_unreal
from deployments.summarizer.linguistic.things import content_of
from deployments.summarizer.linguistic.wording import Wording

FEWEST_THINGS = 2
"""A sentence about less can hardly be understood by itself: «Я этого не говорил», «Счёт там»."""


def tells(utterance: Utterance) -> bool:
    """Whether it states something of things that it names, and neither asks, points elsewhere nor only wishes."""
    if utterance.asks or wonders(utterance) or utterance.has("thanks") or any(map(is_unreal, utterance.clauses)):
        return False
    points = utterance.hangs or any(can_be(token, "he") for token in utterance.doc)
    states = any(can_be(token, "finite", "infinitive") for token in utterance.doc)
    return states and not points and len(content_of(utterance.clauses)) >= FEWEST_THINGS


def wonders(utterance: Utterance) -> bool:
    """Whether it asks though no mark was heard: “Do we need a permit”, «Тендер у нас когда был»."""
    if any(match.start == 0 for match in utterance.matches("inverted")):
        return True
    asking = next(utterance.matches("wonder"), None)
    if asking is None or any(token.is_punct for token in utterance.doc[:-1]):
        return False
    return sum(_heads(token, asking) for token in utterance.doc) <= 1


def _heads(token: Token, asking: Span) -> bool:
    """Whether a verb heads a clause: not the one that a question's helping verb governs, “What do we need”."""
    return can_be(token, "finite") and (token.i < asking.start or not can_be(token, "infinitive"))


def weight(utterance: Utterance) -> float:
    """How much a sentence has to tell: its things, a number, a time."""
    numbers = any(can_be(token, "numeral") for token in utterance.doc)
    return log1p(len(content_of(utterance.clauses))) + numbers + utterance.has("deadline")


def quoted(utterance: Utterance, wording: Wording) -> Sentence:
    """A statement without the fillers at its beginning."""
    return Sentence(utterance.start, utterance.speaker, f"{wording.statement(utterance.doc)}.", utterance.turn)

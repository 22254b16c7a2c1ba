"""Links: which sentences said before belong to what a sentence says: «Нужны два титана» to «Завтра им наберу».

How likely each belongs has been learnt from labelled meetings, by where it stands, by whom and how it was said, and by
the words that both share.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product, takewhile
from typing import Self

from deployments.summarizer.linguistic.conversation import Conversation, Utterance, can_be
from deployments.summarizer.linguistic.deadlines import due_of
from deployments.summarizer.linguistic.finder import FEWEST
from deployments.summarizer.linguistic.judging import Judge
from deployments.summarizer.linguistic.mentions import mentions
from deployments.summarizer.linguistic.things import content_of, is_clear, names_something, of_one_stem
from deployments.summarizer.linguistic.traits import Traits, whose

SENTENCES, TURNS = 14, 6
"""How far back a sentence may belong to another."""
MOST, MOST_CLEAR = 3, 1
"""No more sentences are taken for what belongs to one that cannot be understood by itself, and to one that can."""
LIKELY, SURE = 0.1, 0.2
"""How likely they must belong to it."""
_STEM, _SHORTEST = 5, 4
"""Letters that two things of one stem share, and of the shortest word that tells something."""
_VERBS = (
    "finite", "infinitive", "past", "do", "i_will", "we_will", "they_will", "you_will", "we_do", "they_do",
)  # fmt: skip
_KINDS = (
    "request", "promise", "proposal", "need", "offer", "theirs", "settled", "wish", "when", "heading", "agreement",
    "thanks", "refusal", "listed", "mine", "yours", "asking", "upshot", "announced", "closing", "wanted", "group",
)  # fmt: skip


class Links:
    """What belongs together in one conversation."""

    def __init__(self, judge: Judge, conversation: Conversation) -> None:
        self._judge = judge
        self._conversation = conversation

    @property
    def known(self) -> bool:
        """Whether anything can be told of the conversation."""
        return bool(self._judge.weights) and len(self._conversation.utterances) >= FEWEST

    @cached_property
    def _traits(self) -> LinkTraits:
        return LinkTraits(self._conversation)

    def to(self, utterance: Utterance, *, clear: bool) -> tuple[Utterance, ...]:
        """What was said before that belongs to a sentence, in order: to one that is not ``clear`` something does."""
        named = (one for one in reach(self._conversation, utterance) if any(map(names_something, one.clauses)))
        chances = {one.place: self._chance(utterance, one) for one in named if not one.has("thanks")}
        likeliest = sorted(chances, key=lambda place: chances[place], reverse=True)[: MOST_CLEAR if clear else MOST]
        least = SURE if clear else LIKELY
        chosen = {place for place in likeliest if chances[place] >= least} | set(() if clear else likeliest[:1])
        return tuple(self._conversation.utterances[place] for place in sorted(chosen))

    def _chance(self, utterance: Utterance, earlier: Utterance) -> float:
        return self._judge.probability(self._traits.of(utterance, earlier))


def reach(conversation: Conversation, utterance: Utterance) -> Iterator[Utterance]:
    """The sentences that may belong to one, the latest first."""
    before = conversation.before(utterance, TURNS)
    return takewhile(lambda one: utterance.place - one.place <= SENTENCES, before)


class LinkTraits:
    """What speaks for and against that two sentences of one conversation belong together."""

    def __init__(self, conversation: Conversation) -> None:
        self._heard = [_Heard.of(one) for one in conversation.utterances]

    def of(self, utterance: Utterance, earlier: Utterance) -> Traits:
        """Of a sentence, and of one that was said before it."""
        one, other = self._heard[utterance.place], self._heard[earlier.place]
        between = self._heard[earlier.place + 1 : utterance.place]
        return dict.fromkeys((*_placed(utterance, earlier), *_compared(one, other, between), *_told(one, other)), 1.0)


@dataclass(frozen=True, slots=True)
class _Heard:
    """A sentence, and what is looked at again and again."""

    utterance: Utterance
    verbs: frozenset[str]
    stems: frozenset[str]
    things: frozenset[str]
    like: tuple[str, ...]

    @classmethod
    def of(cls, utterance: Utterance) -> Self:
        tokens, things = list(utterance.doc), content_of(utterance.clauses)
        stems = (token for token in tokens if can_be(token, "noun", "adjective") and len(token.lemma_) >= _SHORTEST)
        return cls(
            utterance,
            frozenset(token.lemma_ for token in tokens if can_be(token, *_VERBS) and len(token.lemma_) >= _SHORTEST),
            frozenset(token.lemma_[:_STEM] for token in stems if not can_be(token, "pronoun", "time")),
            things,
            tuple(_like(utterance, things)),
        )

    def does_the_same(self, other: _Heard) -> bool:
        """Whether both have one verb."""
        return any(of_one_stem(mine, theirs) for mine, theirs in product(self.verbs, other.verbs))


def _placed(utterance: Utterance, earlier: Utterance) -> Iterator[str]:
    """How far apart they are, and whose the earlier one is."""
    back, who = utterance.place - earlier.place, whose(earlier, utterance)
    yield from (who, f"turns {utterance.turn - earlier.turn}", f"back {_at_most(back, 1, 2, 3, 4, 5, 6, 8, 11)}")
    yield f"{who} back {_at_most(back, 1, 2, 3, 5, 8)}"


def _compared(one: _Heard, other: _Heard, between: list[_Heard]) -> Iterator[str]:
    """What both have, and what was said between them."""
    told = frozenset[str]().union(*(each.things for each in between))
    yield f"telling between {_at_most(sum(bool(each.things) for each in between), 0, 1, 2, 3, 5)}"
    yield f"things {min(len(one.things), 2)} after {min(len(other.things), 3)}"
    near = _near(one, other)
    if other.things - told:
        yield "new"
    if other.utterance.asks:
        yield f"asks {near}"
    if one.does_the_same(other):
        yield from ("verb", f"verb {near}", f"verb {whose(other.utterance, one.utterance)}")
    if shared := len(one.stems & other.stems):
        yield from ("stem", f"stem {near}", f"stems {min(shared, 3)}")


def _told(one: _Heard, other: _Heard) -> Iterator[str]:
    """What each of them is like."""
    near, who = _near(one, other), whose(other.utterance, one.utterance)
    for trait in other.like:
        yield from (trait, f"{trait} {who}")
    for trait in one.like:
        yield f"then {trait} {near}"


def _like(utterance: Utterance, things: frozenset[str]) -> Iterator[str]:
    named = list(mentions(utterance))
    figures = {
        "clear": all(map(is_clear, utterance.clauses)),
        "due": due_of(utterance) is not None,
        "calls": any(one.calls for one in named),
        "names": any(not one.calls for one in named),
        "asks": utterance.asks,
        "opens": utterance.opens,
        "accepts": utterance.accepts,
    }
    yield from (name for name, figure in figures.items() if figure)
    yield from (kind for kind in _KINDS if utterance.has(kind))
    yield f"things {min(len(things), 3)}"
    yield f"length {_at_most(len(utterance.doc), 2, 4, 7, 12, 20, 30)}"


def _near(one: _Heard, other: _Heard) -> str:
    return f"turns {_at_most(one.utterance.turn - other.utterance.turn, 0, 1, 2, 3)}"


def _at_most(figure: int, *steps: int) -> str:
    """The first step that a figure does not go beyond."""
    return next((str(step) for step in steps if figure <= step), "more")

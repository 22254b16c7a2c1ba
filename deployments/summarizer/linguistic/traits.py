"""Traits: what a sentence is like, by its words, its patterns and its neighbours: figures by name, for judges to weigh.

Things, qualities, numbers and names count by their kind alone, so that what is learnt of one trade holds for another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import log1p

from spacy.tokens import Token

from deployments.summarizer.linguistic.conversation import Conversation, Utterance, can_be
from deployments.summarizer.linguistic.deadlines import due_of
from deployments.summarizer.linguistic.leading import leads
from deployments.summarizer.linguistic.mentions import GENDERS, mentions
from deployments.summarizer.linguistic.things import content_of

Traits = dict[str, float]

NEAR = 2
"""How many sentences before and after tell by their own traits what a sentence means."""
SHORT, LONG, LONGEST = 4, 25, 40
"""Tokens of a sentence that is hardly more than a reply, of one that tells much, and to which length counts."""
_VERBS = (
    "finite", "infinitive", "past", "do", "i_will", "we_will", "we_do", "they_will", "they_do", "you_will", "verbed",
    "doing",
)  # fmt: skip
_OF_NOUNS = frozenset({*GENDERS, "counted"})
"""What says of a noun only which one it is."""
_SPEAKING = frozenset({*_VERBS, "i", "he", "pronoun"})
_MARKS = frozenset(",?!:—")
_BEGINS, _ENDS = 0.1, 0.85
"""Shares of a conversation that are its beginning and its end."""


class SentenceTraits:
    """The traits of one conversation's sentences."""

    def __init__(self, conversation: Conversation) -> None:
        self._utterances = conversation.utterances
        self._leads = leads(conversation)
        self._brief = [_told(_brief(one)) for one in conversation.utterances]

    def of(self, utterance: Utterance) -> Traits:
        """Of a sentence where it stands."""
        return {**_told(_own(utterance)), **self._placed(utterance), **dict(self._around(utterance))}

    def _placed(self, utterance: Utterance) -> Traits:
        share = utterance.place / len(self._utterances)
        placed = {"place": share, "begins": share < _BEGINS, "ends": share > _ENDS}
        return _told({**placed, "leads": self._leads[utterance.speaker]})

    def _around(self, utterance: Utterance) -> Iterator[tuple[str, float]]:
        for distance in (*range(-NEAR - 1, 0), *range(1, NEAR + 2)):
            place = utterance.place + distance
            if not 0 <= place < len(self._utterances):
                continue
            near = whose(self._utterances[place], utterance)
            yield f"{distance} {near}", 1
            if abs(distance) <= NEAR:
                yield from ((f"{distance} {near} {name}", figure) for name, figure in self._brief[place].items())


def whose(other: Utterance, utterance: Utterance) -> str:
    """Whose another sentence is: of the same turn, of the same voice, or of another."""
    if other.turn == utterance.turn:
        return "turn"
    return "same" if other.speaker == utterance.speaker else "other"


def _told(figures: Mapping[str, float]) -> Traits:
    """Only what there is, as numbers."""
    return {name: float(figure) for name, figure in figures.items() if figure}


def _own(utterance: Utterance) -> dict[str, float]:
    tokens, named = list(utterance.doc), list(mentions(utterance))
    return {
        **_each("word", map(_shape, tokens)),
        **_each("read", (reading for token in tokens for reading in token._.readings if reading not in _OF_NOUNS)),
        **_each("first", map(_shape, tokens[:1])),
        **_patterns(utterance),
        "length": min(len(tokens), LONGEST) / LONGEST,
        "short": len(tokens) <= SHORT,
        "long": len(tokens) > LONG,
        "things": log1p(len(content_of(utterance.clauses))),
        "due": due_of(utterance) is not None,
        "asks": utterance.asks,
        "opens": utterance.opens,
        "accepts": utterance.accepts,
        "hangs": utterance.hangs,
        "clauses": len(utterance.clauses) - 1,
        "calls": any(one.calls for one in named),
        "names": any(not one.calls for one in named),
        "exclaims": utterance.text.endswith("!"),
    }


def _brief(utterance: Utterance) -> dict[str, float]:
    """What a sentence tells of its neighbours."""
    tokens = list(utterance.doc)
    readings = (reading for token in tokens for reading in token._.readings if reading in _SPEAKING)
    return {
        **_patterns(utterance),
        **_each("read", readings),
        **_each("word", (_shape(token) for token in tokens if len(tokens) <= SHORT + 1)),
        "asks": utterance.asks,
        "due": due_of(utterance) is not None,
        "accepts": utterance.accepts,
        "short": len(tokens) <= SHORT,
        "things": min(len(content_of(utterance.clauses)), 2) / 2,
    }


def _patterns(utterance: Utterance) -> dict[str, float]:
    return _each("kind", (kind for clause in utterance.clauses for kind in clause.found))


def _each(kind: str, names: Iterable[str]) -> dict[str, float]:
    return {f"{kind} {name}": 1 for name in names}


def _shape(token: Token) -> str:
    """A word that says how something is meant; of one that says what, only its kind."""
    if token.is_punct:
        return token.text if token.text in _MARKS else "."
    if token.text[:1].isupper() and can_be(token, "name"):
        return "NAME"
    if can_be(token, "numeral"):
        return "NUMBER"
    verb = can_be(token, *_VERBS)
    if can_be(token, "noun") and not verb and not can_be(token, "pronoun"):
        return "THING"
    if can_be(token, "adjective") and not verb and not can_be(token, "determiner"):
        return "QUALITY"
    return token.lemma_.lower()

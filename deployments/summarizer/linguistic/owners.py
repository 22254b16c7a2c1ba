"""Owners: who may be meant to do what a sentence says, and what speaks for each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import chain

from deployments.summarizer.linguistic.conversation import Conversation, Utterance
from deployments.summarizer.linguistic.mentions import Mention, mentions
from deployments.summarizer.linguistic.people import Owner, People
from deployments.summarizer.linguistic.traits import SHORT, Traits

NAMED_TURNS = 3
"""How long before somebody may have been named who is then only “you” or “he”."""
NAMED_AFTER = 2
"""In how many sentences after it a turn may call whom it has spoken to."""
_BEGINNING = 3
_RELATIONS = frozenset({"speaker", "next", "before", "called", "named"})
_KINDS = frozenset(
    {
        *("promise", "mine", "offer", "volunteer", "request", "yours", "over", "theirs", "spoken of", "wanted"),
        *("group", "need", "wish", "settled", "result"),
    }
)
_READINGS = frozenset(
    {"i_will", "we_will", "we_do", "they_will", "they_do", "you_will", "do", "i", "he", "infinitive", "past"}
)
_POINTING = frozenset(
    {
        *("я", "меня", "мне", "мной", "мы", "нам", "нас", "ты", "тебя", "тебе", "тобой", "вы", "вас", "вам"),
        *("он", "она", "они", "кто", "с", "за", "давай", "давайте", "пусть", "надо", "нужно"),
        *("i", "me", "we", "us", "you", "he", "she", "they", "who", "'ll", "let", "could", "can", "will", "should"),
        *("would", "need", "want"),
    }
)


class Owners:
    """Who may owe what is said in one conversation."""

    def __init__(self, conversation: Conversation, people: People) -> None:
        self._conversation = conversation
        self._people = people

    def candidates(self, utterance: Utterance) -> dict[Owner, Traits]:
        """Everybody who may be meant, each with what speaks for it."""
        said = [*_telling(utterance), *self._answered(utterance)]
        return {owner: _traits(owner, how, said) for owner, how in self._related(utterance).items()}

    def of(self, mention: Mention) -> Owner:
        """Whom a name means."""
        return self._people.bearer(self._people.key(mention))

    def _related(self, utterance: Utterance) -> Mapping[Owner, set[str]]:
        """How everybody who may be meant stands to a sentence."""
        related: dict[Owner, set[str]] = defaultdict(set)
        for owner, how in chain(self._voices(utterance), self._names(utterance), self._names_around(utterance)):
            related[owner].add(how)
        return related

    def _voices(self, utterance: Utterance) -> Iterator[tuple[Owner, str]]:
        yield (utterance.speaker, None), "speaker"
        after = (one for one in self._conversation.after(utterance, NAMED_TURNS) if one.speaker != utterance.speaker)
        before = (one for one in self._conversation.before(utterance, NAMED_TURNS) if one.speaker != utterance.speaker)
        for others, how in ((after, "next"), (before, "before")):
            if (other := next(others, None)) is not None:
                yield (other.speaker, None), how

    def _names(self, utterance: Utterance) -> Iterator[tuple[Owner, str]]:
        for mention in mentions(utterance):
            owner = self.of(mention)
            yield owner, "called" if mention.calls else "named"
            if mention.span.start < _BEGINNING:
                yield owner, "named first"
            yield from ((owner, reading) for reading in mention.span[0]._.readings if reading.startswith("name_"))

    def _names_around(self, utterance: Utterance) -> Iterator[tuple[Owner, str]]:
        last: set[str] = set()
        for earlier in self._conversation.before(utterance, NAMED_TURNS):
            where = "turn" if earlier.turn == utterance.turn else "turns before"
            for mention in mentions(earlier):
                owner, how = self.of(mention), "called" if mention.calls else "named"
                yield owner, f"{how} in {where}"
                if not last:
                    yield owner, f"{how} last"
                last.add(how)
        for later in self._conversation.rest_of_turn(utterance)[:NAMED_AFTER]:
            yield from ((self.of(one), "called after" if one.calls else "named after") for one in mentions(later))

    def _answered(self, utterance: Utterance) -> Iterator[str]:
        """How the next turn begins, and what the sentence itself answers."""
        answer = next(self._conversation.after(utterance, 1), None)
        before = next(self._conversation.before(utterance, 1), None)
        if answer is not None:
            yield from (f"answer {kind}" for kind in ("agreement", "promise", "refusal") if answer.has(kind))
        if before is not None and before.speaker != utterance.speaker:
            yield from (f"after {kind}" for kind in ("request", "promise") if before.has(kind))
            if before.asks:
                yield "after a question"


def _telling(utterance: Utterance) -> Iterator[str]:
    """What tells in a sentence who is meant."""
    yield from {kind for clause in utterance.clauses for kind in clause.found if kind in _KINDS}
    yield from {reading for token in utterance.doc for reading in token._.readings if reading in _READINGS}
    yield from {token.norm_ for token in utterance.doc if token.norm_ in _POINTING}
    if utterance.asks:
        yield "asks"
    if len(utterance.doc) <= SHORT:
        yield "short"


def _traits(owner: Owner, related: set[str], said: list[str]) -> Traits:
    """How somebody stands to a sentence, by itself and with each thing that it tells."""
    all_at_once = " and ".join(sorted(related & _RELATIONS))
    hows = [*sorted(related), f"only {all_at_once}"]
    traits = {f"{how}: {what}": 1.0 for how in hows for what in ("", *said)}
    return traits if owner[1] is None else {**traits, "absent": 1.0}

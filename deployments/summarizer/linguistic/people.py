"""Who is called what: names that people give themselves, and names by which a voice is called and answers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile
from typing import NamedTuple

from spacy.tokens import Span

from deployments.summarizer.linguistic.conversation import Conversation, Utterance, can_be, overlap
from deployments.summarizer.linguistic.grammar import normal
from deployments.summarizer.linguistic.mentions import Mention, mentions

_BY_THEMSELVES = 3
"""What one's own introduction is worth in votes."""
_GREETING = 6
"""Sentences at a conversation's start in which «это Иван» may be said of oneself."""
_SHORT = 5
"""Tokens of a sentence that is only a reply: «Спасибо, Пётр.»"""
_CUT = 3
"""Letters that a call may leave out at a name's end."""


class _Spelling(NamedTuple):
    text: str
    is_full: bool


class People:
    """The names of a conversation and the voices that bear them."""

    def __init__(self, conversation: Conversation, known: Mapping[int, str] | None = None) -> None:
        self._turns = _speakers_by_turn(conversation)
        named = [(utterance, mention) for utterance in conversation.utterances for mention in mentions(utterance)]
        self._full = frozenset(mention.keys[0] for _, mention in named if mention.is_full)
        self._spelled = self._spellings(mention for _, mention in named)
        self._names = dict(known or {})
        self._voices = _only_bearers(self._names)
        absent = {self.key(mention) for utterance, mention in named if _is_absent(utterance, mention)}
        callers = {(self.key(mention), utterance.speaker) for utterance, mention in named if mention.calls}
        for (key, speaker), _ in self._votes(conversation).most_common():
            if (
                key not in self._voices
                and key not in absent
                and (key, speaker) not in callers
                and self._may_bear(speaker, key)
            ):
                self._voices[key] = speaker
                if speaker not in self._names:
                    self._names[speaker] = self.name(key)

    def _may_bear(self, speaker: int, key: str) -> bool:
        """Whether a voice may be the one that a name calls: one whose name is known only if that name has it."""
        return speaker not in self._names or key in _keys(self._names[speaker])

    def key(self, mention: Mention) -> str:
        """The name of a mention: «Косте» is «Костя», and short «Жан» is «Жанна», where there is one."""
        longer = (
            name for key in mention.keys for name in self._full if name.startswith(key) and len(name) - len(key) <= _CUT
        )
        return max(longer, key=len, default=mention.keys[0])

    def _spellings(self, found: Iterable[Mention]) -> dict[str, Counter[_Spelling]]:
        """How each name is said: to the person and by the person; of others' mentions, its first word alone."""
        spelled: dict[str, Counter[_Spelling]] = defaultdict(Counter)
        for mention in found:
            whole = mention.calls or can_be(mention.span[-1], "patronymic")
            spelled[self.key(mention)][_spelling(mention, mention.span if whole else mention.span[:1])] += 1
        return spelled

    def _votes(self, conversation: Conversation) -> Counter[tuple[str, int]]:
        """How much speaks for each name being that of each voice."""
        votes: Counter[tuple[str, int]] = Counter()
        for utterance in conversation.utterances:
            for mention in mentions(utterance):
                bearer = self._bearer(conversation, utterance, mention) if mention.calls else None
                if bearer is not None and self._is_person(mention):
                    votes[self.key(mention), bearer] += 1
                if _introduces(utterance, mention):
                    votes[self.key(mention), utterance.speaker] += _BY_THEMSELVES
        return votes

    def _bearer(self, conversation: Conversation, utterance: Utterance, mention: Mention) -> int | None:
        """Whom a name calls: who answers a question or a request, or whom a reply's first sentence replies to.

        A name with which a turn goes on, “Lovely. Ingrid, housing”, calls whoever is to speak next.
        """
        before = self._turns[utterance.turn - 1] if utterance.turn else None
        after = self._turns[utterance.turn + 1] if utterance.turn + 1 < len(self._turns) else None
        says_little = utterance.opens or len(utterance.doc) <= _SHORT
        hands_over = not utterance.opens and mention.span.start == 0 and not conversation.rest_of_turn(utterance)
        replies = says_little and not hands_over and not any(map(_wants_answer, _to_the_same(conversation, utterance)))
        bearer = before if before is not None and (replies or utterance.has("thanks")) else after
        return None if bearer == utterance.speaker else bearer

    def _is_person(self, mention: Mention) -> bool:
        """Whether it surely is one's name: known as such, called more than once, or called at a sentence's end."""
        ends = mention.span.start > 0 and mention.span.end >= len(mention.span.doc) - 1
        return can_be(mention.span[0], "person") or ends or self._spelled[self.key(mention)].total() > 1

    def name(self, key: str) -> str:
        """How a person is called, in the nominative."""
        spelled = self._spelled[key]
        return max(spelled, key=lambda spelling: (spelling.is_full, spelled[spelling], len(spelling.text))).text

    def name_of(self, speaker: int) -> str | None:
        """The name of a voice, where the conversation tells it."""
        return self._names.get(speaker)

    def voice_of(self, key: str) -> int | None:
        """The voice that bears a name."""
        return self._voices.get(key)

    def called(self, utterance: Utterance) -> str | None:
        """Whom a sentence speaks to, if it says so."""
        return next((self.key(mention) for mention in mentions(utterance) if mention.calls), None)

    def bears(self, mention: Mention, voice: int | None, named: str | None) -> bool:
        """Whether a name is that of a voice, or of somebody named."""
        key = self.key(mention)
        return key == named or (voice is not None and self._voices.get(key) == voice)

    def next_speaker(self, utterance: Utterance) -> int | None:
        """Who answers: the next voice that is not the speaker's."""
        following = self._turns[utterance.turn + 1 : utterance.turn + 3]
        return next((speaker for speaker in following if speaker != utterance.speaker), None)


def _spelling(mention: Mention, span: Span) -> _Spelling:
    return _Spelling(span.text if mention.is_full else span[0]._.names[0].title(), mention.is_full)


def _speakers_by_turn(conversation: Conversation) -> list[int]:
    """The voice of each turn; of one in which nothing counts, the voice before."""
    speakers: list[int] = []
    for utterance in conversation.utterances:
        before = speakers[-1] if speakers else utterance.speaker
        speakers += [before] * (utterance.turn - len(speakers))
        speakers += [utterance.speaker] * (utterance.turn + 1 - len(speakers))
    return speakers


def _introduces(utterance: Utterance, mention: Mention) -> bool:
    """Whether a speaker gives a name as their own."""
    if any(overlap(match, mention.span) for match in utterance.matches("introduction")):
        return True
    span, doc = mention.span, mention.span.doc
    ends = span.end == len(doc) or doc[span.end].is_punct or can_be(doc[span.end], "preposition")
    return utterance.place < _GREETING and ends and any(overlap(match, span) for match in utterance.matches("presence"))


def _is_absent(utterance: Utterance, mention: Mention) -> bool:
    """Whether somebody is said not to be here."""
    return any(overlap(match, mention.span) for match in utterance.matches("absent"))


def _keys(name: str) -> set[str]:
    """By what somebody may be called whose whole name is this: «Смирнов Пётр» answers to «Пётр» too."""
    return {normal(word) for word in name.split()}


def _only_bearers(names: Mapping[int, str]) -> dict[str, int]:
    """The voice that each name calls; where several bear one, it is left open which."""
    bearers: dict[str, list[int]] = defaultdict(list)
    for speaker, name in names.items():
        for key in _keys(name):
            bearers[key].append(speaker)
    return {key: speakers[0] for key, speakers in bearers.items() if len(speakers) == 1}


def _to_the_same(conversation: Conversation, utterance: Utterance) -> Iterator[Utterance]:
    """A sentence that calls somebody, and what its turn goes on to say before it calls another."""
    yield utterance
    rest = conversation.rest_of_turn(utterance)
    yield from takewhile(lambda one: not any(mention.calls for mention in mentions(one)), rest)


def _wants_answer(utterance: Utterance) -> bool:
    return utterance.asks or utterance.has("request", "yours", "over", "floor")

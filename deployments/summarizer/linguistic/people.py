"""Who is called what: names that people give themselves, and names by which a voice is called and answers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Set
from typing import NamedTuple

from spacy.tokens import Span

from deployments.summarizer.linguistic.bearers import Bearers, Named
from deployments.summarizer.linguistic.conversation import Conversation, Utterance, can_be
from deployments.summarizer.linguistic.grammar import normal
from deployments.summarizer.linguistic.mentions import Mention, mentions

Owner = tuple[int | None, str | None]
"""Who owes something: a voice, or the name of somebody who is not heard."""

_CUT = 3
"""Letters that a call may leave out at a name's end."""


class _Spelling(NamedTuple):
    text: str
    is_full: bool


class People:
    """The names of a conversation and the voices that bear them."""

    def __init__(self, conversation: Conversation, known: Mapping[int, str] | None = None) -> None:
        self._bearers = Bearers(conversation)
        named = [Named(one, mention) for one in conversation.utterances for mention in mentions(one)]
        self._full = frozenset(one.mention.keys[0] for one in named if one.mention.is_full)
        self._spelled = self._spellings(one.mention for one in named)
        self._names = dict(known or {})
        self._voices = _only_bearers(self._names)
        self._barred = {(self.key(one.mention), one.utterance.speaker) for one in named if not one.introduces}
        absent = {self.key(one.mention) for one in named if one.is_absent}
        votes = self._votes(one for one in named if self.key(one.mention) not in absent)
        for (key, speaker), _ in votes.most_common():
            if key not in self._voices and self._may_bear(speaker, key):
                self._give(key, speaker)
        away = absent | {self.key(one.mention) for one in named if self._begins_to_tell(one)}
        called = {self.key(one.mention) for one in named if self._is_called(one)}
        called |= {self.key(one.mention) for one in named if one.is_listed and one.begins}
        self._give_the_last(called - away, {one.speaker for one in conversation.utterances})

    def _give_the_last(self, called: Set[str], voices: Set[int]) -> None:
        """Give the only voice without a name the only name of whoever is called and has no voice yet."""
        unheard = called - self._voices.keys()
        free = [(key, one) for key in unheard for one in voices - self._names.keys() if (key, one) not in self._barred]
        if len(unheard) == len(free) == 1:
            self._give(*free[0])

    def _is_called(self, named: Named) -> bool:
        return named.mention.calls and self._is_person(named.mention) and not self._bearers.speaks_of(named)

    def _begins_to_tell(self, named: Named) -> bool:
        """Whether a sentence begins with somebody who is then “he” or “she”: «Лёша, но его сегодня нет»."""
        return named.mention.span.start == 0 and self._bearers.speaks_of(named)

    def _give(self, key: str, speaker: int) -> None:
        self._voices[key] = speaker
        self._names.setdefault(speaker, self.name(key))

    def _may_bear(self, speaker: int, key: str) -> bool:
        """Whether a voice may bear a name: none that it says of others, and none beside that which is known."""
        if (key, speaker) in self._barred:
            return False
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

    def _votes(self, named: Iterable[Named]) -> Counter[tuple[str, int]]:
        """How much speaks for each name being that of each voice."""
        votes: Counter[tuple[str, int]] = Counter()
        for one in named:
            key = self.key(one.mention)
            told = self._bearers.votes(one, is_person=self._is_person(one.mention))
            votes.update({(key, speaker): worth for speaker, worth in told.items()})
        return votes

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

    def bearer(self, key: str) -> Owner:
        """Whom a name means: its voice, where that is known, else the name."""
        voice = self.voice_of(key)
        return (None, key) if voice is None else (voice, None)

    def called(self, utterance: Utterance) -> str | None:
        """Whom a sentence speaks to, if it says so."""
        return next((self.key(mention) for mention in mentions(utterance) if mention.calls), None)

    def bears(self, mention: Mention, voice: int | None, named: str | None) -> bool:
        """Whether a name is that of a voice, or of somebody named."""
        key = self.key(mention)
        return key == named or (voice is not None and self._voices.get(key) == voice)

    def next_speaker(self, utterance: Utterance) -> int | None:
        """Who answers: the next voice that is not the speaker's."""
        return self._bearers.next_speaker(utterance)


def _spelling(mention: Mention, span: Span) -> _Spelling:
    return _Spelling(span.text if mention.is_full else span[0]._.names[0].title(), mention.is_full)


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

"""Bearers: which voice a name likely is that of, by who introduces themselves, is called, is awaited, or answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, takewhile

from deployments.summarizer.linguistic.conversation import BEGINNING, Conversation, Utterance, can_be, has_verb, overlap
from deployments.summarizer.linguistic.mentions import Mention, goes_on_of, is_spoken_of, mentions, speaks_to

Votes = Counter[int]
"""How much speaks for each voice."""

_BY_THEMSELVES, _HERE, _CALLED, _ANSWERING, _LATER = 12, 8, 4, 4, 1
"""What an introduction is worth; «Я тут» of whoever was just spoken of; being called; «Сделаю» after «Рома сделает»;
speaking after somebody else has answered a call."""
_GREETING = 6
"""Sentences at a conversation's start in which «это Иван» may be said of oneself."""
_SOON = 2
"""Turns in which whoever is spoken to answers."""
_LIST = 2
"""Tokens between the names of a list: «Рустам, Вера и Константин»."""


@dataclass(frozen=True, slots=True)
class Named:
    """A name in a sentence."""

    utterance: Utterance
    mention: Mention

    @property
    def introduces(self) -> bool:
        """Whether speakers give it as their own."""
        utterance, span = self.utterance, self.mention.span
        if any(overlap(match, span) for match in utterance.matches("introduction")):
            return True
        after = span.doc[span.end : span.end + 1]
        ends = all(token.is_punct or can_be(token, "preposition") for token in after)
        own = any(overlap(match, span) for match in utterance.matches("presence"))
        return utterance.place < _GREETING and ends and own

    @property
    def is_absent(self) -> bool:
        """Whether its bearer is said not to be here."""
        return any(overlap(match, self.mention.span) for match in self.utterance.matches("absent"))

    @property
    def begins(self) -> bool:
        """Whether its sentence begins with a name, as one does that calls: «Рустам, Вера, начинаем»."""
        return any(one.span.start == 0 for one in mentions(self.utterance))

    @property
    def is_listed(self) -> bool:
        """Whether it stands in a list of names, which calls nobody alone."""
        span = self.mention.span
        others = (one.span for one in mentions(self.utterance) if one.span.start != span.start)
        return any(
            0 <= later.start - earlier.end <= _LIST and not has_verb(later.doc[earlier.end : later.start])
            for other in others
            for earlier, later in [sorted((other, span), key=lambda one: one.start)]
        )


class Bearers:
    """Weighs for each name of a conversation whose it is."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._turns = _speakers_by_turn(conversation)

    def next_speaker(self, utterance: Utterance) -> int | None:
        """Who answers: the next voice that is not the speaker's."""
        return next(self._voices_after(utterance), None)

    def votes(self, named: Named, *, is_person: bool) -> Votes:
        """What one mention tells of whose its name is."""
        votes = Votes()
        if named.introduces:
            votes[named.utterance.speaker] += _BY_THEMSELVES
        if named.mention.calls and is_person and not named.is_listed and not self.speaks_of(named):
            votes += self._called(named)
        if not named.mention.calls or named.is_listed:
            votes += self._answering(named)
        return votes

    def speaks_of(self, named: Named) -> bool:
        """Whether its speaker goes on of the named as of somebody else: «Был, Паша. Он вышел», “Chloe. She …”."""
        utterance, span = named.utterance, named.mention.span
        if is_spoken_of(utterance, span):
            return True
        rest = self._conversation.rest_of_turn(utterance)[:1]
        if speaks_to(utterance) or any(map(speaks_to, rest)):
            return False
        return any(goes_on_of(span, (*span.doc[span.end :], *later.doc[:BEGINNING])) for later in rest)

    def _called(self, named: Named) -> Votes:
        """Whom a name calls: whoever speaks next, “Lovely. Ingrid, housing”, or whom a reply is to, «Спасибо, Пётр»."""
        utterance = named.utterance
        before = self._turns[utterance.turn - 1] if utterance.turn else None
        after = self._turns[utterance.turn + 1] if utterance.turn + 1 < len(self._turns) else None
        wants = any(map(_wants_answer, _to_the_same(self._conversation, utterance)))
        replies = named.mention.span.start > 0 and (utterance.has("thanks") or (utterance.opens and not wants))
        bearer = before if before is not None and replies else after
        votes = Votes() if bearer is None or bearer == utterance.speaker else Votes({bearer: _CALLED})
        votes.update(dict.fromkeys(islice(self._voices_after(utterance), 1, 2), _LATER))
        return votes

    def _answering(self, named: Named) -> Votes:
        """Whoever answers to a name that was only spoken of: “Is Ade on?” — “I'm here”."""
        after = next(self._conversation.after(named.utterance, 1), None)
        if after is None or after.speaker == named.utterance.speaker or not self._is_last(named):
            return Votes()
        if any(match.start < BEGINNING for match in after.matches("here")):
            return Votes({after.speaker: _HERE})
        return Votes({after.speaker: _ANSWERING}) if _takes_up(named, after) else Votes()

    def _is_last(self, named: Named) -> bool:
        """Whether its turn names nobody after it."""
        later = [one.span.start for one in mentions(named.utterance)]
        rest = self._conversation.rest_of_turn(named.utterance)
        return named.mention.span.start == max(later) and not any(True for one in rest for _ in mentions(one))

    def _voices_after(self, utterance: Utterance) -> Iterator[int]:
        following = self._turns[utterance.turn + 1 : utterance.turn + 1 + _SOON]
        return (speaker for speaker in following if speaker != utterance.speaker)


def _takes_up(named: Named, answer: Utterance) -> bool:
    """Whether what somebody is to do is promised in the same words: «Рома сделает» — «Сделаю»."""
    if named.utterance.asks:
        return False
    owing = (match for match in named.utterance.matches("theirs") if overlap(match, named.mention.span))
    verbs = {match[-1].lemma_ for match in owing}
    return any(match.start < BEGINNING and match[-1].lemma_ in verbs for match in answer.matches("promise"))


def _speakers_by_turn(conversation: Conversation) -> list[int]:
    """The voice of each turn; of one in which nothing counts, the voice before."""
    speakers: list[int] = []
    for utterance in conversation.utterances:
        before = speakers[-1] if speakers else utterance.speaker
        speakers += [before] * (utterance.turn - len(speakers))
        speakers += [utterance.speaker] * (utterance.turn + 1 - len(speakers))
    return speakers


def _to_the_same(conversation: Conversation, utterance: Utterance) -> Iterator[Utterance]:
    """A sentence that calls somebody, and what its turn goes on to say before it calls another."""
    yield utterance
    rest = conversation.rest_of_turn(utterance)
    yield from takewhile(lambda one: not any(mention.calls for mention in mentions(one)), rest)


def _wants_answer(utterance: Utterance) -> bool:
    return utterance.asks or utterance.has("request", "yours", "over", "floor")

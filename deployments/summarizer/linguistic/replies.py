"""Replies: how what was said was taken."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from deployments.summarizer.linguistic.conversation import BEGINNING, Conversation, Utterance, can_be, has_verb
from deployments.summarizer.linguistic.things import of_one_stem

ANSWER_TURNS = 2
"""In how many of the next turns an answer is looked for."""
_FIRST_ANSWERS = 2


class Replies:
    """What others say right after each sentence of a conversation, and its speaker in the same breath."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._first = [tuple(islice(self._all(one), _FIRST_ANSWERS)) for one in conversation.utterances]

    def to(self, utterance: Utterance) -> tuple[Utterance, ...]:
        """The first sentences that others say after it."""
        return self._first[utterance.place]

    def agree(self, utterance: Utterance) -> bool:
        """Whether somebody agrees at once and nobody refuses first."""
        return any(answer.has("agreement") for answer in self.to(utterance)) and not self.refuse(utterance)

    def agreeing(self, utterance: Utterance) -> set[int]:
        """The other voices that agree in the next turns."""
        return {answer.speaker for answer in self._all(utterance) if answer.has("agreement")}

    def refuse(self, utterance: Utterance) -> bool:
        """Whether the first answer begins with a refusal."""
        return any(map(_refuses, self.to(utterance)[:1]))

    def yes(self, utterance: Utterance) -> Utterance | None:
        """The answer that agrees, unless somebody refuses first."""
        for answer in self._all(utterance):
            if _refuses(answer) or answer.has("unsettled"):
                return None
            if answer.has("agreement"):
                return answer
        return None

    def vote(self, utterance: Utterance) -> Utterance | None:
        """The answer that lets a question pass: a yes, or a no to «Возражений нет?»."""
        if not utterance.has("objections"):
            return self.yes(utterance)
        return next((answer for answer in self.to(utterance) if answer.has("refusal", "agreement")), None)

    def offered(self, utterance: Utterance, verb: str) -> Utterance | None:
        """What the voice before has asked to do, which is only allowed: «Я сниму объявление?» — «Снимайте»."""
        before = next(self._conversation.before(utterance, 1), None)
        if before is None or before.speaker == utterance.speaker or not before.asks or not utterance.opens:
            return None
        own = (token for token in before.doc if can_be(token, "i_do") and not can_be(token, "you_will"))
        return before if any(of_one_stem(token.lemma_, verb) for token in own) else None

    def laugh(self, utterance: Utterance) -> bool:
        """Whether it was said in jest: its speaker says so, or somebody laughs at it."""
        after = self._conversation.rest_of_turn(utterance)[:1]
        before = islice(self._conversation.before(utterance, 0), 1)
        answers = (answer.clauses[0].first("laughing") for answer in self.to(utterance)[:1])
        return (
            any(own.has("mocking", "laughing") for own in (utterance, *after))
            or any(earlier.asks and earlier.has("mocking") for earlier in before)
            or any(laugh is not None and laugh.start < BEGINNING for laugh in answers)
        )

    def deny(self, utterance: Utterance) -> bool:
        """Whether what it states does not stand: its speaker takes it back at once, or the next voice says no to it."""
        rest = self._conversation.rest_of_turn(utterance)[:1]
        if rest or utterance.has("objections"):
            return any(map(_corrects, rest))
        return any(denies(answer, utterance) for answer in self.to(utterance)[:1])

    def withdraw(self, utterance: Utterance) -> bool:
        """Whether the speaker says in the same breath that it will not be."""
        return any(later.has("refusal") for later in self._conversation.rest_of_turn(utterance))

    def _all(self, utterance: Utterance) -> Iterator[Utterance]:
        following = self._conversation.after(utterance, ANSWER_TURNS)
        return (answer for answer in following if answer.speaker != utterance.speaker)


def denies(answer: Utterance, claim: Utterance) -> bool:
    """Whether it begins with a no that contradicts: not «Нет, не успеем» after «Мы не успеем», nor “No, sure”."""
    if answer.place == claim.place or not _begins(answer, "denial") or _lets_stand(answer):
        return False
    return not _is_negative(claim) or (has_verb(answer.doc[:]) and not _is_negative(answer))


def _refuses(answer: Utterance) -> bool:
    """Whether it begins with a no that is not one of “no problem”, «нет возражений»."""
    return _begins(answer, "refusal")


def _lets_stand(answer: Utterance) -> bool:
    agrees = any(clause.meant("agreement", "denial") for clause in answer.clauses)
    return agrees or answer.has("no trouble") or _affirms(answer, "confirmation")


def _corrects(later: Utterance) -> bool:
    """Whether it takes back what the same voice has just said: «Хотя нет», “No, wait”, but not “No, I'm serious”."""
    stop = later.clauses[0].first("stop")
    return stop is not None and stop.start == 0 and not _affirms(later, "confirmation", "insistence")


def _affirms(said: Utterance, *kinds: str) -> bool:
    """Whether it stands by what was said for all its no: “No, that works”, but not “No, I don't think that's right”."""
    return said.has(*kinds) and not _is_negative(said)


def _begins(answer: Utterance, no: str) -> bool:
    noes = (clause.meant(no, "no trouble") for clause in answer.clauses)
    return any(match is not None and match.start < BEGINNING for match in noes)


def _is_negative(utterance: Utterance) -> bool:
    """Whether it says that something is not, the no that it answers aside."""
    answering = {token.i for match in utterance.matches("denial") for token in match if match.start < BEGINNING}
    return any(can_be(token, "denies", "denied", "excludes") for token in utterance.doc if token.i not in answering)

"""Timing: the time of a commitment that is corrected, wished for or put by others, and sentences that say only when."""

from __future__ import annotations

from deployments.summarizer.linguistic.commitment import Commitment
from deployments.summarizer.linguistic.conversation import BEGINNING, Conversation, Utterance, can_be
from deployments.summarizer.linguistic.deadlines import due_of
from deployments.summarizer.linguistic.things import content

CORRECTING_SENTENCES = 3
"""In how many sentences after it a speaker may correct a time."""
LONG = 16
"""Tokens of a sentence that may wish for a time and say why."""
SHORT = 7
"""Tokens of a sentence that can hold a time and little else: «Ну, скажем, в пятницу.»"""


def time_corrected(utterance: Utterance, conversation: Conversation) -> Utterance | None:
    """The time that a speaker who stops says instead: “By Wednesday. No, Thursday”."""
    stopped = False
    for later in conversation.rest_of_turn(utterance)[:CORRECTING_SENTENCES]:
        stop = later.clauses[0].first("stop", "correcting")
        stopped = stopped or (stop is not None and stop.start < BEGINNING)
        if says_what(later):
            return None
        if due_of(later) is not None:
            if stopped and says_only_when(later):
                return later
            stopped = stopped or not says_only_when(later)
    return None


def is_put(later: Utterance, commitment: Commitment, conversation: Conversation) -> bool:
    """Whether a time is wished for, or asked about and the owner says yes: “In time for Monday?” — “Yes”."""
    if len(later.doc) > LONG or says_what(later):
        return False
    answers = (one for one in conversation.after(later, 1) if one.speaker == commitment.voice)
    return later.has("wished") or (later.asks and any(answer.has("agreement") for answer in answers))


def says_what(utterance: Utterance) -> bool:
    """Whether it says of something else that it is to be done, and is not only a way of speaking: “Say, by Friday”."""
    asked = (clause.meant("request", "polite") for clause in utterance.clauses)
    return utterance.has("promise", "group") or any(match is not None for match in asked)


def says_only_when(utterance: Utterance) -> bool:
    """Whether a sentence holds a time and little else."""
    says_more = says_what(utterance) or utterance.has("negated") or any(map(content, utterance.clauses))
    tells = utterance.asks or any(can_be(token, "past", "he", "you_will") for token in utterance.doc)
    return len(utterance.doc) <= SHORT and not says_more and not tells

"""Timing: the time of a commitment that is corrected, wished for or put by others, and sentences that say only when."""

from __future__ import annotations

from deployments.summarizer.linguistic.commitment import Commitment
from deployments.summarizer.linguistic.conversation import BEGINNING, Conversation, Utterance, can_be
from deployments.summarizer.linguistic.deadlines import due_of
from deployments.summarizer.linguistic.replies import ANSWER_TURNS
from deployments.summarizer.linguistic.things import content

SENTENCES_AFTER = 2
"""In how many sentences after a commitment its speaker may say by when."""
TIME_TURNS = 4
"""In how many turns somebody may ask by when, and be told."""
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


def time_after(utterance: Utterance, conversation: Conversation) -> Utterance | None:
    """What the speaker goes on to say of the time, as in «Завтра с утра» or «Сегодня, ладно?»."""
    for later in conversation.rest_of_turn(utterance)[:SENTENCES_AFTER]:
        if says_what(later) or later.has("negated") or (later.asks and not says_only_when(later)):
            return None
        if due_of(later) is not None:
            return later
    return None


def time_asked(commitment: Commitment, conversation: Conversation) -> Utterance | None:
    """The time that somebody asks for and the owner names: «Когда?» — «Ну, в пятницу»; or that somebody sets alone."""
    if _promises_more(commitment, conversation):
        return None
    asking: int | None = None
    knowing = {commitment.voice, commitment.utterance.speaker}
    for later in conversation.after(commitment.utterance, TIME_TURNS):
        timed, others = due_of(later) is not None, later.speaker != commitment.utterance.speaker
        if asking not in {None, later.speaker} and timed and later.speaker in knowing:
            return later
        soon = later.turn - commitment.utterance.turn <= ANSWER_TURNS
        if soon and others and timed and (says_only_when(later) or is_put(later, commitment, conversation)):
            return later
        if later.has("request") and not soon:
            return None
        if later.asks and later.has("when"):
            asking = later.speaker
    return None


def time_agreed(commitment: Commitment, conversation: Conversation) -> Utterance | None:
    """The other time that somebody asks for and the owner accepts: «Лучше в четверг» — «Хорошо, в четверг»."""
    if _promises_more(commitment, conversation):
        return None
    asked = False
    for later in conversation.after(commitment.utterance, ANSWER_TURNS):
        timed = due_of(later) is not None
        if later.speaker != commitment.voice:
            asked = asked or (timed and not later.has("promise", "group"))
        elif asked and timed and (later.accepts or later.has("agreement")) and says_only_when(later):
            return later
    return None


def _promises_more(commitment: Commitment, conversation: Conversation) -> bool:
    """Whether its turn goes on to something else that is to be done, which a time said after it is rather for."""
    return any(says_what(later) for later in conversation.rest_of_turn(commitment.utterance))

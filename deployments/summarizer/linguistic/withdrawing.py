"""Withdrawing: a commitment that is taken back, called off, or taken over by somebody else stands no longer."""

from __future__ import annotations

from deployments.summarizer.linguistic.commitment import Commitment
from deployments.summarizer.linguistic.conversation import Clause, Utterance
from deployments.summarizer.linguistic.things import content, of_one_stem

MEMORY_TURNS = 40
"""How long ago a promise that is taken back may have been made."""
REPLY_TURNS = 2
"""How soon «не надо» or «не успею», which name nothing, mean what was said before."""
BREATH_SENTENCES = 2
"""How soon «нет, …» takes back what the same speaker has just said."""
_BEGINNING = 2
"""Tokens of a clause in which «нет, …» stops what was begun."""


def withdraw(found: list[Commitment], utterance: Utterance, clause: Clause) -> None:
    """Take out of those found the latest that a clause takes back or calls off, if it does."""
    for place in reversed(range(len(found))):
        if _is_later(found[place], utterance, clause) and _ends(found[place], utterance, clause):
            del found[place]
            return


def takes_over(earlier: Commitment, new: Commitment) -> bool:
    """Whether somebody else is to do it instead: «Давай лучше Пётр сделает»."""
    if earlier.owner == new.owner or not new.utterance.has("instead"):
        return False
    return bool(earlier.about & new.about or earlier.verbs & new.verbs)


def _is_later(earlier: Commitment, utterance: Utterance, clause: Clause) -> bool:
    if utterance.turn - earlier.utterance.turn > MEMORY_TURNS:
        return False
    same = utterance.place == earlier.utterance.place
    return clause.span.start >= earlier.clause.span.end if same else utterance.place > earlier.utterance.place


def _ends(earlier: Commitment, utterance: Utterance, clause: Clause) -> bool:
    if utterance.asks or clause.has("hypothetical"):
        return False
    if utterance.speaker == earlier.voice:
        return _interrupts(earlier, utterance, clause) or _denies(earlier, utterance, clause, "withdrawal")
    return _denies(earlier, utterance, clause, "release")


def _interrupts(earlier: Commitment, utterance: Utterance, clause: Clause) -> bool:
    """Whether the speaker stops in the same breath: «Я отвезу. Ой, нет, …»; what others have asked for stands."""
    if earlier.utterance.speaker != utterance.speaker:
        return False
    stop = clause.first("stop")
    if stop is None or stop.start - clause.span.start >= _BEGINNING or utterance.has("promise", "deadline"):
        return False
    said = [one for one in earlier.evidence if one.turn == utterance.turn and one.speaker == utterance.speaker]
    return any(utterance.place - one.place <= BREATH_SENTENCES for one in said)


def _denies(earlier: Commitment, utterance: Utterance, clause: Clause, kind: str) -> bool:
    """Whether it says that the same will not be done: by its verb, by its things, or by naming nothing else."""
    match = clause.first(kind)
    surely = utterance.has("retraction", "stop")
    if match is None or (clause.has("deadline") and not surely):
        return False
    things, verb = content(clause) - {token.lemma_ for token in match}, match[-1].lemma_
    same_things = bool(things & earlier.about)
    if verb in earlier.verbs:
        return same_things or not things
    if same_things:
        return surely or clause.has("unable") or any(of_one_stem(verb, other) for other in earlier.verbs)
    soon = utterance.turn - earlier.evidence[-1].turn <= REPLY_TURNS
    return soon and not things and any(unable.end == match.end for unable in clause.found.get("unable", ()))

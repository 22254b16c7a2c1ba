"""Connecting: a commitment gets what was said around it, and joins the one that it only answers or repeats."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from spacy.tokens import Span

from deployments.summarizer.linguistic.commitment import Commitment
from deployments.summarizer.linguistic.conversation import Clause, Conversation, Utterance, can_be
from deployments.summarizer.linguistic.deadlines import due_of
from deployments.summarizer.linguistic.replies import ANSWER_TURNS
from deployments.summarizer.linguistic.things import content, is_clear, names_something
from deployments.summarizer.linguistic.withdrawing import takes_over

JOIN_TURNS = 3
"""How far apart a request and the promise that answers it may be."""
SENTENCES_BEFORE = 2
"""How many sentences before a commitment may say what it is about."""
SENTENCES_AFTER = 2
"""In how many sentences after a commitment its speaker may say by when."""
SHORT = 7
"""Tokens of a sentence that can hold a time and little else: «Ну, скажем, в пятницу.»"""


def in_context(commitment: Commitment, conversation: Conversation) -> Commitment:
    """Add what was said around, where the clause alone says neither what it is about nor by when."""
    commitment = _widened(commitment)
    about = commitment.context or tuple(_about(commitment, conversation))
    due = commitment.due or due_of(commitment.utterance)
    if due is not None:
        return replace(commitment, due=due, context=about)
    after = _time_after(commitment.utterance, conversation) or _time_asked(commitment, conversation)
    if after is None:
        return replace(commitment, context=about)
    return replace(commitment, due=due_of(after), context=(*about, after))


def with_borrowed_due(commitment: Commitment) -> Commitment:
    """Give a commitment that names no time the one that stands in what was said before it."""
    if commitment.due is not None:
        return commitment
    due = next(filter(None, map(due_of, commitment.context)), None)
    return replace(commitment, due=due, borrows=due is not None)


def join(found: list[Commitment], new: Commitment) -> None:
    """Add a commitment to those found: as a new one, or to the one that it answers, goes on with or takes over."""
    for place in reversed(range(len(found))):
        earlier = found[place]
        if new.utterance.turn - earlier.utterance.turn > JOIN_TURNS:
            break
        if takes_over(earlier, new):
            found[place] = replace(new, due=new.due or earlier.due)
            return
        if (earlier.owner == new.owner and _goes_on(earlier, new)) or _echoes(earlier, new):
            found[place] = replace(earlier, due=_later_due(earlier, new), answers=(*earlier.answers, new))
            return
    found.append(new)


def _widened(commitment: Commitment) -> Commitment:
    """Take the clause before in, where it says what this one only points to."""
    clause, utterance = commitment.clause, commitment.utterance
    before = [other for other in utterance.clauses if other.span.end <= clause.span.start]
    if is_clear(clause) or not any(map(content, before)):
        return commitment
    span = utterance.doc[before[-1].span.start : clause.span.end]
    return replace(commitment, clause=Clause(span, clause.found))


def _about(commitment: Commitment, conversation: Conversation) -> Iterator[Utterance]:
    """The sentences before that say what it is about, back to one that needs no other."""
    if is_clear(commitment.clause):
        return
    before = conversation.before(commitment.utterance, 1)
    telling = (earlier for earlier in before if any(map(names_something, earlier.clauses)))
    for utterance in islice(telling, SENTENCES_BEFORE):
        yield utterance
        if all(map(is_clear, utterance.clauses)):
            return


def _time_after(utterance: Utterance, conversation: Conversation) -> Utterance | None:
    """What the speaker goes on to say of the time, as in «Завтра с утра» or «Сегодня, ладно?»."""
    for later in conversation.rest_of_turn(utterance)[:SENTENCES_AFTER]:
        if later.has("promise", "request", "negated", "group") or (later.asks and not _says_only_when(later)):
            return None
        if due_of(later) is not None:
            return later
    return None


def _time_asked(commitment: Commitment, conversation: Conversation) -> Utterance | None:
    """The time that somebody asks for and the owner names: «Когда?» — «Ну, в пятницу»; or that somebody sets alone."""
    asked = False
    for later in conversation.after(commitment.utterance, ANSWER_TURNS):
        timed = due_of(later) is not None
        if later.speaker != commitment.utterance.speaker:
            if timed and _says_only_when(later):
                return later
            asked = asked or (later.asks and later.has("when"))
        elif asked:
            return later if timed else None
    return None


def _says_only_when(utterance: Utterance) -> bool:
    says_more = utterance.has("promise", "request", "group", "negated") or any(map(content, utterance.clauses))
    return len(utterance.doc) <= SHORT and not says_more


def _later_due(earlier: Commitment, new: Commitment) -> Span | None:
    """Believe whoever corrects themselves, and else what was asked for."""
    same_breath = earlier.utterance.turn == new.utterance.turn
    return new.due or earlier.due if same_breath else earlier.due or new.due


def _goes_on(earlier: Commitment, new: Commitment) -> bool:
    if not content(new.clause) or earlier.about & new.about or _same_verb(earlier, new):
        return True
    sentences_on = new.utterance.place - earlier.utterance.place
    same_turn = new.utterance.turn == earlier.utterance.turn and sentences_on <= SENTENCES_BEFORE
    return same_turn and not any(can_be(token, "finite", "infinitive") for token in earlier.match)


def _echoes(earlier: Commitment, new: Commitment) -> bool:
    """Whether the answer only takes up the verb: «попробую…» — «попробуй»."""
    next_turn = new.utterance.turn == earlier.utterance.turn + 1
    return next_turn and not content(new.clause) and _same_verb(earlier, new)


def _same_verb(earlier: Commitment, new: Commitment) -> bool:
    return new.match[-1].lemma_ in earlier.verbs

"""Connecting: a commitment gets what was said around it, and joins the one that it only answers or repeats."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from spacy.tokens import Span

from deployments.summarizer.linguistic.commitment import Commitment
from deployments.summarizer.linguistic.conversation import Clause, Conversation, Utterance, can_be
from deployments.summarizer.linguistic.deadlines import due_of
from deployments.summarizer.linguistic.links import Links
from deployments.summarizer.linguistic.mentions import mentions
from deployments.summarizer.linguistic.things import content, is_clear, names_something
from deployments.summarizer.linguistic.timing import time_after, time_agreed, time_asked, time_corrected
from deployments.summarizer.linguistic.withdrawing import takes_over

JOIN_TURNS = 3
"""How far apart a request and the promise that answers it may be."""
SENTENCES_BEFORE = 2
"""How many sentences before a commitment may say what it is about."""
BORROWING_TURNS = 1
"""How far from a commitment its time may stand in what belongs to it."""
PERSON_TURNS = 3
"""How many turns before somebody may have been named who is then only “him”."""


def in_context(commitment: Commitment, conversation: Conversation, links: Links) -> Commitment:
    """Add what was said around, where the clause alone says neither what it is about nor by when."""
    commitment = _widened(commitment)
    about = commitment.context or tuple(_about(commitment, conversation, links))
    due = commitment.due or due_of(commitment.utterance)
    agreed = time_agreed(commitment, conversation) or time_corrected(commitment.utterance, conversation)
    if due is not None and agreed is None:
        return replace(commitment, due=due, context=about)
    after = agreed or time_after(commitment.utterance, conversation) or time_asked(commitment, conversation)
    if after is None:
        return replace(commitment, context=about)
    return replace(commitment, due=due_of(after), context=(*about, after))


def with_borrowed_due(commitment: Commitment) -> Commitment:
    """Give a commitment that names no time the one that stands in what was said before it."""
    if commitment.due is not None:
        return commitment
    near = (one for one in commitment.context if abs(commitment.utterance.turn - one.turn) <= BORROWING_TURNS)
    latest = sorted(near, key=lambda one: one.place, reverse=True)
    due = next(filter(None, map(due_of, latest)), None)
    return replace(commitment, due=due, borrows=due is not None)


def join(found: list[Commitment], new: Commitment) -> None:
    """Add a commitment to those found: as a new one, or to the one that it answers, goes on with or takes over."""
    if new.way == "listed" and any(_is_summed_up(earlier, new) for earlier in found):
        return
    standing = [place for place, one in enumerate(found) if one.way != "listed"]
    near = [place for place in standing if new.utterance.turn - found[place].utterance.turn <= JOIN_TURNS]
    for place in sorted(near, key=lambda place: (_same_verb(found[place], new), place), reverse=True):
        earlier = found[place]
        if takes_over(earlier, new):
            found[place] = replace(new, due=new.due or earlier.due)
            return
        if _same_verb(earlier, new):
            new = replace(new, context=tuple(shown for shown in new.context if _tells_due(shown, new)))
        if _begins(earlier, new):
            found[place] = new
            return
        if (earlier.owner == new.owner and _goes_on(earlier, new)) or _echoes(earlier, new):
            found[place] = replace(earlier, due=_later_due(earlier, new), answers=(*earlier.answers, new))
            return
    found.append(new)


def _is_summed_up(earlier: Commitment, new: Commitment) -> bool:
    """Whether a list of who does what only repeats what somebody has taken on before."""
    return earlier.owner == new.owner and bool(earlier.about & new.about)


def _begins(earlier: Commitment, new: Commitment) -> bool:
    """Whether what only was likely a task led to what somebody then says to do: «Он в отпуске. Поговорю с ним сам»."""
    told = earlier.way == "told" and new.way not in {"told", "likely"}
    return told and earlier.utterance.turn == new.utterance.turn and not new.is_clear


def _widened(commitment: Commitment) -> Commitment:
    """Take the clause before in, where it says what this one only points to."""
    clause, utterance = commitment.clause, commitment.utterance
    before = [other for other in utterance.clauses if other.span.end <= clause.span.start]
    if commitment.is_clear or not any(map(content, before)):
        return commitment
    span = utterance.doc[before[-1].span.start : clause.span.end]
    return replace(commitment, clause=Clause(span, clause.found))


def _about(commitment: Commitment, conversation: Conversation, links: Links) -> Iterator[Utterance]:
    """The sentences before that say what it is about."""
    if links.known:
        yield from links.to(commitment.utterance, clear=commitment.is_clear)
    elif not commitment.is_clear:
        yield from _just_before(commitment, conversation)
    if not commitment.is_clear:
        yield from islice(_meant(commitment, conversation), 1)


def _just_before(commitment: Commitment, conversation: Conversation) -> Iterator[Utterance]:
    """The last sentences that name something, back to one that needs no other."""
    before = conversation.before(commitment.utterance, 1)
    said = (earlier for earlier in before if not earlier.has("thanks"))
    telling = (earlier for earlier in said if any(map(names_something, earlier.clauses)))
    for utterance in islice(telling, SENTENCES_BEFORE):
        yield utterance
        if all(map(is_clear, utterance.clauses)):
            break


def _meant(commitment: Commitment, conversation: Conversation) -> Iterator[Utterance]:
    """Where somebody was named who is only “him” or “her”: «Спроси у него»."""
    if any(can_be(token, "him") for token in commitment.clause.span):
        near = conversation.before(commitment.utterance, PERSON_TURNS)
        yield from (earlier for earlier in near if any(not one.calls for one in mentions(earlier)))


def _later_due(earlier: Commitment, new: Commitment) -> Span | None:
    """Believe whoever corrects themselves or answers a time put to them, and else what was asked for."""
    corrected = earlier.utterance.speaker == new.utterance.speaker
    answers = new.utterance.speaker == new.voice
    put = answers and earlier.due is not None and not _is_within(earlier.due, earlier.clause.span)
    return new.due or earlier.due if corrected or put else earlier.due or new.due


def _is_within(one: Span, other: Span) -> bool:
    return one.doc is other.doc and other.start <= one.start < other.end


def _goes_on(earlier: Commitment, new: Commitment) -> bool:
    if earlier.about & new.about or _same_verb(earlier, new):
        return True
    if not content(new.clause):
        return not _asks_for_more(earlier, new)
    sentences_on = new.utterance.place - earlier.utterance.place
    same_turn = new.utterance.turn == earlier.utterance.turn and sentences_on <= SENTENCES_BEFORE
    return same_turn and not any(can_be(token, "finite", "infinitive") for token in earlier.match)


def _tells_due(shown: Utterance, commitment: Commitment) -> bool:
    return commitment.due is not None and commitment.due.doc is shown.doc


def _asks_for_more(earlier: Commitment, new: Commitment) -> bool:
    """Whether whoever has asked for one thing asks for another, later and with its own time: «Запишитесь на среду»."""
    later = new.utterance.turn > earlier.utterance.turn and new.utterance.speaker == earlier.utterance.speaker
    return later and new.way == "request" and new.due is not None


def _echoes(earlier: Commitment, new: Commitment) -> bool:
    """Whether the answer only takes up the verb: «попробую…» — «попробуй»."""
    next_turn = new.utterance.turn == earlier.utterance.turn + 1
    return next_turn and not content(new.clause) and _same_verb(earlier, new)


def _same_verb(earlier: Commitment, new: Commitment) -> bool:
    return new.match[-1].lemma_ in earlier.verbs

"""What speaks for and against a candidate: figures by which a judge tells a commitment from a way of speaking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import log1p

from spacy.tokens import Span

from deployments.summarizer.linguistic.commitment import Commitment
from deployments.summarizer.linguistic.conversation import BEGINNING, Conversation, Utterance, can_be
from deployments.summarizer.linguistic.deadlines import has_limit
from deployments.summarizer.linguistic.decisions import Decision
from deployments.summarizer.linguistic.people import People
from deployments.summarizer.linguistic.replies import Replies
from deployments.summarizer.linguistic.things import content

Figures = dict[str, float]

_I = frozenset({"я", "i"})
_WE = frozenset({"мы", "у", "we"})


class Features:
    """The figures of one conversation's candidates, by name."""

    def __init__(self, conversation: Conversation, people: People, replies: Replies) -> None:
        self._conversation = conversation
        self._people = people
        self._replies = replies
        self._leads = _leads(conversation)

    def of_commitment(self, one: Commitment) -> Figures:
        """Figures of a commitment."""
        return {
            f"way {one.way}": 1,
            **self._shared(one.utterance, one.clause.span),
            **_owed(one),
            "called": self._people.called(one.utterance) is not None,
            "thanked": any(answer.has("thanks") for answer in self._replies.to(one.utterance)[:1]),
        }

    def of_decision(self, one: Decision) -> Figures:
        """Figures of a decision."""
        utterance = one.utterance
        span = utterance.doc[one.clauses[0].span.start : one.clauses[-1].span.end]
        return {
            f"way {one.way}": 1,
            **self._shared(utterance, span),
            **_decided(one, span),
            "chairs": self._leads.get(utterance.speaker, 0.0),
            "asked before": any(
                earlier.asks for earlier in self._conversation.before(utterance, 1) if earlier.turn < utterance.turn
            ),
        }

    def _shared(self, utterance: Utterance, span: Span) -> Figures:
        """What tells of any candidate: its sentence, and how it was taken."""
        answers = self._replies.to(utterance)
        return {
            "agreed": any(answer.has("agreement") for answer in answers),
            "agreeing": self._replies.agreeing(utterance),
            "refused": any(answer.has("refusal") for answer in answers[:1]),
            "supposed": utterance.has("hypothetical"),
            "accepts": utterance.accepts,
            "now": utterance.has("now"),
            "past": any(can_be(token, "past") for token in span),
            "length": log1p(len(utterance.doc)),
            "clauses": len(utterance.clauses) - 1,
        }


def _owed(one: Commitment) -> Figures:
    clause = one.clause
    return {
        "due": one.due is not None,
        "borrows": one.borrows,
        "limit": one.due is not None and has_limit(one.due),
        "things": log1p(len(content(clause))),
        "context": bool(one.context),
        "answered": bool(one.answers) or one.way == "volunteer",
        "asks": one.utterance.asks,
        "saying": clause.has("saying"),
        "talk": clause.has("talk"),
        "negated": clause.has("negated"),
        "begins": one.match.start - clause.span.start < BEGINNING,
        "named owner": one.named is not None,
        "no owner": one.named is None and one.voice is None,
        "first person": _has_word(clause.span, _I),
        "he": any(can_be(token, "he") for token in clause.span),
    }


def _decided(one: Decision, span: Span) -> Figures:
    utterance = one.utterance
    return {
        **{
            kind: any(clause.has(kind) for clause in one.clauses)
            for kind in ("resolved", "plan", "abstain", "ours", "so", "negated")
        },
        "declared": any(shown.has("declared") for shown in one.evidence),
        "repeated": len(one.evidence) - 1,
        "due": any(clause.has("deadline") for clause in one.clauses),
        "number": any(can_be(token, "numeral") for token in span),
        "things": log1p(len(one.about)),
        "we": _has_word(span, _WE),
        "need": utterance.has("need"),
        "retraction": utterance.has("retraction"),
        "promise": utterance.has("promise", "request"),
        "begins": one.clauses[0].span.start < BEGINNING,
        "always": utterance.has("habit"),
    }


def _has_word(span: Span, words: Iterable[str]) -> bool:
    return any(token.norm_ in words for token in span)


def _leads(conversation: Conversation) -> dict[int, float]:
    """Each voice's share of the questions and requests: who leads a meeting has most of them."""
    asking = Counter(one.speaker for one in conversation.utterances if one.asks or one.has("request"))
    return {speaker: times / asking.total() for speaker, times in asking.items()}

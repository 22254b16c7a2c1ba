"""What speaks for and against a candidate: figures by which a judge tells a commitment from a way of speaking."""

from __future__ import annotations

from math import log1p

from deployments.summarizer.linguistic.commitment import Commitment
from deployments.summarizer.linguistic.conversation import Conversation, can_be
from deployments.summarizer.linguistic.deadlines import has_limit
from deployments.summarizer.linguistic.decisions import Decision
from deployments.summarizer.linguistic.people import People
from deployments.summarizer.linguistic.replies import Replies
from deployments.summarizer.linguistic.things import content

Features = dict[str, float]

BEGINNING = 3
"""Words in which a clause or a sentence begins."""


def of_commitment(one: Commitment, conversation: Conversation, people: People) -> Features:
    """Figures of a commitment, by name."""
    span, utterance = one.clause.span, one.utterance
    answers = Replies(conversation).to(utterance)
    return {
        f"way {one.way}": 1,
        "due": one.due is not None,
        "limit": one.due is not None and has_limit(one.due),
        "things": log1p(len(content(one.clause))),
        "context": bool(one.context),
        "answered": bool(one.answers),
        "agreed": any(answer.has("agreement") for answer in answers),
        "refused": any(answer.has("refusal") for answer in answers[:1]),
        "called": people.called(utterance) is not None,
        "asks": utterance.asks,
        "supposed": utterance.has("hypothetical"),
        "saying": one.clause.has("saying"),
        "talk": one.clause.has("talk"),
        "negated": one.clause.has("negated"),
        "past": any(can_be(token, "past") for token in span),
        "length": log1p(len(utterance.doc)),
        "clauses": len(utterance.clauses) - 1,
        "begins": one.match.start - span.start < BEGINNING,
        "named owner": one.named is not None,
        "no owner": one.named is None and one.voice is None,
        "first person": any(token.norm_ in ("я", "i") for token in span),
        "he": any(can_be(token, "he") for token in span),
        "thanked": any(answer.has("thanks") for answer in answers[:1]),
    }


def of_decision(one: Decision, conversation: Conversation) -> Features:
    """Figures of a decision, by name."""
    utterance = one.utterance
    answers = Replies(conversation).to(utterance)
    span = utterance.doc[one.clauses[0].span.start : one.clauses[-1].span.end]
    return {
        f"way {one.way}": 1,
        **{
            kind: any(clause.has(kind) for clause in one.clauses)
            for kind in ("resolved", "plan", "abstain", "ours", "so")
        },
        "chairs": _chairs(utterance.speaker, conversation),
        "declared": any(shown.has("declared") for shown in one.evidence),
        "repeated": len(one.evidence) - 1,
        "due": any(clause.has("deadline") for clause in one.clauses),
        "number": any(can_be(token, "numeral") for token in span),
        "things": log1p(len(one.about)),
        "agreed": any(answer.has("agreement") for answer in answers),
        "refused": any(answer.has("refusal") for answer in answers[:1]),
        "supposed": utterance.has("hypothetical"),
        "negated": any(clause.has("negated") for clause in one.clauses),
        "we": any(token.norm_ in ("мы", "у", "we") for token in span),
        "past": any(can_be(token, "past") for token in span),
        "need": utterance.has("need"),
        "retraction": utterance.has("retraction"),
        "length": log1p(len(utterance.doc)),
        "clauses": len(utterance.clauses) - 1,
        "asked before": any(u.asks for u in conversation.before(utterance, 1) if u.turn < utterance.turn),
        "promise": utterance.has("promise", "request"),
        "begins": one.clauses[0].span.start < BEGINNING,
        "always": utterance.has("habit"),
    }


def _chairs(speaker: int, conversation: Conversation) -> float:
    """A voice's share of the questions and requests: who leads a meeting has most of them."""
    asking = [utterance.speaker for utterance in conversation.utterances if utterance.asks or utterance.has("request")]
    return asking.count(speaker) / len(asking) if asking else 0.0

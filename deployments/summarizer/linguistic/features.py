"""What speaks for and against a candidate: figures by which a judge tells a commitment from a way of speaking.

They are few: with a few hundred labelled candidates, each that tells nothing makes the judges worse on other meetings.
"""

from __future__ import annotations

from collections import Counter
from math import log1p

from deployments.summarizer.linguistic.commitment import Commitment
from deployments.summarizer.linguistic.conversation import BEGINNING, Conversation, Utterance, can_be
from deployments.summarizer.linguistic.deadlines import has_limit
from deployments.summarizer.linguistic.decision import Decision
from deployments.summarizer.linguistic.replies import Replies
from deployments.summarizer.linguistic.things import content

Figures = dict[str, float]


class Features:
    """The figures of one conversation's candidates, by name."""

    def __init__(self, conversation: Conversation, replies: Replies) -> None:
        self._replies = replies
        self._leads = _leads(conversation)

    def of_commitment(self, one: Commitment) -> Figures:
        """Figures of a commitment."""
        answers = self._replies.to(one.utterance)
        return {
            **_said_how(one.way, one.utterance),
            **_when(one),
            **_by_whom(one),
            "agreed": any(answer.has("agreement") for answer in answers),
            "refused": any(answer.has("refusal") for answer in answers[:1]),
            "answered": bool(one.answers) or one.way == "volunteer",
            "things": log1p(len(content(one.clause))),
            "context": bool(one.context),
            "saying": one.clause.has("saying"),
            "talk": one.clause.has("talk"),
            "asks": one.utterance.asks,
            "begins": one.match.start - one.clause.span.start < BEGINNING,
            "clauses": len(one.utterance.clauses) - 1,
        }

    def of_decision(self, one: Decision) -> Figures:
        """Figures of a decision."""
        sealing = {shown.speaker for shown in one.evidence} - {one.utterance.speaker}
        return {
            **_said_how(one.way, one.utterance),
            **{kind: any(clause.has(kind) for clause in one.clauses) for kind in ("resolved", "plan", "ours", "so")},
            "chairs": max(self._leads[shown.speaker] for shown in one.evidence),
            "declared": any(shown.has("declared") for shown in one.evidence),
            "repeated": len(one.evidence) - 1,
            "agreeing": len(self._replies.agreeing(one.utterance) | sealing),
            "promise": one.utterance.has("promise", "request"),
            "always": one.utterance.has("habit"),
        }


def _said_how(way: str, utterance: Utterance) -> Figures:
    return {f"way {way}": 1, "supposed": utterance.has("hypothetical"), "now": utterance.has("now")}


def _when(one: Commitment) -> Figures:
    return {
        "due": one.due is not None,
        "limit": one.due is not None and has_limit(one.due),
        "borrows": one.borrows,
    }


def _by_whom(one: Commitment) -> Figures:
    return {
        "named owner": one.named is not None,
        "first person": any(can_be(token, "i") for token in one.clause.span),
        "he": any(can_be(token, "he") for token in one.clause.span),
    }


def _leads(conversation: Conversation) -> dict[int, float]:
    """Each voice's share of the questions and requests: who leads a meeting has most of them.

    One more is counted for each, so that nobody leads where hardly anything is asked.
    """
    asking = Counter({one.speaker: 1 for one in conversation.utterances})
    asking.update(one.speaker for one in conversation.utterances if one.asks or one.has("request"))
    return {speaker: times / asking.total() for speaker, times in asking.items()}

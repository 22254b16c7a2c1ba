"""What speaks for and against a candidate: figures by which a judge tells a commitment from a way of speaking.

They are few: with a few hundred labelled candidates, each that tells nothing makes the judges worse on other meetings.
"""

from __future__ import annotations

from math import log1p

from deployments.summarizer.linguistic.commitment import Commitment
from deployments.summarizer.linguistic.conversation import BEGINNING, Conversation, Utterance, can_be
from deployments.summarizer.linguistic.deadlines import has_limit
from deployments.summarizer.linguistic.decision import Decision
from deployments.summarizer.linguistic.finder import Finder, Kind
from deployments.summarizer.linguistic.judging import logit
from deployments.summarizer.linguistic.leading import leads
from deployments.summarizer.linguistic.replies import Replies
from deployments.summarizer.linguistic.things import content

Figures = dict[str, float]


class Features:
    """The figures of one conversation's candidates, by name."""

    def __init__(self, conversation: Conversation, replies: Replies, finder: Finder) -> None:
        self._replies = replies
        self._finder = finder
        self._leads = leads(conversation)

    def of_commitment(self, one: Commitment) -> Figures:
        """Figures of a commitment."""
        answers = self._replies.to(one.utterance)
        return {
            **_said_how(one.way, one.utterance),
            **_when(one),
            **_by_whom(one),
            **self._said(Kind.TASK, one),
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
            **self._said(Kind.DECISION, one),
            **{kind: any(clause.has(kind) for clause in one.clauses) for kind in ("resolved", "plan", "ours", "so")},
            "chairs": max(self._leads[shown.speaker] for shown in one.evidence),
            "declared": any(shown.has("declared") for shown in one.evidence),
            "repeated": len(one.evidence) - 1,
            "agreeing": len(self._replies.agreeing(one.utterance) | sealing),
            "promise": one.utterance.has("promise", "request"),
            "always": one.utterance.has("habit"),
        }

    def _said(self, kind: Kind, one: Commitment | Decision) -> Figures:
        """What the finder thinks of its sentences, if anything."""
        if not self._finder.knows:
            return {}
        (other,) = set(Kind) - {kind}
        return {
            "chance": logit(self._finder.chance(kind, one.utterance)),
            "best chance": logit(max(self._finder.chance(kind, shown) for shown in one.evidence)),
            "chance of the other kind": logit(self._finder.chance(other, one.utterance)),
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

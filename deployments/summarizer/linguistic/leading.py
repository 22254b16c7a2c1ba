"""Leading: who leads a meeting."""

from __future__ import annotations

from collections import Counter

from deployments.summarizer.linguistic.conversation import Conversation


def leads(conversation: Conversation) -> dict[int, float]:
    """Each voice's share of the questions and requests: who leads a meeting has most of them.

    One more is counted for each, so that nobody leads where hardly anything is asked.
    """
    asking = Counter({one.speaker: 1 for one in conversation.utterances})
    asking.update(one.speaker for one in conversation.utterances if one.asks or one.has("request"))
    return {speaker: times / asking.total() for speaker, times in asking.items()}

"""Topic: how much each sentence says of what a kind of call turns on."""

from __future__ import annotations

from collections.abc import Sequence

from sklearn.feature_extraction.text import TfidfVectorizer

from deployments.summarizer.linguistic.conversation import Conversation, Utterance
from deployments.summarizer.linguistic.grammar import normal


def relevance(conversation: Conversation, topic: Sequence[str]) -> list[float]:
    """The relevance of each sentence to a topic, given as lemmas: the TF-IDF of those that it has.

    As in Otterbacher, Erkan and Radev, "Biased LexRank: Passage retrieval using random walks with question-based
    priors", Information Processing & Management 45 (2009), whose question is here the topic.
    """
    if not (topic and conversation.utterances):
        return [0.0] * len(conversation.utterances)
    vocabulary = sorted({normal(lemma) for lemma in topic})
    weights = TfidfVectorizer(analyzer=_lemmas, vocabulary=vocabulary, sublinear_tf=True, norm=None)
    return [float(found.sum()) for found in weights.fit_transform(conversation.utterances)]


def _lemmas(utterance: Utterance) -> list[str]:
    return [normal(token.lemma_) for token in utterance.doc]

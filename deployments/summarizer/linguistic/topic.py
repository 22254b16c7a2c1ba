"""Topic: how much each sentence says of what a kind of call turns on."""

from __future__ import annotations

from collections.abc import Sequence

from sklearn.feature_extraction.text import TfidfVectorizer

from deployments.summarizer.linguistic.conversation import Utterance
from deployments.summarizer.linguistic.grammar import normal
from deployments.summarizer.linguistic.telling import weight


def relevance(said: Sequence[Utterance], topic: Sequence[str]) -> list[float]:
    """The relevance of each sentence to a topic, given as lemmas: the TF-IDF of those that it has, times its weight.

    Where there is no topic, or nothing is said of it, the weight alone. As in Otterbacher, Erkan and Radev, "Biased
    LexRank: Passage retrieval using random walks with question-based priors", Information Processing & Management 45
    (2009), whose question is here the topic.
    """
    weights = [weight(utterance) for utterance in said]
    if not (topic and said):
        return weights
    vocabulary = sorted({normal(lemma) for lemma in topic})
    vectorizer = TfidfVectorizer(analyzer=_lemmas, vocabulary=vocabulary, sublinear_tf=True, norm=None)
    of_topic = [float(found.sum()) for found in vectorizer.fit_transform(said)]
    return [part * whole for part, whole in zip(of_topic, weights, strict=True)] if any(of_topic) else weights


def _lemmas(utterance: Utterance) -> list[str]:
    return [normal(token.lemma_) for token in utterance.doc]

"""Salience: the sentences that stand for a conversation, by LexRank.

Erkan and Radev, "LexRank: Graph-based Lexical Centrality as Salience in Text Summarization", JAIR 22 (2004):
sentences are nodes, edges weigh the cosine of their TF-IDF vectors, and PageRank finds the central ones. Where a topic
makes some of them relevant, its random walk jumps to those (Haveliwala, "Topic-sensitive PageRank", WWW 2002).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isqrt
from typing import Self

import networkx as nx
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.neighbors import kneighbors_graph
from snowballstemmer import stemmer

from callscribe.domain import Language, Point, Transcript
from callscribe.transcript.sentences import Sentence, asks, sentences
from deployments.summarizer.brevity import fitting

_SNOWBALL = {Language.RU: "russian", Language.EN: "english"}
_WORD = re.compile(r"[^\W_]+")

FEWEST_SENTENCES, MOST_SENTENCES = 4, 12
"""Of a summary: as many as its conversation has, within these bounds, as the square root grows."""
MORE_KEY_POINTS = 2
STATEMENTS = 3
MIN_WORDS = 4
"""A shorter sentence is a greeting or a reply: it is never quoted by itself."""
NEIGHBOURS = 20
"""Edges kept for each sentence, so that the graph of a long meeting stays small."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Sentences that can be quoted, the most central first; ``short`` ones where none can."""

    ranked: tuple[Sentence, ...]
    short: tuple[Sentence, ...] = ()

    @classmethod
    def of(
        cls, said: Sequence[Sentence], language: Language, relevance: Mapping[Sentence, float] | None = None
    ) -> Self:
        """Rank what was said, in favour of what is relevant to a topic."""
        quotable = _quotable(said)
        return cls(tuple(rank(quotable, language, relevance)), () if quotable else tuple(said[:FEWEST_SENTENCES]))

    def summary(self) -> str:
        """The central sentences in the order in which they were said, as many as a summary may have words."""
        chosen = self._told[: self._length] or self.short
        texts = fitting(sentence.text for sentence in chosen)
        said = sorted(zip(chosen, texts, strict=False), key=lambda pair: pair[0].start)
        return " ".join(text for _, text in said)

    def key_points(self) -> tuple[Point, ...]:
        """A few more than the summary has, each with its second."""
        chosen = in_order(self._told[: self._length + MORE_KEY_POINTS])
        return tuple(Point(sentence.text, (sentence.start,)) for sentence in chosen)

    def statements(self, speaker: int) -> tuple[str, ...]:
        """The main sentences of one speaker."""
        own = _told(sentence for sentence in self.ranked if sentence.speaker == speaker)[:STATEMENTS]
        return tuple(sentence.text for sentence in in_order(own))

    @property
    def _told(self) -> list[Sentence]:
        return _told(self.ranked)

    @property
    def _length(self) -> int:
        return min(MOST_SENTENCES, FEWEST_SENTENCES + isqrt(len(self.ranked)) // 4)


def turn_weights(transcript: Transcript) -> list[float]:
    """How much each turn matters: its best sentence's place in the ranking, as 1 over the place."""
    weights = [0.0] * len(transcript.turns)
    for place, sentence in enumerate(Ranking.of(sentences(transcript), transcript.language).ranked, start=1):
        weights[sentence.turn] = max(weights[sentence.turn], 1 / place)
    return weights


def _told(ranked: Iterable[Sentence]) -> list[Sentence]:
    """What tells something; questions, only where nothing else was said."""
    said = list(ranked)
    return [sentence for sentence in said if not asks(sentence.text)] or said


def _quotable(said: Iterable[Sentence]) -> list[Sentence]:
    """Leave out what is too short to quote; of sentences said twice keep the first."""
    first: dict[str, Sentence] = {}
    for sentence in said:
        if len(_WORD.findall(sentence.text)) >= MIN_WORDS:
            first.setdefault(sentence.text.lower(), sentence)
    return list(first.values())


def rank(
    said: Sequence[Sentence], language: Language, relevance: Mapping[Sentence, float] | None = None
) -> list[Sentence]:
    """Order sentences by LexRank, the most central first: biased where some are relevant, plain where none is."""
    if len(said) <= 1:
        return list(said)
    vectors = TfidfVectorizer(tokenizer=_tokenizer(language), token_pattern=None).fit_transform(
        [sentence.text for sentence in said]
    )
    neighbours = min(NEIGHBOURS, len(said) - 1)
    distance = kneighbors_graph(vectors, neighbours, mode="distance", metric="cosine")
    distance.data = 1.0 - distance.data
    graph = nx.from_scipy_sparse_array(distance.maximum(distance.T))
    jumps = {index: relevance[sentence] for index, sentence in enumerate(said)} if relevance else {}
    score = nx.pagerank(graph, weight="weight", personalization=jumps if any(jumps.values()) else None)
    return [said[index] for index in sorted(score, key=lambda index: (-score[index], index))]


def in_order(chosen: Sequence[Sentence]) -> list[Sentence]:
    """Sort sentences as they were said."""
    return sorted(chosen, key=lambda sentence: sentence.start)


def _tokenizer(language: Language) -> Callable[[str], list[str]]:
    stem = stemmer(_SNOWBALL[language])
    return lambda text: list(stem.stemWords(_WORD.findall(text.lower())))

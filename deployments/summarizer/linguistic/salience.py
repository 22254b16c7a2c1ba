"""Salience: the sentences that stand for a conversation, by LexRank.

Erkan and Radev, "LexRank: Graph-based Lexical Centrality as Salience in Text Summarization", JAIR 22 (2004):
sentences are nodes, edges weigh the cosine of their TF-IDF vectors, and PageRank finds the central ones. Where a topic
makes some of them relevant, its random walk jumps to those (Haveliwala, "Topic-sensitive PageRank", WWW 2002).
Words that every text is full of (spaCy's stop words) make no edge.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isqrt
from typing import Self

import networkx as nx
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.neighbors import kneighbors_graph
from snowballstemmer import stemmer
from spacy.lang.en.stop_words import STOP_WORDS as ENGLISH_STOP_WORDS
from spacy.lang.ru.stop_words import STOP_WORDS as RUSSIAN_STOP_WORDS

from callscribe.domain import Language, Point, Protocol, Transcript
from callscribe.transcript.sentences import Sentence, asks, sentences
from deployments.summarizer.brevity import fitting

_STOP_WORDS = {Language.RU: RUSSIAN_STOP_WORDS, Language.EN: ENGLISH_STOP_WORDS}
_SNOWBALL = {Language.RU: "russian", Language.EN: "english"}
_WORD = re.compile(r"[^\W_]+")

FEWEST_SENTENCES, MOST_SENTENCES = 6, 14
"""Key points: as many as their conversation has, within these bounds, as the square root grows."""
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

    @property
    def opening(self) -> str:
        """What a conversation of nothing but short replies begins with."""
        return " ".join(fitting(sentence.text for sentence in self.short))

    def without(self, seconds: Collection[float]) -> Self:
        """What was not said at these seconds."""
        return replace(self, ranked=tuple(sentence for sentence in self.ranked if sentence.start not in seconds))

    def key_points(self, most: int = MOST_SENTENCES) -> tuple[Point, ...]:
        """The central sentences in the order in which they were said, each with its second."""
        length = min(most, MOST_SENTENCES, FEWEST_SENTENCES + isqrt(len(self.ranked)) // 4)
        return tuple(Point(sentence.text, (sentence.start,)) for sentence in in_order(_told(self.ranked)[:length]))

    def statements(self, speaker: int) -> tuple[str, ...]:
        """The main sentences of one speaker."""
        own = _told(sentence for sentence in self.ranked if sentence.speaker == speaker)[:STATEMENTS]
        return tuple(sentence.text for sentence in in_order(own))


def turn_weights(transcript: Transcript, protocol: Protocol) -> list[float]:
    """How much each turn matters by the word: its part in showing the decisions and tasks of the linguistic protocol.

    Where there are none: its best sentence's place in the ranking, as 1 over the place.
    """
    cited = [point.at for point in protocol.decisions] + [item.at for item in protocol.action_items]
    if not cited:
        return _central_turns(transcript)
    begins = [turn.start for turn in transcript.turns]
    shown: defaultdict[int, float] = defaultdict(float)
    for seconds in cited:
        for second in seconds:
            shown[bisect_right(begins, second) - 1] += 1 / len(seconds)
    return [shown[place] / max(len(turn.words), 1) for place, turn in enumerate(transcript.turns)]


def _central_turns(transcript: Transcript) -> list[float]:
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
    vectors = TfidfVectorizer(analyzer=_analyzer(language), sublinear_tf=True).fit_transform(
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


def _analyzer(language: Language) -> Callable[[str], list[str]]:
    """The stems of a text's words, without stop words where it has others."""
    stem, idle = stemmer(_SNOWBALL[language]), _STOP_WORDS[language]

    def stems(text: str) -> list[str]:
        words = _WORD.findall(text.lower())
        return list(stem.stemWords([word for word in words if word not in idle] or words))

    return stems

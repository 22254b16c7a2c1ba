"""An extractive summary by LexRank: no network, no invention, milliseconds.

Erkan and Radev, "LexRank: Graph-based Lexical Centrality as Salience in Text Summarization", JAIR 22 (2004):
sentences are nodes, edges weigh the cosine of their TF-IDF vectors, and PageRank finds the central ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import networkx as nx
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.neighbors import kneighbors_graph
from snowballstemmer import stemmer

from callscribe.domain import Language, Participant, Point, ProtocolStatus, Transcript
from callscribe.domain import Protocol as CallProtocol
from callscribe.transcript.sentences import Sentence, sentences

_SNOWBALL = {Language.RU: "russian", Language.EN: "english"}
_NO_SPEECH = {Language.RU: "В записи никто не говорит.", Language.EN: "Nobody speaks in this recording."}
_WORD = re.compile(r"[^\W_]+")

SUMMARY_SENTENCES = 5
KEY_POINTS = 7
STATEMENTS = 3
MIN_WORDS = 4
"""A shorter sentence is a greeting or a reply: it is never quoted by itself."""
NEIGHBOURS = 20
"""Edges kept for each sentence, so that the graph of a long meeting stays small."""


class LexRankEngine:
    """Quotes the most central sentences; every point is a sentence that was said."""

    @property
    def name(self) -> str:
        """The method's name: it has no version of its own."""
        return "lexrank"

    def summarize(self, transcript: Transcript) -> CallProtocol:
        """Read the whole transcript and quote it in the order in which it was said."""
        if not transcript.turns:
            return CallProtocol(
                ProtocolStatus.COMPLETE, self.name, coverage=1.0, summary=_NO_SPEECH[transcript.language]
            )
        ranked = rank(_quotable(transcript), transcript.language)
        return CallProtocol(
            status=ProtocolStatus.COMPLETE,
            engine=self.name,
            coverage=1.0,
            summary=" ".join(sentence.text for sentence in in_order(ranked[:SUMMARY_SENTENCES])),
            key_points=tuple(Point(sentence.text, (sentence.start,)) for sentence in in_order(ranked[:KEY_POINTS])),
            participants=tuple(_participant(speaker, transcript, ranked) for speaker in transcript.speakers),
        )


def _quotable(transcript: Transcript) -> list[Sentence]:
    """Leave out what is too short to quote; of sentences said twice keep the first."""
    first: dict[str, Sentence] = {}
    for sentence in sentences(transcript):
        if len(sentence.text.split()) >= MIN_WORDS:
            first.setdefault(sentence.text.lower(), sentence)
    return list(first.values())


def rank(said: Sequence[Sentence], language: Language) -> list[Sentence]:
    """Order sentences by LexRank, the most central first."""
    if len(said) <= 1:
        return list(said)
    vectors = TfidfVectorizer(tokenizer=_tokenizer(language), token_pattern=None).fit_transform(
        [sentence.text for sentence in said]
    )
    neighbours = min(NEIGHBOURS, len(said) - 1)
    distance = kneighbors_graph(vectors, neighbours, mode="distance", metric="cosine")
    distance.data = 1.0 - distance.data
    graph = nx.from_scipy_sparse_array(distance.maximum(distance.T))
    score = nx.pagerank(graph, weight="weight")
    return [said[index] for index in sorted(score, key=lambda index: (-score[index], index))]


def in_order(chosen: Sequence[Sentence]) -> list[Sentence]:
    """Sort sentences as they were said."""
    return sorted(chosen, key=lambda sentence: sentence.start)


def _tokenizer(language: Language) -> Callable[[str], list[str]]:
    stem = stemmer(_SNOWBALL[language])
    return lambda text: list(stem.stemWords(_WORD.findall(text.lower())))


def _participant(speaker: int, transcript: Transcript, ranked: Sequence[Sentence]) -> Participant:
    own = [sentence for sentence in ranked if sentence.speaker == speaker][:STATEMENTS]
    return Participant(
        speaker=speaker,
        name=None,
        talk_seconds=sum(turn.end - turn.start for turn in transcript.turns if turn.speaker == speaker),
        statements=tuple(sentence.text for sentence in in_order(own)),
    )

"""A transcript as it is analysed: sentences read word by word, and cut into clauses in which patterns are found."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from spacy.tokens import Doc, Span, Token

from callscribe.domain import Transcript
from callscribe.transcript.sentences import Sentence, asks, sentences
from deployments.summarizer.linguistic.grammar import Grammar, Patterns, normal
from deployments.summarizer.linguistic.reading import Reader
from deployments.summarizer.linguistic.tidying import Tidier

BEGINNING = 3
"""Tokens in which a sentence says how it takes what was said before, or begins with what it is about."""
_MARKS = ",;:—–-.?!…"
"""What clauses are cut after."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence with a verb of its own, and the patterns found in it."""

    span: Span
    found: Mapping[str, Sequence[Span]]

    def first(self, *kinds: str) -> Span | None:
        """The first match of the first of these kinds that was found."""
        return next((self.found[kind][0] for kind in kinds if kind in self.found), None)

    def has(self, *kinds: str) -> bool:
        """Whether one of these kinds was found."""
        return any(kind in self.found for kind in kinds)

    def meant(self, kind: str, *but: str) -> Span | None:
        """The first match of a kind that shares no word with matches of others, which only sound like it."""
        others = [match for other in but for match in self.found.get(other, ())]
        matches = self.found.get(kind, ())
        return next((match for match in matches if not any(overlap(match, other) for other in others)), None)


@dataclass(frozen=True, slots=True)
class Utterance:
    """A sentence of one speaker, the first of its turn if it ``opens``. ``place`` and ``turn`` count from 0.

    ``accepts`` when it was begun by taking up what was said before: «Хорошо, …», “Okay, …”; ``hangs`` when it only goes
    on with it: «Потому что …», “Because …”.
    """

    place: int
    turn: int
    speaker: int
    start: float
    opens: bool
    accepts: bool
    hangs: bool
    doc: Doc
    clauses: tuple[Clause, ...]

    @property
    def text(self) -> str:
        """As it was said."""
        return self.doc.text

    @property
    def asks(self) -> bool:
        """Whether it is a question."""
        return asks(self.text)

    def matches(self, kind: str) -> Iterator[Span]:
        """Every match of a kind."""
        return (match for clause in self.clauses for match in clause.found.get(kind, ()))

    def has(self, *kinds: str) -> bool:
        """Whether one of these kinds was found in any clause."""
        return any(clause.has(*kinds) for clause in self.clauses)


@dataclass(frozen=True, slots=True)
class Conversation:
    """All that was said, in order."""

    utterances: tuple[Utterance, ...]
    sentences: tuple[Sentence, ...]
    """As they were said, one an utterance."""

    def after(self, utterance: Utterance, turns: int) -> Iterator[Utterance]:
        """What is said in so many turns after an utterance's own."""
        for place in range(utterance.place + 1, len(self.utterances)):
            following = self.utterances[place]
            if following.turn > utterance.turn + turns:
                return
            if following.turn > utterance.turn:
                yield following

    def rest_of_turn(self, utterance: Utterance) -> list[Utterance]:
        """What its speaker goes on to say in the same turn."""
        after = bisect_right(self.utterances, utterance.turn, key=lambda other: other.turn)
        return list(self.utterances[utterance.place + 1 : after])

    def turn(self, utterance: Utterance) -> list[Utterance]:
        """All that its speaker says in the same turn."""
        begun = bisect_left(self.utterances, utterance.turn, key=lambda other: other.turn)
        return [*self.utterances[begun : utterance.place + 1], *self.rest_of_turn(utterance)]

    def before(self, utterance: Utterance, turns: int) -> Iterator[Utterance]:
        """What was said before an utterance, in its own turn and so many before, the latest first."""
        for place in range(utterance.place - 1, -1, -1):
            earlier = self.utterances[place]
            if earlier.turn < utterance.turn - turns:
                return
            yield earlier


class Analyst:
    """Makes conversations of transcripts, by one language's grammar."""

    def __init__(self, reader: Reader, grammar: Grammar) -> None:
        self._reader = reader
        self._patterns = Patterns(grammar, reader.pipeline.vocab)
        self._tidy = Tidier(grammar.words["noise"])
        self._joining = frozenset(grammar.words["joining"])
        self._subordinating = frozenset(grammar.words["subordinating"])
        self._accepting = frozenset(grammar.words["accepting"])
        self._hanging = frozenset(grammar.words["hanging"])
        self._openings = self._joining | self._subordinating | frozenset(grammar.words["opening"])

    def analyse(self, transcript: Transcript) -> Conversation:
        """Read every sentence."""
        said = sentences(transcript, self._openings)
        docs = self._reader.read(self._tidy(sentence.text) for sentence in said)
        turns = [None, *(sentence.turn for sentence in said)]
        read = enumerate(zip(said, docs, turns, strict=False))
        utterances = (self._utterance(place, one, doc, opens=one.turn != before) for place, (one, doc, before) in read)
        return Conversation(tuple(utterances), said)

    def _utterance(self, place: int, sentence: Sentence, doc: Doc, *, opens: bool) -> Utterance:
        clauses = tuple(Clause(span, self._patterns.find(span)) for span in self._clauses(doc))
        begun = next((token.norm_ for token in doc if token.norm_ not in self._joining and not token.is_punct), "")
        return Utterance(
            place=place,
            turn=sentence.turn,
            speaker=sentence.speaker,
            start=sentence.start,
            opens=opens,
            accepts=normal(sentence.text.split(maxsplit=1)[0].strip(_MARKS)) in self._accepting,
            hangs=begun in self._hanging,
            doc=doc,
            clauses=clauses,
        )

    def _clauses(self, doc: Doc) -> list[Span]:
        """Cut at punctuation and conjunctions where both sides have a verb, but never off a subordinate clause."""
        whole: list[Span] = []
        for piece in self._pieces(doc):
            if whole and not self._stands_alone(whole[-1], piece):
                whole[-1] = doc[whole[-1].start : piece.end]
            else:
                whole.append(piece)
        return whole

    def _pieces(self, doc: Doc) -> Iterator[Span]:
        cuts = [token.i + 1 for token in doc if token.text in _MARKS]
        cuts += [token.i for token in doc if token.norm_ in self._joining]
        for start, end in pairwise(sorted({0, *cuts, len(doc)})):
            yield doc[start:end]

    def _stands_alone(self, before: Span, piece: Span) -> bool:
        if not (has_verb(before) and has_verb(piece)):
            return False
        return not self._subordinate(piece, within=2) and not self._subordinate(before, within=1)

    def _subordinate(self, span: Span, *, within: int) -> bool:
        """Whether one of its first words makes a clause depend on another."""
        words = [token for token in span if not token.is_punct][:within]
        return any(token.norm_ in self._subordinating for token in words)


def in_order(*utterances: Utterance | None) -> tuple[Utterance, ...]:
    """Each of some sentences once, in the order in which they were said."""
    said = {one.place: one for one in utterances if one is not None}
    return tuple(said[place] for place in sorted(said))


def overlap(one: Span, other: Span) -> bool:
    """Whether two spans of a sentence share a word."""
    return one.start < other.end and other.start < one.end


def can_be(token: Token, *readings: str) -> bool:
    """Whether a word can be read in one of these ways."""
    return any(reading in token._.readings for reading in readings)


def has_verb(span: Span) -> bool:
    """Whether it says what somebody does."""
    return any(can_be(token, "finite") for token in span)

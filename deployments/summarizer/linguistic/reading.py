"""Reading: what each word of a sentence can be, as the grammar names it: a promise's verb, a name, a numeral."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from spacy.language import Language as Pipeline
from spacy.tokens import Doc, Token

from deployments.summarizer.linguistic.grammar import Grammar, normal

READING, NAMES = "readings", "names"
"""What a reader leaves on a token (``token._``): its readings, and the dictionary forms that it may be a form of."""

PERSON, PROPER = "PERSON", "PROPN"
"""A person and a proper noun, to spaCy."""


@dataclass(frozen=True, slots=True)
class Form:
    """One thing that a word can be: its lemma, what describes it, and whether it may promise something."""

    lemma: str
    features: frozenset[str]
    promises: bool = False


@dataclass(frozen=True, slots=True)
class Described:
    """All that a word can be, the likeliest first; ``sure`` when that is one part of speech."""

    forms: tuple[Form, ...]
    sure: bool = True

    @property
    def may_promise(self) -> bool:
        """Whether it is a promise or something else: «вызову», «утку»."""
        return not self.sure and any(form.promises for form in self.forms)

    def decided(self, *, promises: bool) -> Described:
        """The same word, known to be a promise or none."""
        return Described(tuple(form for form in self.forms if form.promises == promises) or self.forms)


class Reader:
    """Reads sentences of one language. Not thread-safe."""

    def __init__(
        self,
        pipeline: Pipeline,
        grammar: Grammar,
        describe: Callable[[Token], Described],
        infinitive: Callable[[Token], str],
    ) -> None:
        self.pipeline = pipeline
        self.infinitive = infinitive
        self._readings = {
            name: [frozenset(form.split(",")) for form in forms] for name, forms in grammar.readings.items()
        }
        self._sure = frozenset(grammar.sure)
        self._spelled = {word: (name,) for name, words in grammar.spelled.items() for word in words}
        self._given = frozenset(grammar.words.get("given", ()))
        self._describe = describe
        for name in (READING, NAMES):
            if not Token.has_extension(name):
                Token.set_extension(name, default=())

    def read(self, texts: Iterable[str]) -> Iterator[Doc]:
        """Make a document of each text, in their order."""
        docs = list(self.pipeline.pipe(texts))
        _know_names(docs, self._given)
        for doc in docs:
            for word, described in self._described(doc):
                word._.readings = (*self._read(described), *self._spelled.get(word.norm_, ()))
                word._.names = tuple(dict.fromkeys(form.lemma for form in described.forms))
                word.lemma_ = normal(described.forms[0].lemma)
            yield doc

    def _described(self, doc: Doc) -> Iterator[tuple[Token, Described]]:
        """Describe every word, those that may be promises by what stands around them."""
        for _, run in groupby(doc, key=lambda token: token.is_punct):
            words = [(token, self._describe(token)) for token in run]
            for place, (token, word) in enumerate(words):
                yield token, self._decided(words, place) if word.may_promise else word

    def _decided(self, words: Sequence[tuple[Token, Described]], place: int) -> Described:
        """A promise if somebody says «я», or if neither a preposition stands before it nor a verb beside it."""
        before = self._read(words[place - 1][1]) if place else ()
        others = [self._read(word) for _, word in words if not word.may_promise]
        alone = "preposition" not in before and not any("finite" in readings for readings in others)
        return words[place][1].decided(promises=alone or any("i" in readings for readings in others))

    def _read(self, word: Described) -> tuple[str, ...]:
        return tuple(
            name
            for name, wanted in self._readings.items()
            if (word.sure or name not in self._sure)
            and any(features <= form.features for features in wanted for form in word.forms)
        )


def _know_names(docs: Iterable[Doc], given: frozenset[str]) -> None:
    """Read a given name, and who is once known to be a person, as one everywhere: a tagger takes “Raj?” for no name."""
    capitals = [token for doc in docs for token in doc if token.text[:1].isupper() and not token.is_stop]
    persons = {token.text for token in capitals if token.ent_type_ == PERSON and token.pos_ == PROPER}
    for token in capitals:
        if token.text in persons or normal(token.text) in given:
            token.pos_, token.tag_, token.ent_type_ = PROPER, "NNP", PERSON

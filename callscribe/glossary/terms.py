"""Terms found in what was heard, in any of their forms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from callscribe.domain import Transcript, Word
from callscribe.glossary.forms import Forms
from callscribe.glossary.nearness import Doubted, Near, Nearness
from callscribe.glossary.sounds import Sounds
from callscribe.glossary.term import Term, units, words_of
from callscribe.transcript.sentences import ends_sentence

SURE = 0.9
"""A word that is heard with more confidence is no term misheard."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Words from ``begin`` up to ``end`` that are a term, and the form of each of its words that was said."""

    term: Term
    begin: int
    end: int
    forms: tuple[str, ...]


class Terms:
    """A glossary's terms in all their forms."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._sounds = Sounds.load()
        self._forms = Forms(self._sounds)
        self.all = tuple(map(self._term, texts))
        self._nearness = Nearness(self.all, self._sounds)
        self._beginning: dict[str, list[Term]] = defaultdict(list)
        for term in self.all:
            for form in term.parts[0].by_ear:
                self._beginning[form].append(term)

    def _term(self, text: str) -> Term:
        words = words_of(text)
        return Term(text, tuple(self._forms.part(word, alone=len(words) == 1) for word in words))

    def __bool__(self) -> bool:
        return bool(self.all)

    def said(self, words: Sequence[Word]) -> list[Mention]:
        """Find the terms that were said, in any form, the longer where two begin at one word."""
        found: list[Mention] = []
        for begin in range(len(words)):
            if not found or begin >= found[-1].end:
                found += sorted(self._said_at(words, begin), key=lambda mention: -mention.end)[:1]
        return found

    def near(self, words: Sequence[Word], doubted: Doubted) -> list[Near]:
        """Find the words that sound like terms, and are none or are; one at least of them is ``doubted``."""
        return self._nearness.near(words, doubted)

    def heard_in(self, transcript: Transcript) -> tuple[str, ...]:
        """Name the terms that were said in a transcript, or may have been."""
        words = [word for turn in transcript.turns for word in turn.words] if self else []
        heard = {mention.term.text for mention in self.said(words)} | {
            near.term.text for near in self.near(words, _is_unsure)
        }
        return tuple(term.text for term in self.all if term.text in heard)

    def _said_at(self, words: Sequence[Word], begin: int) -> Iterator[Mention]:
        first = units(words[begin])[:1]
        for term in self._beginning.get(self._sounds.by_ear(first[0]), ()) if first else ():
            end, heard = begin, list[str]()
            while end < len(words) and len(heard) < len(term.parts):
                heard += units(words[end])
                end += 1
            forms = self._said(term, heard)
            if forms and not any(ends_sentence(word.text) for word in words[begin : end - 1]):
                yield Mention(term, begin, end, forms)

    def _said(self, term: Term, heard: Sequence[str]) -> tuple[str, ...]:
        forms = map(self._forms.said, term.parts, heard)
        said = tuple(form for form in forms if form is not None)
        return said if len(heard) == len(term.parts) == len(said) else ()


def _is_unsure(word: Word) -> bool:
    return word.confidence < SURE

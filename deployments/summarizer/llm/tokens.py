"""Text as tokens, each with what the proof asks of it: its sentence, its clause, what it can be a form of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from callscribe.domain import Language
from deployments.summarizer.llm.lexicon import Lexicon, folded
from deployments.summarizer.llm.words import Form, Morphology, kin

_TOKEN = re.compile(r"\d+(?:[.,:/-]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*|[%$€₽£]")
_SPACED_THOUSANDS = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))")
_ENGLISH_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_SENTENCE_END = re.compile(r"[.!?…]")
_CLAUSE_END = re.compile(r"[.!?…,;:()—–«»\"“”]")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number or a sign; with a sign before it or not (``apart``), its sentence asked or not.

    ``place``, ``clause`` and ``sentence`` count the text's tokens, pieces between signs, and sentences.
    """

    place: int
    text: str
    form: Form
    digits: bool
    opens: bool
    clause: int
    sentence: int
    apart: bool
    asked: bool = False

    @property
    def capital(self) -> bool:
        """Whether it is written with a capital."""
        return self.text[:1].isupper()

    def is_any(self, words: frozenset[str] | tuple[str, ...]) -> bool:
        """Whether it can be a form of one of these words."""
        return any(word in words for word in self.form.roots)

    def akin(self, other: Token) -> bool:
        """Whether the two are forms of one word, or words of one family."""
        return not self.form.roots.isdisjoint(other.form.roots) or kin(self.form.stem, other.form.stem)


def tokens_of(text: str, language: Language, lexicon: Lexicon, morphology: Morphology) -> tuple[Token, ...]:
    """Cut a text into tokens."""
    joined = _joined_thousands(text, language)
    tokens = list(_cut(joined, lexicon, morphology))
    asked = _asked(joined)
    return tuple(replace(token, asked=token.sentence in asked) for token in tokens)


def _joined_thousands(text: str, language: Language) -> str:
    joined = _SPACED_THOUSANDS.sub("", text)
    return _ENGLISH_THOUSANDS.sub("", joined) if language is Language.EN else joined


def _cut(text: str, lexicon: Lexicon, morphology: Morphology) -> Iterator[Token]:
    end, place, clause, sentence, after_digits = 0, 0, 0, 0, False
    for found in _TOKEN.finditer(text):
        gap, word, digits = text[end : found.start()], found.group(), found.group()[0].isdigit()
        opens = end == 0 or _SENTENCE_END.search(gap) is not None
        sentence += opens and end > 0
        spoken = lexicon.spoken.get(folded(word), word)
        apart = _CLAUSE_END.search(gap) is not None
        clause += apart or folded(word) in lexicon.clauses
        if not (after_digits and gap in ("", "-") and folded(word) in lexicon.endings):
            form = _with_synonyms(morphology.form(spoken), lexicon)
            yield Token(place, spoken, form, digits, opens, clause, sentence, apart)
            place += 1
        end, after_digits = found.end(), digits


def _asked(text: str) -> frozenset[int]:
    """Which sentences end with a question mark."""
    asked, sentence, end = set[int](), 0, 0
    for found in _TOKEN.finditer(text):
        gap = text[end : found.start()]
        if end and _SENTENCE_END.search(gap):
            asked |= {sentence} if "?" in gap else set()
            sentence += 1
        end = found.end()
    return frozenset(asked | ({sentence} if "?" in text[end:] else set()))


def _with_synonyms(form: Form, lexicon: Lexicon) -> Form:
    """A word as one of the group of words that mean the same in any call."""
    groups = {group[0] for group in lexicon.same if not form.roots.isdisjoint(group)}
    return replace(form, roots=form.roots | groups) if groups else form

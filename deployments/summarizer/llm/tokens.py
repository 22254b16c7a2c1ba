"""Text as tokens, each with what the proof asks of it: where its sentence and clause begin, whether it is negated."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from callscribe.domain import Language
from deployments.summarizer.llm.lexicon import Lexicon, folded
from deployments.summarizer.llm.words import Form, Morphology

NEGATION_REACH = 3
"""So many words after «не» the word that it negates is looked for: «не будем уже покупать»."""

_TOKEN = re.compile(r"\d+(?:[.,:/-]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*|[%$€₽£]")
_SPACED_THOUSANDS = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))")
_ENGLISH_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_SENTENCE_END = re.compile(r"[.!?…]")
_CLAUSE_END = re.compile(r"[.!?…,;:()—–«»\"“”]")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number or a sign; with a sign before it or not (``apart``). ``clause`` counts the text's clauses."""

    text: str
    form: Form
    digits: bool
    opens: bool
    clause: int
    apart: bool
    negated: bool = False

    @property
    def capital(self) -> bool:
        """Whether it is written with a capital."""
        return self.text[:1].isupper()

    def is_any(self, words: frozenset[str] | tuple[str, ...]) -> bool:
        """Whether it can be a form of one of these words."""
        return any(word in self.form.roots for word in words)


def tokens_of(text: str, language: Language, lexicon: Lexicon, morphology: Morphology) -> tuple[Token, ...]:
    """Cut a text into tokens."""
    tokens = list(_cut(_joined_thousands(text, language), lexicon, morphology))
    return tuple(
        replace(token, negated=_negated(_before(tokens, place), lexicon)) for place, token in enumerate(tokens)
    )


def _joined_thousands(text: str, language: Language) -> str:
    joined = _SPACED_THOUSANDS.sub("", text)
    return _ENGLISH_THOUSANDS.sub("", joined) if language is Language.EN else joined


def _cut(text: str, lexicon: Lexicon, morphology: Morphology) -> Iterator[Token]:
    end, clause, after_digits = 0, 0, False
    for found in _TOKEN.finditer(text):
        gap, word, digits = text[end : found.start()], found.group(), found.group()[0].isdigit()
        opens = end == 0 or _SENTENCE_END.search(gap) is not None
        spoken = lexicon.spoken.get(folded(word), word)
        apart = _CLAUSE_END.search(gap) is not None
        clause += apart or folded(word) in lexicon.clauses
        if not (after_digits and gap in ("", "-") and folded(word) in lexicon.endings):
            yield Token(spoken, morphology.form(spoken), digits, opens, clause, apart)
        end, after_digits = found.end(), digits


def _before(tokens: Sequence[Token], place: int) -> list[Token]:
    """The words of a token's clause before it, as far as a negation reaches."""
    near = tokens[max(0, place - NEGATION_REACH) : place]
    return [token for token in near if token.clause == tokens[place].clause]


def _negated(before: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether the nearest word before that says anything is a negation."""
    for token in reversed(before):
        if token.is_any(lexicon.only):
            return False
        if token.is_any(lexicon.negators) or folded(token.text).endswith("n't"):
            return True
        if not (token.form.function or token.is_any(lexicon.neutral)):
            return False
    return False

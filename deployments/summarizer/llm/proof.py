"""No point without proof: what an LLM says stays only where the turns that it cites bear it out."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from rapidfuzz import fuzz

from callscribe.domain import ActionItem, Language, Point
from deployments.summarizer.llm.evidence import Claim, Evidence, Reader
from deployments.summarizer.llm.ground import Ground
from deployments.summarizer.llm.lexicon import folded
from deployments.summarizer.llm.schema import MAX_CITED, SaidItem, SaidPoint
from deployments.summarizer.llm.tokens import Token

BORNE_OUT = 0.75
"""Of a text's content words so many must have been said in the cited lines or their neighbours: a paraphrase may add
one word to three of the speakers', an invention has few of them."""
CLAUSE_BORNE_OUT = 0.5
"""More than so many of each clause's: no «… и уволить поставщика» rides on a true beginning."""
LANGUAGE_SHARE = 0.6
"""Of a text's letters so many must be of its language's alphabet: names of products may be Latin."""
GLOSSARY_SPELLING = 70
"""So alike (rapidfuzz's ratio) must a heard word be to a term of the glossary to have been it: «маек», «Маяк»."""

_SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[^\sa-zа-яё])")
_CYRILLIC, _LATIN = re.compile(r"[а-яё]", re.IGNORECASE), re.compile(r"[a-z]", re.IGNORECASE)


class Proof:
    """Holds points and sentences against what was said."""

    def __init__(self, ground: Ground, reader: Reader, glossary: Sequence[str] = ()) -> None:
        self.ground = ground
        self._reader = reader
        self._glossary = frozenset(folded(word) for term in glossary for word in term.split())

    def point(self, said: SaidPoint) -> Point | None:
        """The point with its seconds, or ``None`` where the cited lines do not bear it out."""
        if not (self._is_cited(said.turns) and self._holds(said.text, frozenset(said.turns))):
            return None
        return Point(_tidy(said.text), self.ground.seconds(said.turns))

    def item(self, said: SaidItem) -> ActionItem | None:
        """The task with its seconds, or ``None`` where it, its owner or its due is not borne out."""
        if not (self._is_cited(said.turns) and self._holds(said.task, frozenset(said.turns))):
            return None
        owner, due = _named(said.owner), _named(said.due)
        if owner and not self._is_said(owner, self.ground.people(said.turns), said.turns):
            return None
        if due and not self._is_said(due, self.ground.around(said.turns), said.turns):
            return None
        return ActionItem(_tidy(said.task), owner, due, self.ground.seconds(said.turns))

    def summary(self, said: Sequence[str]) -> tuple[list[str], int]:
        """The sentences that the call bears out, and how many it does not."""
        sentences = [sentence for text in said for sentence in _SENTENCE.split(_tidy(text)) if sentence]
        kept = [sentence for sentence in sentences if self._holds(sentence)]
        return kept, len(sentences) - len(kept)

    def says_anything(self, text: str) -> bool:
        """Whether there is anything in a text that could be proven."""
        return self._reader.claim(text).says_anything

    def alike(self, one: str, other: str) -> float:
        """The share of the shorter text's words that the other has too."""
        shorter, longer = sorted((self._reader.forms(one), self._reader.forms(other)), key=len)
        if not shorter:
            return float(folded(one) == folded(other))
        evidence = Evidence.of(longer, (), (), ())
        return sum(evidence.has_kin(form) for form in shorter) / len(shorter)

    def keeps_figures(self, text: str, original: str) -> bool:
        """Whether a text has every number, date and name of another."""
        claim = self._reader.claim(original)
        here = self._reader.said(text)
        words = (*claim.names, *claim.exact)
        return all(map(here.bears, claim.figures)) and all(here.has_name(token.form) for token in words)

    def _is_cited(self, turns: Sequence[int]) -> bool:
        return 0 < len(set(turns)) <= MAX_CITED and self.ground.has(turns)

    def _holds(self, text: str, lines: frozenset[int] | None = None) -> bool:
        """Whether lines bear a text out: the cited ones, else those in which it is at home."""
        claim = self._reader.claim(text)
        if not claim.says_anything or not self._in_language(text):
            return False
        cited = self.ground.home(claim) if lines is None else lines
        near = self.ground.around(cited)
        return self._figures_hold(claim, near, cited) and self._content_holds(claim, near, cited)

    def _content_holds(self, claim: Claim, near: Evidence, cited: Collection[int]) -> bool:
        here = self.ground.at(cited)
        if any(here.contradicts(token) for token in (*claim.content, *claim.names)):
            return False
        if not claim.content:
            return True
        clauses = all(_share(clause, near) > CLAUSE_BORNE_OUT for clause in claim.clauses)
        return clauses and _share(claim.content, near) >= BORNE_OUT

    def _figures_hold(self, claim: Claim, near: Evidence, cited: Collection[int]) -> bool:
        people = self.ground.people(cited)
        return (
            all(people.bears(figure) if figure.is_voice else near.bears(figure) for figure in claim.figures)
            and all(near.has(token.form) for token in claim.exact)
            and all(self._name_holds(token, near, people) for token in claim.names)
        )

    def _name_holds(self, token: Token, near: Evidence, people: Evidence) -> bool:
        """Whether a name was said; that of a voice only where the lines are about that voice."""
        if self.ground.is_voice(token.form):
            return people.has(token.form)
        if near.has_name(token.form):
            return True
        term = folded(token.text)
        return term in self._glossary and any(fuzz.ratio(term, root) >= GLOSSARY_SPELLING for root in near.roots)

    def _is_said(self, text: str, near: Evidence, cited: Collection[int]) -> bool:
        """Whether all words of a short text were said: of an owner or a due there is nothing to paraphrase."""
        claim = self._reader.claim(text)
        words = (*claim.content, *claim.exact)
        if not (words or claim.names or claim.figures):
            return False
        return self._figures_hold(claim, near, cited) and all(near.has(token.form) for token in words)

    def _in_language(self, text: str) -> bool:
        cyrillic, latin = len(_CYRILLIC.findall(text)), len(_LATIN.findall(text))
        own = cyrillic if self._reader.language is Language.RU else latin
        return own > 0 and own >= LANGUAGE_SHARE * (cyrillic + latin)


def _share(tokens: Sequence[Token], near: Evidence) -> float:
    return sum(near.has_kin(token.form) for token in tokens) / len(tokens)


def _tidy(text: str) -> str:
    return " ".join(text.split())


def _named(text: str | None) -> str | None:
    return _tidy(text) or None if text else None

"""No point without proof: what an LLM says stays only where the turns that it cites bear it out."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from callscribe.domain import ActionItem, Language, Point
from deployments.summarizer.llm.bearing import Bearing
from deployments.summarizer.llm.clauses import Clause
from deployments.summarizer.llm.evidence import Evidence
from deployments.summarizer.llm.ground import Ground, Said
from deployments.summarizer.llm.lexicon import folded
from deployments.summarizer.llm.likeness import Likeness
from deployments.summarizer.llm.reader import Reader
from deployments.summarizer.llm.schema import MAX_CITED, SaidItem, SaidPoint
from deployments.summarizer.llm.standing import Need, Standing
from deployments.summarizer.llm.tokens import Token

LANGUAGE_SHARE = 0.6
"""Of a text's letters so many must be of its language's alphabet: names of products may be Latin."""

_SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[^\sa-zа-яё])")
_CYRILLIC, _LATIN = re.compile(r"[а-яё]", re.IGNORECASE), re.compile(r"[a-z]", re.IGNORECASE)


class Proof:
    """Holds points and sentences against what was said."""

    def __init__(self, ground: Ground, reader: Reader, glossary: Sequence[str] = ()) -> None:
        self.ground = ground
        self._reader = reader
        self.likeness = Likeness(reader)
        terms = frozenset(folded(word) for term in glossary for word in term.split())
        self._standing = Standing(reader.lexicon)
        self._bearing = Bearing(terms, reader.lexicon.preparing, ordered=reader.language is Language.EN)

    def point(self, said: SaidPoint) -> Point | None:
        """The point with its seconds, or ``None`` where the cited lines do not bear it out."""
        return self._point(said, needs=_anything)

    def decision(self, said: SaidPoint) -> Point | None:
        """The same of a decision, which must have been one."""
        return self._point(said, needs=self._standing.settled)

    def _point(self, said: SaidPoint, needs: Need) -> Point | None:
        if not (self._is_cited(said.turns) and self._borne(said.text, self.ground.near(said.turns), needs)):
            return None
        return Point(_tidy(said.text), self.ground.seconds(said.turns))

    def item(self, said: SaidItem) -> ActionItem | None:
        """The task with its seconds, or ``None`` where it, its owner or its due is not borne out, or it is none."""
        if not self._is_cited(said.turns):
            return None
        owner, due = _named(said.owner), _named(said.due)
        borne = [
            bearing
            for bearing in self._borne(said.task, self.ground.near(said.turns), self._standing.committed)
            if self._owns(owner, bearing, said.turns) and self._is_due(due, bearing, said.turns)
        ]
        return ActionItem(_tidy(said.task), owner, due, self.ground.seconds(said.turns)) if borne else None

    def summary(self, said: Sequence[str]) -> tuple[list[str], int]:
        """The sentences that the call bears out, and how many it does not."""
        sentences = [sentence for text in said for sentence in _SENTENCE.split(_tidy(text)) if sentence]
        everything = self.ground.everything()
        kept = [sentence for sentence in sentences if self._borne(sentence, everything, _anything)]
        return kept, len(sentences) - len(kept)

    def says_anything(self, text: str) -> bool:
        """Whether there is anything in a text that could be proven."""
        return any(clause.says_anything for clause in self._reader.clauses(text))

    def _is_cited(self, turns: Sequence[int]) -> bool:
        return 0 < len(set(turns)) <= MAX_CITED and self.ground.has(turns)

    def _borne(self, text: str, said: Sequence[Said], needs: Need) -> list[Said]:
        """The clauses that bear a text's first clause out, where each of its clauses has one; else none."""
        clauses = self._reader.clauses(text)
        claims = [claim for claim in clauses if claim.says_anything]
        if not claims or not _tidy(text).isprintable() or not self._in_language(text):
            return []
        first, *others = [*claims, *(clause for clause in clauses if clause.names and clause not in claims)]
        bearing = [one for one in said if self._bears(one, first, needs)]
        return bearing if all(any(self._bears(one, claim, needs) for one in said) for claim in others) else []

    def _bears(self, said: Said, claim: Clause, needs: Need) -> bool:
        """Whether it was said as it is claimed, and stood to the end."""
        speaker = self._speaker(said, claim)
        if any(figure.is_voice for figure in claim.figures) and not self._is_own_number(said, claim):
            return False
        borne = self._bearing.bears(said.clause, claim, speaker) and self._standing.stands(said, claim)
        return borne and needs(said) and not self._is_taken_back(said, claim)

    def _is_taken_back(self, said: Said, claim: Clause) -> bool:
        return any(self._standing.takes_back(later, said.clause, claim) for later in self.ground.after(said))

    def _speaker(self, said: Said, claim: Clause) -> frozenset[Token]:
        """The claimed names that are the speaker's, where the speaker says «я» in person."""
        if not said.clause.first_person:
            return frozenset()
        roots = frozenset(root for token in self.ground.voice(said.line.speaker) for root in token.form.roots)
        return frozenset(token for token in claim.names if token.form.roots & roots)

    def _is_own_number(self, said: Said, claim: Clause) -> bool:
        own = frozenset({f"speaker:{said.line.speaker}"})
        return said.clause.first_person and all(own in figure.ways for figure in claim.figures if figure.is_voice)

    def _owns(self, owner: str | None, said: Said, cited: Collection[int]) -> bool:
        """Whether an owner speaks of themselves, is the only one named, or answers with a cited line."""
        if owner is None:
            return True
        clause = said.clause
        if clause.first_person:
            return self._is_voice(owner, said.line.speaker)
        named = self._reader.clauses(owner)
        names = [token for one in named for token in one.names]
        if len(clause.names) == 1 and names and all(clause.evidence.has_name(token.form) for token in names):
            return not any(one.content or one.figures for one in named)
        return any(
            self._is_voice(owner, speaker) and self._may_be(speaker, clause)
            for speaker in self.ground.answers(said, cited)
        )

    def _may_be(self, speaker: int, clause: Clause) -> bool:
        """Whether a voice can be the one whom a clause speaks to: it calls nobody, or that voice."""
        voice = Evidence.of(token.form for token in self.ground.voice(speaker))
        return all(voice.has(token.form) for token in clause.names)

    def _is_voice(self, owner: str, speaker: int) -> bool:
        clauses = self._reader.clauses(owner)
        figures = [figure for clause in clauses for figure in clause.figures]
        if figures:
            return all(frozenset({f"speaker:{speaker}"}) in figure.ways for figure in figures)
        voice = Evidence.of(token.form for token in self.ground.voice(speaker))
        words = [token for clause in clauses for token in (*clause.names, *clause.content)]
        return bool(words) and all(voice.has(token.form) for token in words)

    def _is_due(self, due: str | None, said: Said, cited: Collection[int]) -> bool:
        """Whether a due was said in the clause itself, or in a cited one that says nothing else, or the same of it."""
        if due is None:
            return True
        claims = [claim for claim in self._reader.clauses(due) if claim.says_anything]
        alone = [
            one.clause
            for one in self.ground.at(cited)
            if not one.refused and all(any(map(token.akin, said.clause.content)) for token in one.clause.content)
        ]
        return bool(claims) and all(
            any(self._has_time(clause, claim) for clause in (said.clause, *alone)) for claim in claims
        )

    def _has_time(self, clause: Clause, claim: Clause) -> bool:
        """Whether all words of a due were said: of a time there is nothing to paraphrase."""
        words = (*claim.names, *claim.exact, *claim.content)
        said = all(map(clause.evidence.bears, claim.figures)) and all(
            clause.evidence.has(token.form) for token in words
        )
        return said and self._bearing.keep_roles(clause, claim)

    def _in_language(self, text: str) -> bool:
        cyrillic, latin = len(_CYRILLIC.findall(text)), len(_LATIN.findall(text))
        own = cyrillic if self._reader.language is Language.RU else latin
        return own > 0 and own >= LANGUAGE_SHARE * (cyrillic + latin)


def _anything(_: Said) -> bool:
    return True


def _tidy(text: str) -> str:
    return " ".join(text.split())


def _named(text: str | None) -> str | None:
    return _tidy(text) or None if text else None

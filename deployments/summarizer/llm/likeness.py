"""Whether two texts say the same."""

from __future__ import annotations

from collections.abc import Sequence

from deployments.summarizer.llm.clauses import Clause
from deployments.summarizer.llm.evidence import Evidence
from deployments.summarizer.llm.lexicon import folded
from deployments.summarizer.llm.reader import Reader


class Likeness:
    """Compares texts of one language."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def alike(self, one: str, other: str) -> float:
        """The share of the shorter text's words that the other has too."""
        shorter, longer = sorted((self._reader.forms(one), self._reader.forms(other)), key=len)
        if not shorter:
            return float(folded(one) == folded(other))
        evidence = Evidence.of(longer)
        return sum(evidence.has_kin(form) for form in shorter) / len(shorter)

    def agree(self, one: str, other: str) -> bool:
        """Whether one text has all words of the other, and both the same numbers, dates and names, and deny as much."""
        ours, theirs = self._reader.clauses(one), self._reader.clauses(other)
        same = sum(clause.denials for clause in ours) == sum(clause.denials for clause in theirs)
        words = Evidence.of(self._reader.forms(one))
        whole = all(words.has_kin(form) for form in self._reader.forms(other))
        return same and whole and self._keeps(ours, other) and self._keeps(theirs, one)

    def _keeps(self, clauses: Sequence[Clause], text: str) -> bool:
        """Whether a text, all of it as one, has every number, date and name of these clauses."""
        others = [clause.evidence for clause in self._reader.clauses(text)]
        here = Evidence.of(
            (form for evidence in others for form in evidence.forms),
            (fact for evidence in others for fact in evidence.facts),
        )
        return all(
            all(map(here.bears, clause.figures))
            and all(here.has_name(token.form) for token in (*clause.names, *clause.exact))
            for clause in clauses
        )

"""No point without proof: what an LLM says stays only where the turns that it cites bear it out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from rapidfuzz import fuzz

from callscribe.domain import ActionItem, Language, Point
from deployments.summarizer.llm.evidence import Claim, Evidence, Reader
from deployments.summarizer.llm.lexicon import folded
from deployments.summarizer.llm.lines import Line
from deployments.summarizer.llm.schema import MAX_CITED, SaidItem, SaidPoint
from deployments.summarizer.llm.tokens import Token

BORNE_OUT = 0.75
"""Of a text's content words so many must have been said in the cited lines or their neighbours: a paraphrase may add
one word to three of the speakers', an invention has few of them."""
CLAUSE_BORNE_OUT = 0.5
"""More than so many of each clause's: no «… и уволить поставщика» rides on a true beginning."""
NEIGHBOURS = 1
"""Lines before and after a cited one that count as evidence: the question that it answers, a name called."""
HOME_WORDS = 2
"""A summary cites nothing: the home of a clause are the lines that share so many of its content words."""
LANGUAGE_SHARE = 0.6
"""Of a text's letters so many must be of its language's alphabet: names of products may be Latin."""
GLOSSARY_SPELLING = 70
"""So alike (rapidfuzz's ratio) must a heard word be to a term of the glossary to have been it: «маек», «Маяк»."""
MAX_SUMMARY_WORDS = 500
WITHHELD = "[…]"
"""What stands for words that the LLM is not shown."""

_SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[^\sa-zа-яё])")
_CYRILLIC, _LATIN = re.compile(r"[а-яё]", re.IGNORECASE), re.compile(r"[a-z]", re.IGNORECASE)
_SENTENCE_START = re.compile(r"[^.!?…]*$")


class Proof:
    """The lines of one call, against which points and sentences are held."""

    def __init__(
        self, lines: Sequence[Line], names: Mapping[int, str], reader: Reader, glossary: Sequence[str] = ()
    ) -> None:
        self._reader = reader
        self._machine = re.compile("|".join(self._reader.to_the_machine), re.IGNORECASE)
        self.lines = tuple(lines)
        self._lines = {line.number: line for line in lines}
        self._names = names
        self.shown = {line.number: self._heard(line.text) for line in lines}
        self._words = {number: self._reader.said(text) for number, text in self.shown.items()}
        self._voices = {speaker: self._reader.voice(speaker, name) for speaker, name in names.items()}
        self._glossary = frozenset(folded(word) for term in glossary for word in term.split())

    def point(self, said: SaidPoint) -> Point | None:
        """The point with its seconds, or ``None`` where the cited lines do not bear it out."""
        near = self._near(said.turns)
        if near is None or not self._holds(said.text, near, said.turns):
            return None
        return Point(_tidy(said.text), self._seconds(said.turns))

    def item(self, said: SaidItem) -> ActionItem | None:
        """The task with its seconds, or ``None`` where it, its owner or its due is not borne out."""
        owner, due = _named(said.owner), _named(said.due)
        near = self._near(said.turns)
        if near is None or not self._holds(said.task, near, said.turns):
            return None
        if (owner and not self._owns(owner, said.turns)) or (due and not self._is_said(due, near)):
            return None
        return ActionItem(_tidy(said.task), owner, due, self._seconds(said.turns))

    def summary(self, said: Sequence[str]) -> tuple[list[str], int]:
        """The sentences that the call bears out, and how many it does not."""
        sentences = [sentence for text in said for sentence in _SENTENCE.split(_tidy(text)) if sentence]
        kept = [sentence for sentence in sentences if self._is_summary(sentence)]
        return kept, len(sentences) - len(kept)

    def words_shown(self, lines: Sequence[Line]) -> int:
        """How many words of these lines the LLM is shown."""
        return sum(len(self.shown[line.number].removesuffix(WITHHELD).split()) for line in lines)

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
        return all(map(here.bears, claim.figures)) and all(
            here.has_name(token.form) for token in (*claim.names, *claim.exact)
        )

    def _heard(self, text: str) -> str:
        """A line as it counts: from an instruction to the machine on it proves nothing."""
        found = self._machine.search(text)
        if found is None:
            return text
        begun = _SENTENCE_START.search(text[: found.start()])
        return f"{text[: begun.start() if begun else found.start()].strip()} {WITHHELD}".strip()

    def _near(self, turns: Sequence[int]) -> Evidence | None:
        """What was said in cited lines and around them; ``None`` where there are no such lines, or too many."""
        cited = set(turns)
        if not cited or len(cited) > MAX_CITED or not cited <= self._lines.keys():
            return None
        return self._around(cited)

    def _around(self, numbers: Iterable[int]) -> Evidence:
        near = self._with_neighbours(numbers)
        return Evidence.together([*(self._words[number] for number in near), *self._voices_of(near)])

    def _with_neighbours(self, numbers: Iterable[int]) -> list[int]:
        near = {number + step for number in numbers for step in range(-NEIGHBOURS, NEIGHBOURS + 1)}
        return sorted(near & self._lines.keys())

    def _voices_of(self, numbers: Iterable[int]) -> list[Evidence]:
        return [self._voices[speaker] for speaker in sorted({self._lines[number].speaker for number in numbers})]

    def _holds(self, text: str, near: Evidence, turns: Iterable[int]) -> bool:
        claim = self._reader.claim(text)
        if not claim.says_anything or not self._in_language(text) or not self._figures_hold(claim, near):
            return False
        cited = Evidence.together([self._words[number] for number in turns])
        if any(cited.contradicts(token) for token in (*claim.content, *claim.names)):
            return False
        clauses = claim.clauses
        return all(_share(clause, near) > CLAUSE_BORNE_OUT for clause in clauses) and (
            not clauses or _share(claim.content, near) >= BORNE_OUT
        )

    def _figures_hold(self, claim: Claim, near: Evidence) -> bool:
        return (
            all(map(near.bears, claim.figures))
            and all(near.has(token.form) for token in claim.exact)
            and all(self._name_holds(token, near) for token in claim.names)
        )

    def _name_holds(self, token: Token, near: Evidence) -> bool:
        if near.has_name(token.form):
            return True
        term = folded(token.text)
        return term in self._glossary and any(fuzz.ratio(term, root) >= GLOSSARY_SPELLING for root in near.roots)

    def _owns(self, owner: str, turns: Sequence[int]) -> bool:
        """Whether somebody speaks in a cited line or answers it, or was named there or just before."""
        named = [
            self._words[number]
            for number in self._lines.keys() & {number - step for number in turns for step in (0, 1)}
        ]
        speaking = self._lines.keys() & {number + step for number in turns for step in (0, 1)}
        return self._is_said(owner, Evidence.together([*named, *self._voices_of(speaking)]))

    def _is_said(self, text: str, near: Evidence) -> bool:
        """Whether all words of a short text were said: of an owner or a due there is nothing to paraphrase."""
        claim = self._reader.claim(text)
        words = (*claim.content, *claim.exact)
        if not (words or claim.names or claim.figures):
            return False
        return self._figures_hold(claim, near) and all(near.has(token.form) for token in words)

    def _is_summary(self, sentence: str) -> bool:
        homes = {number for clause in self._reader.claim(sentence).named_clauses for number in self._home(clause)}
        return self._holds(sentence, self._around(homes), homes)

    def _home(self, clause: Sequence[Token]) -> list[int]:
        """The lines in which a clause can have been said."""
        shared = {number: sum(line.has_kin(token.form) for token in clause) for number, line in self._words.items()}
        wanted = min(HOME_WORDS, max(shared.values(), default=0))
        return [number for number, words in shared.items() if words >= max(wanted, 1)]

    def _seconds(self, turns: Sequence[int]) -> tuple[float, ...]:
        return tuple(self._lines[number].start for number in sorted(set(turns)))

    def _in_language(self, text: str) -> bool:
        cyrillic, latin = len(_CYRILLIC.findall(text)), len(_LATIN.findall(text))
        own = cyrillic if self._reader.language is Language.RU else latin
        return own > 0 and own >= LANGUAGE_SHARE * (cyrillic + latin)


def shortened(sentences: Sequence[str]) -> str:
    """As many sentences as a summary may have words."""
    kept: list[str] = []
    for sentence in sentences:
        if len(list(chain.from_iterable(text.split() for text in (*kept, sentence)))) > MAX_SUMMARY_WORDS:
            break
        kept.append(sentence)
    return " ".join(kept)


def _share(tokens: Sequence[Token], near: Evidence) -> float:
    return sum(near.has_kin(token.form) for token in tokens) / len(tokens)


def _tidy(text: str) -> str:
    return " ".join(text.split())


def _named(text: str | None) -> str | None:
    return _tidy(text) or None if text else None

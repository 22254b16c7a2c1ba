"""What was said in a call, line by line: the ground on which every point must stand."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from deployments.summarizer.llm.evidence import Claim, Evidence, Reader
from deployments.summarizer.llm.lines import Line
from deployments.summarizer.llm.tokens import Token
from deployments.summarizer.llm.words import Form

NEIGHBOURS = 1
"""Lines before and after a cited one that count as evidence: the question that it answers, a name called."""
HOME_WORDS = 2
"""A summary cites nothing: the home of a clause are the lines that share so many of its content words."""
WITHHELD = "[…]"
"""What stands for words that the LLM is not shown."""

_SENTENCE_START = re.compile(r"[^.!?…]*$")


class Ground:
    """The lines of one call, with what each proves. ``names`` are the voices'."""

    def __init__(self, lines: Sequence[Line], names: Mapping[int, str], reader: Reader) -> None:
        self.lines = tuple(lines)
        self._lines = {line.number: line for line in lines}
        self._machine = re.compile("|".join(reader.to_the_machine), re.IGNORECASE)
        self.shown = {line.number: self._heard(line.text) for line in lines}
        self._words = {number: reader.said(text) for number, text in self.shown.items()}
        self._voices = {speaker: reader.voice(speaker, name) for speaker, name in names.items()}

    def has(self, numbers: Collection[int]) -> bool:
        """Whether there are such lines, all of them."""
        return self._lines.keys() >= set(numbers)

    def seconds(self, numbers: Iterable[int]) -> tuple[float, ...]:
        """When these lines begin."""
        return tuple(self._lines[number].start for number in sorted(set(numbers)))

    def words_shown(self, lines: Sequence[Line]) -> int:
        """How many words of these lines the LLM is shown."""
        return sum(len(self.shown[line.number].removesuffix(WITHHELD).split()) for line in lines)

    def at(self, numbers: Iterable[int]) -> Evidence:
        """What was said in these very lines."""
        return self._said(numbers, ())

    def around(self, numbers: Collection[int]) -> Evidence:
        """What was said in these lines and their neighbours, by whom too."""
        near = self._lines.keys() & {number + step for number in numbers for step in range(-NEIGHBOURS, NEIGHBOURS + 1)}
        return self._said(near, near)

    def people(self, numbers: Collection[int]) -> Evidence:
        """Whom these lines are about: who is named in them or just before, who speaks in them, who answers."""
        named = self._lines.keys() & {number - step for number in numbers for step in (0, 1)}
        speaking = self._lines.keys() & {number + step for number in numbers for step in (0, 1)}
        return self._said(named, speaking)

    def is_voice(self, form: Form) -> bool:
        """Whether it is the name of one of the voices."""
        return any(voice.has(form) for voice in self._voices.values())

    def home(self, claim: Claim) -> frozenset[int]:
        """The lines in which the clauses of a claim can have been said."""
        return frozenset(number for clause in claim.places for number in self._home(clause))

    def _home(self, clause: Sequence[Token]) -> list[int]:
        shared = {number: sum(line.has_kin(token.form) for token in clause) for number, line in self._words.items()}
        wanted = max(1, min(HOME_WORDS, max(shared.values(), default=0)))
        return [number for number, words in shared.items() if words >= wanted]

    def _said(self, named: Iterable[int], speaking: Iterable[int]) -> Evidence:
        speakers = sorted({self._lines[number].speaker for number in speaking})
        words = [self._words[number] for number in sorted(named)]
        return Evidence.together([*words, *(self._voices[speaker] for speaker in speakers)])

    def _heard(self, text: str) -> str:
        """A line as it counts: from the sentence on that instructs the machine it is withheld, and proves nothing."""
        found = self._machine.search(text)
        if found is None:
            return text
        begun = _SENTENCE_START.search(text[: found.start()])
        return f"{text[: begun.start() if begun else found.start()].strip()} {WITHHELD}".strip()

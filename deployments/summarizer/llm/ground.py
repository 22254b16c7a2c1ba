"""What was said in a call, line by line: the ground on which every point must stand."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from deployments.summarizer.llm.clauses import Clause
from deployments.summarizer.llm.lines import Line
from deployments.summarizer.llm.reader import Reader
from deployments.summarizer.llm.tokens import Token
from deployments.summarizer.orders import WITHHELD, Orders

NEIGHBOURS = 1
"""Lines before and after a cited one in which a clause may stand: LLMs count lines badly."""
REPLIES = 3
"""Lines after a proposal or a question in which it may be agreed to."""


@dataclass(frozen=True, slots=True)
class Said:
    """A clause with its line, and whether somebody else refused it, agreed to it, or did not take on what it asks."""

    clause: Clause
    line: Line
    refused: bool
    agreed: bool
    declined: bool


class Ground:
    """The lines of one call, with what each says. ``names`` are the voices'."""

    def __init__(self, lines: Sequence[Line], names: Mapping[int, str], reader: Reader) -> None:
        self.lines = tuple(lines)
        self._lines = {line.number: line for line in lines}
        orders = Orders.load(reader.language)
        self.shown = {line.number: orders.withheld(line.text) for line in lines}
        self._agrees = {number: reader.agrees(text) for number, text in self.shown.items()}
        self._declines = {number: reader.declines(text) for number, text in self.shown.items() if reader.tokens(text)}
        self._promises = {number: reader.promises(text) for number, text in self.shown.items()}
        self._refuses = {number: reader.refuses(text) for number, text in self.shown.items()}
        self._said = {line.number: self._clauses(line, reader) for line in lines}
        self._voices = {speaker: reader.tokens(name) for speaker, name in names.items()}

    def has(self, numbers: Collection[int]) -> bool:
        """Whether there are such lines, all of them."""
        return self._lines.keys() >= set(numbers)

    def seconds(self, numbers: Iterable[int]) -> tuple[float, ...]:
        """When these lines begin."""
        return tuple(self._lines[number].start for number in sorted(set(numbers)))

    def words_shown(self, lines: Sequence[Line]) -> int:
        """How many words of these lines the LLM is shown."""
        return sum(len(self.shown[line.number].replace(WITHHELD, " ").split()) for line in lines)

    def at(self, numbers: Iterable[int]) -> list[Said]:
        """What was said in these very lines."""
        return [said for number in sorted(set(numbers)) for said in self._said.get(number, ())]

    def near(self, numbers: Collection[int]) -> list[Said]:
        """What was said in these lines and their neighbours, the lines themselves first."""
        steps = range(-NEIGHBOURS, NEIGHBOURS + 1)
        beside = {number + step for number in numbers for step in steps} - set(numbers)
        return [*self.at(numbers), *self.at(beside)]

    def everything(self) -> list[Said]:
        """All that was said."""
        return self.at(self._lines)

    def after(self, said: Said) -> Iterator[Said]:
        """What was said in later lines, and in its own after it."""
        own = self._said[said.line.number]
        yield from own[own.index(said) + 1 :]
        for line in self.lines:
            if line.number > said.line.number:
                yield from self._said[line.number]

    def voice(self, speaker: int) -> tuple[Token, ...]:
        """The words of a voice's name."""
        return self._voices.get(speaker, ())

    def answers(self, said: Said, cited: Collection[int]) -> list[int]:
        """The voices that answer a line with a cited one, and do not refuse."""
        after = (self._lines[number] for number in self._after(said.line) if number in cited)
        return [line.speaker for line in after if not (self._refuses[line.number] or self._declines.get(line.number))]

    def _after(self, line: Line, lines: int = REPLIES) -> list[int]:
        """The lines of others that follow."""
        following = range(line.number + 1, line.number + lines + 1)
        return [number for number in following if number in self._lines and self._lines[number].speaker != line.speaker]

    def _clauses(self, line: Line, reader: Reader) -> list[Said]:
        replies = self._after(line)
        refused = any(self._refuses[number] for number in replies[:1] if number == line.number + 1)
        agreed = any(self._agrees[number] for number in replies)
        declined = any(self._declines.get(number) for number in replies[:1] if number == line.number + 1)
        promised = [token for number in replies for token in self._promises[number]]
        return [
            Said(clause, line, refused, agreed or _is_promised(clause, promised), declined)
            for clause in reader.clauses(self.shown[line.number])
        ]


def _is_promised(clause: Clause, promised: Sequence[Token]) -> bool:
    return any(token.akin(verb) for token in clause.predicates for verb in promised)

"""Windows: the lines of a call in parts that fit the LLM's context, each line in exactly one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from itertools import accumulate
from math import ceil

from callscribe.domain import Protocol, Transcript
from deployments.summarizer.llm.lines import Line, word_count

Window = tuple[Line, ...]
Measure = Callable[[Window], Awaitable[int]]
"""How many tokens a request with these lines has, all of it counted by the model's own tokenizer."""
Salience = Callable[[Transcript, Protocol], Sequence[float]]
"""How much each turn of a transcript matters, by its linguistic protocol: the greater, the sooner it is read."""


async def windows(lines: Window, measure: Measure, room: int) -> list[Window]:
    """Cut lines into windows whose requests have at most ``room`` tokens; a line that is too long stands alone."""
    tokens = await measure(lines)
    if tokens <= room or len(lines) == 1:
        return [lines]
    fixed = await measure(lines[:1])
    parts = ceil((tokens - fixed) / max(room - fixed, 1))
    return [window for part in divided(lines, max(parts, 2)) for window in await windows(part, measure, room)]


def divided(lines: Window, parts: int) -> list[Window]:
    """Cut lines into at most so many parts, none empty, of about as many words each."""
    share = word_count(lines) / parts
    ends = list(accumulate(len(line.words) for line in lines))
    part_of = [min(int((end - len(line.words) / 2) / share), parts - 1) for end, line in zip(ends, lines, strict=True)]
    cut = [tuple(line for line, part in zip(lines, part_of, strict=True) if part == number) for number in range(parts)]
    filled = [part for part in cut if part]
    return filled if len(filled) > 1 or len(lines) == 1 else halved(lines)


def halved(lines: Window) -> list[Window]:
    """Two halves by words, neither empty. Wants two lines at least."""
    half = word_count(lines) / 2
    ends = accumulate(len(line.words) for line in lines)
    place = next(place for place, end in enumerate(ends, 1) if end >= half)
    place = min(max(place, 1), len(lines) - 1)
    return [lines[:place], lines[place:]]


def by_salience(parts: Sequence[Window], weights: Sequence[float]) -> list[Window]:
    """The windows whose turns matter most first; of equals, the earlier."""
    return sorted(parts, key=lambda window: -_mean_weight(window, dict(enumerate(weights))))


def coverage(read: int, transcript: Transcript) -> float:
    """The share of a transcript's words that were read."""
    return read / transcript.word_count if transcript.word_count else 1.0


def _mean_weight(window: Window, weights: Mapping[int, float]) -> float:
    return sum(weights.get(line.turn, 0.0) * len(line.words) for line in window) / word_count(window)

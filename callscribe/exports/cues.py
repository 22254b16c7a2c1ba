"""Subtitle cues: the words of a transcript in pieces that can be read while they are heard.

The measures are those of common subtitling guidelines (two lines of 42 characters, seven seconds at most; Netflix
Timed Text Style Guide, BBC Subtitle Guidelines).
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from callscribe.domain import Transcript, Turn, Word
from callscribe.transcript.sentences import ends_sentence

LINE_CHARACTERS = 42
LINES = 2
LONGEST_MS = 7000

_SHORTEST_MS = 200
_READABLE_MS = 1000
_PAUSE_MS = 1500


@dataclass(frozen=True, slots=True)
class Cue:
    """What stands on the screen from ``start`` to ``end`` (milliseconds). A word longer than a line stays whole."""

    start: int
    end: int
    speaker: int
    lines: tuple[str, ...]


def cues(transcript: Transcript, prefix: Callable[[int], str]) -> list[Cue]:
    """Every word once, the cues in time order and never two at a time; ``prefix`` is set before a turn's first words.

    Where speakers overlap, the later cue waits for the end of the earlier, which is cut short for it.
    """
    found = [cue for turn in transcript.turns for cue in _of_turn(turn, prefix(turn.speaker))]
    return _one_at_a_time(sorted(found, key=lambda cue: cue.start))


def _of_turn(turn: Turn, prefix: str) -> Iterator[Cue]:
    held: list[Word] = []
    for word in turn.words:
        if held and not _continues(held, word, prefix):
            yield _cue(turn.speaker, held, prefix)
            held, prefix = [], ""
        held.append(word)
    if held:
        yield _cue(turn.speaker, held, prefix)


def _continues(held: Sequence[Word], word: Word, prefix: str) -> bool:
    """Whether a word may stand in the same cue as those before it."""
    lines = _lines((*held, word), prefix)
    fits = len(lines) <= LINES and all(len(line) <= LINE_CHARACTERS for line in lines)
    in_time = _ms(word.end) - _ms(held[0].start) <= LONGEST_MS
    pause = _ms(word.start) - _ms(held[-1].end) > _PAUSE_MS
    sentence_over = ends_sentence(held[-1].text) and len(_lines(held, prefix)) >= LINES
    return fits and in_time and not pause and not sentence_over


def _cue(speaker: int, words: Sequence[Word], prefix: str) -> Cue:
    start, end = _ms(words[0].start), max(_ms(word.end) for word in words)
    return Cue(start, min(max(end, start + _SHORTEST_MS), start + LONGEST_MS), speaker, _lines(words, prefix))


def _lines(words: Sequence[Word], prefix: str) -> tuple[str, ...]:
    text = " ".join(part for part in (prefix, *(word.text for word in words)) if part)
    return tuple(textwrap.wrap(text, LINE_CHARACTERS, break_long_words=False, break_on_hyphens=False))


def _one_at_a_time(ordered: Sequence[Cue]) -> list[Cue]:
    apart: list[Cue] = []
    free = 0
    for cue, following in zip_longest(ordered, ordered[1:]):
        start = max(cue.start, free)
        readable = start + min(cue.end - cue.start, _READABLE_MS)
        free = max(readable, cue.end if following is None else min(cue.end, following.start))
        apart.append(replace(cue, start=start, end=free))
    return apart


def _ms(seconds: float) -> int:
    return round(seconds * 1000)

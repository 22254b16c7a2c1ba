"""Attribution: which voice said which word, and the turns that follow from it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

from callscribe.domain import Language, SpeakerSegment, Transcript, Turn, Word
from callscribe.transcript.sentences import ends_sentence

_TURN_PAUSE = 2.0
"""Seconds of a speaker's silence that end the turn even when nobody else speaks."""

_SLOWEST_WORD, _SLOWEST_LETTER = 0.5, 0.1
"""Seconds that a word may last: so much, and so much more for each of its letters."""

_BORDER_ERROR = 0.4
"""Seconds by which a diarizer's border may be off: half its step, and a little."""

_BREATH = 0.25
"""Seconds of silence that separate phrases."""

_INTERJECTION = 1.0
"""Seconds below which a segment inside another's speech is a reply such as «угу»."""


def attribute(words: Sequence[Word], segments: Sequence[SpeakerSegment], language: Language) -> Transcript:
    """Give every word, once, to a speaker; speakers count from 1 by first appearance.

    A word goes to the segment that it overlaps most, or to the nearest. Without segments there is one speaker.
    """
    clamped = _clamped(sorted(words, key=lambda word: word.start))
    owners = _at_sentence_ends(clamped, _Segments(segments).owners(clamped))
    numbers: dict[str, int] = {}
    for owner in owners:
        numbers.setdefault(owner.speaker, len(numbers) + 1)
    speakers = [numbers[owner.speaker] for owner in owners]
    return Transcript(language, tuple(_turns(clamped, speakers)))


def _clamped(words: Sequence[Word]) -> list[Word]:
    """Take back the ends that an engine stretched over the pause after a word."""
    longest = (_SLOWEST_WORD + _SLOWEST_LETTER * len(word.text) for word in words)
    return [
        replace(word, end=max(word.start, min(word.end, word.start + limit)))
        for word, limit in zip(words, longest, strict=True)
    ]


class _Segments:
    """Segments by start, with what is needed to find those around a word without looking at all of them."""

    def __init__(self, segments: Sequence[SpeakerSegment]) -> None:
        self._segments = sorted(segments, key=lambda segment: (segment.start, segment.end, segment.speaker))
        self._starts = [segment.start for segment in self._segments]
        self._latest = list(accumulate(range(len(self._segments)), self._later_end))

    def owners(self, words: Sequence[Word]) -> list[SpeakerSegment]:
        """The segment that each word belongs to."""
        owners: list[SpeakerSegment] = []
        for word in words:
            previous = owners[-1] if owners else None
            owners.append(self._owner(word, previous.speaker if previous else None))
        return owners

    def _owner(self, word: Word, previous: str | None) -> SpeakerSegment:
        if not self._segments:
            return SpeakerSegment(0, 0, "")
        overlapping = list(self._overlapping(word))
        if not overlapping:
            return self._nearest(word, previous)
        most = max(_overlap(word, segment) for segment in overlapping)
        candidates = [segment for segment in overlapping if _overlap(word, segment) >= 0.8 * most]
        return min(candidates, key=lambda segment: (not _is_interjection(segment, word), segment.speaker != previous))

    def _overlapping(self, word: Word) -> Iterator[SpeakerSegment]:
        index = bisect_left(self._starts, word.end) - 1
        while index >= 0 and self._segments[self._latest[index]].end > word.start:
            if self._segments[index].end > word.start:
                yield self._segments[index]
            index -= 1

    def _nearest(self, word: Word, previous: str | None) -> SpeakerSegment:
        following = bisect_left(self._starts, word.end)
        around = self._segments[following : following + 1]
        if following:
            around = [self._segments[self._latest[following - 1]], *around]
        return min(around, key=lambda segment: (_distance(word, segment), segment.speaker != previous))

    def _later_end(self, first: int, second: int) -> int:
        return second if self._segments[second].end >= self._segments[first].end else first


def _overlap(word: Word, segment: SpeakerSegment) -> float:
    return min(word.end, segment.end) - max(word.start, segment.start)


def _distance(word: Word, segment: SpeakerSegment) -> float:
    return max(segment.start - word.end, word.start - segment.end, 0)


def _is_interjection(segment: SpeakerSegment, word: Word) -> bool:
    """Whether the word is most of a short reply, which others talk over."""
    seconds = segment.end - segment.start
    return seconds <= _INTERJECTION and _overlap(word, segment) >= seconds / 2


def _at_sentence_ends(words: Sequence[Word], owners: Sequence[SpeakerSegment]) -> list[SpeakerSegment]:
    """Move a change of speaker to the end of a sentence, or to a breath, that is as near as diarizers err.

    Every run of one speaker's words keeps a word, so that no reply is lost.
    """
    moved = list(owners)
    cuts = [index for index, (left, right) in enumerate(pairwise(owners), 1) if left.speaker != right.speaker]
    lower = 0
    for cut, upper in zip(cuts, [*cuts[1:], len(words)], strict=False):
        best = _best_cut(words, owners, cut, range(lower + 1, upper))
        moved[cut:best] = [owners[cut - 1]] * (best - cut)
        moved[best:cut] = [owners[cut]] * (cut - best)
        lower = best
    return moved


def _best_cut(words: Sequence[Word], owners: Sequence[SpeakerSegment], cut: int, allowed: range) -> int:
    """The cut with the clearest break, the nearest of equals; ``cut`` itself unless another is clearer."""
    border = _border(words, owners, cut)
    best = cut
    for index in _outwards(cut, allowed):
        near = abs(_gap_middle(words, index) - border) <= _BORDER_ERROR
        if near and _break_strength(words, index) > _break_strength(words, best):
            best = index
    return best


def _outwards(cut: int, allowed: range) -> Iterator[int]:
    reach = 3  # more words than are spoken within the error of a border
    return (index for step in range(1, reach + 1) for index in (cut - step, cut + step) if index in allowed)


def _border(words: Sequence[Word], owners: Sequence[SpeakerSegment], cut: int) -> float:
    """Where the diarizer hears the change: the middle between its two segments, if they meet at these words."""
    left, right = owners[cut - 1], owners[cut]
    middle = (left.end + right.start) / 2
    return middle if words[cut - 1].start <= middle <= words[cut].end else _gap_middle(words, cut)


def _gap_middle(words: Sequence[Word], index: int) -> float:
    return (words[index - 1].end + words[index].start) / 2


def _break_strength(words: Sequence[Word], index: int) -> int:
    before, after = words[index - 1], words[index]
    return 2 * ends_sentence(before.text) + (after.start - before.end >= _BREATH)


def _turns(words: Sequence[Word], speakers: Sequence[int]) -> Iterator[Turn]:
    begin = 0
    for index in range(1, len(words) + 1):
        if index == len(words) or _turn_ends(words, speakers, index):
            turn = tuple(words[begin:index])
            yield Turn(turn[0].start, max(word.end for word in turn), speakers[begin], turn)
            begin = index


def _turn_ends(words: Sequence[Word], speakers: Sequence[int], index: int) -> bool:
    pause = words[index].start - words[index - 1].end
    return speakers[index] != speakers[index - 1] or pause >= _TURN_PAUSE

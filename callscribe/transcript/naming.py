"""Names for speakers, after tracks whose names are known: who speaks while a participant's track does is that one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from callscribe.domain import Track, Turn

LEAST_SECONDS = 2.0
"""A speaker of whom less is heard on a track is not told by it."""

LEAST_SHARE = 0.5
"""A speaker's part that must be on the track: silence around words and the two records' different clocks take some."""

MARGIN = 2.0
"""How many times as long as on any other track, and as any other speaker on this one: so no track names two."""


def names_by_overlap(turns: Sequence[Turn], tracks: Sequence[Track]) -> dict[int, str]:
    """Name the speakers that are clearly one participant each; the others, several voices of one room say, stay out."""
    merged = _by_name(tracks)
    speakers = sorted({turn.speaker for turn in turns})
    if not speakers or not merged:
        return {}
    spans = [
        _joined([(word.start, word.end) for turn in turns if turn.speaker == one for word in turn.words])
        for one in speakers
    ]
    overlap = np.array([[_overlap(spoken, track.spans) for track in merged] for spoken in spans])
    return {
        speaker: merged[column].name
        for row, (speaker, column) in enumerate(zip(speakers, overlap.argmax(axis=1).tolist(), strict=True))
        if _is_clear(overlap, row, column, sum(end - start for start, end in spans[row]))
    }


def _is_clear(overlap: np.ndarray[tuple[int, ...], np.dtype[np.float64]], row: int, column: int, spoken: float) -> bool:
    here = overlap[row, column]
    elsewhere = max(np.delete(overlap[row], column).max(initial=0), np.delete(overlap[:, column], row).max(initial=0))
    return bool(here >= LEAST_SECONDS and here >= LEAST_SHARE * spoken and here >= MARGIN * elsewhere)


def _by_name(tracks: Sequence[Track]) -> list[Track]:
    """One track a name: a participant who comes back, or has two devices, has several."""
    spans: dict[str, list[tuple[float, float]]] = {}
    for track in tracks:
        spans.setdefault(track.name, []).extend(track.spans)
    return [Track(name, _joined(of_name)) for name, of_name in spans.items()]


def _joined(spans: Sequence[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """The same time, in order and each moment once."""
    joined: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        elif end > start:
            joined.append((start, end))
    return tuple(joined)


def _overlap(some: Sequence[tuple[float, float]], others: Sequence[tuple[float, float]]) -> float:
    """Seconds that two sequences of spans, each in order, have in common."""
    seconds, at = 0.0, 0
    for start, end in some:
        while at < len(others) and others[at][1] <= start:
            at += 1
        within = at
        while within < len(others) and others[within][0] < end:
            seconds += min(end, others[within][1]) - max(start, others[within][0])
            within += 1
    return seconds

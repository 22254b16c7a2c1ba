"""From labelled windows to segments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from callscribe.domain import SpeakerSegment
from callscribe.media.pcm import SAMPLE_RATE
from deployments.diarizer.speech import Stretch

_LONGEST_PAUSE = 2 * SAMPLE_RATE


def segments_of(windows: Sequence[Stretch], labels: Sequence[int]) -> tuple[SpeakerSegment, ...]:
    """Segments in time order; where windows of two voices overlap, the border is midway.

    A voice's pause of up to 2 s in which nobody else speaks belongs to its segment.
    """
    return tuple(
        SpeakerSegment(start / SAMPLE_RATE, end / SAMPLE_RATE, f"speaker {label}")
        for (start, end), label in _joined(_cut_midway(zip(windows, labels, strict=True)))
    )


def _cut_midway(windows: Iterable[tuple[Stretch, int]]) -> Iterator[tuple[Stretch, int]]:
    earlier: tuple[Stretch, int] | None = None
    for stretch, label in windows:
        following = stretch
        if earlier is not None:
            previous, previous_label = earlier
            if previous_label != label and stretch.start < previous.end:
                border = (previous.end + stretch.start) // 2
                previous, following = previous._replace(end=border), stretch._replace(start=border)
            yield previous, previous_label
        earlier = following, label
    if earlier is not None:
        yield earlier


def _joined(windows: Iterable[tuple[Stretch, int]]) -> list[tuple[Stretch, int]]:
    joined: list[tuple[Stretch, int]] = []
    for stretch, label in windows:
        if joined and joined[-1][1] == label and stretch.start - joined[-1][0].end <= _LONGEST_PAUSE:
            joined[-1] = joined[-1][0]._replace(end=stretch.end), label
        else:
            joined.append((stretch, label))
    return joined

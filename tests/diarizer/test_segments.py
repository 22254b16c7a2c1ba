"""From windows to segments."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from callscribe.domain import SpeakerSegment
from callscribe.media.pcm import SAMPLE_RATE
from deployments.diarizer.segments import segments_of
from deployments.diarizer.speech import Stretch
from deployments.diarizer.voices import windows_of


def stretch(start: float, end: float) -> Stretch:
    return Stretch(round(start * SAMPLE_RATE), round(end * SAMPLE_RATE))


def test_no_window_reaches_out_of_its_stretch() -> None:
    assert windows_of([stretch(1, 1.4)]) == [stretch(1, 1.4)]
    assert windows_of([stretch(1, 3.5)]) == [stretch(1, 2.5), stretch(1.6, 3.1), stretch(2, 3.5)]


def test_the_border_of_two_voices_is_midway_between_their_windows() -> None:
    windows = [stretch(0, 1.5), stretch(0.6, 2.1), stretch(1.2, 2.7)]
    assert segments_of(windows, [0, 0, 1]) == (
        SpeakerSegment(0, 1.65, "speaker 0"),
        SpeakerSegment(1.65, 2.7, "speaker 1"),
    )


def test_a_voices_short_pause_is_its_own_and_a_long_one_is_not() -> None:
    windows = [stretch(0, 1), stretch(2.5, 3), stretch(6, 7)]
    assert segments_of(windows, [0, 0, 0]) == (SpeakerSegment(0, 3, "speaker 0"), SpeakerSegment(6, 7, "speaker 0"))


def test_a_reply_in_a_pause_keeps_the_pause_from_being_filled() -> None:
    windows = [stretch(0, 1), stretch(1.2, 1.5), stretch(1.8, 3)]
    assert [segment.speaker for segment in segments_of(windows, [0, 1, 0])] == ["speaker 0", "speaker 1", "speaker 0"]


@given(st.lists(st.tuples(st.floats(0.1, 20), st.floats(0.05, 4)), max_size=12), st.data())
def test_segments_are_in_order_and_cover_all_speech_once(gaps: list[tuple[float, float]], data: st.DataObject) -> None:
    stretches, at = [], 0.0
    for length, gap in gaps:
        stretches.append(stretch(at, at + length))
        at += length + gap
    windows = windows_of(stretches)
    labels = data.draw(st.lists(st.integers(0, 2), min_size=len(windows), max_size=len(windows)))
    segments = segments_of(windows, labels)
    assert all(segment.start < segment.end for segment in segments)
    assert all(earlier.end <= later.start for earlier, later in pairwise(segments))
    assert all(
        any(segment.start * SAMPLE_RATE <= middle <= segment.end * SAMPLE_RATE for segment in segments)
        for middle in ((one.start + one.end) // 2 for one in stretches)
    )

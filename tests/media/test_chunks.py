"""Chunks: where speech is cut, and that none of it is lost."""

from __future__ import annotations

import itertools
import json
import resource
import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callscribe.media.chunks import MAX_SECONDS, OVERLAP_SECONDS, Span, groups, louder, spans, speech_chunks
from tests.sounds import Sound, music, noise, silence, speech, tone, write

FRAME_SECONDS = 0.032
LABELS = Path(__file__).parents[2] / "demo" / "meeting_ru_mayak.json"
frames = st.lists(st.tuples(st.sampled_from([0.0, 0.4, 1.0]), st.integers(1, 600)), max_size=30).map(
    lambda runs: [probability for probability, length in runs for _ in range(length)]
)


@given(frames)
def test_no_speech_is_left_out_and_no_chunk_is_too_long(probabilities: list[float]) -> None:
    speech = [span for span in spans(probabilities) if span is not None]
    chunks = list(groups(spans(probabilities)))
    assert all(chunk.end - chunk.start <= MAX_SECONDS + OVERLAP_SECONDS for chunk in chunks)
    assert all(one.start <= other.start for one, other in itertools.pairwise(chunks))
    for span in speech:
        assert any(chunk.start <= span.start and span.end <= chunk.end for chunk in chunks)


def test_speech_without_a_pause_is_cut_with_an_overlap() -> None:
    chunks = list(groups(spans([1.0] * round(70 / FRAME_SECONDS))))
    assert len(chunks) == 3
    for one, other in itertools.pairwise(chunks):
        assert one.end - other.start == pytest.approx(OVERLAP_SECONDS)


def test_a_long_chunk_is_cut_in_its_longest_pause() -> None:
    runs = [(1.0, 16), (0.0, 0.3), (1.0, 5), (0.0, 1.0), (1.0, 4), (0.0, 0.3), (1.0, 10)]
    probabilities = [probability for probability, seconds in runs for _ in range(round(seconds / FRAME_SECONDS))]
    first, second = groups(spans(probabilities))
    assert 21.3 < first.end < second.start < 22.3


def test_a_long_silence_ends_a_chunk() -> None:
    probabilities = [1.0] * 50 + [0.0] * 200 + [1.0] * 50
    assert [type(span) for span in spans(probabilities)] == [Span, type(None), Span]
    assert len(list(groups(spans(probabilities)))) == 2


def test_a_quiet_chunk_is_raised_within_bounds() -> None:
    sound = np.random.default_rng(1).normal(0, 1, 16_000)
    quiet, faint, loud = (np.round(sound * level).astype(np.int16) for level in (300, 3, 6000))
    assert 20 * np.log10(louder(quiet).std() / 32768) == pytest.approx(-20, abs=0.5)
    assert louder(faint).std() / faint.std() == pytest.approx(10 ** (24 / 20), rel=0.05)
    assert louder(loud) is loud


def test_every_turn_of_a_meeting_is_in_a_chunk(tmp_path: Path) -> None:
    chunks = list(speech_chunks(write(tmp_path / "call.wav", speech(200))))
    for turn in json.loads(LABELS.read_text(encoding="utf-8"))["turns"]:
        middle = (turn["start"] + turn["end"]) / 2
        assert any(chunk.start <= middle <= chunk.start + chunk.seconds for chunk in chunks)


@pytest.mark.parametrize("sound", [silence(30), noise(30), noise(30, level=0.5), music(30), tone(30, hertz=50)])
def test_nothing_comes_of_what_is_not_speech(tmp_path: Path, sound: Sound) -> None:
    assert list(speech_chunks(write(tmp_path / "sound.wav", sound))) == []


def test_an_hour_is_read_in_bounded_memory(tmp_path: Path) -> None:
    call = write(tmp_path / "call.wav", speech(200))
    hour = tmp_path / "hour.wav"
    with wave.open(str(call)) as source, wave.open(str(hour), "wb") as target:
        target.setparams(source.getparams())
        data = source.readframes(source.getnframes())
        for _ in range(35):
            target.writeframes(data)
    chunks = speech_chunks(hour)
    next(chunks)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert sum(1 for _ in chunks) > 100
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024


def test_a_wav_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "stereo.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, 8000, 0, "NONE", "NONE"))
        file.writeframes(bytes(4000))
    with pytest.raises(wave.Error, match="16 kHz mono"):
        list(speech_chunks(path))

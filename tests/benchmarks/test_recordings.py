"""Labelled recordings are read as they are described."""

from __future__ import annotations

import json
import wave
from pathlib import Path

import pytest

from benchmarks.recordings import Utterance, load_recordings

DEMO = Path(__file__).parents[2] / "demo"


def test_the_bundled_meeting_is_a_labelled_recording() -> None:
    (meeting,) = [recording for recording in load_recordings(DEMO) if recording.name == "meeting_ru_mayak"]
    assert meeting.language == "ru"
    assert meeting.seconds == pytest.approx(104.58, abs=0.1)
    assert len(meeting.utterances) == len(meeting.voices) == 21
    assert {one.speaker for one in meeting.voices} == {one.speaker for one in meeting.utterances}


def test_a_recording_may_have_voices_and_no_words(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "one.flac"), "wb") as writer:
        writer.setparams((1, 2, 16_000, 0, "NONE", ""))
        writer.writeframes(bytes(32_000))
    (tmp_path / "one.rttm").write_text("SPEAKER one 1 0.250 0.500 <NA> <NA> anna <NA> <NA>\n", encoding="utf-8")
    (tmp_path / "two.json").write_text(json.dumps({"turns": []}), encoding="utf-8")
    (recording,) = load_recordings(tmp_path)
    assert (recording.language, recording.utterances) == (None, ())
    assert recording.voices == (Utterance(0.25, 0.75, "anna"),)


def test_a_folder_without_recordings_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no recording"):
        load_recordings(tmp_path)

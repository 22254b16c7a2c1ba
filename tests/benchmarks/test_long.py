"""A long recording is made of short ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import pytest
import typer
from typer.testing import CliRunner

from benchmarks import long
from benchmarks.long import DEFAULT_FOLDER, repeat, voices
from benchmarks.recordings import load_recordings

DEMO_FOLDER = Path(__file__).parents[2] / "demo"


def test_recordings_are_repeated_to_the_length_asked_for(tmp_path: Path) -> None:
    (call,) = load_recordings(DEFAULT_FOLDER)
    written = repeat([call], tmp_path / "long.flac", 300)
    assert written == pytest.approx(3 * call.seconds, abs=0.01)
    with av.open(str(tmp_path / "long.flac")) as container:
        decoded = sum(frame.samples for frame in container.decode(audio=0))
    assert decoded / 16_000 == pytest.approx(written)


def test_the_voices_are_those_of_the_recordings_that_are_played() -> None:
    material = [*load_recordings(DEFAULT_FOLDER), *load_recordings(DEMO_FOLDER)]
    assert [voices(material, seconds) for seconds in (60, 100_000)] == [2, 5]


@pytest.mark.parametrize(("speakers", "code"), [(2, 0), (7, 1)])
def test_a_wrong_number_of_speakers_is_an_error(monkeypatch: pytest.MonkeyPatch, speakers: int, code: int) -> None:
    found: dict[str, Any] = {"seconds": 1.0, "turns": 9, "words": 9, "speakers": speakers, "stage_seconds": {}}
    monkeypatch.setattr(long, "_transcribe", lambda *_: found | {"peak_mebibytes": {}, "growth_mebibytes": {}})
    app = typer.Typer()
    app.command()(long.main)
    result = CliRunner().invoke(app, ["--hours", "0.01"])
    assert result.exit_code == code
    assert f"{speakers} speakers of 2" in result.output

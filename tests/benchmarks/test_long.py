"""A long recording is made of short ones."""

from __future__ import annotations

from pathlib import Path

import av
import pytest

from benchmarks.long import DEFAULT_FOLDER, repeat
from benchmarks.recordings import load_recordings


def test_recordings_are_repeated_to_the_length_asked_for(tmp_path: Path) -> None:
    (call,) = load_recordings(DEFAULT_FOLDER)
    written = repeat([call], tmp_path / "long.flac", 300)
    assert written == pytest.approx(3 * call.seconds, abs=0.01)
    with av.open(str(tmp_path / "long.flac")) as container:
        decoded = sum(frame.samples for frame in container.decode(audio=0))
    assert decoded / 16_000 == pytest.approx(written)

"""WAV files for the diarizer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.sounds import Sound, write

WriteWav = Callable[[Sound], Path]


@pytest.fixture
def write_wav(tmp_path: Path) -> WriteWav:
    """Writes a sound as the decoder would."""
    return lambda sound: write(tmp_path / "audio.wav", np.clip(sound, -1, 1))

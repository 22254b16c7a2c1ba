"""Long recordings made of short ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile as sf


def speech_in_silence(target: Path, speech: Path, *, seconds: int) -> Path:
    """Write a FLAC of silence with a recording's sound in its middle."""
    samples, rate = sf.read(speech, dtype="int16")
    silence = np.zeros((seconds * rate - len(samples)) // 2, dtype=np.int16)
    sf.write(target, np.concatenate([silence, samples, silence]), rate)
    return target

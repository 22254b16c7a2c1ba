"""Looking at decoded audio."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


def samples(wav: Path) -> NDArray[np.float64]:
    """The samples of a 16 kHz mono 16 bit WAV in -1..1; fails for any other."""
    with wave.open(str(wav), "rb") as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16_000, 1, 2)
        content = file.readframes(file.getnframes())
        assert wav.stat().st_size == 44 + len(content), "the header tells the file's length"
    return np.frombuffer(content, dtype="<i2").astype(np.float64) / 32768


def level(sound: NDArray[np.float64], start: float, end: float) -> float:
    """Root mean square between two seconds."""
    part = sound[round(start * 16_000) : round(end * 16_000)]
    return float(np.sqrt(np.mean(part**2)))


def strength(sound: NDArray[np.float64], hertz: float) -> float:
    """The amplitude of one frequency."""
    turns = np.exp(-2j * np.pi * hertz * np.arange(len(sound)) / 16_000)
    return float(2 * np.abs(np.mean(sound * turns)))

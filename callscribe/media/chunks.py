"""Chunks: the pieces of a recording that are sent to a transcriber."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of speech: 16 kHz mono int16 samples, and where in the recording they begin (seconds)."""

    start: float
    samples: NDArray[np.int16]

    @property
    def seconds(self) -> float:
        """Its length."""
        return len(self.samples) / 16_000

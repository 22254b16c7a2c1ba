"""Speech models on ONNX Runtime, through onnx-asr (https://github.com/istupakov/onnx-asr)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from itertools import chain, islice
from math import exp
from pathlib import Path

import numpy as np
from onnx_asr.asr import TimestampedResult

from callscribe.domain import Word
from callscribe.media.chunks import Chunk
from callscribe.media.pcm import SAMPLE_RATE
from callscribe.settings import OnnxProvider
from deployments.transcriber.onnx_loading import loaded
from deployments.transcriber.pieces import pieces
from deployments.transcriber.timing import settled
from deployments.transcriber.tokens import Token, words_of

_SHORTEST = SAMPLE_RATE // 10
"""Samples that any of the networks can hear something in."""
_MARK = re.compile(r"\s*<.+>")
"""A token that is no text: <unk>, <|endoftext|>."""


@dataclass(frozen=True, slots=True)
class OnnxModel:
    """What to load, and how it hears."""

    kind: str
    """What onnx-asr calls it, or its type."""
    folder: Path
    quantization: str | None
    title: str
    longest: float
    """Seconds that it hears at a time."""
    step: float
    """Seconds between two frames of its encoder."""


class OnnxEngine:
    """Hears one language, a chunk on each thread. Calls come from one thread at a time.

    No batch is filled up to one length: these networks were exported with one chunk, without a mask for the attention,
    and would hear the filling.
    """

    def __init__(self, model: OnnxModel, *, provider: OnnxProvider | None = None, threads: int = 1) -> None:
        """Without a ``provider`` CUDA is used where ONNX Runtime has it. Raises ``ModelUnavailable``."""
        self._model = model
        self._recognizer = loaded(model.kind, model.folder, model.quantization, provider).with_timestamps()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="onnx")

    @property
    def name(self) -> str:
        """The library and its version, and the model."""
        return f"onnx-asr {version('onnx-asr')} {self._model.title}"

    def hear(self, chunks: Sequence[Chunk]) -> list[tuple[Word, ...]]:
        """The words of each chunk, timed from the start of the recording."""
        cut = [pieces(chunk, self._model.longest) for chunk in chunks]
        heard = self._pool.map(self._hear, chain.from_iterable(cut))
        return [
            settled(chain.from_iterable(islice(heard, len(each))), chunk)
            for chunk, each in zip(chunks, cut, strict=True)
        ]

    def _hear(self, piece: Chunk) -> list[Word]:
        samples = np.zeros(max(len(piece.samples), _SHORTEST), np.float32)
        samples[: len(piece.samples)] = piece.samples.astype(np.float32) / 32768
        return list(words_of(self._tokens(self._recognizer.recognize(samples)), piece.start))

    def _tokens(self, heard: TimestampedResult) -> Iterator[Token]:
        """Give each token the frame that it was written at: its end onnx-asr does not tell."""
        columns = heard.tokens or [], heard.timestamps or [], heard.logprobs or []
        for text, start, logarithm in zip(*columns, strict=True):
            spelled = "" if _MARK.fullmatch(text) else text
            yield Token(spelled, start, start + self._model.step, min(1.0, exp(logarithm)))

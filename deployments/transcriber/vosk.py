"""Vosk: Kaldi's small Russian model. Lower case, no punctuation, fast, and it never dreams on silence."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

import numpy as np
import vosk

from callscribe.domain import Word
from callscribe.media.chunks import Chunk
from callscribe.media.decoder import SAMPLE_RATE

_FEED_SAMPLES = SAMPLE_RATE // 4
_SILENT_SECONDS = 0.5


class Vosk:
    """Hears each chunk by itself; its decoder leaves Python's lock, so that chunks run side by side."""

    def __init__(self, model: Path, *, threads: int) -> None:
        vosk.SetLogLevel(-1)
        self._model = vosk.Model(str(model))
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="vosk")

    @property
    def name(self) -> str:
        """The library and its version, and the model."""
        return f"vosk {version('vosk')} small-ru-0.22"

    def hear(self, chunks: Sequence[Chunk]) -> list[tuple[Word, ...]]:
        """The words of each chunk, timed from the start of the recording."""
        return list(self._pool.map(self._hear, chunks))

    def _hear(self, chunk: Chunk) -> tuple[Word, ...]:
        recognizer = vosk.KaldiRecognizer(self._model, SAMPLE_RATE)
        recognizer.SetWords(True)
        tail = np.zeros(round(_SILENT_SECONDS * SAMPLE_RATE), np.int16)
        return tuple(
            Word(chunk.start + word["start"], chunk.start + word["end"], word["word"], word["conf"])
            for result in _results(recognizer, np.concatenate((chunk.samples, tail)).tobytes())
            for word in json.loads(result).get("result", ())
        )


def _results(recognizer: vosk.KaldiRecognizer, data: bytes) -> Iterator[str]:
    for begin in range(0, len(data), 2 * _FEED_SAMPLES):
        if recognizer.AcceptWaveform(data[begin : begin + 2 * _FEED_SAMPLES]):
            yield recognizer.Result()
    yield recognizer.FinalResult()

"""Vosk: Kaldi's small Russian model. Lower case, no punctuation, fast, and it never dreams on silence."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import vosk

from callscribe.domain import Word
from callscribe.media.chunks import Chunk
from callscribe.media.pcm import SAMPLE_RATE
from deployments.transcriber.timing import ordered

_SILENT_SECONDS = 0.5


class Vosk:
    """Hears a chunk; its decoder leaves Python's lock, so that several threads may call it at once."""

    def __init__(self, model: Path) -> None:
        vosk.SetLogLevel(-1)
        self._model = vosk.Model(str(model))

    @property
    def name(self) -> str:
        """The library and its version, and the model."""
        return f"vosk {version('vosk')} small-ru-0.22"

    def knows(self, word: str) -> bool:
        """Whether a word, in lower case, is in the vocabulary: others cannot be heard."""
        return bool(self._model.vosk_model_find_word(word) >= 0)

    def hear(self, chunk: Chunk) -> tuple[Word, ...]:
        """The words of a chunk, timed from the start of the recording."""
        recognizer = vosk.KaldiRecognizer(self._model, SAMPLE_RATE)
        recognizer.SetWords(True)
        tail = np.zeros(round(_SILENT_SECONDS * SAMPLE_RATE), np.int16)
        # In one piece: fed bit by bit, it would end an utterance at every pause and forget what was said before.
        ended = recognizer.AcceptWaveform(np.concatenate((chunk.samples, tail)).tobytes())
        results = [recognizer.Result()] if ended else []
        return ordered(
            Word(chunk.start + word["start"], chunk.start + word["end"], word["word"], word["conf"])
            for result in (*results, recognizer.FinalResult())
            for word in json.loads(result).get("result", ())
        )

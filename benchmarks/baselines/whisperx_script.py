"""WhisperX with the same Whisper weights, its own VAD and no alignment model; run by its own environment's Python."""

from __future__ import annotations

from typing import Any

import whisperx  # type: ignore[import-not-found]  # its environment is not this one
from faster_whisper import decode_audio

from benchmarks.baselines.job import Hear, serve


def load(whisper: str, languages: set[str]) -> Hear:
    """Load a model for each language: WhisperX binds its tokenizer to one."""
    models = {
        language: whisperx.load_model(
            whisper, "cpu", compute_type="int8", language=language or None, vad_method="pyannote"
        )
        for language in languages
    }

    def hear(audio: str, language: str) -> dict[str, Any]:
        found = models[language].transcribe(decode_audio(audio), batch_size=8)
        heard = [
            {"start": one["start"], "end": one["end"], "speaker": "", "text": one["text"].strip()}
            for one in found["segments"]
        ]
        return {"heard": heard, "voices": None, "stages": {}}

    return hear


if __name__ == "__main__":
    serve(load)

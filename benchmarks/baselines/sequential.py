"""The plain script: Senko, then faster-whisper, then each word to the speaker whose segment it overlaps most."""

from __future__ import annotations

import tempfile
import time
import wave
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import senko
from faster_whisper import WhisperModel, decode_audio
from faster_whisper.transcribe import Word

from benchmarks.baselines.job import Hear, serve


def load(whisper: str, _languages: set[str]) -> Hear:
    """Load both models."""
    model = WhisperModel(whisper, device="cpu", compute_type="int8")
    diarizer = senko.Diarizer(device="cpu", warmup=False)

    def hear(audio: str, language: str) -> dict[str, Any]:
        begun = time.monotonic()
        voices = _voices(diarizer, audio)
        diarized = time.monotonic()
        segments, _ = model.transcribe(audio, language=language or None, word_timestamps=True, vad_filter=True)
        words = [word for segment in segments for word in segment.words or ()]
        transcribed = time.monotonic()
        return {
            "heard": list(_turns(words, voices)),
            "voices": voices,
            "stages": {"diarizing": diarized - begun, "transcribing": transcribed - diarized},
        }

    return hear


def _voices(diarizer: senko.Diarizer, audio: str) -> list[dict[str, Any]]:
    samples = (decode_audio(audio) * 32768).astype("int16")
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        with wave.open(file.name, "wb") as writer:
            writer.setparams((1, 2, 16_000, 0, "NONE", ""))
            writer.writeframes(samples.tobytes())
        found = diarizer.diarize(file.name)
    segments = found["merged_segments"] if found else []
    return [
        {"start": float(one["start"]), "end": float(one["end"]), "speaker": one["speaker"], "text": ""}
        for one in segments
    ]


def _turns(words: list[Word], voices: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for speaker, own in groupby(words, lambda word: _speaker(word, voices)):
        turn = list(own)
        text = "".join(word.word for word in turn).strip()
        yield {"start": turn[0].start, "end": turn[-1].end, "speaker": speaker, "text": text}


def _speaker(word: Word, voices: list[dict[str, Any]]) -> str:
    def overlap(voice: dict[str, Any]) -> float:
        return float(min(word.end, voice["end"]) - max(word.start, voice["start"]))

    return str(max(voices, key=overlap)["speaker"]) if voices else "SPEAKER_01"


if __name__ == "__main__":
    serve(load)

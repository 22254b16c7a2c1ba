"""Labelled recordings: ``NAME.flac`` with ``NAME.rttm``, and ``NAME.json`` where the words are known too."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import av


@dataclass(frozen=True, slots=True)
class Utterance:
    """Speech of one voice: seconds, the voice's label, and what it said (empty where only the voice is known)."""

    start: float
    end: float
    speaker: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording, its language where its words are known, and the truth about it."""

    name: str
    audio: Path
    seconds: float
    language: str | None
    utterances: tuple[Utterance, ...]
    voices: tuple[Utterance, ...]


def load_recordings(folder: Path) -> list[Recording]:
    """Read every labelled recording of a folder, by name. Raises ``FileNotFoundError`` when there is none."""
    found = [_load(audio) for audio in sorted(folder.glob("*.flac")) if audio.with_suffix(".rttm").exists()]
    if not found:
        message = f"{folder} has no recording NAME.flac with its NAME.rttm."
        raise FileNotFoundError(message)
    return found


def _load(audio: Path) -> Recording:
    label = audio.with_suffix(".json")
    truth = json.loads(label.read_text(encoding="utf-8")) if label.exists() else {}
    utterances = tuple(
        Utterance(turn["start"], turn["end"], turn["speaker"], turn["text"]) for turn in truth.get("turns", ())
    )
    return Recording(
        audio.stem, audio, _seconds(audio), truth.get("language"), utterances, _rttm(audio.with_suffix(".rttm"))
    )


def _seconds(audio: Path) -> float:
    with av.open(str(audio)) as container:
        return (container.duration or 0) / av.time_base


def _rttm(path: Path) -> tuple[Utterance, ...]:
    """Rich Transcription Time Marked: ``SPEAKER file channel start duration <NA> <NA> speaker …``."""
    rows = (line.split() for line in path.read_text(encoding="utf-8").splitlines())
    return tuple(
        Utterance(float(row[3]), float(row[3]) + float(row[4]), row[7]) for row in rows if row[:1] == ["SPEAKER"]
    )

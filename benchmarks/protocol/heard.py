"""Labelled recordings as CallScribe hears them: through the whole stack, over HTTP."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from benchmarks.recordings import load_recordings
from benchmarks.stack import running_stack
from callscribe.domain import Language, Transcript, Turn, Word
from callscribe.settings import Settings


def heard_transcripts(settings: Settings, folder: Path, names: Collection[str]) -> dict[str, Transcript]:
    """Transcribe these recordings of a folder; their transcripts by name."""
    recordings = [recording for recording in load_recordings(folder) if recording.name in names]
    if not recordings:
        return {}
    with running_stack(settings) as stack:
        tasks = {one.name: stack.submit(one.audio, one.language) for one in recordings}
        for task_id in tasks.values():
            stack.follow(task_id)
        return {name: _transcript(stack.result(task_id)) for name, task_id in tasks.items()}


def _transcript(result: dict[str, Any]) -> Transcript:
    numbers = {label: number for number, label in enumerate(dict.fromkeys(_labels(result)), start=1)}
    turns = (_turn(segment, numbers[segment["speaker"]]) for segment in result["segments"])
    return Transcript(Language(result["language"]), tuple(turns))


def _labels(result: dict[str, Any]) -> list[str]:
    return [segment["speaker"] for segment in result["segments"]]


def _turn(segment: dict[str, Any], speaker: int) -> Turn:
    words = tuple(Word(word["start"], word["end"], word["word"], word["confidence"]) for word in segment["words"])
    return Turn(segment["start"], segment["end"], speaker, words)

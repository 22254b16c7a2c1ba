"""How fast GigaAM is on ONNX Runtime: ``python -m benchmarks.onnx``.

Weights are random, of the model's real size: for speed they do not matter. A figure is the median of three runs after
one that is not counted.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console

from benchmarks.machine import machine
from benchmarks.random_gigaam import Size, make_gigaam
from benchmarks.random_onnx import export_gigaam, quantized
from callscribe.media.chunks import Chunk
from callscribe.media.pcm import SAMPLE_RATE
from callscribe.settings import OnnxProvider
from deployments.transcriber.gigaam_onnx import gigaam_model
from deployments.transcriber.onnx_engine import OnnxEngine

SMALL = Size(d_model=32, n_layers=2, n_heads=4)
_RUNS = 3
_LENGTHS = (4.0, 8.0, 12.0, 16.0, 20.0, 24.0)
"""Of chunks, in seconds, as the voice activity makes them."""

Row = dict[str, Any]


def main(
    json_file: Annotated[Path | None, typer.Option("--json", help="Where to write the figures.")] = None,
    names: Annotated[str, typer.Option(help="GigaAM's models, with commas between.")] = "v2_ctc,v2_rnnt",
    threads: Annotated[str, typer.Option(help="How many chunks at a time, with commas between.")] = "1,2",
    provider: Annotated[OnnxProvider | None, typer.Option(help="What to compute on.")] = None,
    *,
    small: Annotated[bool, typer.Option(help="Small networks: to see that it runs.")] = False,
) -> None:
    """Measure each model, as it is and in int8, and print each figure as it comes."""
    console = Console(soft_wrap=True)
    rows = []
    for name in names.split(","):
        for row in _measured(name, SMALL if small else Size(), [int(each) for each in threads.split(",")], provider):
            console.print_json(data=row, indent=None)
            rows.append(row)
    if json_file:
        json_file.write_text(json.dumps({"machine": machine(), "rows": rows}, indent=1) + "\n", encoding="utf-8")


def _measured(name: str, size: Size, threads: Sequence[int], provider: OnnxProvider | None) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        whole = export_gigaam(make_gigaam(folder, name, size), folder / "onnx")
        for file in (whole, quantized(whole, folder / "int8")):
            for at_once in threads:
                engine = OnnxEngine(gigaam_model(file), provider=provider, threads=at_once)
                yield {"model": engine.name, "chunks_at_once": at_once} | _speed(engine)


def _speed(engine: OnnxEngine) -> Row:
    chunks = [_chunk(seconds, seed) for seed, seconds in enumerate(_LENGTHS)]
    engine.hear(chunks)
    times = []
    for _ in range(_RUNS):
        start = time.perf_counter()
        engine.hear(chunks)
        times.append(time.perf_counter() - start)
    spent = median(times)
    return {"seconds": round(spent, 3), "times_real_time": round(sum(_LENGTHS) / spent, 1)}


def _chunk(seconds: float, seed: int) -> Chunk:
    noise = np.random.default_rng(seed).normal(0, 3000, round(seconds * SAMPLE_RATE))
    return Chunk(0.0, noise.clip(-32768, 32767).astype(np.int16))


if __name__ == "__main__":
    typer.run(main)

"""``python -m benchmarks.overhead``: a call through the running graph, and through the same engines called directly."""

from __future__ import annotations

import asyncio
import json
import os
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.machine import machine
from benchmarks.overhead.direct import Direct, direct
from benchmarks.stack import Stack, running_stack
from callscribe.domain import Language
from callscribe.settings import Settings

MEETING = Path("demo/meeting_ru_mayak.flac")
GOAL = 0.05


@dataclass(frozen=True, slots=True)
class Round:
    """Seconds for the same call: as the client waits for the graph, as its worker took, and as a plain script took."""

    client: float
    worker: float
    direct: float


def main(
    recording: Annotated[Path, typer.Argument(help="What to process.")] = MEETING,
    language: Annotated[Language, typer.Option(help="Its language.")] = Language.RU,
    rounds: Annotated[int, typer.Option(min=1, help="How often, the two ways in turns.")] = 5,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures to this file too.")] = None,
) -> None:
    """Measure what the graph adds to its engines' time: medians of several rounds, after one that is not counted."""
    console = Console()
    settings = Settings()
    before = machine()
    with running_stack(settings) as stack, direct(settings, len(os.sched_getaffinity(0))) as plain:
        taken = [_round(stack, plain, recording, language) for _ in range(rounds + 1)][1:]
    found = found_in(taken)
    _show(console, found)
    if json_file is not None:
        json_file.write_text(json.dumps({"machine": before} | found, indent=1) + "\n", encoding="utf-8")
        console.print(f"The figures are in {json_file}.")


def _round(stack: Stack, plain: Direct, recording: Path, language: Language) -> Round:
    begun = time.monotonic()
    task = stack.follow(stack.submit(recording, language))
    answered = time.monotonic()
    worked = datetime.fromisoformat(task["finished_at"]) - datetime.fromisoformat(task["started_at"])
    asyncio.run(plain.process(recording, language))
    return Round(answered - begun, worked.total_seconds(), time.monotonic() - answered)


def found_in(taken: list[Round]) -> dict[str, Any]:
    """All seconds, their medians, and by how much the graph's exceed those of the plain script."""
    seconds = {name: [round(getattr(one, name), 3) for one in taken] for name in ("client", "worker", "direct")}
    medians = {name: round(median(each), 3) for name, each in seconds.items()}
    overhead = {name: round(medians[name] / medians["direct"] - 1, 4) for name in ("client", "worker")}
    return {"seconds": seconds, "medians": medians, "overhead": overhead}


def _show(console: Console, found: dict[str, Any]) -> None:
    table = Table("seconds", "median", "each round", "over direct")
    for name, each in found["seconds"].items():
        overhead = found["overhead"].get(name)
        told = "" if overhead is None else f"[{'red' if overhead > GOAL else 'green'}]{overhead:+.1%}[/]"
        table.add_row(name, f"{found['medians'][name]:.2f}", ", ".join(f"{one:.2f}" for one in each), told)
    console.print(table)


if __name__ == "__main__":
    typer.run(main)

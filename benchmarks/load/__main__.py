"""``python -m benchmarks.load``: how fast the API answers while the stack rests, and while it processes a call."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import Annotated

import psutil
import typer
from rich.console import Console

from benchmarks.load.plan import Answers, Plan
from benchmarks.load.report import Found, show
from benchmarks.machine import machine
from benchmarks.search.archive import filled_archive
from benchmarks.stack import Answer, Stack, running_stack
from callscribe.settings import Settings

MEETING = Path("demo/meeting_ru_mayak.flac")
LANGUAGE = "ru"
ALONE = 2
"""How many calls are processed without load, for comparison."""


def main(
    users: Annotated[int, typer.Option(min=1, help="How many call the API, each with 1 to 2 s between calls.")] = 20,
    seconds: Annotated[float, typer.Option(min=1, help="How long, at rest and again while a call is processed.")] = 60,
    calls: Annotated[int, typer.Option(min=1, help="How many calls of a year the archive has.")] = 2000,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures to this file too.")] = None,
) -> None:
    """Measure the API's answers under load, and what the load costs the processing.

    Exit code 1 when a call was refused or failed.
    """
    console = Console()
    console.print(f"{users} users: {seconds:.0f} s at rest, {seconds:.0f} s while a call is processed …")
    before = machine()
    found = _measure(users, seconds, calls)
    show(console, found)
    if json_file is not None:
        figures = {"machine": before, "load_after": psutil.getloadavg()[0], "users": users, "calls": calls}
        json_file.write_text(json.dumps(figures | found.as_json, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        console.print(f"The figures are in {json_file}.")
    if found.failed:
        raise typer.Exit(1)


def _measure(users: int, seconds: float, calls: int) -> Found:
    with filled_archive(calls) as dsn, running_stack(Settings(), dsn) as stack:
        number = count()
        plan = _plan(stack, _process(stack, next(number))["task_id"], users, seconds)
        alone = [_times_real_time(_process(stack, next(number))) for _ in range(ALONE)]
        resting = _drive(plan)
        working, meanwhile = _while_processing(partial(_drive, plan), lambda: _process(stack, next(number)))
    return Found({"rest": resting, "work": working}, {"alone": alone, "under load": meanwhile})


def _process(stack: Stack, number: int) -> Answer:
    """Send the meeting under a name of its own; its task when it has been processed."""
    task_id = stack.submit(MEETING, LANGUAGE, f"Совещание {number}")
    return stack.follow(task_id)


def _plan(stack: Stack, heard: str, users: int, seconds: float) -> Plan:
    speakers = sorted({segment["speaker"] for segment in stack.result(heard)["segments"]})
    return Plan(url=stack.url, users=users, seconds=seconds, heard=heard, speakers=tuple(speakers))


def _drive(plan: Plan) -> Answers:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load.users"],
        input=plan.model_dump_json().encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    return Answers.model_validate_json(done.stdout)


def _while_processing(drive: Callable[[], Answers], process: Callable[[], Answer]) -> tuple[Answers, list[float]]:
    """Keep one call in process while the users call; the speeds of those that were done before the users were."""
    speeds: list[float] = []
    with ThreadPoolExecutor(1) as pool:
        driving = pool.submit(drive)
        while not driving.done():
            speed = _times_real_time(process())
            speeds += [] if driving.done() else [speed]
        return driving.result(), speeds


def _times_real_time(task: Answer) -> float:
    """Seconds of audio for a second of work."""
    took = datetime.fromisoformat(task["finished_at"]) - datetime.fromisoformat(task["started_at"])
    return float(task["duration_seconds"]) / took.total_seconds()


if __name__ == "__main__":
    typer.run(main)

"""Scores as a table for people and as JSON for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from benchmarks.recordings import Recording
from benchmarks.scoring import Agreement, Rate, Score, score
from benchmarks.systems import Run


@dataclass(frozen=True, slots=True)
class Line:
    """A system's scores on a recording, or pooled over several; ``seconds`` of work on so many of audio."""

    name: str
    wer: Rate
    cpwer: Rate
    der: Rate
    punctuation: Agreement
    counted_right: Rate
    seconds: float
    audio_seconds: float
    stages: Mapping[str, float]

    @property
    def times_real_time(self) -> float:
        """Seconds of audio for a second of work."""
        return self.audio_seconds / self.seconds


def lines(recordings: Sequence[Recording], run: Run) -> list[Line]:
    """A line a recording, one pooled over those of each language, and one over the rest (whose words are not known)."""
    each = {recording.name: _line(recording, run) for recording in recordings}
    pools: dict[str, list[Line]] = {}
    for recording in recordings:
        pools.setdefault(f"all {recording.language or 'without words'}", []).append(each[recording.name])
    known = [each[recording.name] for recording in recordings if recording.language]
    pooled = [_pooled(name, members) for name, members in pools.items() if len(members) > 1]
    everything = [_pooled("all with words", known)] if len(pools) > 1 and len(known) > 1 else []
    return [*each.values(), *pooled, *everything]


def _line(recording: Recording, run: Run) -> Line:
    hearing = run.hearings[recording.name]
    found: Score = score(recording, hearing.heard, hearing.voices)
    counted = Rate(found.speakers == found.speakers_expected, 1) if hearing.voices is not None else Rate()
    return Line(
        recording.name,
        found.wer,
        found.cpwer,
        found.der,
        found.punctuation,
        counted,
        hearing.seconds,
        recording.seconds,
        hearing.stages,
    )


def _pooled(name: str, members: Sequence[Line]) -> Line:
    stages = {stage for member in members for stage in member.stages}
    return Line(
        name,
        reduce(add, (member.wer for member in members)),
        reduce(add, (member.cpwer for member in members)),
        reduce(add, (member.der for member in members)),
        reduce(add, (member.punctuation for member in members)),
        reduce(add, (member.counted_right for member in members)),
        sum(member.seconds for member in members),
        sum(member.audio_seconds for member in members),
        {stage: sum(member.stages.get(stage, 0) for member in members) for stage in sorted(stages)},
    )


def show(console: Console, title: str, found: Sequence[Line], run: Run) -> None:
    """Print a system's table, its start-up and its memory."""
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    table.add_column("recording", no_wrap=True)
    for heading in ("WER", "cpWER", "DER", "speakers", "punct.\nF1", "sec-\nonds", "× real\ntime"):
        table.add_column(heading, justify="right")
    for line in found:
        table.add_row(*_cells(line))
    console.print(table)
    spent = [f"{line.name}: {_listed(line.stages, 1)}" for line in found if line.stages]
    if spent:
        console.print("seconds by stage:", *spent, sep="\n  ")
    console.print(f"start-up {run.start_seconds:.1f} s; peak MiB a process: {_listed(run.peak_mebibytes, 0)}\n")


def _listed(figures: Mapping[str, float], digits: int) -> str:
    return ", ".join(f"{name} {figure:.{digits}f}" for name, figure in figures.items())


def _cells(line: Line) -> tuple[str, ...]:
    counted = f"{line.counted_right.errors:.0f} of {line.counted_right.total:.0f}" if line.counted_right.total else "–"
    rates = (line.wer.value, line.cpwer.value, line.der.value)
    return (
        line.name,
        *map(_figure, rates),
        counted,
        _figure(line.punctuation.f1),
        f"{line.seconds:.1f}",
        f"{line.times_real_time:.1f}",
    )


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def as_json(found: Sequence[Line], run: Run) -> dict[str, Any]:
    """A system's figures as a JSON object."""
    return {
        "start_seconds": round(run.start_seconds, 2),
        "peak_mebibytes": {name: round(size, 1) for name, size in run.peak_mebibytes.items()},
        "recordings": {line.name: _line_as_json(line) for line in found},
    }


def _line_as_json(line: Line) -> dict[str, Any]:
    return {
        "wer": line.wer.value,
        "cpwer": line.cpwer.value,
        "der": line.der.value,
        "punctuation_f1": line.punctuation.f1,
        "speaker_count_right": line.counted_right.value,
        "seconds": round(line.seconds, 2),
        "audio_seconds": round(line.audio_seconds, 2),
        "times_real_time": round(line.times_real_time, 2),
        "stage_seconds": {stage: round(seconds, 2) for stage, seconds in line.stages.items()},
    }

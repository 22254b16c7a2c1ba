"""The figures as a table for people and as JSON for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from benchmarks.load.plan import Answers, Endpoint

GOAL_MILLISECONDS = 50
_TITLE = "milliseconds, while the stack rests and while it works on a call"
_COLUMNS = ("calls", "fail", "p50", "p95", "max")


@dataclass(frozen=True, slots=True)
class Found:
    """How the API answered in each phase, and how many times faster than they last calls were processed meanwhile."""

    phases: Mapping[str, Answers]
    speeds: Mapping[str, Sequence[float]]

    @property
    def failed(self) -> bool:
        """Whether any call was refused or broke off: what such a one took is no answer's time."""
        return any(endpoint.failures for answers in self.phases.values() for endpoint in answers.endpoints)

    @property
    def as_json(self) -> dict[str, Any]:
        """The same as a JSON object."""
        return {
            "phases": {phase: answers.model_dump(mode="json") for phase, answers in self.phases.items()},
            "times_real_time": {name: [round(speed, 2) for speed in each] for name, each in self.speeds.items()},
        }


def show(console: Console, found: Found) -> None:
    """Print the phases side by side, then what went wrong, then the speeds."""
    table = Table(title=_TITLE, title_justify="left", box=SIMPLE_HEAD, pad_edge=False, padding=0)
    table.add_column("endpoint", no_wrap=True)
    for phase in found.phases:
        for number, heading in enumerate(_COLUMNS):
            table.add_column(heading if number else f"{phase}\n{heading}", justify="right")
    for name in sorted({endpoint.name for answers in found.phases.values() for endpoint in answers.endpoints}):
        table.add_row(name, *(cell for answers in found.phases.values() for cell in _cells(answers, name)))
    console.print(table)
    for phase, answers in found.phases.items():
        for trouble in answers.troubles:
            console.print(f"{phase}: {trouble}")
    for name, speeds in found.speeds.items():
        listed = ", ".join(f"{speed:.1f}" for speed in speeds)
        console.print(f"× real time {name}: {listed or 'no call was processed in the time'}")


def _cells(answers: Answers, name: str) -> tuple[str, ...]:
    found = next((endpoint for endpoint in answers.endpoints if endpoint.name == name), None)
    return ("–",) * len(_COLUMNS) if found is None else _figures(found)


def _figures(found: Endpoint) -> tuple[str, ...]:
    failed = f"[red]{found.failures}[/]" if found.failures else "0"
    p95 = f"[red]{found.p95:.0f}[/]" if found.p95 > GOAL_MILLISECONDS else f"{found.p95:.0f}"
    return str(found.calls), failed, f"{found.p50:.0f}", p95, f"{found.max:.0f}"

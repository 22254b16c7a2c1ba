"""The figures of the systems, as a table and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from benchmarks.protocol.findings import Findings, Tally
from benchmarks.protocol.measuring import Figures, Measured, System, pooled
from callscribe.domain import ProtocolStatus

ALL = "all"
WIDTH = 150
"""Columns that the table takes: in fewer its figures would be cut off."""
_HEADINGS = (
    "decisions\nfound",
    "right",
    "actions\nfound",
    "right",
    "evidence",
    "invented\nnames",
    "\nnumbers",
    "\ndates",
    "other words\nnot said",
    "coverage",
    "rejected",
    "seconds",
    "tokens/s",
)


def show(console: Console, title: str, measured: Sequence[Measured]) -> None:
    """Print a row for each meeting and system, then all meetings together."""
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for heading in ("meeting", "system"):
        table.add_column(heading, no_wrap=True)
    for heading in _HEADINGS:
        table.add_column(heading, justify="right", no_wrap=True)
    together = _together(measured)
    for place, one in enumerate(measured):
        last = place + 1 == len(measured) or measured[place + 1].meeting != one.meeting
        table.add_row(one.meeting, one.system, *_cells(one.figures), end_section=last)
    for system, figures in together.items():
        table.add_row(ALL, system, *_cells(figures))
    console.print(table)
    for system, figures in together.items():
        score = figures.score
        console.print(f"{system}: {_in_short(score.findings)}; without quotations: {_in_short(score.unquoted)}")
    for one in measured:
        if one.protocol.status is not ProtocolStatus.COMPLETE:
            console.print(f"{one.meeting}, {one.system}: {one.protocol.status}: {one.protocol.reason}")


def as_json(measured: Sequence[Measured]) -> dict[str, Any]:
    """Everything that is known, by meeting and system, the protocols too."""
    found: dict[str, Any] = {}
    for one in measured:
        found.setdefault(one.meeting, {})[one.system] = _figures(one.figures) | {"protocol": asdict(one.protocol)}
    return found | {ALL: {system: _figures(figures) for system, figures in _together(measured).items()}}


def _together(measured: Sequence[Measured]) -> Mapping[System, Figures]:
    systems = dict.fromkeys(one.system for one in measured)
    return {system: pooled(one for one in measured if one.system is system) for system in systems}


def _cells(figures: Figures) -> list[str]:
    score, speed = figures.score, figures.tokens_per_second
    tallies = (
        score.findings.found_decisions,
        score.findings.right_decisions,
        score.findings.found_action_items,
        score.findings.right_action_items,
        score.evident,
    )
    invented = score.invented
    kinds = (invented.names, invented.numbers, invented.dates, invented.words)
    return [
        *map(_tally, tallies),
        *(str(len(kind)) for kind in kinds),
        _share(figures.read.share),
        str(figures.rejected),
        f"{figures.seconds:.1f}",
        f"{speed:.1f}" if speed else "–",
    ]


def _tally(tally: Tally) -> str:
    return f"{tally.hits}/{tally.total}"


def _share(share: float | None) -> str:
    return "–" if share is None else f"{share:.3f}"


def _figures(figures: Figures) -> dict[str, Any]:
    score, speed = figures.score, figures.tokens_per_second
    return {
        **_shares(score.findings),
        "unquoted": _shares(score.unquoted),
        "evidence": score.evident.share,
        "invented": asdict(score.invented),
        "coverage": figures.read.share,
        "rejected": figures.rejected,
        "seconds": round(figures.seconds, 2),
        "llm": asdict(figures.spent) | {"tokens_per_second": speed},
    }


def _shares(findings: Findings) -> dict[str, float | None]:
    return {
        "recall": findings.recall,
        "precision": findings.precision,
        "decisions_found": findings.found_decisions.share,
        "decisions_right": findings.right_decisions.share,
        "action_items_found": findings.found_action_items.share,
        "action_items_right": findings.right_action_items.share,
    }


def _in_short(findings: Findings) -> str:
    return f"facts found {_share(findings.recall)}, points right {_share(findings.precision)}"

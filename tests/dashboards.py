"""The dashboards as their tests read them: panels, and queries with Grafana's variables put in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

GRAFANA = Path(__file__).parents[1] / "cluster" / "grafana"
NAMES = ("ml_metrics", "system")
EVERYTHING = {"deployment": ".*", "model": "(Diarizer|Transcriber|Summarizer)", "node": ".*", "stage": ".*"}
"""What Grafana puts in for a variable where all its values are chosen: they, unless the variable says what else."""


@dataclass(frozen=True, slots=True)
class Query:
    """One query of a panel, whose legend has the labels' names in braces."""

    dashboard: str
    panel: str
    expr: str
    legend: str

    def resolved(self, rate_interval: str) -> str:
        """With what Grafana puts in for its variables."""
        expr = self.expr.replace("$__rate_interval", rate_interval)
        for name, everything in EVERYTHING.items():
            expr = re.sub(rf"\${name}\b", everything, expr)
        return expr


def dashboard(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((GRAFANA / "dashboards" / f"{name}.json").read_text(encoding="utf-8"))
    return found


def panels(name: str) -> list[dict[str, Any]]:
    """All but the rows, in their order."""
    return [panel for panel in dashboard(name)["panels"] if panel["type"] != "row"]


def queries() -> Iterator[Query]:
    for name in NAMES:
        for panel in panels(name):
            for target in panel["targets"]:
                yield Query(name, panel["title"], target["expr"], target["legendFormat"])


def metrics(expr: str, prefix: str) -> set[str]:
    """The metrics that a query asks for; what a rule has recorded has a colon before its name."""
    return set(re.findall(rf"(?<![:\w]){prefix}_\w+(?!:)\b", expr))

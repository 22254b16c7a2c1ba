"""A dashboard drawn from its own queries by Plotly: places, titles, units, legends and thresholds are its file's."""

from __future__ import annotations

import json
import math
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import httpx

from tests.dashboards import Query, dashboard

Series = tuple[str, list[float], list[float | None]]
"""A legend, moments in seconds of the epoch, and values."""

COLOURS: Final = {"green": "#299c46", "orange": "#e0812b", "red": "#d44a3a"}
SCALES: Final = {"bytes": (1024, " KMGT"), "Bps": (1024, " KMGT"), "none": (1000, " kM"), "reqps": (1000, " kM")}
UNITS: Final = {"s": " s", "ms": " ms", "percent": " %", "bytes": "B", "Bps": "B/s", "reqps": "/s"}
STEP_SECONDS: Final = 5


async def write_page(client: httpx.AsyncClient, name: str, seconds: float, folder: Path) -> Path:
    """Write the page of a dashboard over so many seconds until now."""
    drawn = [await _drawn(client, name, panel, seconds) for panel in dashboard(name)["panels"]]
    (folder / "panels.js").write_text(f"const panels = {json.dumps(drawn)};", encoding="utf-8")
    for source in (Path(__file__).with_name("dashboard.html"), _plotly()):
        shutil.copy(source, folder / source.name)
    return folder / "dashboard.html"


def _plotly() -> Path:
    return Path(str(files("plotly").joinpath("package_data", "plotly.min.js")))


async def _drawn(client: httpx.AsyncClient, name: str, panel: dict[str, Any], seconds: float) -> dict[str, Any]:
    common = {"title": panel["title"], "place": panel["gridPos"], "kind": panel["type"]}
    if panel["type"] == "row":
        return common
    queries = [Query(name, panel["title"], each["expr"], each["legendFormat"]) for each in panel["targets"]]
    found = [series for query in queries for series in await _asked(client, query, seconds)]
    defaults = panel["fieldConfig"]["defaults"]
    if not found:
        return common | {"text": defaults.get("noValue", "No data")}
    if panel["type"] == "stat":
        last = max(value for *_, values in found if (value := values[-1]) is not None)
        return common | {"text": _number(last, defaults["unit"]), "colour": _colour(last, defaults)}
    if panel["type"] == "table":
        return common | {"text": ", ".join(legend for legend, *_ in found)}
    return common | {"figure": {"data": list(_lines(found, panel)), "layout": _layout(found, defaults)}}


async def _asked(client: httpx.AsyncClient, query: Query, seconds: float) -> list[Series]:
    """What Prometheus answers over the time, without series that are never a number."""
    now = float((await client.get("/query", params={"query": "time()"})).json()["data"]["result"][1])
    span: dict[str, float] = {"start": now - seconds, "end": now, "step": STEP_SECONDS}
    answer = await client.get("/query_range", params={"query": query.resolved("1m"), **span})
    answers = answer.raise_for_status().json()["data"]["result"]
    series = [_series(query, found) for found in answers]
    return [each for each in series if any(value is not None for value in each[2])]


def _series(query: Query, found: dict[str, Any]) -> Series:
    legend = re.sub(r"{{(\w+)}}", lambda match: str(found["metric"].get(match[1], "")), query.legend)
    values = [float(value) for _, value in found["values"]]
    moments = [float(moment) for moment, _ in found["values"]]
    return legend, moments, [value if math.isfinite(value) else None for value in values]


def _lines(found: list[Series], panel: dict[str, Any]) -> Iterator[dict[str, Any]]:
    defaults = panel["fieldConfig"]["defaults"]
    stacked = defaults["custom"]["stacking"]["mode"] == "normal"
    for legend, moments, values in sorted(found):
        last = next((value for value in reversed(values) if value is not None), math.nan)
        yield {
            "x": [datetime.fromtimestamp(moment, UTC).isoformat() for moment in moments],
            "y": values,
            "name": f"{legend}: {_number(last, defaults['unit'])}",
            "mode": "lines",
            "line": {"width": 1.5},
        } | ({"stackgroup": "one"} if stacked else {})


def _layout(found: list[Series], defaults: dict[str, Any]) -> dict[str, Any]:
    most = max(value for *_, values in found for value in values if value is not None)
    bounds = [each for each in defaults["thresholds"]["steps"] if each["value"] is not None]
    shown = defaults["custom"]["thresholdsStyle"]["mode"] == "line"
    stacked = defaults["custom"]["stacking"]["mode"] == "normal"
    return {
        "height": 236,
        "margin": {"l": 52, "r": 8, "t": 6, "b": 4},
        "font": {"size": 10},
        "showlegend": True,
        "legend": {"orientation": "h", "y": -0.12, "font": {"size": 9}},
        "xaxis": {"gridcolor": "#eee", "tickformat": "%H:%M", "nticks": 6},
        "yaxis": {
            "gridcolor": "#eee",
            "range": None if stacked else [0, 1.1 * most or 1],
            "rangemode": "tozero",
            "tickformat": _ticks(defaults["unit"]),
            "nticks": 5,
        },
        "plot_bgcolor": "#fff",
        "shapes": [_bound(each) for each in bounds] if shown else [],
    }


def _bound(step: dict[str, Any]) -> dict[str, Any]:
    line = {"color": COLOURS[step["color"]], "dash": "dot", "width": 1}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": step["value"], "y1": step["value"], "line": line}


def _ticks(unit: str) -> str:
    return {"percentunit": ".0%", "bytes": ".2s", "Bps": ".2s"}.get(unit, "~g")


def _colour(value: float, defaults: dict[str, Any]) -> str:
    """The colour of the highest threshold that a value has reached."""
    steps = defaults["thresholds"]["steps"]
    reached = [each["color"] for each in steps if each["value"] is None or value >= each["value"]]
    return COLOURS[reached[-1]]


def _number(value: float, unit: str) -> str:
    """A value in its unit, as short as Grafana would have it."""
    if unit == "bool_on_off":
        return "On" if value else "Off"
    if unit == "percentunit":
        return f"{value:.1%}"
    if unit == "ms" and value >= 1000:
        return f"{value / 1000:.3g} s"
    base, prefixes = SCALES.get(unit, (1000, " "))
    power = 0
    while abs(value) >= base and power < len(prefixes) - 1:
        value, power = value / base, power + 1
    return f"{value:.3g}{prefixes[power].strip()}{UNITS.get(unit, '')}"

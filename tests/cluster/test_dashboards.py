"""The dashboards are what Grafana reads, tell what to do, and ask for what there is. Their queries: tests/stack."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest
import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

from serve_app.metrics.catalogue import COUNTERS, GAUGES, HISTOGRAMS
from tests.dashboards import EVERYTHING, GRAFANA, NAMES, dashboard, metrics, panels, queries
from tests.prometheus import ROOT, rules

COLUMNS = 24
SHOWN = r'(?<![:\w])(?:callscribe_\w+|ray_(?!io_)\w+|up(?={job="callscribe")|ALERTS(?={))'
"""The metrics that the dashboards are about; `ray_io_…` are labels."""

every_dashboard = pytest.mark.parametrize("name", NAMES)


def provisioned(kind: str, entries: str) -> dict[str, Any]:
    (file,) = (GRAFANA / "provisioning" / kind).glob("*.yaml")
    (entry,) = yaml.safe_load(file.read_text(encoding="utf-8"))[entries]
    found: dict[str, Any] = entry
    return found


def differences(written: object, read: object, place: str = "") -> Iterator[str]:
    """What of a JSON document has not come through Grafana's types."""
    match written, read:
        case dict(), dict():
            for key, value in written.items():
                yield from differences(value, read.get(key), f"{place}.{key}")
        case list(), list() if len(written) == len(read):
            for number, (one, other) in enumerate(zip(written, read, strict=True)):
                yield from differences(one, other, f"{place}[{number}]")
        case _ if written != read:
            yield f"{place}: {written!r}"


def within(node: object, key: str) -> Iterator[Any]:
    """Every value under a key, however deep."""
    if isinstance(node, dict):
        yield from ([node[key]] if key in node else [])
        for value in node.values():
            yield from within(value, key)
    elif isinstance(node, list):
        for value in node:
            yield from within(value, key)


@every_dashboard
def test_grafana_s_types_know_all_that_is_written(name: str) -> None:
    register_default_plugins()
    written = dashboard(name)
    read = json.loads(JSONEncoder(sort_keys=True).encode(Dashboard.from_json(written)))
    assert list(differences(written, read)) == []


@every_dashboard
def test_the_data_source_is_the_provisioned_one(name: str) -> None:
    source = provisioned("datasources", "datasources")
    found = list(within(dashboard(name), "datasource"))
    assert len(found) > len(panels(name))
    assert all(each == {"type": source["type"], "uid": source["uid"]} for each in found)


def test_grafana_finds_the_dashboards_where_they_are_mounted() -> None:
    operations = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert f"`{provisioned('dashboards', 'providers')['options']['path']}`" in operations
    assert len({dashboard(name)["uid"] for name in NAMES}) == len(NAMES)


@every_dashboard
def test_panels_have_their_own_ids_and_places(name: str) -> None:
    placed = dashboard(name)["panels"]
    assert len({panel["id"] for panel in placed}) == len(placed)
    for panel in placed:
        assert panel["gridPos"]["x"] + panel["gridPos"]["w"] <= COLUMNS, panel["title"]
    for one, other in combinations(placed, 2):
        assert not overlap(one["gridPos"], other["gridPos"]), (one["title"], other["title"])


def overlap(one: dict[str, int], other: dict[str, int]) -> bool:
    return all(
        one[start] < other[start] + other[length] and other[start] < one[start] + one[length]
        for start, length in (("x", "w"), ("y", "h"))
    )


@every_dashboard
def test_panels_say_what_they_show_and_what_to_do(name: str) -> None:
    titles = [(panel["title"], panel["type"]) for panel in panels(name)]
    assert len(set(titles)) == len(titles)
    for panel in panels(name):
        assert len(panel["description"]) > 60, panel["title"]
        assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]
        assert panel["fieldConfig"]["defaults"]["thresholds"]["steps"], panel["title"]


@every_dashboard
def test_variables_are_those_that_queries_use(name: str) -> None:
    declared = {variable["name"] for variable in dashboard(name)["templating"]["list"]}
    asked = {
        found for query in queries() if query.dashboard == name for found in re.findall(r"\$([a-z]+)\b", query.expr)
    }
    assert asked == declared
    for variable in dashboard(name)["templating"]["list"]:
        everything = EVERYTHING[variable["name"]]
        assert variable.get("allValue", everything) == everything


def test_legends_name_labels_that_a_query_keeps() -> None:
    for query in queries():
        labels = set(re.findall(r"{{(\w+)}}", query.legend))
        kept = {label for group in re.findall(r"by \(([^)]*)\)", query.expr) for label in group.split(", ")}
        assert labels <= kept or not kept, query


def test_dashboards_ask_for_all_that_is_told_and_nothing_else() -> None:
    told = {f"callscribe_{metric.name}_total" for metric in COUNTERS} | {f"callscribe_{each.name}" for each in GAUGES}
    parts = {f"callscribe_{metric.name}": ("_bucket", "_sum", "_count") for metric in HISTOGRAMS}
    histograms = {name + part: name for name, ends in parts.items() for part in ends}
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    asked = {name for query in queries() for name in metrics(query.expr, "callscribe")}

    assert asked <= told | histograms.keys() | recorded
    assert {histograms.get(name, name) for name in asked} >= told | parts.keys()
    assert {name for query in queries() for name in re.findall(r"instance:[\w:]+", query.expr)} <= recorded


def test_each_alert_leads_to_a_panel_of_its_metrics() -> None:
    """Or to the list of what fires, where it asks for nothing that our dashboards show."""
    for rule in rules():
        if "alert" in rule:
            uid, panel_id = re.fullmatch(r"/d/([\w-]+)\?viewPanel=(\d+)", rule["annotations"]["dashboard"]).groups()  # type: ignore[union-attr]
            (board,) = (name for name in NAMES if dashboard(name)["uid"] == uid)
            (panel,) = (panel for panel in panels(board) if panel["id"] == int(panel_id))
            shown = " ".join(target["expr"] for target in panel["targets"])
            asked = set(re.findall(SHOWN, rule["expr"])) or {"ALERTS"}
            assert asked & set(re.findall(SHOWN, shown)), rule["alert"]


def test_each_alert_has_been_seen_to_fire_and_not_to() -> None:
    tests = yaml.safe_load((ROOT / "cluster" / "prometheus" / "rules.test.yml").read_text(encoding="utf-8"))["tests"]
    seen = [(each["alertname"], bool(each["exp_alerts"])) for test in tests for each in test.get("alert_rule_test", ())]
    alerts = {rule["alert"] for rule in rules() if "alert" in rule}
    assert set(seen) == {(alert, fires) for alert in alerts for fires in (True, False)}

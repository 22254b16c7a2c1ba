"""Prometheus itself: its tools find no fault with the rules, and it scrapes the API and evaluates each of them."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import httpx

from callscribe.metrics import Measured
from serve_app.api import Services
from serve_app.metrics.catalogue import COUNTERS, GAUGES, HISTOGRAMS
from tests.api.house import House
from tests.prometheus import FOLDER, ROOT, prometheus, rules, values
from tests.promtool import needs_promtool, promtool

PATIENCE_SECONDS = 120
LLM_BUCKETS = 'callscribe_ollama_inference_seconds_bucket{le="+Inf"}'


@needs_promtool
def test_promtool_finds_no_fault_with_the_files() -> None:
    promtool("check", "config", str(FOLDER / "prometheus.yml"))
    promtool("test", "rules", str(FOLDER / "rules.test.yml"))


def test_rules_ask_for_nothing_that_is_not_told() -> None:
    told = {f"callscribe_{metric.name}_total" for metric in COUNTERS} | {f"callscribe_{each.name}" for each in GAUGES}
    for metric in HISTOGRAMS:
        told |= {f"callscribe_{metric.name}_{part}" for part in ("bucket", "sum", "count")}
    for rule in rules():
        asked = set(re.findall(r"(?<!:)\bcallscribe_\w+", rule["expr"])) - {"callscribe_error_ratio"}
        assert asked <= told, rule


def test_each_alert_says_what_to_do() -> None:
    page = "docs/operations.md"
    _, _, text = (ROOT / page).read_text(encoding="utf-8").partition("\n## Alerts\n")
    alerts = [rule for rule in rules() if "alert" in rule]
    assert [rule["alert"] for rule in alerts] == re.findall(r"^### (\w+)$", text.partition("\n## ")[0], re.MULTILINE)
    for rule in alerts:
        assert rule["annotations"].keys() == {"summary", "dashboard", "runbook"}, rule["alert"]
        assert rule["annotations"]["runbook"] == f"{page}#{rule['alert'].lower()}", "as a heading's anchor is written"


async def until(client: httpx.AsyncClient, query: str, expected: list[float]) -> None:
    """Wait until a query is answered so."""
    found: list[float] = []
    async with asyncio.timeout(PATIENCE_SECONDS):
        while found != expected:
            await asyncio.sleep(0.1)
            try:
                found = await values(client, query)
            except (httpx.TransportError, AssertionError):
                continue  # it is starting


@needs_promtool
async def test_prometheus_scrapes_the_api_and_evaluates_every_rule(
    house: House, served: httpx.AsyncClient, services: Services, tmp_path: Path
) -> None:
    await house.task()
    await house.finish()

    async def answer(seconds: float) -> None:
        services.store.recorder.measured(Measured.LLM, seconds, "ollama")
        await services.store.recorder.close()

    await answer(1.0)
    async with prometheus(tmp_path, callscribe=served.base_url.netloc.decode()) as client:
        await until(client, 'callscribe_files_processed_total{source="upload"}', [1])
        await until(client, LLM_BUCKETS, [1])
        await answer(3.0)
        await until(client, LLM_BUCKETS, [2])
        await until(client, "callscribe_ollama_inference_seconds > bool 0", [1])
        for rule in rules():
            await values(client, rule["expr"])
        await everything_evaluated(client)


async def everything_evaluated(client: httpx.AsyncClient) -> None:
    """Wait until each rule has been evaluated; none has had trouble, and only that Ray is away would fire."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        health: set[str] = {"unknown"}
        while "unknown" in health:
            await asyncio.sleep(0.1)
            groups = (await client.get("/rules")).json()["data"]["groups"]
            known = [rule for group in groups for rule in group["rules"]]
            health = {rule["health"] for rule in known}
    assert health == {"ok"}
    assert len(known) == len(rules())
    assert [rule["name"] for rule in known if rule.get("state", "inactive") != "inactive"] == ["RayUnreachable"]

"""Every query of every panel is answered by a real Prometheus that has scraped a stack at work, and Ray beneath it."""

from __future__ import annotations

import asyncio
import math
import re
import time
from pathlib import Path
from typing import Final

import httpx
import pytest

from tests.dashboards import metrics, queries
from tests.prometheus import prometheus, samples
from tests.promtool import needs_promtool
from tests.sounds import speech, write
from tests.stack.running import Answer, Stack

pytestmark = [pytest.mark.models, pytest.mark.ray, needs_promtool]

MAY_BE_EMPTY: Final = {
    "Which alerts fire": "all is well",
    "Failed tasks by code": "no other test may have made one fail",
    "GPU": "the machine has none",
    "GPU memory": "the machine has none",
    "LLM: an answer takes": "none is set",
    "LLM: answers": "none is set",
    "LLM: at work": "none is set",
    "Ollama: an answer takes": "none is set",
}
"""Panels that a quiet stack leaves empty, and why."""

NOT_HERE: Final = {"ray_node_gpus_utilization", "ray_node_gram_used", "ray_node_gram_available"}
"""Metrics that Ray gives out where there are GPUs alone."""

AFTER_A_DEATH: Final = {"ray_serve_health_check_failures_total"}
"""Metrics that Ray gives out when a replica has died, as in test_faults.py, which may have run before."""

PATIENCE_SECONDS = 240
EVERY = "3s"
"""Often enough for the rates of a minute; a busy machine may take a second for Ray's metrics."""


async def unanswered(client: httpx.AsyncClient) -> list[str]:
    """The queries without an answer that is a number; of the answered, each label of the legend is there."""
    found = []
    for query in queries():
        series = await samples(client, query.resolved("1m"))
        if not any(math.isfinite(float(each["value"][1])) for each in series):
            found += [] if query.panel in MAY_BE_EMPTY else [f"{query.panel}: {query.expr}"]
        for each in series:
            assert set(re.findall(r"{{(\w+)}}", query.legend)) <= each["metric"].keys(), query
    return found


async def test_every_query_is_answered(stack: Stack, result: Answer, tmp_path: Path) -> None:
    ours, rays = stack.url.removeprefix("http://"), stack.ray_metrics
    async with prometheus(tmp_path, every=EVERY, callscribe=ours, ray=rays) as client:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await scraped(client)
        await asyncio.to_thread(work, stack, tmp_path)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while left := await unanswered(client):
            assert time.monotonic() < deadline, left
            await asyncio.to_thread(look, stack)
            await asyncio.sleep(0.5)
        asked = {name for query in queries() for name in metrics(query.expr, "ray")}
        known = set((await client.get("/label/__name__/values")).json()["data"])
    assert asked - known - AFTER_A_DEATH == NOT_HERE


async def scraped(client: httpx.AsyncClient) -> None:
    """Wait for the first look at each target: what rises from then on is seen to rise."""
    while True:
        try:
            if [each["value"][1] for each in await samples(client, "up")] == ["1", "1"]:
                return
        except httpx.TransportError:
            pass  # it is starting
        await asyncio.sleep(0.2)


def work(stack: Stack, folder: Path) -> None:
    """Have a few seconds transcribed in which somebody speaks: silence goes to no transcriber."""
    task = stack.transcribe(write(folder / "call.flac", speech(5)))
    stack.delete(task["task_id"])
    look(stack)


def look(stack: Stack) -> None:
    httpx.get(f"{stack.url}/api/v1/search", params={"q": "смета"}, timeout=60).raise_for_status()

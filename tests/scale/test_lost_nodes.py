"""``kill -9`` of whole nodes while ten calls are processed: none is lost, each is completed once and rightly."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.scale.conftest import Landscape
from tests.scale.graph import GPU_NODE, MODELS, PROCESSORS, Graph
from tests.sounds import speech, write
from tests.stack.running import Answer

pytestmark = [pytest.mark.models, pytest.mark.ray, pytest.mark.faults]

CALLS = 10


def test_ten_calls_outlive_the_nodes_that_work_on_them(landscape: Landscape, tmp_path: Path) -> None:
    graph = landscape.graph
    call = write(tmp_path / "call.flac", speech(6))
    undisturbed = said(graph.completed(graph.upload(call, language="ru").json()["task_id"]))
    before = files_processed(graph)

    tasks = [graph.upload(call, language="ru").json()["task_id"] for _ in range(CALLS)]
    graph.until(lambda: any(graph.task(task_id)["stage"] in {"diarizing", "transcribing"} for task_id in tasks))
    assert {*MODELS, "Dispatcher"} <= {*graph.deployments_on(landscape.gpus, landscape.processors)}
    graph.kill(landscape.gpus, landscape.processors)
    landscape.gpus, landscape.processors = graph.join(GPU_NODE), graph.join(PROCESSORS)
    for task_id in tasks:
        graph.wait_until_ended(task_id)
    graph.until(lambda: httpx.get(f"{graph.url}/readyz", timeout=30).is_success)
    for task_id in tasks:
        assert said(graph.completed(task_id)) == undisturbed
        assert graph.files_of(task_id) == [f"media/{task_id}"]
    assert any(graph.task(task_id)["attempts"] > 1 for task_id in tasks), "a lost dispatcher's are claimed again"
    assert files_processed(graph) - before == CALLS, "each was completed once"


def said(result: Answer) -> list[tuple[str, str]]:
    """Who said what."""
    assert result["segments"]
    return [(segment["speaker"], segment["text"]) for segment in result["segments"]]


def files_processed(graph: Graph) -> float:
    """How often a task has been completed, as the database counts."""
    text = httpx.get(f"{graph.url}/metrics", timeout=30).raise_for_status().text
    (family,) = [one for one in text_string_to_metric_families(text) if one.name == "callscribe_files_processed"]
    return sum(sample.value for sample in family.samples if sample.name.endswith("_total"))

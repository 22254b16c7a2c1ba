"""A running stack is seen by Prometheus: its own figures through the proxy, and Ray's where the stack says."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.sounds import silence, write
from tests.stack.running import Stack

pytestmark = [pytest.mark.models, pytest.mark.ray]

DISKS = "ray_node_disk_utilization_percentage"
"""What an alert asks for. What another asks for when a replica has died: tests/stack/test_faults.py."""

REPORTED_WITHIN_SECONDS = 60


def sums(url: str) -> dict[str, float]:
    """Each family's values added up, of a histogram its count."""
    families = text_string_to_metric_families(httpx.get(url, timeout=30).raise_for_status().text)
    return {
        family.name: sum(each.value for each in family.samples if not each.name.endswith(("_bucket", "_sum")))
        for family in families
    }


def test_what_is_done_is_counted_and_stays_so(stack: Stack, tmp_path: Path) -> None:
    before = sums(f"{stack.url}/metrics")
    task = stack.transcribe(write(tmp_path / "call.flac", silence(5)))
    stack.delete(task["task_id"])
    after = sums(f"{stack.url}/metrics")

    for name, number in (("files_processed", 1), ("processing_duration_seconds", 1), ("stage_duration_seconds", 4)):
        assert after[f"callscribe_{name}"] - before[f"callscribe_{name}"] >= number, name


def test_ray_s_own_are_where_the_stack_says(stack: Stack) -> None:
    deadline = time.monotonic() + REPORTED_WITHIN_SECONDS
    while DISKS not in (told := sums(f"http://{stack.ray_metrics}/metrics")):
        assert time.monotonic() < deadline, told.keys()
        time.sleep(1)

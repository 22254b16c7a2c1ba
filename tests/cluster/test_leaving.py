"""A node that leaves is emptied before it is stopped."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from callscribe.ports import free_port
from cluster.leaving import REPLICA, replicas_here


@pytest.fixture
def replica() -> Iterator[int]:
    """A process by the title of Serve's replicas."""
    titled = ["bash", "-c", f"exec -a '{REPLICA}callscribe:Diarizer' sleep 600"]
    with subprocess.Popen(titled) as process:
        yield process.pid
        process.kill()


def run_cluster(told: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.cluster.leaving_cluster", str(told)],
        env=os.environ | {"RAY_AUTH_MODE": "disabled", "RAY_USAGE_STATS_ENABLED": "0"},
        capture_output=True,
        text=True,
        check=False,
        timeout=250,
    )


@pytest.mark.ray
def test_what_was_begun_ends_and_what_comes_goes_elsewhere(tmp_path: Path) -> None:
    told = tmp_path / "told.json"
    ran = run_cluster(told)
    if ran.returncode and "ray/_private/node.py" in ran.stderr:
        ran = run_cluster(told)  # a raylet has thirty seconds to start, which are too few on a busy machine
    assert ran.returncode == 0, ran.stderr[-3000:]
    assert json.loads(told.read_text(encoding="utf-8")) == {
        "began there": True,
        "went over": True,
        "what was begun ended where it began": True,
        "waits for replicas": True,
    }


def test_replicas_are_known_by_their_titles(replica: int) -> None:
    assert replica in replicas_here()
    assert os.getpid() not in replicas_here()


def test_a_head_that_is_gone_holds_nobody_up() -> None:
    address = f"127.0.0.1:{free_port()}"
    asked = subprocess.run(
        [sys.executable, "-m", "cluster.leaving", "--address", address], capture_output=True, text=True, check=False
    )
    assert asked.returncode == 1
    assert "Ray cannot be told" in asked.stderr
